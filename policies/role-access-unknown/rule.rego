# METADATA
# title: A needed permission is unknown
# description: >-
#   The documents neither prove nor rule out a permission that Canvas needs.
# related_resources:
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
# custom:
#   severity: warning
#   severities: [info]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs.lacking]
#   why: >-
#     A document is missing (a key policy of another account, an attached policy),
#     a condition depends on something that no document holds, or AWS does not
#     document the case. An unknown permission does not pass: the exit status is
#     3.
#   fix: >-
#     Export what the finding names, or settle the condition under facts in the
#     config.
#   exceptions: >-
#     It is an info if the lack of the permission would not be an error. There is
#     no finding if a permission of the same need is certainly denied, or if only
#     a condition on kms:ViaService is open, which key-via-service-too-narrow
#     reports.
package canvaslint["role-access-unknown"]

import data.lib

findings contains finding if {
	some need in input.needs
	not by_wildcard(need)
	unknown := [action | some action in need.actions; action.verdict == "unknown"; not action.via_service]
	count(unknown) > 0
	speaks(need)
	names := [action.action | some action in unknown]
	missing := sort({text | some action in unknown; some text in action.missing; text != need.maybe})
	finding := {
		"at": need.at,
		"severity": severity(unknown),
		"message": sprintf("unknown whether %s of %s%s%s", [question(need, names), lib.who(need.subject), why(need), settle(missing)]),
		"subject": lib.about(need, unknown),
		"causes": [cause | some action in unknown; some cause in action.causes],
		"related": need.related,
		"only_in_guide": need.only_in_guide,
		"key": need.service,
	}
}

# A trust policy answers for a service, every other need is the role's.
question(need, names) := sprintf("the role %s can call %s on %s", [lib.name(need.role), lib.sentence(names), what(need)]) if need.service == ""

question(need, names) := sprintf("%s can call %s on the role %s", [need.service, lib.sentence(names), lib.name(need.role)]) if need.service != ""

# What a role reads only through a wildcard is listed by role-cannot-import-dataset.
by_wildcard(need) if {
	need.purpose == "dataset"
	not need.meant
}

# A need with a permission that is surely denied has a finding of its own.
speaks(need) if not about(need) in silenced

silenced contains about(need) if {
	some need in input.needs
	some action in need.actions
	denied(action)
}

about(need) := [need.purpose, need.resource, need.role, need.subject.domain]

denied(action) if {
	action.verdict == "denied"
	action.lack == "error"
}

# The exit status is 3 with the same actions.
severity(unknown) := "warning" if {
	some action in unknown
	action.matters
} else := "info"

what(need) := sprintf("the bucket %s%s", [need.bucket, lib.through(need)]) if need.purpose == "bucket"

what(need) := sprintf("the Canvas bucket %s%s", [need.bucket, lib.through(need)]) if {
	need.purpose == "helper"
	need.bucket != ""
}

what(need) := sprintf("the storage key %s", [lib.name(need.resource)]) if {
	need.purpose == "helper"
	need.bucket == ""
	need.maybe == ""
}

what(need) := sprintf("the key %s", [lib.name(need.resource)]) if {
	need.purpose == "helper"
	need.bucket == ""
	need.maybe != ""
}

what(need) := sprintf("the key %s of the bucket %s", [lib.name(need.resource), need.bucket]) if {
	need.purpose == "dataset"
	not contains(need.resource, ":s3:")
}

# Which key it is, is not known where the bucket's encryption is not.
what(need) := sprintf("the bucket %s", [need.bucket]) if {
	need.purpose == "dataset"
	contains(need.resource, ":s3:")
	not key_is_open(need)
}

what(need) := sprintf("the bucket %s and its key", [need.bucket]) if {
	need.purpose == "dataset"
	contains(need.resource, ":s3:")
	key_is_open(need)
}

what(need) := sprintf("the storage key %s for the output of jobs", [lib.name(need.resource)]) if need.purpose == "output"

what(need) := sprintf("%s, %s,", [lib.name(need.resource), need.what]) if is_default_key(need)

what(need) := sprintf("the %s key %s", [need.purpose, lib.name(need.resource)]) if {
	not need.purpose in {"bucket", "dataset", "output", "helper"}
	not is_default_key(need)
}

key_is_open(need) if {
	some action in need.actions
	startswith(action.action, "kms:")
	action.verdict == "unknown"
}

is_default_key(need) if {
	need.purpose == "storage"
	startswith(need.what, "the default key of ")
}

# A need that may not be one: no document can settle that, so it is said apart.
why(need) := sprintf(": %s", [need.maybe]) if need.maybe != ""

why(need) := "" if need.maybe == ""

settle(missing) := sprintf("; needed to decide: %s", [concat("; ", missing)]) if count(missing) > 0

settle(missing) := "" if count(missing) == 0
