# METADATA
# title: The Canvas role cannot start the application with the app key
# description: >-
#   The execution role cannot call kms:CreateGrant or kms:DescribeKey with the
#   key of the domain's KmsKeyId.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# custom:
#   severity: error
#   severities: [warning]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs.lacking]
#   why: >-
#     SageMaker checks both permissions when the application starts, and creates a
#     grant for the encryption of the volume. The 2022 page does not list them, so
#     under that guide this is a warning.
#   fix: Allow the role both actions, kms:CreateGrant with kms:GrantIsForAWSResource.
#   exceptions: Keys that AWS manages need no permission from you.
package canvaslint["role-cannot-start-app"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.purpose == "app"
	failing := lib.failing(need, "start")
	count(failing) > 0
	message := sprintf("the role %s cannot call %s with the app key %s of domain %s: %s%s", [
		lib.name(need.role), lib.sentence(failing), lib.name(need.resource), need.subject.domain, outcome, lib.grants(need),
	])
	finding := object.union(lib.finding(need, "start", message), {"severity": severity})
}

# What is no more than a warning must not promise a failure.
default outcome := "the Canvas application will not start"

outcome := "the 2022 page does not list these permissions, and by today's page the Canvas application does not start without them" if {
	input.config.guide == "2022"
}

severity := "warning" if input.config.guide == "2022"

severity := "error" if input.config.guide != "2022"
