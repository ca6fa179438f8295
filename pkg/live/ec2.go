package live

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// network reads the endpoints and the routes of the VPCs of VpcOnly domains: the
// policies of the first bind the calls to Amazon S3, and without either no call
// leaves a VPC. Those of a shared VPC are its owner's, who alone can describe them
// (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing-share-subnet-working-with.html).
func (f *fetcher) network(ctx context.Context, a *account, region string, vpcs []string) {
	shared := f.sharedVPCs(ctx, a, region, vpcs)
	own := slices.DeleteFunc(slices.Clone(vpcs), func(vpc string) bool { return shared[vpc] != "" })
	if len(own) > 0 {
		f.spawn(func() { f.endpoints(ctx, a, region, own, "") })
		f.spawn(func() { f.routes(ctx, a, region, own, "") })
	}
	for _, vpc := range vpcs {
		owner := f.account(shared[vpc])
		name, usable := fileName(vpc)
		switch {
		case shared[vpc] == "":
		case owner == nil || !usable:
			for _, file := range []struct{ operation, name string }{{"DescribeVpcEndpoints", endpointsFile}, {"DescribeRouteTables", routesFile}} {
				f.refuse(fetch.Find("ec2", file.operation), subject{shared[vpc] + "/" + region + "/ec2/" + file.name + "-" + name + ".json", vpc}, fetch.AccessDenied, "NoCredentials")
			}
		default:
			f.spawn(func() { f.endpoints(ctx, owner, region, []string{vpc}, "-"+name) })
			f.spawn(func() { f.routes(ctx, owner, region, []string{vpc}, "-"+name) })
		}
	}
}

const endpointsFile, routesFile = "vpc-endpoints", "route-tables"

// sharedVPCs gives the owners of the VPCs that belong to another account.
func (f *fetcher) sharedVPCs(ctx context.Context, a *account, region string, vpcs []string) map[string]string {
	about := subject{a.id + "/" + region + "/ec2/" + endpointsFile + ".json", strings.Join(vpcs, ",")}
	found, _ := ofVPCs[ec2VPC](ctx, f, a.in(region).ec2, "DescribeVpcs", "vpcSet", about, vpcs)
	shared := map[string]string{}
	for _, vpc := range found {
		if owner := aws.ToString(vpc.OwnerId); owner != a.id {
			shared[aws.ToString(vpc.VpcId)] = owner
		}
	}
	return shared
}

// ofVPCs reads a list of what belongs to some VPCs to its end, and tells whether
// that is all. The list is in an element of that name.
func ofVPCs[Item any](ctx context.Context, f *fetcher, api *ec2Client, operation, element string, about subject, vpcs []string) ([]Item, bool) {
	return pages(ctx, f, fetch.Find("ec2", operation), about, func(ctx context.Context, token *string) (page[Item], error) {
		form := url.Values{"Filter.1.Name": {"vpc-id"}}
		for i, vpc := range vpcs {
			form.Set(fmt.Sprintf("Filter.1.Value.%d", i+1), vpc)
		}
		if token != nil {
			form.Set("NextToken", *token)
		}
		answer := ec2List[Item]{element: element}
		err := api.call(ctx, operation, form, &answer)
		return page[Item]{items: answer.items, next: answer.next}, err
	})
}

// endpoints reads the endpoints of some VPCs into a file whose name ends with a
// suffix.
func (f *fetcher) endpoints(ctx context.Context, a *account, region string, vpcs []string, suffix string) {
	saveOfVPCs(ctx, f, a, region, vpcs, vpcList[ec2Endpoint]{
		operation: "DescribeVpcEndpoints", element: "vpcEndpointSet", file: endpointsFile + suffix, member: "VpcEndpoints",
		id: func(e ec2Endpoint) *string { return e.VpcEndpointId },
	})
}

// routes does so with the route tables.
func (f *fetcher) routes(ctx context.Context, a *account, region string, vpcs []string, suffix string) {
	saveOfVPCs(ctx, f, a, region, vpcs, vpcList[ec2RouteTable]{
		operation: "DescribeRouteTables", element: "routeTableSet", file: routesFile + suffix, member: "RouteTables",
		id: func(t ec2RouteTable) *string { return t.RouteTableId },
	})
}

// vpcList is a list of what belongs to VPCs: the call, the element of its answer, and
// where it is saved.
type vpcList[Item any] struct {
	operation, element string
	file, member       string
	id                 func(Item) *string
}

func saveOfVPCs[Item any](ctx context.Context, f *fetcher, a *account, region string, vpcs []string, list vpcList[Item]) {
	about := subject{a.id + "/" + region + "/ec2/" + list.file + ".json", strings.Join(vpcs, ",")}
	if f.Resume && f.out.has(about.file) {
		return
	}
	found, whole := ofVPCs[Item](ctx, f, a.in(region).ec2, list.operation, list.element, about, vpcs)
	if whole {
		sorted(found, list.id)
		f.save(about.file, object{list.member: listed(found)})
	}
}
