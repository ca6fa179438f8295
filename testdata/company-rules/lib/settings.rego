# METADATA
# description: What the rules of this company share.
package acme.settings

# keys are the settings of domains that name a key, each with its domain.
keys contains {"setting": domain.KmsKeyId, "name": "KmsKeyId", "domain": domain} if some domain in input.documents.domains

keys contains {"setting": setting, "name": "S3KmsKeyId of WorkspaceSettings", "domain": domain} if {
	some domain in input.documents.domains
	setting := domain.DefaultUserSettings.CanvasAppSettings.WorkspaceSettings.S3KmsKeyId
}

keys contains {"setting": setting, "name": sprintf("S3KmsKeyId of the profile %s", [profile.name]), "domain": domain} if {
	some domain in input.documents.domains
	some profile in domain.profiles
	setting := profile.UserSettings.CanvasAppSettings.WorkspaceSettings.S3KmsKeyId
}

# in_use are the ARNs of the keys that settings name.
in_use contains canvaslint.resolve_key(use.setting.value, use.domain.account, use.domain.region).arn if {
	some use in keys
	use.setting.state == "given"
}

# canvas_roles are the ARNs of the roles that run Canvas.
canvas_roles contains need.role if some need in input.needs
