package terraform

import (
	"github.com/canvaslint/canvaslint/pkg/source"
)

// aControlPolicy, aMember and anEndpoint are what attachments refer to.
func aControlPolicy() meaning {
	return meaning{attribute: "id", kinds: []string{"aws_organizations_policy"}}
}

func aMember() meaning {
	return meaning{attribute: "id", kinds: []string{"aws_organizations_account", "aws_organizations_organizational_unit", "aws_organizations_organization"}}
}

func anEndpoint() meaning { return meaning{attribute: "id", kinds: []string{"aws_vpc_endpoint"}} }

// ownID is the id of a resource, or the stand-in for the one that it will get.
func (r *resource) ownID() string { return r.ownName("id") }

// tellControlPolicy tells aws_organizations_policy as DescribePolicy does
// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/organizations_policy).
func (t *teller) tellControlPolicy(r *resource) {
	c := r.attributes()
	kind := c.get("type")
	if kind.isUnknown() {
		t.problem(r.at, "the type of %s is known only after apply: whether it limits an account was not checked", r.address)
		return
	}
	content, ok := c.get("content").policy()
	if !ok {
		t.problem(r.at, "%s has no content: it was not checked", r.address)
		return
	}
	summary := source.Make(r.at).With("Id", source.Text(r.ownID(), r.nodeOf("id"))).With("Type", r.orDefault("type", "SERVICE_CONTROL_POLICY"))
	if name, ok := c.get("name").text(aText()); ok {
		summary = summary.With("Name", name)
	}
	t.add(r, r.place(), source.Make(r.at).With("Policy", source.Make(r.at).With("PolicySummary", summary).With("Content", content)))
}

// tellControlAttachment tells aws_organizations_policy_attachment as
// ListTargetsForPolicy does, with the policy that the list is of.
func (t *teller) tellControlAttachment(r *resource) {
	c := r.attributes()
	target := source.Make(r.at)
	if id, ok := c.get("target_id").text(aMember()); ok {
		target = target.With("TargetId", id)
	}
	list := source.Make(r.at).With("PolicyId", source.Text(c.get("policy_id").plain(aControlPolicy()), c.get("policy_id").at())).
		With("Targets", source.List(r.at, target))
	t.add(r, r.place(), list)
}

// tellEndpoint tells aws_vpc_endpoint as DescribeVpcEndpoints does. One without
// a policy lets everything pass
// (https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html).
func (t *teller) tellEndpoint(r *resource) {
	c := r.attributes()
	endpoint := source.Make(r.at).With("VpcEndpointId", source.Text(r.ownID(), r.nodeOf("id")))
	for _, m := range []member{
		{attribute: "vpc_id", name: "VpcId", meaning: aText()},
		{attribute: "service_name", name: "ServiceName", meaning: aText()},
		{attribute: "state", name: "State", meaning: aText()},
	} {
		if text, ok := c.get(m.attribute).text(m.meaning); ok {
			endpoint = endpoint.With(m.name, text)
		}
	}
	if policy, ok := c.get("policy").policy(); ok {
		endpoint = endpoint.With("PolicyDocument", policy)
	}
	t.addEndpoint(r, endpoint)
}

// tellEndpointPolicy tells aws_vpc_endpoint_policy, the policy alone.
func (t *teller) tellEndpointPolicy(r *resource) {
	c := r.attributes()
	policy, ok := c.get("policy").policy()
	if !ok {
		return // AWS's own, which lets everything pass
	}
	t.addEndpoint(r, source.Make(r.at).
		With("VpcEndpointId", source.Text(c.get("vpc_endpoint_id").plain(anEndpoint()), c.get("vpc_endpoint_id").at())).
		With("PolicyDocument", policy))
}

func (t *teller) addEndpoint(r *resource, endpoint source.Value) {
	t.add(r, r.place(), source.Make(r.at).With("VpcEndpoints", source.List(r.at, endpoint)))
}
