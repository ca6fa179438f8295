package cloudformation

import (
	"github.com/canvaslint/canvaslint/pkg/source"
)

// endpoint tells a VPC endpoint: its policy has a say in what a domain without
// direct internet access can reach.
func (res resource) endpoint() {
	item := source.Make(res.properties).WithName("VpcEndpointId", res.name, source.Text(res.identity(res.id), res.name))
	for _, name := range []string{"VpcId", "ServiceName"} {
		item = setting(item, name, res.value(name))
	}
	if policy := res.value("PolicyDocument"); policy.exists() {
		item = item.With("PolicyDocument", policyDocument(policy, res.open))
	}
	res.tell(res.place(), source.Make(res.properties).With("VpcEndpoints", source.List(res.properties, item)))
}
