# METADATA
# title: Everyone can assume a role of Canvas
# description: >-
#   The trust policy of a role that Canvas uses or may use allows every principal
#   of AWS to assume it, and no condition limits who or from where.
# related_resources:
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
# - https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
# custom:
#   severity: error
#   since: "0.2"
#   guides: ["2022", current]
#   inputs: [faults.trust]
#   why: >-
#     Anyone with an AWS account can call sts:AssumeRole and then has every
#     permission of the role, on the data and on the keys that protect it.
#   fix: >-
#     Name sagemaker.amazonaws.com as the Service, and the accounts or roles that
#     also assume the role.
#   exceptions: >-
#     A positive condition on the account, organization, ARN or source of the
#     caller limits the statement; sts:ExternalId is not a secret and does not. If
#     the users of Canvas were exported, roles that Canvas does not use are not
#     checked.
package canvaslint["role-open-to-everyone"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "trust"
	finding := lib.fault_finding(fault, sprintf("a statement of %s %s: name the principals, or add a condition on aws:PrincipalOrgID or aws:PrincipalAccount", [fault.document, fault.message]))
}
