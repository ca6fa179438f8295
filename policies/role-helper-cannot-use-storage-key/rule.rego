# METADATA
# title: A helper role cannot use the storage key or the Canvas bucket
# description: >-
#   The Bedrock or EMR Serverless role of the Canvas settings cannot call
#   kms:Decrypt or kms:GenerateDataKey with the storage key through S3, or
#   s3:GetObject and s3:PutObject under Canvas/ and s3:ListBucket on the bucket.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-fine-tuning-permissions.html
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-large-data-permissions.html
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs.lacking]
#   why: >-
#     Fine-tuning and large data processing read and write the objects of the
#     Canvas bucket with this role. The AWS-managed policies for these roles allow
#     no KMS action, and only buckets with "sagemaker" in their names.
#   fix: >-
#     Add a statement for the helper role to the key policy, and allow the bucket
#     in a policy of the role; the finding prints the smallest statements.
#   exceptions: >-
#     A helper role that is the Canvas role itself is checked as the Canvas role.
#     Without a storage key, the helper may use the bucket's default key: a
#     missing permission on it is unknown. AWS does not document which key a
#     helper names when it writes, so a bucket policy that demands a key is an
#     error only if it accepts none of the possible keys.
package canvaslint["role-helper-cannot-use-storage-key"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.purpose == "helper"
	failing := lib.failing(need, "use")
	count(failing) > 0
	message := sprintf("the %s role %s cannot call %s %s of domain %s%s", [
		need.kind, lib.name(need.role), lib.sentence(failing), what(need), need.subject.domain, lib.grants(need),
	])
	finding := lib.finding(need, "use", message)
}

what(need) := sprintf("on the Canvas bucket %s%s", [need.bucket, lib.through(need)]) if need.bucket != ""

what(need) := sprintf("through S3 with the storage key %s", [lib.name(need.resource)]) if need.bucket == ""
