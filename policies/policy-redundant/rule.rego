# METADATA
# title: A policy says something twice
# description: >-
#   An action, a resource, a value of a condition or a whole statement is taken in by
#   another of the same policy.
# related_resources:
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
# custom:
#   severity: off
#   severities: [info, warning, error]
#   since: "0.2"
#   guides: ["2022", current]
#   inputs: [faults.redundant]
#   why: >-
#     What is redundant misleads readers: taking it away changes nothing.
#   fix: >-
#     Remove what the message names.
#   exceptions: >-
#     The rule is off unless the config or --only asks for it. Statements with NotAction,
#     NotResource or NotPrincipal, and values that only a deployment gives, are not
#     compared.
package canvaslint["policy-redundant"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "redundant"
	finding := object.union(
		lib.fault_finding(fault, sprintf("in %s: %s", [fault.document, fault.message])),
		{"severity": "info"},
	)
}
