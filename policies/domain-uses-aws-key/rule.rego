# METADATA
# title: The domain has no customer-managed app key
# description: >-
#   The domain's KmsKeyId is unset, or names a key that AWS manages.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateDomain.html
# custom:
#   severity: info
#   severities: [error]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [users, keys]
#   why: >-
#     Canvas then encrypts the application's data with an AWS managed key. The key
#     cannot be set later: UpdateDomain does not take it.
#   fix: If you need your own key, create a new domain with it.
#   exceptions: It is an error if the config expects customer keys for app.
package canvaslint["domain-uses-aws-key"]

import data.lib

findings contains finding if {
	some use in lib.canvas_keys
	use.purpose == "app"
	use.aws_managed
	finding := report(use.at, sprintf("uses %s", [use.value]), object.remove(use.subject, ["resource"]))
}

findings contains finding if {
	some at, indices in keyless
	profiles := [folder.profile | some i in indices; some folder in input.users[i].folders; folder.profile != ""]
	subject := object.union(object.remove(input.users[min(indices)].subject, ["principal"]), {"purpose": "app", "profiles": profiles})
	finding := report(at, "has no KmsKeyId", subject)
}

# keyless are indices of input.users, by their domain.
keyless[user.domain_at] contains i if {
	some i, user in input.users
	user.app_key == null
}

report(at, fault, subject) := {
	"at": at,
	"severity": severity,
	"message": sprintf("the domain %s %s: Canvas encrypts the application's data with an AWS managed key, and the key of a domain cannot change later", [subject.domain, fault]),
	"subject": subject,
	"key": "",
}

default severity := "info"

severity := "error" if "app" in input.config.customer_keys
