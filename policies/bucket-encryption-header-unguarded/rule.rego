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
#     The key is the header of the request, not what S3 will do. A write that
#     leaves encryption to the bucket's default has no header, a negated operator
#     then holds, and the write is denied although the object would be encrypted.
#   fix: >-
#     Add {"Null": {"s3:x-amz-server-side-encryption": "false"}} to the
#     condition, or demand the key with s3:x-amz-server-side-encryption-aws-kms-
#     key-id, which follows the key in use.
#   exceptions: >-
#     With the guard, or with another condition that takes the header for given,
#     it is fine. The condition on the key id needs no guard.
package canvaslint["bucket-encryption-header-unguarded"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "unguarded-header"
	finding := {
		"at": fault.at,
		"message": sprintf("%s denies s3:PutObject without the header x-amz-server-side-encryption (%s), also where the default encryption of the bucket would do: %s", [
			lib.where(fault), fault.text, advice(fault),
		]),
		"subject": fault.subject,
		"key": lib.identity(fault),
	}
}

advice(fault) := "add {\"Null\": {\"s3:x-amz-server-side-encryption\": \"false\"}}" if not fault.no_header

# The opposite guard beside this one would leave a statement that never applies.
advice(fault) := "it denies nothing else, since its Null condition asks for requests without the header: remove the statement, or demand the key with s3:x-amz-server-side-encryption-aws-kms-key-id instead" if fault.no_header
