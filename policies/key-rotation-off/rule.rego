# METADATA
# title: A key is not rotated
# description: >-
#   Automatic rotation is off for a customer managed key that could have it.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
# custom:
#   severity: info
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.rotation-off]
#   why: >-
#     KMS can make new key material each year by itself; nothing that uses the
#     key notices.
#   fix: >-
#     Turn it on: aws kms enable-key-rotation --key-id <id>.
#   exceptions: >-
#     KMS cannot rotate asymmetric and HMAC keys, keys with imported material or in
#     a custom key store, replicas of multi-Region keys and keys that are not enabled.
package canvaslint["key-rotation-off"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "rotation-off"
	finding := {
		"at": fault.at,
		"message": sprintf("automatic rotation is off for the key %s", [lib.name(fault.subject.resource)]),
		"subject": fault.subject,
		"key": "",
	}
}
