# METADATA
# title: A policy has an element that the policy grammar does not allow
# description: >-
#   An element of a policy is not what AWS's policy grammar takes: an unknown operator,
#   an operator that can't fit its key, a principal with a partial wildcard,
#   NotPrincipal with Allow, a malformed ARN, an Effect that is neither Allow nor Deny,
#   both Action and NotAction, and the like.
# related_resources:
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.grammar]
#   why: AWS refuses the policy, or stores it and the element matches nothing.
#   fix: Write the element as the grammar has it; the message says what is expected.
#   exceptions: >-
#     String operators on a key that holds an ARN are fine; placeholders, and
#     statements of a key policy without Action or Resource, have rules of their own;
#     values that only exist once a template is deployed are not judged.
package canvaslint["policy-invalid-element"]

findings contains finding if {
	some fault in input.faults
	fault.class == "grammar"
	finding := {
		"at": fault.at,
		"message": sprintf("in %s: %s", [fault.document, fault.message]),
		"subject": fault.subject,
		"key": sprintf("%s %s", [fault.kind, fault.text]),
	}
}
