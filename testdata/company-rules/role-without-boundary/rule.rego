# METADATA
# title: A Canvas role without our permissions boundary
# description: A role that runs Canvas has no permissions boundary, or another one than ours.
# related_resources:
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
# custom:
#   severity: error
#   since: "1.0"
#   guides: ["2022", current]
#   inputs: [documents.roles]
#   why: The boundary keeps data scientists from giving themselves more than their team has.
#   fix: Set the permissions boundary of the role to the policy ScientistBoundary.
#   exceptions: A role whose boundary was not exported is passed over.
package canvaslint["role-without-boundary"]

import data.acme.settings

findings contains finding if {
	some role in input.documents.roles
	role.arn in settings.canvas_roles
	boundary := role.PermissionsBoundary
	boundary.state in {"given", "unset"}
	not canvaslint.matches("arn:*:iam::*:policy/ScientistBoundary", boundary.value)
	finding := {
		"at": boundary.at,
		"message": sprintf("the role %s does not have the permissions boundary ScientistBoundary", [role.name]),
		"subject": {"account": role.account, "principal": role.arn},
	}
}
