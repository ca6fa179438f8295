# METADATA
# title: A policy refuses writes that rely on the default encryption
# description: >-
#   A Deny compares s3:x-amz-server-side-encryption without a guard for requests
#   that do not have the header.
# related_resources:
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingServerSideEncryption.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
# custom:
#   severity: warning
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.unguarded-header]
#   why: >-
#     The condition key is the header of the request, not what S3 will do. A write
#     that relies on the bucket's default encryption has no header. A negated
#     operator then holds, and the write is denied although S3 would encrypt the
#     object.
#   fix: >-
#     Add {"Null": {"s3:x-amz-server-side-encryption": "false"}} to the
#     condition, or demand the key with s3:x-amz-server-side-encryption-aws-kms-
#     key-id, which follows the key in use.
#   exceptions: >-
#     There is no finding with that guard, or with another condition that requires
#     the header. The condition on the key id needs no guard.
package canvaslint["bucket-encryption-header-unguarded"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "unguarded-header"
	finding := {
		"at": fault.at,
		"message": sprintf("%s denies s3:PutObject without the header x-amz-server-side-encryption (%s), even if the default encryption of the bucket would encrypt the object: %s", [
			lib.where(fault), fault.text, advice(fault),
		]),
		"subject": fault.subject,
		"key": lib.identity(fault),
	}
}

advice(fault) := "add {\"Null\": {\"s3:x-amz-server-side-encryption\": \"false\"}}" if not fault.no_header

# The opposite guard beside this one would leave a statement that never applies.
advice(fault) := "its Null condition selects requests without the header, so it denies nothing else: remove the statement, or demand the key with s3:x-amz-server-side-encryption-aws-kms-key-id instead" if fault.no_header
