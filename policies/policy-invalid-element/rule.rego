# METADATA
# title: A policy has an element that AWS's policy grammar does not allow
# description: >-
#   An element of a policy does not follow AWS's policy grammar: an unknown
#   operator, an operator that does not fit its key, a principal with a partial
#   wildcard, NotPrincipal with Allow, a malformed ARN, an Effect that is neither
#   Allow nor Deny, both Action and NotAction, a Sid that is used twice, an
#   unknown element, a variable where AWS reads plain text, an element that an
#   organization policy cannot have, and others.
# related_resources:
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
# custom:
#   severity: error
#   severities: [warning, info]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.grammar]
#   why: AWS refuses the policy, or stores it and the element matches nothing.
#   fix: Write the element as the grammar requires; the message says what is expected.
#   exceptions: >-
#     It is a warning or an info if AWS accepts the policy: for example a Sid used
#     twice in the policy of a key or bucket, an empty Principal or a missing
#     Version. String operators on a key that holds an ARN are fine. Placeholders,
#     and statements of a key policy without Action or Resource, have rules of
#     their own. Values that exist only once a template is deployed are not
#     checked.
package canvaslint["policy-invalid-element"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "grammar"
	finding := lib.fault_finding(fault, sprintf("in %s: %s", [fault.document, fault.message]))
}
