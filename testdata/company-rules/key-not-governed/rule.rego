# METADATA
# title: A Canvas key without an owner or without rotation
# description: A key that a domain is set up with has no tag "owner", or is not rotated.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
# custom:
#   severity: warning
#   since: "1.0"
#   guides: ["2022", current]
#   inputs: [documents.keys, documents.domains]
#   why: No one can be asked about a key without an owner, and auditors want keys to rotate.
#   fix: Tag the key with its owner, and turn automatic rotation on.
#   exceptions: Keys of AWS are passed over, and keys whose tags or rotation were not exported.
package canvaslint["key-not-governed"]

import data.acme.settings

findings contains finding if {
	some key in input.documents.keys
	key.arn in settings.in_use
	key.KeyManager.value != "AWS"
	some lack in lacks(key)
	finding := {
		"at": lack.at,
		"message": sprintf("the key %s %s", [name(key), lack.what]),
		"subject": {"account": key.account, "region": key.region, "resource": key.arn},
		"key": lack.what,
	}
}

lacks(key) := {lack | some lack in [owner(key), rotation(key)]; lack.at != ""}

default owner(_) := {"at": "", "what": ""}

owner(key) := {"at": key.at, "what": "has no tag \"owner\""} if {
	key.tags.state == "given"
	object.get(key.tags.values, "owner", "") == ""
}

default rotation(_) := {"at": "", "what": ""}

rotation(key) := {"at": key.KeyRotationEnabled.at, "what": "is not rotated"} if key.KeyRotationEnabled.value == "false"

# name is the first alias of a key, else its id.
name(key) := key.aliases[0].value

name(key) := key.id if count(key.aliases) == 0
