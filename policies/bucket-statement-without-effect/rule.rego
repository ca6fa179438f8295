# METADATA
# title: A statement of a bucket policy does not apply to its bucket
# description: >-
#   A statement of a bucket policy names another bucket, actions of another
#   service, object actions without objects, or bucket actions without the bucket.
# related_resources:
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html
# - https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
# - https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
# custom:
#   severity: error
#   since: "0.2"
#   guides: ["2022", current]
#   inputs: [faults.bucket-statement]
#   why: S3 refuses such a policy, including its other statements.
#   fix: Name this bucket, with /* for its objects, and the S3 actions that apply to it.
#   exceptions: >-
#     A wildcard that covers the bucket is fine, and so is an action with a
#     wildcard that fits both. If the policy's bucket is unknown, any bucket may
#     be the right one.
package canvaslint["bucket-statement-without-effect"]

import data.lib

findings contains finding if {
	some fault in input.faults
	fault.kind == "bucket-statement"
	finding := lib.fault_finding(fault, sprintf("in %s: %s", [fault.document, fault.message]))
}
