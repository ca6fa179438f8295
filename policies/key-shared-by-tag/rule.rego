# METADATA
# title: A tag opens a key to the model registry
# description: >-
#   A key has the tag sagemaker=true, and its policy lets IAM policies decide:
#   AmazonSageMakerModelRegistryFullAccess then gives its use away.
# related_resources:
# - https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerModelRegistryFullAccess.html
# custom:
#   severity: info
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.shared-by-tag]
#   why: >-
#     The managed policy allows kms:Decrypt, kms:GenerateDataKey, kms:CreateGrant
#     and kms:DescribeKey through SageMaker on every key with this tag, so a role
#     gets the key without being named anywhere.
#   fix: >-
#     Remove the tag if these roles should not have the key, or name them in the
#     key policy.
#   exceptions: >-
#     Where the key policy has no statement for the account, the managed policy
#     opens nothing and the tag does no harm.
package canvaslint["key-shared-by-tag"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "shared-by-tag"
	finding := {
		"at": fault.at,
		"message": sprintf("the tag sagemaker=true opens the key %s to every role with AmazonSageMakerModelRegistryFullAccess%s: kms:Decrypt, kms:GenerateDataKey, kms:CreateGrant and kms:DescribeKey through SageMaker", [
			lib.name(fault.subject.resource), who(fault),
		]),
		"subject": fault.subject,
		"key": "",
	}
}

who(fault) := sprintf(" (%s)", [lib.named(fault.roles)]) if count(fault.roles) > 0

who(fault) := "" if count(fault.roles) == 0
