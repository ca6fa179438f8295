# METADATA
# title: kms:ViaService does not include the services that Canvas calls through
# description: >-
#   A condition on kms:ViaService blocks the Canvas role from a key: it lacks a
#   service, names another Region, or is misspelt.
# related_resources:
# - https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# custom:
#   severity: error
#   severities: [warning]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [faults.via-service]
#   why: >-
#     Canvas uses the storage key through Amazon S3. AWS does not document which
#     service calls KMS for the application key: SageMaker, EC2 (for EBS) and EFS
#     are the candidates, and a role may describe the key directly. In every
#     partition a value ends in the Region and .amazonaws.com.
#   fix: >-
#     Add the missing services to the condition. If a direct call is among them,
#     put that action into a statement without the condition.
#   exceptions: >-
#     There is no finding if another statement covers the need. A statement for
#     everyone or for the account that names no service of Canvas is meant for
#     another use of the key. It is a warning if only some candidates for the
#     application key are allowed.
package canvaslint["key-via-service-too-narrow"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "via-service"
	finding := {
		"at": fault.at,
		"severity": fault.severity,
		"message": sprintf("%s %s kms:ViaService %s, %s %s from calling %s with %s%s: %s", [
			lib.where(fault), verb(fault), fault.text, keeps(fault), lib.roles(fault.roles), lib.sentence(fault.actions), lib.keys(fault.keys), through(fault), add(fault),
		]),
		"subject": fault.subject,
		"related": fault.related,
		"only_in_guide": fault.only_in_guide,
		"key": lib.identity(fault),
	}
}

verb(fault) := "requires" if fault.effect == "Allow"

verb(fault) := "denies everything except" if fault.effect == "Deny"

keeps(fault) := "which blocks" if not fault.doubt

keeps(fault) := "which may block" if fault.doubt

named_services(fault) := [service | some service in fault.services; service != ""]

direct(fault) if "" in fault.services

through(fault) := sprintf(" through %s%s", [lib.sentence(named_services(fault)), also_direct(fault)]) if count(named_services(fault)) > 0

through(fault) := " directly" if count(named_services(fault)) == 0

also_direct(fault) := ", or directly" if direct(fault)

also_direct(fault) := "" if not direct(fault)

region(fault) := split(fault.keys[0], ":")[3]

values(fault) := concat(", ", [sprintf("%s.%s.amazonaws.com", [service, region(fault)]) | some service in named_services(fault)])

add(fault) := sprintf("add %s%s", [values(fault), apart(fault)]) if count(named_services(fault)) > 0

add(fault) := "put the action into a statement without the condition" if count(named_services(fault)) == 0

apart(fault) := ", and allow the direct call in a statement without the condition" if direct(fault)

apart(fault) := "" if not direct(fault)
