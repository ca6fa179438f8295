# METADATA
# title: A statement of a bucket policy is not about its bucket
# description: >-
#   A statement of a bucket policy names another bucket, actions of another service,
#   actions on objects where only the bucket is named, or actions on the bucket where
#   only objects are.
# related_resources:
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
# - https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
# custom:
#   severity: error
#   since: "0.2"
#   guides: ["2022", current]
#   inputs: [faults.bucket-statement]
#   why: >-
#     S3 refuses such a policy, and with it all its other statements.
#   fix: >-
#     Name this bucket, with /* for its objects, and actions of S3 that are for what is
#     named.
#   exceptions: >-
#     A wildcard that covers the bucket is fine, and so is an action with a wildcard
#     that is for both. Where nothing names the policy's bucket, any bucket may be the
#     right one.
package canvaslint["bucket-statement-without-effect"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "bucket-statement"
	finding := lib.fault_finding(fault, sprintf("in %s: %s", [fault.document, fault.message]))
}
