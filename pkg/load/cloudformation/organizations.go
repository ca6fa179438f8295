package cloudformation

import (
	"github.com/canvaslint/canvaslint/pkg/source"
)

// organizationPolicy tells an SCP or RCP with what it is attached to, as
// DescribePolicy and ListTargetsForPolicy do
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-organizations-policy.html).
func (res resource) organizationPolicy() {
	kind, content := res.value("Type"), res.value("Content")
	if name, ok := kind.scalar(); !ok || !content.exists() || name != "SERVICE_CONTROL_POLICY" && name != "RESOURCE_CONTROL_POLICY" {
		if ok && content.exists() && kind.open == "" {
			return // tag, backup and other policies decide no access
		}
		res.r.problem(res.node, "the organization policy %s lacks Content, or its Type is not known: it was not used", res.id)
		return
	}
	id := res.identity(res.id)
	summary := setting(source.Make(res.properties).With("Id", source.Text(id, res.name)), "Type", kind)
	summary = setting(summary, "Name", res.value("Name"))
	policy := source.Make(res.properties).With("PolicySummary", summary).With("Content", policyDocument(content, res.open))
	res.tell(res.place(), source.Make(res.properties).With("Policy", policy))
	var targets []source.Value
	for _, target := range res.value("TargetIds").each() {
		targets = append(targets, setting(source.Make(target.at), "TargetId", target))
	}
	if len(targets) > 0 {
		res.tell(res.place(), source.Make(res.properties).With("PolicyId", source.Text(id, res.name)).With("Targets", source.List(res.properties, targets...)))
	}
}
