# METADATA
# title: The key is in another Region than the domain
# description: A setting names a key in another Region than the domain or job.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-permissions-cross-account.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [keys]
#   why: >-
#     SageMaker, EBS, EFS and S3 use keys of their own Region only. The replicas
#     of a multi-Region key are separate keys: name the one in the domain's
#     Region.
#   fix: Use a key of the domain's Region.
#   exceptions: KMS always looks ids and aliases up in the domain's own Region.
package canvaslint["domain-key-wrong-region"]

import data.lib

findings contains finding if {
	some use in lib.canvas_keys
	use.form in {"key ARN", "alias ARN"}
	use.region != use.expected_region
	finding := {
		"at": use.at,
		"message": sprintf("%s is a key of %s, but it is used in %s: a key works only in its own Region", [use.what, use.region, use.expected_region]),
		"subject": use.subject,
		"only_in_guide": edition(use),
		"key": use.value,
	}
}

# Guide current does not take the sharing key for a storage key.
edition(use) := "2022" if {
	endswith(use.what, "SharingSettings.S3KmsKeyId")
} else := ""
