# METADATA
# title: No customer-managed storage key
# description: >-
#   Canvas saves its data in Amazon S3 without a storage key, or with one that AWS
#   manages.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# custom:
#   severity: info
#   severities: [error]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [users]
#   why: >-
#     Datasets and models are then encrypted as the bucket does by default. The
#     page calls the key optional.
#   fix: Set S3KmsKeyId in the WorkspaceSettings of the domain's CanvasAppSettings.
#   exceptions: >-
#     Formats that cannot show the workspace settings give no finding. If only the
#     sharing key is set, and not used, domain-storage-key-inactive reports it
#     instead. It is an error if the config expects customer keys for storage.
package canvaslint["domain-storage-key-unset"]

import data.lib

findings contains finding if {
	some user in input.users
	unset(user)
	not user.storage_hidden
	not inactive(user)
	finding := {
		"at": user.at,
		"severity": severity,
		"message": sprintf("no customer-managed storage key is set for %s: Canvas data in the bucket %s is encrypted %s", [lib.who(user.subject), user.bucket, how(user)]),
		"subject": user.subject,
		"only_in_guide": edition(user),
		"key": user.bucket,
	}
}

unset(user) if user.storage_key == null

unset(user) if user.storage_key.aws_managed

how(user) := "with the bucket's default encryption" if user.storage_key == null

how(user) := sprintf("with %s, an AWS managed key", [user.storage_key.value]) if user.storage_key.aws_managed

# Under guide current the sharing key is not the storage key: there
# domain-storage-key-inactive speaks.
edition(user) := "2022" if user.from_sharing

edition(user) := "" if not user.from_sharing

# Where a sharing key is set and not used, that is the finding.
inactive(user) if {
	user.from_sharing
	user.notebook_output != "Allowed"
}

inactive(user) if {
	input.config.guide != "2022"
	user.storage_key == null
	user.sharing_key != null
}

default severity := "info"

severity := "error" if "storage" in input.config.customer_keys
