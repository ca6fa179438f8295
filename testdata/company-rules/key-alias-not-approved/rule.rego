# METADATA
# title: A key that the key team has not approved for Canvas
# description: A setting names a key that has no alias of the form alias/canvas-*.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html
# custom:
#   severity: error
#   severities: [warning]
#   since: "1.0"
#   guides: ["2022", current]
#   inputs: [documents.domains, documents.keys]
#   why: The key team gives the alias when it has reviewed the key policy.
#   fix: Ask the key team for a key, and name it in the setting.
#   exceptions: A key of which not all aliases were exported is a warning.
package canvaslint["key-alias-not-approved"]

import data.acme.settings

findings contains finding if {
	some use in settings.keys
	use.setting.state == "given"
	means := canvaslint.resolve_key(use.setting.value, use.domain.account, use.domain.region)
	known := [key | some key in input.documents.keys; key.arn == means.arn]
	not approved(known)
	finding := {
		"at": use.setting.at,
		"severity": severity(known),
		"message": sprintf("%s of domain %s names a key without an alias alias/canvas-*", [use.name, use.domain.id]),
		"subject": {"account": use.domain.account, "region": use.domain.region, "domain": use.domain.id, "resource": means.arn},
	}
}

approved(keys) if canvaslint.matches("alias/canvas-*", keys[_].aliases[_].value)

severity(keys) := "error" if keys[0].aliases_state == "given"

else := "warning"
