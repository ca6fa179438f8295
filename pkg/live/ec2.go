package live

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// endpoints reads the VPC endpoints of the VpcOnly domains of a Region: their
// policies bind the calls to Amazon S3.
func (f *fetcher) endpoints(ctx context.Context, a *account, region string, vpcs []string) {
	about := subject{a.id + "/" + region + "/ec2/vpc-endpoints.json", strings.Join(vpcs, ",")}
	if f.Resume && f.out.has(about.file) {
		return
	}
	api := a.in(region).ec2
	endpoints, whole := pages(ctx, f, fetch.Find("ec2", "DescribeVpcEndpoints"), about, func(ctx context.Context, token *string) (page[types.VpcEndpoint], error) {
		out, err := api.DescribeVpcEndpoints(ctx, &ec2.DescribeVpcEndpointsInput{
			NextToken: token, Filters: []types.Filter{{Name: aws.String("vpc-id"), Values: vpcs}},
		})
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
