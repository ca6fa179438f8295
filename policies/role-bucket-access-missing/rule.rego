# METADATA
# title: The Canvas role lacks access to its bucket
# description: >-
#   The execution role cannot call one of the S3 actions that Canvas needs on its
#   bucket: nothing allows it, or something other than the bucket policy denies
#   it.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-storage-configuration.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs.lacking]
#   why: >-
#     Canvas reads and writes its datasets and models below Canvas/ in this bucket.
#     The AWS-managed policies reach only buckets whose name contains "sagemaker".
#   fix: Allow the listed actions to the role on the bucket and its objects.
#   exceptions: >-
#     bucket-denies-canvas reports denials of the bucket policy, and
#     bucket-requires-other-key reports demands for a KMS key.
package canvaslint["role-bucket-access-missing"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.purpose == "bucket"
	missing := [action |
		some action in need.actions
		action.verdict == "denied"
		not demanded(action)
		not by_bucket_policy(action)
	]
	count(missing) > 0
	names := [action.action | some action in missing]
	finding := {
		"at": need.at,
		"message": sprintf("the role %s cannot call %s on the Canvas bucket %s%s of domain %s", [
			lib.name(need.role), lib.sentence(names), need.bucket, lib.through(need), need.subject.domain,
		]),
		"subject": lib.about(need, missing),
		"causes": [cause | some action in missing; some cause in action.causes],
		"related": need.related,
		"fix": object.get(need.fixes, "missing", null),
	}
}

demanded(action) if {
	action.group == "write"
	some cause in action.causes
	cause.demands_key
}

by_bucket_policy(action) if {
	some cause in action.causes
	cause.layer == "bucket-policy"
	cause.cause == "explicit-deny"
}
