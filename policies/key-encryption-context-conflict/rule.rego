# METADATA
# title: A condition on the encryption context contradicts S3 Bucket Keys
# description: >-
#   A condition on kms:EncryptionContext:aws:s3:arn requires the ARN of the object
#   while S3 sends the ARN of the bucket, or the reverse.
# related_resources:
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.encryption-context]
#   why: >-
#     S3 sends KMS the ARN of the object as encryption context, or the ARN of the
#     bucket if Bucket Keys are on. A condition on the other ARN never holds.
#   fix: >-
#     Allow both: the ARN of the bucket and the ARN of its objects
#     ("arn:aws:s3:::bucket" and "arn:aws:s3:::bucket/*").
#   exceptions: >-
#     A condition that covers both ARNs always holds. If it names another bucket,
#     the access finding reports it. There is no finding if the bucket's
#     encryption was not exported.
package canvaslint["key-encryption-context-conflict"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "encryption-context"
	finding := {
		"at": fault.at,
		"message": sprintf("%s requires kms:EncryptionContext:aws:s3:arn %s, but S3 sends the ARN of the %s because Bucket Keys are %s for %s. This blocks %s from calling %s with %s: allow the ARNs of bucket and objects", [
			lib.where(fault), fault.text, sent(fault), state(fault), lib.sentence(fault.buckets), lib.roles(fault.roles), lib.sentence(fault.actions), lib.keys(fault.keys),
		]),
		"subject": fault.subject,
		"related": fault.related,
		"only_in_guide": fault.only_in_guide,
		"key": lib.identity(fault),
	}
}

sent(fault) := "bucket" if fault.bucket_key

sent(fault) := "object" if not fault.bucket_key

state(fault) := "on" if fault.bucket_key

state(fault) := "off" if not fault.bucket_key
