# METADATA
# title: The Canvas role cannot use the key of an encrypted dataset
# description: >-
#   The execution role may read objects of a bucket whose default encryption is
#   SSE-KMS, and may not use the key that they are encrypted with.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# custom:
#   severity: error
#   severities: [warning, info]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs, wildcards]
#   why: >-
#     Importing an encrypted dataset takes permissions on the dataset's own key,
#     besides s3:GetObject. The page of 2022 lists five groups of actions; the
#     current one needs kms:Decrypt and kms:GenerateDataKey alone.
#   fix: Give the role the actions that the finding lists, on the dataset's key.
#   exceptions: >-
#     A bucket that the role reads only through a wildcard may not be meant: such
#     buckets are listed in one info per role. Name the buckets that users import
#     from under datasets in the config.
package canvaslint["role-cannot-import-dataset"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.purpose == "dataset"
	need.meant
	failing := lib.failing(need, "use")
	count(failing) > 0
	message := sprintf("the role %s can read the bucket %s but may not call %s with its key %s: users cannot import from it%s%s", [
		lib.name(need.role), need.bucket, lib.sentence(failing), key(need), further(need), lib.grants(need),
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
	message := sprintf("the role %s may not call %s with the key %s of the bucket %s: the 2022 page demands them for importing encrypted datasets%s", [
		lib.name(need.role), lib.sentence(failing), key(need), need.bucket, lib.grants(need),
	])
	finding := object.union(lib.finding(need, "extra", message), {"severity": "warning", "only_in_guide": "2022"})
}

findings contains finding if {
	some reads in input.wildcards
	finding := {
		"at": reads.at,
		"severity": "info",
		"message": sprintf("the role %s can read these encrypted buckets through a wildcard, but cannot be shown to have the use of their keys: %s. If users import from them, name them under datasets in the config", [
			lib.name(reads.role), concat(", ", reads.buckets),
		]),
		"subject": reads.subject,
	}
}

# further names what only the page of 2022 demands, where that fails too.
further(need) := sprintf("; the 2022 page demands %s too", [lib.sentence(failing)]) if {
	failing := lib.failing(need, "extra")
	count(failing) > 0
} else := ""

# key names the key: its id, or its alias where AWS manages it.
key(need) := need.resource if startswith(need.resource, "alias/")

key(need) := lib.name(need.resource) if not startswith(need.resource, "alias/")
