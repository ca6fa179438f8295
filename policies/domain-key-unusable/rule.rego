# METADATA
# title: A setting names a key that cannot be used
# description: >-
#   The app, storage or job key is not enabled, not symmetric, or not for
#   encryption and decryption.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [keys, documents.keys.settings]
#   why: >-
#     Cryptographic operations fail in every state except Enabled, whatever the
#     policies say. S3, EBS and EFS accept symmetric encryption keys only.
#   fix: Enable the key, cancel its deletion, or name another key.
#   exceptions: The state Updating is temporary and not reported.
package canvaslint["domain-key-unusable"]

import data.lib

findings contains finding if {
	some use in lib.canvas_keys
	key := keys[use.arn]
	reasons := array.concat(state(key), kind(key))
	count(reasons) > 0
	finding := {
		"at": use.at,
		"message": sprintf("%s names the key %s, which %s", [use.what, lib.name(use.arn), concat(", and ", reasons)]),
		"subject": use.subject,
		"only_in_guide": edition(use),
		"related": [{"at": key.KeyState.at, "message": "the key's state"}],
	}
}

state(key) := ["is disabled"] if key.KeyState.value == "Disabled"

state(key) := [sprintf("is scheduled for deletion%s", [lib.deletion(key)])] if key.KeyState.value in {"PendingDeletion", "PendingReplicaDeletion"}

state(key) := ["has no key material yet (pending import)"] if key.KeyState.value == "PendingImport"

state(key) := [sprintf("is in the state %s", [key.KeyState.value])] if {
	not key.KeyState.value in {"", "Enabled", "Updating", "Disabled", "PendingDeletion", "PendingReplicaDeletion", "PendingImport"}
}

state(key) := [] if key.KeyState.value in {"", "Enabled", "Updating"}

kind(key) := array.concat(spec(key), usage(key))

spec(key) := [sprintf("has the key spec %s, which is not symmetric encryption", [key.KeySpec.value])] if not key.KeySpec.value in {"", "SYMMETRIC_DEFAULT"}

spec(key) := [] if key.KeySpec.value in {"", "SYMMETRIC_DEFAULT"}

usage(key) := [sprintf("has the key usage %s, which is not encryption", [key.KeyUsage.value])] if not key.KeyUsage.value in {"", "ENCRYPT_DECRYPT"}

usage(key) := [] if key.KeyUsage.value in {"", "ENCRYPT_DECRYPT"}

# Guide current does not take the sharing key for a storage key.
edition(use) := "2022" if {
	endswith(use.what, "SharingSettings.S3KmsKeyId")
} else := ""

keys := {key.arn: key | some key in input.documents.keys}
