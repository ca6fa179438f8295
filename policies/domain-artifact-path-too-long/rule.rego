# METADATA
# title: The path of the training folder is too long
# description: >-
#   The S3 URI of the folder in which Canvas trains,
#   s3://bucket/prefix/Canvas/<profile>/Training, has more than 128 characters.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-storage-configuration.html
# custom:
#   severity: error
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [users]
#   why: AWS sets this limit; the profile cannot build models.
#   fix: >-
#     Shorten the prefix in S3ArtifactPath. Canvas no longer shows what is stored
#     under the old path, so change it before the profile is used.
#   exceptions: >-
#     The limit applies to the s3:// form with the profile's name: in one domain
#     some profiles can fit and others not. Exactly 128 characters fit.
package canvaslint["domain-artifact-path-too-long"]

import data.lib

limit := 128

room := limit - count("Training")

findings contains finding if {
	some at, folders in long
	most := max({count(folder.path) | some folder in folders})
	longest := [folder.path | some folder in folders; count(folder.path) == most][0]
	some first in folders
	subject := object.union(first.subject, {"profiles": [folder.profile | some folder in folders; folder.profile != ""]})
	finding := {
		"at": at,
		"message": sprintf("for %s the training folder %s has %d characters, and %d are allowed: shorten %s by %d", [
			lib.who(subject), longest, most, limit, first.what, most - limit,
		]),
		"subject": subject,
	}
}

# long are the folders that are too long, by the place that sets them. How long
# one is that only a deployment gives is not known.
long[folder.at] contains training if {
	some user in input.users
	some folder in user.folders
	count(folder.path) > room
	path := sprintf("%sTraining", [folder.path])
	canvaslint.matches("*", path)
	training := {
		"path": path, "profile": folder.profile, "what": what(folder),
		"subject": object.union(object.remove(user.subject, ["principal", "profiles"]), {"purpose": "bucket", "resource": user.bucket_arn}),
	}
}

what(folder) := "S3ArtifactPath" if folder.given

what(folder) := "the default SageMaker bucket" if not folder.given
