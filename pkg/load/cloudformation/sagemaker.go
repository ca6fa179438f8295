package cloudformation

import (
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// hidden are the members of a description that no template can set: Canvas
// settings are no property of either resource
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-sagemaker-domain-usersettings.html),
// and a status is AWS's to say.
func hidden() []string { return []string{"CanvasAppSettings", "Status", "FailureReason"} }

func (res resource) domain() {
	id := res.identity(res.id)
	root := source.Make(res.properties).
		WithName("DomainId", res.name, source.Text(id, res.name)).
		WithName("DomainArn", res.name, source.Text(res.attribute(res.id, "DomainArn"), res.name))
	for _, name := range []string{"DomainName", "KmsKeyId", "AppNetworkAccessType", "VpcId"} {
		root = setting(root, name, res.value(name))
	}
	root = root.With("DefaultUserSettings", res.userSettings("DefaultUserSettings"))
	if at, ok := res.object("DefaultSpaceSettings"); ok {
		root = root.With("DefaultSpaceSettings", setting(source.Make(at), "ExecutionRole", res.value("DefaultSpaceSettings", "ExecutionRole")))
	}
	place := res.place()
	place.Domain = id
	res.tell(place, root, hidden()...)
}

func (res resource) profile() {
	name := res.value("UserProfileName")
	if !name.exists() {
		name = text(res.name, res.identity(res.id))
	}
	domain := res.value("DomainId")
	if !domain.exists() {
		res.r.problem(res.node, "the profile %s names no domain: add DomainId; it was not checked", res.id)
		return
	}
	root := setting(setting(source.Make(res.properties), "UserProfileName", name), "DomainId", domain)
	root = root.With("UserSettings", res.userSettings("UserSettings"))
	place := res.place()
	place.Domain, _ = domain.scalar()
	res.tell(place, root, hidden()...)
}

// userSettings tells the settings that a template can set and Canvas reads.
func (res resource) userSettings(property string) source.Value {
	at, ok := res.object(property)
	if !ok {
		return source.Make(res.properties)
	}
	role := res.value(property, "ExecutionRole")
	if name, _ := role.scalar(); iam.IsStandIn(name) && !iam.HasUnknown(name) {
		res.r.problem(role.at, "the execution role is the name of a role here, but must be its ARN: write Fn::GetAtt with Arn in place of Ref")
	}
	if canvas := res.value(property, "CanvasAppSettings"); canvas.exists() {
		res.r.problem(canvas.at, "CloudFormation has no property CanvasAppSettings and refuses it: what it sets was not checked; set it with update-domain or update-user-profile")
	}
	root := setting(source.Make(at), "ExecutionRole", role)
	if at, ok := res.object(property, "SharingSettings"); ok {
		made := source.Make(at)
		for _, name := range []string{"NotebookOutputOption", "S3OutputPath", "S3KmsKeyId"} {
			made = setting(made, name, res.value(property, "SharingSettings", name))
		}
		root = root.With("SharingSettings", made)
	}
	if at, ok := res.object(property, "StudioWebPortalSettings"); ok {
		if hidden := res.value(property, "StudioWebPortalSettings", "HiddenAppTypes"); hidden.exists() && hidden.open == "" {
			root = root.With("StudioWebPortalSettings", with(source.Make(at), "HiddenAppTypes", hidden))
		}
	}
	return root
}
