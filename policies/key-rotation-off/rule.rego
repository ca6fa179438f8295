# METADATA
# title: A key does not rotate
# description: Automatic rotation is off for a customer managed key that supports it.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
# custom:
#   severity: info
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [documents.keys.settings]
#   why: >-
#     KMS can create new key material every year automatically, without any change
#     for the users of the key.
#   fix: >-
#     Turn it on: aws kms enable-key-rotation --key-id <id>.
#   exceptions: >-
#     KMS cannot rotate asymmetric and HMAC keys, keys with imported material or in
#     a custom key store, replicas of multi-Region keys and keys that are not enabled.
package canvaslint["key-rotation-off"]

import data.lib

findings contains finding if {
	some key in input.documents.keys
	key.KeyRotationEnabled.value == "false"
	can_rotate(key)
	finding := {
		"at": key.KeyRotationEnabled.at,
		"message": sprintf("automatic rotation is off for the key %s", [lib.name(key.arn)]),
		"subject": {"account": key.account, "region": key.region, "resource": key.arn},
		"key": "",
	}
}

# KMS rotates enabled symmetric encryption keys with material of its own, and of
# multi-Region keys the primary.
can_rotate(key) if {
	key.KeyManager.value == "CUSTOMER"
	key.KeySpec.value == "SYMMETRIC_DEFAULT"
	key.KeyUsage.value == "ENCRYPT_DECRYPT"
	key.Origin.value == "AWS_KMS"
	key.KeyState.value == "Enabled"
	key.MultiRegionKeyType.value != "REPLICA"
	every alias in key.aliases {
		not startswith(alias.value, "alias/aws/")
	}
}
