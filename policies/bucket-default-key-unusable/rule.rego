# METADATA
# title: The default key of a bucket cannot be used
# description: >-
#   The default encryption of a bucket names a key that does not exist, is not
#   enabled, is of the wrong kind or of another Region.
# related_resources:
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-bucket-encryption.html
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [default_keys]
#   why: >-
#     S3 does not look at the key when the default is set; every write that names
#     no key fails afterwards.
#   fix: >-
#     Name an enabled symmetric key of the Region of the bucket, by its ARN.
#   exceptions: >-
#     Nothing is said where it is not known whether the key exists. The state
#     Updating passes by itself. A multi-Region key has another ARN in each
#     Region: the one of the bucket's counts.
package canvaslint["bucket-default-key-unusable"]

import data.lib

findings contains finding if {
	some default_key in input.default_keys
	key := default_key.key
	reason := why(default_key)
	finding := {
		"at": key.at,
		"message": sprintf("the default encryption of the bucket %s names the key %s, %s: s3:PutObject without a key of its own fails", [
			default_key.bucket, shown(key), reason,
		]),
		"subject": key.subject,
		"related": [{"at": key.key_at, "message": "the key's state"} | key.key_at != ""; key.region == default_key.region],
	}
}

shown(key) := key.arn if key.arn != ""

shown(key) := key.value if key.arn == ""

why(default_key) := "which is no key id, key ARN, alias or alias ARN" if {
	default_key.key.existence == "malformed"
} else := sprintf("which is in %s while the bucket is in %s", [default_key.key.region, default_key.region]) if {
	default_key.key.region != default_key.region
} else := sprintf("which does not exist%s", [lib.elsewhere(default_key.key)]) if {
	default_key.key.existence == "not found"
} else := sprintf("which is %s%s", [words(default_key.key.state), date(default_key.key)]) if {
	not default_key.key.state in {"", "Enabled", "Updating"}
} else := "which is not for symmetric encryption"

words(state) := object.get(
	{"Disabled": "disabled", "PendingDeletion": "going to be deleted", "PendingReplicaDeletion": "going to be deleted", "PendingImport": "waiting for its key material"},
	state, sprintf("in the state %s", [state]),
)

date(key) := sprintf(" on %s", [key.deletion_date]) if key.deletion_date != ""

date(key) := "" if key.deletion_date == ""
