# METADATA
# title: The bucket's default key and the storage key differ
# description: >-
#   The default SSE-KMS key of the Canvas bucket is not the storage key of the domain.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# custom:
#   severity: warning
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [users]
#   why: >-
#     Objects written without naming a key get the bucket's default key, on which
#     the role may lack permission. The page advises one key for both.
#   fix: Set the same key in the bucket's default encryption and in the storage settings.
#   exceptions: >-
#     Different spellings of one key (id, ARN, alias) count as the same key. A
#     bucket without a default KMS key is fine.
package canvaslint["bucket-default-key-differs"]

import data.lib

findings contains finding if {
	some user in input.users
	[user.storage_key.arn, user.storage_key.aws_managed] != [user.bucket_key.arn, user.bucket_key.aws_managed] # else they are one
	not user.uncertain
	differ(user.storage_key, user.bucket_key)
	finding := {
		"at": user.bucket_key.at,
		"message": sprintf("the bucket %s encrypts with the key %s by default, but the storage key of %s is %s", [
			user.bucket, named(user.bucket_key, user.storage_key), lib.who(user.subject), named(user.storage_key, user.bucket_key),
		]),
		"subject": object.union(user.subject, {"resource": user.storage_key.arn}),
		"related": [{"at": user.storage_key.at, "message": "the storage key is set here"}],
		"only_in_guide": edition(user),
		"key": named(user.bucket_key, user.storage_key),
	}
}

differ(a, b) if {
	a.arn != ""
	b.arn != ""
	a.arn != b.arn
}

# An alias of AWS may show no target, but it is never a customer's key.
differ(a, b) if {
	a.existence == "found"
	b.existence == "found"
	a.aws_managed != b.aws_managed
}

# A multi-Region key has the same id everywhere: then only the ARN tells.
named(key, other) := key.arn if {
	key.arn != ""
	lib.name(key.arn) == lib.name(other.arn)
} else := lib.name(key.arn) if {
	key.arn != ""
} else := key.value

edition(user) := "2022" if user.from_sharing

edition(user) := "" if not user.from_sharing
