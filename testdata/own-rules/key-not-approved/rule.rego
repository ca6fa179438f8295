# METADATA
# title: A key of an account that is not approved
# description: A setting of a domain, a profile, a job or a bucket names a key of an account that is not on the list.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
# custom:
#   severity: error
#   since: "1.0"
#   guides: ["2022", current]
#   inputs: [keys]
#   why: Say here why this matters to your company.
#   fix: Use a key of an approved account.
#   exceptions: Keys whose account is not known are passed over.
package canvaslint["key-not-approved"]

approved_accounts := {"111122223333"}

findings contains finding if {
	some use in input.keys
	use.account != ""
	not use.account in approved_accounts
	finding := {
		"at": use.at,
		"message": sprintf("%s is a key of account %s, which is not approved", [use.what, use.account]),
		"subject": use.subject,
		"key": use.value,
	}
}
