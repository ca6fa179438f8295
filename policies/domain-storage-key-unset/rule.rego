# METADATA
# title: No storage key of one's own
# description: >-
#   No key is set for what Canvas saves in Amazon S3, or one that AWS manages.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# custom:
#   severity: info
#   severities: [error]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [users]
#   why: >-
#     Datasets and models are then encrypted as the bucket does by default. The
#     page calls the key optional.
#   fix: Set S3KmsKeyId in the WorkspaceSettings of the domain's CanvasAppSettings.
#   exceptions: >-
#     Formats that cannot show the workspace settings say nothing about it. Where
#     only the sharing key is set, domain-storage-key-inactive speaks under guide
#     current. It is an error where the config expects customer keys for storage.
package canvaslint["domain-storage-key-unset"]

groups[id] contains user if {
	some user in input.users
	not user.storage_hidden
	not inactive(user)
	unset(user)
	id := sprintf("%s/%s/%s/%s", [user.subject.account, user.subject.region, user.subject.domain, user.at])
}

findings contains finding if {
	some group in groups
	profiles := sort([user.name | some user in group; user.name != ""])
	user := sort([[user.name, user] | some user in group])[0][1]
	finding := {
		"at": user.at,
		"severity": severity,
		"message": sprintf("the domain %s has no storage key of its own%s: what Canvas saves in the bucket %s is encrypted as the bucket does by default", [user.subject.domain, suffix(profiles), user.bucket]),
		"subject": object.union(object.remove(user.subject, ["principal"]), {"profiles": profiles}),
		"key": "",
	}
}

suffix(profiles) := "" if count(profiles) == 0

suffix(profiles) := sprintf(" for %s", [concat(", ", profiles)]) if count(profiles) in {1, 2, 3}

suffix(profiles) := sprintf(" for %d profiles", [count(profiles)]) if count(profiles) > 3

unset(user) if user.storage_key == null

unset(user) if user.storage_key.aws_managed

# Where a sharing key is set and not used, that is the finding.
inactive(user) if {
	input.guide != "2022"
	user.storage_key == null
	user.sharing_key != null
}

severity := "error" if {
	"storage" in input.expect.customer_keys
} else := "info"
