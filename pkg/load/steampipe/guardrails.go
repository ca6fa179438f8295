package steampipe

import (
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// controlPolicy tells a row of aws_organizations_policy as DescribePolicy does.
// One of aws_organizations_policy_target says besides what the policy is attached
// to, which is one of perhaps many targets.
func (t *translator) controlPolicy(r row) {
	summary := r.rename([][2]string{{"id", "Id"}, {"arn", "Arn"}, {"name", "Name"}, {"type", "Type"}, {"aws_managed", "AwsManaged"}})
	policy := source.Make(r.Node).With("PolicySummary", summary)
	if content := r.Get("content"); content.Exists() && !content.Is(source.Null) {
		policy = policy.With("Content", source.Copy(content))
	}
	r.place = layout.Place{}
	t.add(r, source.Make(r.Node).With("Policy", policy), "")
	if target := r.Get("target_id"); target.IsScalar() {
		list := source.List(target, source.Make(target).With("TargetId", source.Copy(target)))
		t.add(r, source.Make(target).With("PolicyId", source.Copy(r.Get("id"))).With("Targets", list), "")
		t.documents[len(t.documents)-1].Partial = true
	}
}

// endpoint tells a VPC endpoint; one whose policy was not selected may have any.
func (t *translator) endpoint(r row) {
	made := r.rename([][2]string{
		{"vpc_endpoint_id", "VpcEndpointId"}, {"vpc_endpoint_type", "VpcEndpointType"}, {"vpc_id", "VpcId"}, {"service_name", "ServiceName"},
		{"state", "State"}, {"owner_id", "OwnerId"},
	})
	if document := r.document("policy"); document.Exists() {
		made = made.With("PolicyDocument", source.Copy(document))
	}
	t.add(r, source.Make(r.Node).With("VpcEndpoints", source.List(r.Node, made)), "vpc-endpoints")
	t.documents[len(t.documents)-1].Partial = true
}
