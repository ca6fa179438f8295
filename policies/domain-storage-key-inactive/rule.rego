# METADATA
# title: The storage key is set where Canvas does not use it
# description: >-
#   Under guide 2022 the storage key is the sharing key, but notebook sharing is
#   not turned on. Under guide current only the sharing key is set, which Canvas
#   does not use.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SharingSettings.html
# custom:
#   severity: warning
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [users]
#   why: >-
#     SharingSettings.S3KmsKeyId is the key of shared notebooks and takes effect
#     if NotebookOutputOption is Allowed. Since 2023 Canvas has its own setting. A
#     domain set up according to the 2022 page has the wrong setting, and Canvas
#     silently uses another key.
#   fix: Set S3KmsKeyId in CanvasAppSettings.WorkspaceSettings.
#   exceptions: With a storage key in the workspace settings, the sharing key does not matter.
package canvaslint["domain-storage-key-inactive"]

import data.lib

findings contains finding if {
	input.config.guide == "2022"
	some user in input.users
	user.from_sharing
	user.notebook_output != "Allowed"
	finding := report(user, sprintf("the storage key of %s is SharingSettings.S3KmsKeyId, but NotebookOutputOption is not Allowed, so Canvas does not use the key: turn notebook sharing on, or set CanvasAppSettings.WorkspaceSettings.S3KmsKeyId", [lib.who(user.subject)]), "")
}

findings contains finding if {
	input.config.guide != "2022"
	some user in input.users
	user.storage_key == null
	not user.storage_hidden
	user.sharing_key != null
	finding := report(user, sprintf("for %s only SharingSettings.S3KmsKeyId is set, which Canvas does not use: set CanvasAppSettings.WorkspaceSettings.S3KmsKeyId", [lib.who(user.subject)]), edition(user))
}

# Under guide 2022 the same setting is fine once notebook sharing is on.
edition(user) := "current" if user.notebook_output == "Allowed"

edition(user) := "" if user.notebook_output != "Allowed"

report(user, message, guide) := {
	"at": place(user),
	"message": message,
	"subject": user.subject,
	"only_in_guide": guide,
	"key": value(user),
}

# A profile whose SharingSettings have no key takes the domain's.
place(user) := user.storage_key.at if user.from_sharing

place(user) := user.sharing_at if not user.from_sharing

value(user) := user.storage_key.value if user.from_sharing

value(user) := user.sharing_key if not user.from_sharing
