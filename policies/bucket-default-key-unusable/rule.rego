# METADATA
# title: The default key of a bucket cannot be used
# description: >-
#   The default encryption of a bucket names a key that does not exist, is not
#   enabled, is of the wrong kind or is in another Region.
# related_resources:
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [keys, documents.keys.settings]
#   why: >-
#     S3 does not check the key when the default is set; afterwards every write
#     that names no key fails.
#   fix: Name an enabled symmetric key of the bucket's Region, by its ARN.
#   exceptions: >-
#     There is no finding if it is unknown whether the key exists. The state
#     Updating is temporary and not reported. A multi-Region key has another ARN
#     in each Region; the one of the bucket's Region counts.
package canvaslint["bucket-default-key-unusable"]

import data.lib

findings contains finding if {
	some use in input.keys
	use.bucket != ""
	reason := why(use)
	finding := {
		"at": use.at,
		"message": sprintf("the default encryption of the bucket %s names the key %s, %s: every s3:PutObject that names no key fails", [
			use.bucket, shown(use), reason,
		]),
		"subject": use.subject,
		"related": [{"at": keys[use.arn].KeyState.at, "message": "the key's state"} | use.region == use.expected_region],
	}
}

shown(use) := use.arn if use.arn != ""

shown(use) := use.value if use.arn == ""

why(use) := "which is not a key id, key ARN, alias or alias ARN" if {
	use.existence == "malformed"
} else := sprintf("which is in %s while the bucket is in %s", [use.region, use.expected_region]) if {
	canvaslint.matches(use.region, use.expected_region) == false
} else := sprintf("which does not exist%s", [lib.elsewhere(use)]) if {
	use.existence == "not found"
} else := sprintf("which is %s%s", [words(key.KeyState.value), lib.deletion(key)]) if {
	key := keys[use.arn]
	not key.KeyState.value in {"", "Enabled", "Updating"}
} else := "which is not for symmetric encryption" if {
	key := keys[use.arn]
	[key.KeySpec.value, key.KeyUsage.value] != symmetric(key)
}

# What is not known may be right.
symmetric(key) := [known(key.KeySpec, "SYMMETRIC_DEFAULT"), known(key.KeyUsage, "ENCRYPT_DECRYPT")]

known(setting, good) := good if setting.value != ""

known(setting, _) := "" if setting.value == ""

words(state) := object.get(
	{"Disabled": "disabled", "PendingDeletion": "scheduled for deletion", "PendingReplicaDeletion": "scheduled for deletion", "PendingImport": "pending import of its key material"},
	state, sprintf("in the state %s", [state]),
)

keys := {key.arn: key | some key in input.documents.keys}
