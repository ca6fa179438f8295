# METADATA
# title: The Canvas role cannot use the application key
# description: >-
#   The execution role of Canvas cannot call kms:Decrypt or kms:GenerateDataKey
#   with the key of the domain's KmsKeyId.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs.lacking]
#   why: >-
#     Canvas encrypts its storage volumes and the files of the application with
#     this key. Without both permissions the application fails with "access denied".
#   fix: >-
#     Add a statement for the role to the key policy; the finding prints the
#     smallest one. If a Deny or a boundary blocks the role, change that.
#   exceptions: >-
#     Keys that AWS manages need no permission from you. AWS does not document
#     which service calls KMS for the volumes: if only some of the candidates are
#     allowed, role-access-unknown reports it instead.
package canvaslint["role-cannot-use-app-key"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.purpose == "app"
	failing := lib.failing(need, "use")
	count(failing) > 0
	message := sprintf("the role %s cannot call %s with the app key %s of domain %s%s", [
		lib.name(need.role), lib.sentence(failing), lib.name(need.resource), need.subject.domain, lib.grants(need),
	])
	finding := lib.finding(need, "use", message)
}
