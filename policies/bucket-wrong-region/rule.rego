# METADATA
# title: The Canvas bucket is in another Region
# description: >-
#   The bucket that Canvas works in is outside of the Region of the domain.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-permissions-cross-account.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [bucket_regions]
#   why: >-
#     Canvas takes a bucket of the Region of its domain only, and a KMS key is of
#     one Region too.
#   fix: >-
#     Set S3ArtifactPath to a bucket of the Region of the domain.
#   exceptions: >-
#     A bucket without a location constraint is in us-east-1, and EU means eu-
#     west-1. Where a bucket is was not read, nothing is said. Dataset buckets
#     may be elsewhere.
package canvaslint["bucket-wrong-region"]

import data.lib

findings contains finding if {
	some use in input.bucket_regions
	finding := {
		"at": use.at,
		"message": sprintf("the Canvas bucket %s of %s is in %s, but the domain is in %s: set S3ArtifactPath to a bucket there", [
			use.bucket, lib.who(use.subject), use.region, use.subject.region,
		]),
		"subject": use.subject,
		"key": use.bucket,
	}
}
