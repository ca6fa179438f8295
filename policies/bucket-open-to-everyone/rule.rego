# METADATA
# title: The Canvas bucket is open to everyone
# description: >-
#   The policy of a Canvas bucket allows every principal, and no condition limits
#   who or from where.
# related_resources:
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.bucket-open]
#   why: >-
#     Strangers, even anonymous ones, can read or write the datasets and models
#     that Canvas keeps there. Reading an object encrypted with a customer key
#     still requires the key, but listing and deleting it do not.
#   fix: >-
#     Name the account or the roles as Principal, or add a condition on
#     aws:PrincipalAccount, aws:PrincipalOrgID or aws:SourceVpce.
#   exceptions: >-
#     The conditions that count are those of key-open-to-everyone. Address ranges
#     broader than /8 (IPv6: /32) exclude no one. S3 Block Public Access may still
#     stop the access, but the statement is wrong anyway. Only buckets that Canvas
#     works in are checked.
package canvaslint["bucket-open-to-everyone"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "bucket-open"
	finding := {
		"at": fault.at,
		"message": sprintf("%s allows %s to everyone%s: name the principals, or add a condition on aws:PrincipalAccount, aws:PrincipalOrgID or aws:SourceVpce", [
			lib.where(fault), lib.sentence(fault.actions), lib.conditions(fault),
		]),
		"subject": fault.subject,
		"key": lib.where(fault),
	}
}
