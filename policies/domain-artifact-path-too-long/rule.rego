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
#   inputs: [artifact_paths]
#   why: AWS sets this limit; the profile cannot build models.
#   fix: >-
#     Shorten the prefix in S3ArtifactPath. Canvas does not show what lies at the
#     old path any longer, so do it before the profile is used.
#   exceptions: >-
#     What counts is the s3:// form with the profile's own name: one domain can
#     have profiles that fit and others that do not. Exactly 128 characters fit.
package canvaslint["domain-artifact-path-too-long"]

import data.lib

limit := 128

findings contains finding if {
	some path in input.artifact_paths
	long := [folder | some folder in path.folders; count(folder.path) > limit]
	count(long) > 0
	most := max([count(folder.path) | some folder in long])
	longest := [folder.path | some folder in long; count(folder.path) == most][0]
	subject := object.union(path.subject, {"profiles": [folder.profile | some folder in long; folder.profile != ""]})
	finding := {
		"at": path.at,
		"message": sprintf("for %s the training folder %s has %d characters, and %d are allowed: shorten %s by %d", [
			lib.who(subject), longest, most, limit, path.what, most - limit,
		]),
		"subject": subject,
	}
}
