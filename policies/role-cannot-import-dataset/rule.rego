# METADATA
# title: The Canvas role cannot import from a dataset bucket
# description: >-
#   The execution role cannot read objects of a bucket that users import from, or
#   cannot use the key that encrypts them.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# custom:
#   severity: error
#   severities: [warning, info]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs.lacking, faults.wildcard-read]
#   why: >-
#     Users import from a bucket if the config names it under datasets, or if a
#     statement allows the role to read it by name. Importing needs s3:GetObject,
#     and for an encrypted dataset permissions on its key too. The 2022 page lists
#     five groups of actions; the current page needs kms:Decrypt and
#     kms:GenerateDataKey only.
#   fix: Allow the role the listed actions on the bucket or its key.
#   exceptions: >-
#     If the role reads a bucket only through a wildcard, users may not import
#     from it. One info per role lists such buckets. Name the buckets that users
#     import from under datasets in the config.
package canvaslint["role-cannot-import-dataset"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.purpose == "dataset"
	need.meant
	failing := lib.failing(need, "use")
	count(failing) > 0
	message := sprintf("the role %s cannot call %s with the key %s of the bucket %s: users cannot import from it%s%s", [
		lib.name(need.role), lib.sentence(failing), key(need), need.bucket, further(need), lib.grants(need),
	])
	finding := object.union(lib.finding(need, "use", message), {"causes": array.concat(lib.causes(need, "use"), lib.causes(need, "extra"))})
}

findings contains finding if {
	some need in input.needs
	need.purpose == "dataset"
	need.meant
	count(lib.failing(need, "use")) == 0
	failing := lib.failing(need, "extra")
	count(failing) > 0
	message := sprintf("the role %s cannot call %s with the key %s of the bucket %s: the 2022 guide requires them for importing encrypted datasets%s", [
		lib.name(need.role), lib.sentence(failing), key(need), need.bucket, lib.grants(need),
	])
	finding := object.union(lib.finding(need, "extra", message), {"severity": "warning", "only_in_guide": "2022"})
}

findings contains finding if {
	some need in input.needs
	need.purpose == "dataset"
	failing := lib.failing(need, "read")
	count(failing) > 0
	message := sprintf("the role %s cannot read objects of the bucket %s (%s): users cannot import from it", [
		lib.name(need.role), need.bucket, lib.sentence(failing),
	])
	finding := lib.finding(need, "read", message)
}

findings contains finding if {
	some reads in input.faults
	reads.kind == "wildcard-read"
	finding := {
		"at": reads.at,
		"severity": "info",
		"message": sprintf("the role %s can read these encrypted buckets through a wildcard, but may not be able to use their keys: %s. If users import from them, name them under datasets in the config", [
			lib.name(reads.roles[0]), concat(", ", reads.buckets),
		]),
		"subject": reads.subject,
	}
}

# further names what only the page of 2022 demands, where that fails too.
further(need) := sprintf("; the 2022 guide requires %s too", [lib.sentence(failing)]) if {
	failing := lib.failing(need, "extra")
	count(failing) > 0
} else := ""

# key names the key: its id, or its alias where AWS manages it.
key(need) := need.resource if startswith(need.resource, "alias/")

key(need) := lib.name(need.resource) if not startswith(need.resource, "alias/")
