# METADATA
# title: The Canvas role cannot use the storage key
# description: >-
#   The execution role of Canvas cannot call kms:Decrypt or kms:GenerateDataKey
#   with the storage key through Amazon S3.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs.lacking]
#   why: >-
#     Canvas saves datasets, models and predictions to its bucket with this key.
#     Writing needs kms:GenerateDataKey, reading needs kms:Decrypt, and a
#     multipart upload of a large file needs both.
#   fix: >-
#     Add a statement for the role to the key policy; the finding prints the
#     smallest one.
#   exceptions: >-
#     Without a storage key, Canvas may use the bucket's default key. A missing
#     permission on that key is unknown, not denied.
package canvaslint["role-cannot-use-storage-key"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.purpose == "storage"
	failing := lib.failing(need, "use")
	count(failing) > 0
	message := sprintf("the role %s cannot call %s with the storage key %s of domain %s through S3%s%s", [
		lib.name(need.role), lib.sentence(failing), lib.name(need.resource), need.subject.domain, consequence(failing), lib.grants(need),
	])
	finding := lib.finding(need, "use", message)
}

consequence(failing) := ": small writes work, but large ones (multipart uploads) and all reads fail" if failing == ["kms:Decrypt"]

consequence(failing) := "" if failing != ["kms:Decrypt"]
