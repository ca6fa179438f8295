# METADATA
# title: Canvas can create any grant on a key
# description: >-
#   A Canvas or helper role, or everyone, can call kms:CreateGrant without a
#   condition on its purpose.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/grant-authorization.html
# - https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource
# custom:
#   severity: warning
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.unconstrained-grant]
#   why: >-
#     A principal that can create any grant can give the key to anyone, which is
#     nearly as much as changing the key policy. Canvas needs grants for its
#     volumes only, and an AWS service creates those.
#   fix: >-
#     Put kms:CreateGrant into its own statement with the condition {"Bool":
#     {"kms:GrantIsForAWSResource": "true"}}.
#   exceptions: >-
#     kms:ViaService, kms:GrantOperations, kms:GranteePrincipal and the grant
#     constraint keys limit the statement too, and so does a Deny with one of
#     them. The account principal, and principals that can change the key policy
#     anyway, are not reported.
package canvaslint["key-grant-unconstrained"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "unconstrained-grant"
	finding := {
		"at": fault.at,
		"message": sprintf("%s allows %s to call kms:CreateGrant for any purpose: put it into a statement with the condition {\"Bool\": {\"kms:GrantIsForAWSResource\": \"true\"}}", [
			lib.where(fault), whom(fault),
		]),
		"subject": fault.subject,
		"key": lib.identity(fault),
	}
}

whom(fault) := fault.text if fault.text != ""

whom(fault) := lib.roles(fault.roles) if fault.text == ""
