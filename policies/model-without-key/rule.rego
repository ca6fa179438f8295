# METADATA
# title: A model was built without the domain's keys
# description: >-
#   An AutoML job of Canvas does not encrypt its output with the storage key, or
#   its volumes with the app key, although the settings of its profile name these
#   keys.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateAutoMLJobV2.html
# custom:
#   severity: warning
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [jobs]
#   why: >-
#     The model and its training data are encrypted with another key than you set:
#     an AWS managed key, or a key that others may use.
#   fix: >-
#     Build the model again with the current keys, and delete the old one. If new
#     jobs run without keys too, check what the role is allowed to do with them.
#   exceptions: >-
#     Keys are compared by what they resolve to, not by their spelling. Under
#     guide 2022 time-series jobs use no customer-managed key, and a sharing key
#     counts only if sharing is turned on. A job belongs to the profile whose
#     folder of the Canvas bucket it writes to; jobs that belong to no profile are
#     not checked.
package canvaslint["model-without-key"]

import data.lib

findings contains finding if {
	some job in input.jobs
	count(job.lacks) > 0
	gaps := [gap(lack) | some lack in job.lacks]
	finding := {
		"at": job.lacks[0].at,
		"message": sprintf("the AutoML job %s%s runs without the domain's keys: %s", [job.name, whose(job.user), concat("; ", gaps)]),
		"subject": job.user,
		"related": [{"at": lack.key.at, "message": sprintf("%s sets %s", [lack.key.what, lack.key.value])} | some lack in job.lacks],
		"only_in_guide": edition(job),
		"key": job.name,
	}
}

whose(user) := sprintf(" of %s", [lib.who(user)]) if object.get(user, "domain", "") != ""

whose(user) := "" if object.get(user, "domain", "") == ""

gap(lack) := sprintf("%s is not set, and %s is %s", [lack.what, lack.key.what, lib.name(lack.key.arn)]) if lack.given == ""

gap(lack) := sprintf("%s is %s, and %s is %s", [lack.what, shown(lack.given), lack.key.what, lib.name(lack.key.arn)]) if lack.given != ""

# The other edition would make the finding too where it knows one of the gaps.
edition(job) := "current" if {
	job.time_series
} else := "2022" if {
	every lack in job.lacks {
		lib.edition(lack.key) == "2022"
	}
} else := ""

shown(value) := lib.name(value) if startswith(value, "arn:")

shown(value) := value if not startswith(value, "arn:")
