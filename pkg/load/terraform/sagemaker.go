package terraform

import (
	"github.com/canvaslint/canvaslint/pkg/source"
)

// userSettings are the settings of a domain's profiles and of a profile that
// bear on Canvas
// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sagemaker_domain,
// https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserSettings.html).
func userSettings() []member {
	status := member{attribute: "status", name: "Status", meaning: aText()}
	role := func(attribute, name string) member { return member{attribute: attribute, name: name, meaning: aRole()} }
	key := member{attribute: "s3_kms_key_id", name: "S3KmsKeyId", meaning: aKey()}
	return []member{
		role("execution_role", "ExecutionRole"),
		{attribute: "sharing_settings", name: "SharingSettings", block: []member{
			{attribute: "notebook_output_option", name: "NotebookOutputOption", meaning: aText()},
			key,
			{attribute: "s3_output_path", name: "S3OutputPath", meaning: aPath()},
		}},
		{attribute: "canvas_app_settings", name: "CanvasAppSettings", block: []member{
			{attribute: "workspace_settings", name: "WorkspaceSettings", block: []member{
				{attribute: "s3_artifact_path", name: "S3ArtifactPath", meaning: aPath()}, key,
			}},
			{attribute: "time_series_forecasting_settings", name: "TimeSeriesForecastingSettings", block: []member{
				status, role("amazon_forecast_role_arn", "AmazonForecastRoleArn"),
			}},
			{attribute: "generative_ai_settings", name: "GenerativeAiSettings", block: []member{
				role("amazon_bedrock_role_arn", "AmazonBedrockRoleArn"),
			}},
			{attribute: "emr_serverless_settings", name: "EmrServerlessSettings", block: []member{
				status, role("execution_role_arn", "ExecutionRoleArn"),
			}},
			{attribute: "model_register_settings", name: "ModelRegisterSettings", block: []member{
				status, role("cross_account_model_register_role_arn", "CrossAccountModelRegisterRoleArn"),
			}},
			{attribute: "direct_deploy_settings", name: "DirectDeploySettings", block: []member{status}},
			{attribute: "kendra_settings", name: "KendraSettings", block: []member{status}},
		}},
		{attribute: "studio_web_portal_settings", name: "StudioWebPortalSettings", block: []member{
			{attribute: "hidden_app_types", name: "HiddenAppTypes", list: true},
		}},
	}
}

// tellDomain tells aws_sagemaker_domain as DescribeDomain does.
func (t *teller) tellDomain(r *resource) {
	c := r.attributes()
	defaults, ok := c.block("default_user_settings")
	domain := source.Make(r.at).
		With("DomainArn", source.Text(r.attribute("arn"), r.nodeOf("arn"))).
		With("DomainId", source.Text(r.domainID(), r.nodeOf("id")))
	for _, m := range []member{
		{attribute: "domain_name", name: "DomainName", meaning: aText()},
		{attribute: "kms_key_id", name: "KmsKeyId", meaning: aKey()},
		{attribute: "app_network_access_type", name: "AppNetworkAccessType", meaning: aText()},
		{attribute: "vpc_id", name: "VpcId", meaning: aText()},
	} {
		if text, ok := c.get(m.attribute).text(m.meaning); ok {
			domain = domain.With(m.name, text)
		}
	}
	domain = domain.With("DefaultUserSettings", defaults.settings(ok))
	t.add(r, r.place(), domain, defaults.hidden(ok)...)
}

// tellProfile tells aws_sagemaker_user_profile as DescribeUserProfile does.
func (t *teller) tellProfile(r *resource) {
	c := r.attributes()
	settings, ok := c.computedBlock("user_settings")
	name, id := r.ownName("user_profile_name"), c.get("domain_id")
	domain := id.plain(aDomain())
	arn := r.given("arn")
	if arn == "" {
		arn = r.arn("sagemaker", "user-profile/"+domain+"/"+name)
	}
	profile := source.Make(r.at).
		With("UserProfileArn", source.Text(arn, r.nodeOf("arn"))).
		With("UserProfileName", source.Text(name, r.nodeOf("user_profile_name"))).
		With("DomainId", source.Text(domain, id.at())).
		With("UserSettings", settings.settings(ok))
	place := r.place()
	place.Domain = domain
	t.add(r, place, profile, settings.hidden(ok)...)
}

// settings tells a block of user settings; the resource stands for one that is
// not there.
func (c cursor) settings(there bool) source.Value {
	if !there {
		return source.Make(c.resource.at)
	}
	return c.object(userSettings())
}

// hidden names what the resource can't say: its status always, and the settings
// of Canvas where the provider is older than they are. A provider that knows
// a block lists it, be it empty.
func (c cursor) hidden(there bool) []string {
	names := []string{"Status", "FailureReason"}
	if canvas := c.get("canvas_app_settings"); there && !canvas.value.Exists() && !canvas.unknown.Exists() {
		names = append(names, "CanvasAppSettings")
	}
	return names
}

// nodeOf is the node of an attribute that is known, else the resource's.
func (r *resource) nodeOf(attribute string) source.Node {
	if value := r.values.Get(attribute); value.IsScalar() {
		return value
	}
	return r.at
}
