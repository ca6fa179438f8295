# METADATA
# title: A policy demands another KMS key for the Canvas bucket
# description: >-
#   The bucket policy, or another layer, denies the role's writes under Canvas/
#   because it demands a KMS key other than the one that will be used, or one
#   where none is set.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [needs.lacking]
#   why: >-
#     S3 compares the key that it will encrypt with (the storage key, else the
#     bucket's default key) with the key in the policy. The page names this as a
#     cause of failing imports.
#   fix: >-
#     Use the same key in the domain's storage settings, the bucket's default
#     encryption and the policy.
#   exceptions: >-
#     A condition on the key id sees the bucket's default key too, so a domain
#     without a storage key passes if the default key is the one that the policy
#     demands.
package canvaslint["bucket-requires-other-key"]

import data.lib

findings contains finding if {
	some need in input.needs
	need.purpose == "bucket"
	some action in need.actions
	action.group == "write"
	action.verdict == "denied"
	demands := [cause | some cause in action.causes; cause.demands_key]
	count(demands) > 0
	finding := {
		"at": place(need, demands),
		"message": sprintf("the role %s of domain %s cannot write to the bucket %s: a policy demands %s there, and Canvas will use %s", [
			lib.name(need.role), need.subject.domain, need.bucket, demanded(demands), used(need.encryption),
		]),
		"subject": lib.about(need, [action]),
		"causes": demands,
		"related": array.concat([{"at": need.at, "message": need.what}], need.related),
		"fix": object.get(need.fixes, "demand", null),
		"only_in_guide": need.only_in_guide,
	}
}

place(need, demands) := at if {
	at := [cause.at | some cause in demands; cause.at != ""][0]
} else := need.at

demanded(demands) := concat(" or ", keys) if {
	keys := {cause.demanded | some cause in demands; cause.demanded}
	count(keys) > 0
} else := "a KMS key"

used(key) := key if key != ""

used("") := "no KMS key: none is set, and the bucket has none by default"
