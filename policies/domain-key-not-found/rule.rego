# METADATA
# title: A key value names no key
# description: >-
#   The key identifier of a setting names no key in its account and Region, and
#   the exported list of keys or aliases is complete.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [keys]
#   why: Every use of the key fails.
#   fix: Correct the identifier, or create the key or alias.
#   exceptions: Without a complete list of keys or aliases, it is unknown whether the key exists.
package canvaslint["domain-key-not-found"]

import data.lib

findings contains finding if {
	some use in lib.canvas_keys
	use.existence == "not found"
	finding := {
		"at": use.at,
		"message": sprintf("%s names %q, but account %s has no %s in %s%s", [use.what, use.value, use.account, thing(use), use.region, lib.elsewhere(use)]),
		"subject": use.subject,
		"only_in_guide": edition(use),
		"key": use.value,
	}
}

# An alias with an ARN is there, and points at a key that is not.
thing(use) := "such key" if {
	not use.form in {"alias", "alias ARN"}
} else := sprintf("key %s, which the alias points to,", [lib.name(use.arn)]) if {
	use.arn != ""
} else := "such alias"

# Guide current does not take the sharing key for a storage key.
edition(use) := "2022" if {
	endswith(use.what, "SharingSettings.S3KmsKeyId")
} else := ""
