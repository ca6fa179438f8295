# METADATA
# title: A statement is limited to other services than Canvas calls through
# description: >-
#   A condition on kms:ViaService keeps the Canvas role from a key: it lacks a
#   service, or names another Region, or is misspelt.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# custom:
#   severity: error
#   severities: [warning]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [flaws.via-service]
#   why: >-
#     The storage key is used through Amazon S3. Through which service the calls
#     for the application key come AWS does not say: SageMaker, EC2 (for EBS) and
#     EFS are the candidates, and the key may be described directly. A value ends
#     in the Region and .amazonaws.com, in every partition.
#   fix: >-
#     Add the missing services to the condition; where a direct call is among
#     them, put that action into a statement without it.
#   exceptions: >-
#     Where another statement covers the need nothing is said. A statement for
#     everyone or for the account that names no service of Canvas is meant for
#     another use of the key. It is a warning where only some candidates for the
#     application key are let in.
package canvaslint["key-via-service-too-narrow"]

import data.lib

findings contains finding if {
	some flaw in input.flaws
	flaw.kind == "via-service"
	finding := {
		"at": flaw.at,
		"severity": flaw.severity,
		"message": sprintf("%s %s kms:ViaService %s, %s %s from calling %s with %s%s: %s", [
			lib.where(flaw), verb(flaw), flaw.text, keeps(flaw), lib.roles(flaw.roles), lib.sentence(flaw.actions), lib.keys(flaw.keys), through(flaw), add(flaw),
		]),
		"subject": flaw.subject,
		"related": flaw.related,
		"only_in_guide": flaw.only_in_guide,
		"key": lib.identity(flaw),
	}
}

verb(flaw) := "asks for" if flaw.effect == "Allow"

verb(flaw) := "denies all but" if flaw.effect == "Deny"

keeps(flaw) := "which keeps" if not flaw.doubt

keeps(flaw) := "which may keep" if flaw.doubt

named_services(flaw) := [service | some service in flaw.services; service != ""]

direct(flaw) if "" in flaw.services

through(flaw) := sprintf(" through %s%s", [lib.sentence(named_services(flaw)), also_direct(flaw)]) if count(named_services(flaw)) > 0

through(flaw) := " directly" if count(named_services(flaw)) == 0

also_direct(flaw) := ", or directly" if direct(flaw)

also_direct(flaw) := "" if not direct(flaw)

region(flaw) := split(flaw.keys[0], ":")[3]

values(flaw) := concat(", ", [sprintf("%s.%s.amazonaws.com", [service, region(flaw)]) | some service in named_services(flaw)])

add(flaw) := sprintf("add %s%s", [values(flaw), apart(flaw)]) if count(named_services(flaw)) > 0

add(flaw) := "put the action into a statement without the condition" if count(named_services(flaw)) == 0

apart(flaw) := ", and allow the direct call in a statement without the condition" if direct(flaw)

apart(flaw) := "" if not direct(flaw)
