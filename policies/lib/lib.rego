# METADATA
# description: What the built-in rules share. Messages are sentences for a tired engineer.
package lib

# name is the last part of an ARN: the role's or key's own name.
name(arn) := part if {
	parts := split(arn, "/")
	part := parts[count(parts) - 1]
}

# group gives the actions of a need that belong together.
group(need, name) := [action |
	some action in need.actions
	action.group == name
]

# failing gives the names of the actions of a group that are denied.
failing(need, name) := [action.action |
	some action in group(need, name)
	action.verdict == "denied"
]

# causes gives all causes of denied actions, one list.
causes(need, name) := [cause |
	some action in group(need, name)
	action.verdict == "denied"
	some cause in action.causes
]

# sentence joins words as a sentence does.
sentence(words) := words[0] if count(words) == 1

sentence(words) := sprintf("%s and %s", [concat(", ", array.slice(words, 0, count(words) - 1)), words[count(words) - 1]]) if count(words) > 1

# grants is a hint where grants could still allow what was denied.
grants(need) := " (its grants were not exported; one of them could still allow this)" if need.grants_not_exported

grants(need) := "" if not need.grants_not_exported

# about is the subject of a need with only the profiles for whom actions fail.
about(need, actions) := object.union(need.subject, {"profiles": profiles}) if {
	failing := {profile | some action in actions; some profile in action.profiles}
	profiles := [profile | some profile in need.subject.profiles; profile in failing]
}

# finding is what an access rule reports of a need.
finding(need, name, message) := {
	"at": need.at,
	"message": message,
	"subject": about(need, [action | some action in group(need, name); action.verdict == "denied"]),
	"causes": causes(need, name),
	"related": need.related,
	"fix": object.get(need.fixes, name, null),
	"only_in_guide": need.only_in_guide,
}

# who names a domain's profiles in a sentence.
who(subject) := sprintf("domain %s", [subject.domain]) if count(object.get(subject, "profiles", [])) == 0

who(subject) := sprintf("profile %s of domain %s", [subject.profiles[0], subject.domain]) if count(object.get(subject, "profiles", [])) == 1

who(subject) := sprintf("%d profiles of domain %s", [count(subject.profiles), subject.domain]) if count(object.get(subject, "profiles", [])) > 1

# edition is 2022 for a key that only that guide takes for a storage key: guide
# current does not know the sharing key.
edition(use) := "2022" if endswith(use.what, "SharingSettings.S3KmsKeyId")

edition(use) := "" if not endswith(use.what, "SharingSettings.S3KmsKeyId")

# across_accounts_without_arn is a storage key that cannot work for a bucket of
# another account.
across_accounts_without_arn(use) if {
	count(use.foreign_buckets) > 0
	use.existence != "malformed"
	use.aws_managed
}

across_accounts_without_arn(use) if {
	count(use.foreign_buckets) > 0
	use.form in {"key id", "alias"}
}

# fault_finding is what a rule reports of a fault of a policy.
fault_finding(fault, message) := object.union(severity_of(fault), {
	"at": fault.at,
	"message": message,
	"subject": fault.subject,
	"key": sprintf("%s %s", [fault.detail, fault.text]),
})

severity_of(fault) := {"severity": fault.severity} if fault.severity

severity_of(fault) := {} if not fault.severity

# elsewhere says where the key or alias of a value that names nothing lies: it was
# probably meant.
elsewhere(use) := "" if count(use.elsewhere) == 0

elsewhere(use) := sprintf("; it exists elsewhere: %s", [sentence(array.slice(use.elsewhere, 0, 3))]) if count(use.elsewhere) > 0

# canvas_keys are the settings of Canvas that name a key: those of buckets have
# rules of their own.
canvas_keys := [use | some use in input.keys; use.bucket == ""]

# deletion says when a key is going to be deleted.
deletion(key) := sprintf(" on %s", [key.DeletionDate.value]) if key.DeletionDate.value != ""

deletion(key) := "" if key.DeletionDate.value == ""

# through names the access point that a need is about, where the bucket behind it is
# known.
through(need) := sprintf(" through the access point %s", [name(need.resource)]) if {
	contains(need.resource, ":accesspoint/")
	need.resource != need.bucket
} else := ""
