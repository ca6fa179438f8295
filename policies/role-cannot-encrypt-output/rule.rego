# METADATA
# title: The Canvas role cannot encrypt job output with the storage key
# description: The execution role cannot call kms:Encrypt with the storage key.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
# custom:
#   severity: warning
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs.lacking]
#   why: >-
#     The AWS page on execution roles lists kms:Encrypt for the output key of
#     AutoML jobs; the page on Canvas does not. Training may fail when it writes
#     its output.
#   fix: Add kms:Encrypt to the role's statement in the key policy.
#   exceptions: It is enough if one of the services that may call KMS is allowed.
package canvaslint["role-cannot-encrypt-output"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.purpose == "output"
	failing := lib.failing(need, "output")
	count(failing) > 0
	message := sprintf("the role %s cannot call kms:Encrypt with the storage key %s of domain %s: AutoML jobs may fail to write their output%s", [
		lib.name(need.role), lib.name(need.resource), need.subject.domain, lib.grants(need),
	])
	finding := lib.finding(need, "output", message)
}
