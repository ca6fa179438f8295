# METADATA
# title: A key value is not a key identifier
# description: >-
#   A setting that names a KMS key holds neither a key id, a key ARN, an alias nor
#   an alias ARN.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [keys]
#   why: >-
#     SageMaker's own check accepts any letters, so the mistake shows only when
#     the key is used. Values pasted from the page keep its placeholders.
#   fix: Put the key's ARN there, as the KMS console or describe-key shows it.
#   exceptions: An empty value counts as unset.
package canvaslint["domain-key-malformed"]

import data.lib

findings contains finding if {
	some use in lib.canvas_keys
	reason := fault(use)
	finding := {
		"at": use.at,
		"message": sprintf("%s is %q, %s", [use.what, use.value, reason]),
		"subject": use.subject,
		"only_in_guide": edition(use),
		"key": use.value,
	}
}

fault(use) := "which holds a placeholder from the documentation: write the real key ARN" if {
	placeholder(use.value)
} else := "which is not a key id, key ARN, alias or alias ARN" if {
	use.form == "malformed"
}

placeholder(value) if contains(value, "<")

placeholder(value) if contains(value, "example-region")

# Guide current does not take the sharing key for a storage key.
edition(use) := "2022" if {
	endswith(use.what, "SharingSettings.S3KmsKeyId")
} else := ""
