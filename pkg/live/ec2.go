package live

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

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
	api := a.in(region).ec2
	about := subject{a.id + "/" + region + "/ec2/" + endpointsFile + ".json", strings.Join(vpcs, ",")}
	found, _ := pages(ctx, f, fetch.Find("ec2", "DescribeVpcs"), about, func(ctx context.Context, token *string) (page[types.Vpc], error) {
		out, err := api.DescribeVpcs(ctx, &ec2.DescribeVpcsInput{NextToken: token, Filters: ofVPCs(vpcs)})
		if err != nil {
			return page[types.Vpc]{}, err
		}
		return page[types.Vpc]{items: out.Vpcs, next: out.NextToken}, nil
	})
	shared := map[string]string{}
	for _, vpc := range found {
		if owner := aws.ToString(vpc.OwnerId); owner != a.id {
			shared[aws.ToString(vpc.VpcId)] = owner
		}
	}
	return shared
}

func ofVPCs(vpcs []string) []types.Filter {
	return []types.Filter{{Name: aws.String("vpc-id"), Values: vpcs}}
}

// endpoints reads the endpoints of some VPCs into a file whose name ends with a
// suffix.
func (f *fetcher) endpoints(ctx context.Context, a *account, region string, vpcs []string, suffix string) {
	about := subject{a.id + "/" + region + "/ec2/" + endpointsFile + suffix + ".json", strings.Join(vpcs, ",")}
	if f.Resume && f.out.has(about.file) {
		return
	}
	api := a.in(region).ec2
	endpoints, whole := pages(ctx, f, fetch.Find("ec2", "DescribeVpcEndpoints"), about, func(ctx context.Context, token *string) (page[types.VpcEndpoint], error) {
		out, err := api.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{NextToken: token, Filters: ofVPCs(vpcs)})
		if err != nil {
			return page[types.VpcEndpoint]{}, err
		}
		return page[types.VpcEndpoint]{items: out.VpcEndpoints, next: out.NextToken}, nil
	})
	if whole {
		sorted(endpoints, func(e types.VpcEndpoint) *string { return e.VpcEndpointId })
		f.save(about.file, object{"VpcEndpoints": listed(endpoints)})
	}
}

func (f *fetcher) routes(ctx context.Context, a *account, region string, vpcs []string, suffix string) {
	about := subject{a.id + "/" + region + "/ec2/" + routesFile + suffix + ".json", strings.Join(vpcs, ",")}
	if f.Resume && f.out.has(about.file) {
		return
	}
	api := a.in(region).ec2
	tables, whole := pages(ctx, f, fetch.Find("ec2", "DescribeRouteTables"), about, func(ctx context.Context, token *string) (page[types.RouteTable], error) {
		out, err := api.DescribeRouteTables(ctx, &ec2.DescribeRouteTablesInput{NextToken: token, Filters: ofVPCs(vpcs)})
		if err != nil {
			return page[types.RouteTable]{}, err
		}
		return page[types.RouteTable]{items: out.RouteTables, next: out.NextToken}, nil
	})
	if whole {
		sorted(tables, func(t types.RouteTable) *string { return t.RouteTableId })
		f.save(about.file, object{"RouteTables": listed(tables)})
	}
}
