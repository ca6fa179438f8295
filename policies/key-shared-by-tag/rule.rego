# METADATA
# title: A tag opens a key to the model registry
# description: >-
#   A key has the tag sagemaker=true, and its policy lets IAM policies decide. So
#   AmazonSageMakerModelRegistryFullAccess allows its use.
# related_resources:
# - https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerModelRegistryFullAccess.html
# custom:
#   severity: info
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.shared-by-tag]
#   why: >-
#     The managed policy allows kms:Decrypt, kms:GenerateDataKey, kms:CreateGrant
#     and kms:DescribeKey through SageMaker on every key with this tag. A role
#     gets access to the key without being named anywhere.
#   fix: Remove the tag if these roles should not use the key, or name them in the key policy.
#   exceptions: >-
#     If the key policy has no statement for the account, the managed policy
#     allows nothing and the tag has no effect.
package canvaslint["key-shared-by-tag"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "shared-by-tag"
	finding := {
		"at": fault.at,
		"message": sprintf("the tag sagemaker=true allows every role with AmazonSageMakerModelRegistryFullAccess%s to use the key %s through SageMaker (kms:Decrypt, kms:GenerateDataKey, kms:CreateGrant, kms:DescribeKey)", [
			who(fault), lib.name(fault.subject.resource),
		]),
		"subject": fault.subject,
		"key": "",
	}
}

who(fault) := sprintf(" (%s)", [lib.named(fault.roles)]) if count(fault.roles) > 0

who(fault) := "" if count(fault.roles) == 0
