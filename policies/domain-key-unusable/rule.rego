# METADATA
# title: A key that cannot be used
# description: >-
#   The app, storage or job key is not Enabled, not symmetric, or not for
#   encryption and decryption.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [keys]
#   why: >-
#     In every state but Enabled the cryptographic operations fail, whatever the
#     policies say. S3, EBS and EFS take symmetric encryption keys only.
#   fix: Enable the key, cancel its deletion, or name another key.
#   exceptions: The state Updating passes by itself and is not reported.
package canvaslint["domain-key-unusable"]

import data.lib

findings contains finding if {
	some use in input.keys
	reasons := array.concat(state(use), kind(use))
	count(reasons) > 0
	finding := {
		"at": use.at,
		"message": sprintf("%s names the key %s, which %s", [use.what, lib.name(use.arn), concat(", and ", reasons)]),
		"subject": use.subject,
		"only_in_guide": edition(use),
		"related": [{"at": use.key_at, "message": "the key's state"} | use.key_at != ""],
	}
}

state(use) := ["is disabled"] if use.state == "Disabled"

state(use) := [sprintf("is going to be deleted%s", [date(use)])] if use.state in {"PendingDeletion", "PendingReplicaDeletion"}

state(use) := ["waits for its key material to be imported"] if use.state == "PendingImport"

state(use) := [sprintf("is in the state %s", [use.state])] if {
	not use.state in {"", "Enabled", "Updating", "Disabled", "PendingDeletion", "PendingReplicaDeletion", "PendingImport"}
}

state(use) := [] if use.state in {"", "Enabled", "Updating"}

date(use) := sprintf(" on %s", [use.deletion_date]) if use.deletion_date != ""

date(use) := "" if use.deletion_date == ""

kind(use) := array.concat(spec(use), usage(use))

spec(use) := [sprintf("is of the kind %s, not symmetric", [use.spec])] if not use.spec in {"", "SYMMETRIC_DEFAULT"}

spec(use) := [] if use.spec in {"", "SYMMETRIC_DEFAULT"}

usage(use) := [sprintf("is for %s, not for encryption", [use.usage])] if not use.usage in {"", "ENCRYPT_DECRYPT"}

usage(use) := [] if use.usage in {"", "ENCRYPT_DECRYPT"}

# Guide current does not take the sharing key for a storage key.
edition(use) := "2022" if {
	endswith(use.what, "SharingSettings.S3KmsKeyId")
} else := ""
