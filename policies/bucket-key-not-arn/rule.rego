# METADATA
# title: A policy compares the KMS key of an object with an alias or id
# description: >-
#   A condition on s3:x-amz-server-side-encryption-aws-kms-key-id has a value that
#   is not a key ARN.
# related_resources:
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/specifying-kms-encryption.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.key-id-not-arn]
#   why: >-
#     S3 puts the ARN of the key into the request, whatever the caller wrote. An
#     alias or a bare id never equals it: a Deny with it hits every write, an
#     Allow hits none.
#   fix: >-
#     Write the ARN of the key: arn:aws:kms:<region>:<account>:key/<id>.
#   exceptions: >-
#     Patterns that can match a key ARN, such as "*/<key id>" under StringLike,
#     are fine. If one of several values is an ARN, the condition can hold.
package canvaslint["bucket-key-not-arn"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "key-id-not-arn"
	finding := {
		"at": fault.at,
		"message": sprintf("%s compares the KMS key of an object with %q, which is not a key ARN. S3 compares the ARN of the key in use, so the condition never matches: write arn:aws:kms:<region>:<account>:key/<id>", [
			lib.where(fault), fault.text,
		]),
		"subject": fault.subject,
		"related": fault.related,
		"key": lib.identity(fault),
	}
}
