# METADATA
# title: The domain or profile has failed
# description: >-
#   The Status of the domain or of a profile is Failed, Update_Failed or
#   Delete_Failed.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeDomain.html
# - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeUserProfile.html
# custom:
#   severity: warning
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [states]
#   why: >-
#     Canvas applications start only where domain and profile are in service. The
#     settings that were exported may be those that AWS refused.
#   fix: Read the reason that AWS gives, correct it, and update the domain or profile.
#   exceptions: >-
#     Pending, Updating and Deleting are states that pass by themselves.
package canvaslint["domain-not-in-service"]

findings contains finding if {
	some state in input.states
	endswith(state.status, "Failed")
	finding := {
		"at": state.at,
		"message": sprintf("%s is in the state %s: %s", [state.what, state.status, reason(state)]),
		"subject": state.subject,
		"key": state.what,
	}
}

reason(state) := sprintf("%q", [state.reason]) if state.reason != ""

reason(state) := "AWS gives no reason" if state.reason == ""
