# METADATA
# title: The domain has no app key of its own
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
#   inputs: [domains]
#   why: >-
#     Canvas then encrypts the application's data with an AWS managed key. The key
#     cannot be set later: UpdateDomain does not take it.
#   fix: Create a new domain with a key of your own, if you need one.
#   exceptions: It is an error where the config expects customer keys for app.
package canvaslint["domain-uses-aws-key"]

findings contains finding if {
	some domain in input.domains
	domain.in_scope
	own := value(domain)
	finding := {
		"at": own.at,
		"severity": severity,
		"message": sprintf("the domain %s %s: Canvas encrypts the application's data with a key that AWS manages, and the key of a domain cannot be changed later", [domain.id, own.text]),
		"subject": domain.subject,
		"key": "",
	}
}

value(domain) := {"at": domain.at, "text": "has no KmsKeyId"} if domain.app_key == null

value(domain) := {"at": domain.app_key.at, "text": sprintf("uses %s", [domain.app_key.value])} if domain.app_key.aws_managed

default severity := "info"

severity := "error" if "app" in input.config.customer_keys
