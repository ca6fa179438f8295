package load

import (
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// organization gives the snapshot's organization, made at its first mention.
func (b *builder) organization() *organization {
	if b.snapshot.Organization == nil {
		b.snapshot.Organization = &snapshot.Organization{Policies: map[string]*snapshot.ControlPolicy{}}
	}
	return (*organization)(b.snapshot.Organization)
}

type organization snapshot.Organization

// take reads DescribeOrganization.
func (o *organization) take(node source.Node) {
	body := node.Get("Organization")
	o.Node = body
	o.ID = body.Get("Id").Text()
	o.setManagement(body.Get("MasterAccountId").Text())
	if arn, ok := iam.ParseARN(body.Get("MasterAccountArn").Text()); ok {
		o.setManagement(arn.Account)
	}
}

func (o *organization) setManagement(account string) {
	if o.Management == "" {
		o.Management = account
	}
}

// addControlPolicy reads DescribePolicy of AWS Organizations. The ARN of a
// policy names the management account, which no policy binds.
func (b *builder) addControlPolicy(node source.Node) {
	summary := node.Path("Policy", "PolicySummary")
	id, kind := summary.Get("Id").Text(), summary.Get("Type").Text()
	org := b.organization()
	if arn, ok := iam.ParseARN(summary.Get("Arn").Text()); ok && arn.Account != "aws" {
		org.setManagement(arn.Account)
	}
	grammar := iam.ServiceControlPolicy
	switch kind {
	case "RESOURCE_CONTROL_POLICY":
		grammar = iam.ResourceControlPolicy
	case "SERVICE_CONTROL_POLICY":
	default:
		return // tag, backup and other policies decide no access
	}
	policy := b.policy(node.Path("Policy", "Content"), grammar, id, id)
	if policy == nil {
		return
	}
	if name := summary.Get("Name").Text(); name != "" && name != id {
		policy.Name = name + " (" + id + ")"
	}
	// AWS's own stand at every level, and its RCP allows, which no other may
	// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html).
	policy.AWSManaged = summary.Get("AwsManaged").Text() == "true" || id == "p-FullAWSAccess" || id == "p-RCPFullAWSAccess"
	org.Policies[id] = &snapshot.ControlPolicy{ID: id, Type: kind, Policy: policy}
}

// addTargets reads targets.json, which joins what ListPoliciesForTarget and
// ListParents give piecemeal.
func (b *builder) addTargets(node source.Node) {
	org := b.organization()
	for item := range node.Get("Targets").Items() {
		target := snapshot.Target{Node: item, ID: item.Get("TargetId").Text(), Type: item.Get("Type").Text()}
		for step := range item.Get("Path").Items() {
			target.Path = append(target.Path, step.Text())
		}
		for policy := range item.Get("Policies").Items() {
			target.Policies = append(target.Policies, policy.Text())
		}
		org.Targets = append(org.Targets, target)
	}
}
