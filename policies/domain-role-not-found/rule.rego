# METADATA
# title: A setting names a role that does not exist
# description: >-
#   The execution role of a domain or profile, or a helper role of its Canvas
#   settings (Forecast, Bedrock, EMR Serverless), is not in the account, and the
#   exported list of roles is complete.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [roles]
#   why: >-
#     AWS checks the role when it is used, not when it is deleted. Without its
#     execution role Canvas does not start; without a helper role its feature
#     fails.
#   fix: >-
#     Name a role that exists, or create one with exactly this ARN, including its
#     path. For key policies that were saved with the old role, a new role of the
#     same name is another role.
#   exceptions: >-
#     Without a complete list of roles, it is unknown whether the role exists. A
#     helper role whose setting is DISABLED is not checked.
package canvaslint["domain-role-not-found"]

import data.lib

findings contains finding if {
	some use in input.roles
	use.existence == "not found"
	finding := {
		"at": use.at,
		"message": sprintf("%s names the %s role %s for %s, but account %s has no such role%s", [
			use.what, use.kind, use.role, lib.who(use.subject), use.account, similar(use),
		]),
		"subject": use.subject,
		"key": sprintf("%s %s", [use.kind, use.role]),
	}
}

similar(use) := sprintf("; it has %s, but the path and case must match too", [use.similar]) if use.similar != ""

similar(use) := "" if use.similar == ""
