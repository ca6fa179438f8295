# METADATA
# title: The bucket policy denies Canvas
# description: >-
#   A Deny statement of the bucket policy blocks the role's reads or writes under
#   Canvas/, for another reason than a demand for a KMS key.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-storage-configuration.html
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingServerSideEncryption.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs.lacking]
#   why: An explicit Deny always wins, even over the role's own policies.
#   fix: Narrow the Deny statement so that it exempts the Canvas role.
#   exceptions: >-
#     If a condition depends on something that no document contains (a network, a
#     tag), the answer is unknown and role-access-unknown reports it.
package canvaslint["bucket-denies-canvas"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.purpose == "bucket"
	denied := [action |
		some action in need.actions
		action.verdict == "denied"
		some cause in action.causes
		denies(action, cause)
	]
	count(denied) > 0
	names := [action.action | some action in denied]
	causes := [cause | some action in denied; some cause in action.causes; denies(action, cause)]
	finding := {
		"at": causes[0].at,
		"message": sprintf("the policy of the bucket %s denies %s to the role %s of domain %s", [
			need.bucket, lib.sentence(names), lib.name(need.role), need.subject.domain,
		]),
		"subject": lib.about(need, denied),
		"causes": causes,
		"related": array.concat([{"at": need.at, "message": need.what}], need.related),
		"fix": object.get(need.fixes, "bucket-policy", null),
	}
}

# A write that a demand for a key stops is the business of bucket-requires-other-key.
# Reads carry no key: a demand that covers them denies them with any key.
denies(action, cause) if {
	cause.layer == "bucket-policy"
	cause.cause == "explicit-deny"
	not other_key(action, cause)
}

# A demand for a KMS key on writes is the business of bucket-requires-other-key.
other_key(action, cause) if {
	action.group == "write"
	cause.demands_key
}
