# METADATA
# title: A condition on the encryption context contradicts S3 Bucket Keys
# description: >-
#   A condition on kms:EncryptionContext:aws:s3:arn asks for the object where S3
#   sends the bucket, or the reverse.
# related_resources:
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [flaws.encryption-context]
#   why: >-
#     S3 gives KMS the ARN of the object as encryption context, and the ARN of
#     the bucket where Bucket Keys are on. A condition on the other of the two
#     never holds.
#   fix: >-
#     Ask for both: the ARN of the bucket and the ARN of its objects
#     ("arn:aws:s3:::bucket" and "arn:aws:s3:::bucket/*").
#   exceptions: >-
#     A condition that takes in both ARNs holds either way. One that names
#     another bucket is the business of the access finding. Where the bucket's
#     encryption was not read nothing is said.
package canvaslint["key-encryption-context-conflict"]

import data.lib

findings contains finding if {
	some flaw in input.flaws
	flaw.kind == "encryption-context"
	finding := {
		"at": flaw.at,
		"message": sprintf("%s asks for kms:EncryptionContext:aws:s3:arn %s, but S3 sends the ARN of the %s because Bucket Keys are %s for %s: this keeps %s from calling %s with %s; ask for the ARNs of bucket and objects", [
			lib.where(flaw), flaw.text, sent(flaw), state(flaw), lib.sentence(flaw.buckets), lib.roles(flaw.roles), lib.sentence(flaw.actions), lib.keys(flaw.keys),
		]),
		"subject": flaw.subject,
		"related": flaw.related,
		"only_in_guide": flaw.only_in_guide,
		"key": lib.identity(flaw),
	}
}

sent(flaw) := "bucket" if flaw.bucket_key

sent(flaw) := "object" if not flaw.bucket_key

state(flaw) := "on" if flaw.bucket_key

state(flaw) := "off" if not flaw.bucket_key
