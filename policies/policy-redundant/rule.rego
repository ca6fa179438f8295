# METADATA
# title: A part of a policy is redundant
# description: >-
#   Another part of the same policy covers an action, a resource, a condition
#   value or a whole statement.
# related_resources:
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
# custom:
#   severity: off
#   severities: [info, warning, error]
#   since: "0.2"
#   guides: ["2022", current]
#   inputs: [faults.redundant]
#   why: Redundant parts mislead readers; removing them changes nothing.
#   fix: Remove what the message names.
#   exceptions: >-
#     The rule is off unless the config or --only turns it on. Statements with
#     NotAction, NotResource or NotPrincipal, and values that only a deployment
#     determines, are not compared.
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
