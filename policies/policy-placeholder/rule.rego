# METADATA
# title: A placeholder is left in a policy
# description: >-
#   A policy still holds a placeholder from the documentation or from a template,
#   such as "<arn:aws:iam::111122223333:role/Jane>" or "${ACCOUNT_ID}".
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.placeholder]
#   why: AWS refuses the policy, or stores it with a statement that matches no one.
#   fix: Put the real value there, or render the template before you check it.
#   exceptions: Policy variables such as ${aws:username} are not placeholders.
package canvaslint["policy-placeholder"]

findings contains finding if {
	some fault in input.faults
	fault.kind == "placeholder"
	finding := {
		"at": fault.at,
		"message": sprintf("%s still holds the placeholder %s: write the real value", [fault.document, fault.text]),
		"subject": fault.subject,
		"key": fault.text,
	}
}
