# METADATA
# title: A key is not given by its ARN
# description: >-
#   A key setting of a domain, profile or job holds a key id, an alias or an alias
#   ARN. It names a key, but which one depends on who reads it and when.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
# - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_OutputDataConfig.html
# custom:
#   severity: info
#   severities: [warning]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [keys]
#   why: >-
#     An alias can be moved to another key while data is still encrypted with the
#     first. KMS looks ids and aliases up in the account and Region of the caller.
#     A job whose output key is an id or alias also needs kms:Encrypt, and Amazon
#     Forecast accepts a key ARN only.
#   fix: Write the key ARN.
#   exceptions: >-
#     Aliases below alias/aws/ are AWS's own and cannot be moved. Values that name
#     no key, or cannot work across accounts, have rules of their own. It is a
#     warning if the key or the bucket belongs to another account.
package canvaslint["domain-key-not-arn"]

import data.lib

findings contains finding if {
	some use in lib.canvas_keys
	use.form in {"key id", "alias", "alias ARN"}
	use.existence in {"found", "unknown"}
	not use.aws_managed
	not lib.across_accounts_without_arn(use)
	finding := {
		"at": use.at,
		"severity": severity(use),
		"message": sprintf("%s gives the key as %s, %q%s: write %s instead", [use.what, spelled[use.form], use.value, across(use), arn(use)]),
		"subject": use.subject,
		"only_in_guide": lib.edition(use),
		"key": use.value,
	}
}

spelled := {"key id": "a bare id", "alias": "an alias", "alias ARN": "an alias ARN"}

severity(use) := "warning" if foreign(use)

severity(use) := "info" if not foreign(use)

foreign(use) if use.account != use.subject.account

foreign(use) if count(use.foreign_buckets) > 0

across(use) := sprintf(", which account %s can move to another key without your notice", [use.account]) if use.account != use.subject.account

across(use) := sprintf(", for the bucket %s of account %s", [use.foreign_buckets[0].name, use.foreign_buckets[0].account]) if {
	use.account == use.subject.account
	count(use.foreign_buckets) > 0
}

across(use) := "" if not foreign(use)

arn(use) := sprintf("the key ARN %s", [use.arn]) if use.arn != ""

arn(use) := "the key's ARN" if use.arn == ""
