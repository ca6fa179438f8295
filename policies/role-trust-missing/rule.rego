# METADATA
# title: The role does not trust the service that uses it
# description: >-
#   The trust policy of the Canvas role does not allow sagemaker.amazonaws.com to
#   assume it, or the trust policy of a helper role does not allow its service
#   (forecast.amazonaws.com, bedrock.amazonaws.com, emr-serverless.amazonaws.com).
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-fine-tuning-permissions.html
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-large-data-permissions.html
# - https://docs.aws.amazon.com/forecast/latest/dg/aws-forecast-iam-roles.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs.lacking]
#   why: >-
#     A service can use the role's permissions only after it assumes the role, and
#     only the trust policy decides whether it can.
#   fix: Add the statement that the finding prints to the role's trust policy.
#   exceptions: >-
#     Conditions on aws:SourceAccount and aws:SourceArn are fine if they allow the
#     domain's account. A trust policy that was not exported is unknown. A helper
#     role whose setting is DISABLED is not checked.
package canvaslint["role-trust-missing"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.service != ""
	count(lib.failing(need, "trust")) > 0
	message := sprintf("the %s role %s does not trust %s, so %s of %s does not work", [
		need.kind, lib.name(need.role), need.service, feature[need.kind], lib.who(lib.about(need, need.actions)),
	])
	finding := object.union(lib.finding(need, "trust", message), {"key": need.service, "at": place(need), "related": related(need)})
}

# The trust policy is what to change; the setting that names the role says why.
place(need) := [cause.at | some cause in lib.causes(need, "trust"); cause.at != ""][0]

place(need) := need.at if count([cause | some cause in lib.causes(need, "trust"); cause.at != ""]) == 0

related(need) := array.concat([{"at": need.at, "message": sprintf("%s names the role", [need.what])}], need.related) if place(need) != need.at

related(need) := need.related if place(need) == need.at

feature := {
	"Canvas": "Canvas", "Forecast": "time-series forecasting with Amazon Forecast",
	"Bedrock": "generative AI", "EMR Serverless": "large data processing",
}
