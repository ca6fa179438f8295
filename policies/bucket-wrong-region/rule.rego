# METADATA
# title: The Canvas bucket is in another Region
# description: The bucket that Canvas works in is outside the domain's Region.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-permissions-cross-account.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [users, documents.buckets.settings]
#   why: >-
#     Canvas only uses a bucket in the Region of its domain, and a KMS key belongs
#     to one Region too.
#   fix: Set S3ArtifactPath to a bucket in the domain's Region.
#   exceptions: >-
#     A bucket without a location constraint is in us-east-1, and EU means
#     eu-west-1. There is no finding if the location of the bucket was not
#     exported. Dataset buckets may be in other Regions.
package canvaslint["bucket-wrong-region"]

import data.lib

findings contains finding if {
	some name, by_domain in users
	some indices in by_domain
	bucket := buckets[name]
	user := input.users[min(indices)]
	subject := object.union(object.remove(user.subject, ["principal"]), {
		"purpose": "bucket", "resource": bucket.arn,
		"profiles": [folder.profile | some i in indices; some folder in input.users[i].folders; folder.profile != ""],
	})
	finding := {
		"at": place(bucket, user.folders[0]),
		"message": sprintf("the Canvas bucket %s of %s is in %s, but the domain is in %s: set S3ArtifactPath to a bucket in that Region", [
			bucket.name, lib.who(subject), bucket.region, user.subject.region,
		]),
		"subject": subject,
		"key": bucket.name,
	}
}

# users are indices of those input.users whose bucket is elsewhere, by bucket and domain.
users[user.bucket][user.domain_at] contains i if {
	some i, user in input.users
	region := buckets[user.bucket].region
	region != ""
	region != user.subject.region
	canvaslint.matches(region, user.subject.region) == false
}

buckets := {bucket.name: bucket | some bucket in input.documents.buckets}

place(_, folder) := folder.at if folder.given

place(bucket, folder) := bucket.LocationConstraint.at if not folder.given
