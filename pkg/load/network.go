package load

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// addApp reads DescribeApp: what AWS says of an app of Canvas that did not start.
func (b *builder) addApp(node source.Node) {
	text := func(name string) string { return node.Get(name).Text() }
	if text("AppType") != "Canvas" || text("Status") != "Failed" {
		return
	}
	of := "the profile " + text("UserProfileName")
	if text("UserProfileName") == "" {
		of = "the space " + text("SpaceName")
	}
	reason := strings.TrimSuffix(strings.Join(strings.Fields(text("FailureReason")), " "), ".")
	if reason == "" {
		reason = "AWS gives no reason"
	}
	b.notes = append(b.notes, fmt.Sprintf("The Canvas app %s of %s of domain %s failed: %s.", text("AppName"), of, text("DomainId"), reason))
}

// addRoutes reads DescribeRouteTables.
func (b *builder) addRoutes(node source.Node) {
	if b.ways == nil {
		b.ways = map[string]bool{}
	}
	for table := range node.Get("RouteTables").Items() {
		vpc := table.Get("VpcId").Text()
		b.ways[vpc] = b.ways[vpc] || leadsOut(table)
	}
}

// leadsOut reports whether a table has a route that may lead out of its VPC: each but
// the local ones, and those whose target is gone
// (https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html).
func leadsOut(table source.Node) bool {
	for route := range table.Get("Routes").Items() {
		if route.Get("GatewayId").Text() != "local" && route.Get("State").Text() != "blackhole" {
			return true
		}
	}
	return false
}

// noteWays says of VpcOnly domains that nothing leaves their VPC.
func (b *builder) noteWays() {
	for _, domain := range b.snapshot.Domains {
		vpc := domain.VPC.Value
		out, read := b.ways[vpc]
		served := slices.ContainsFunc(b.snapshot.Endpoints, func(e *snapshot.Endpoint) bool { return e.VPC == vpc || e.VPC == "" })
		if domain.Network.Value == "VpcOnly" && read && !out && !served {
			b.notes = append(b.notes, fmt.Sprintf("The VpcOnly domain %s has no way out of %s: its route tables have local routes alone, and no endpoint of it was exported. Without a NAT gateway or endpoints Canvas reaches neither Amazon S3 nor AWS KMS.", domain.ID, vpc))
		}
	}
}
