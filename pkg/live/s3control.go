package live

import (
	"context"
	"net"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/s3control/types"
	smithyendpoints "github.com/aws/smithy-go/endpoints"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// accessPoint reads an access point and its policy. An ARN says whose it is; an alias
// is looked up among the access points of the account whose setting names it.
func (f *fetcher) accessPoint(ctx context.Context, want canvas.WantedPoint, known *snapshot.AccessPoint) {
	account, region, name := want.Account, want.Region, ""
	arn, ok := iam.ParseARN(want.ARN)
	switch {
	case ok:
		account, region, name = arn.Account, arn.Region, strings.TrimPrefix(arn.Resource, "accesspoint/")
	case known != nil:
		account, region, name = known.Account, known.Region, known.Name
	}
	folder := layout.PointFolder(account, region, name)
	op := fetch.Find("s3control", "GetAccessPoint")
	about := subject{folder + "access-point.json", want.String()}
	a := f.account(account)
	_, usable := fileName(name)
	switch {
	case a == nil:
		f.refuse(op, about, fetch.AccessDenied, "NoCredentials")
	case ok && (arn.Service != "s3" || region == ""): // Object Lambda, or of several Regions
		f.refuse(op, about, fetch.Unreadable, "OtherAccessPoint")
	case !layout.IsRegion(region) || name != "" && !usable:
		f.refuse(op, about, fetch.Unreadable, string(unusableName))
	case name == "":
		f.pointOfAlias(ctx, a, want)
	default:
		f.point(ctx, a, region, name, want.String())
	}
}

// pointOfAlias finds the access point that has an alias.
func (f *fetcher) pointOfAlias(ctx context.Context, a *account, want canvas.WantedPoint) {
	op := fetch.Find("s3control", "ListAccessPoints")
	about := subject{a.id + "/" + want.Region + "/s3control/access-points.json", want.Alias}
	api := a.in(want.Region).s3control
	found, whole := pages(ctx, f, op, about, func(ctx context.Context, token *string) (page[types.AccessPoint], error) {
		out, err := api.ListAccessPoints(ctx, &s3control.ListAccessPointsInput{AccountId: &a.id, NextToken: token})
		if err != nil {
			return page[types.AccessPoint]{}, err
		}
		return page[types.AccessPoint]{items: out.AccessPointList, next: out.NextToken}, nil
	})
	for _, point := range found {
		if name := aws.ToString(point.Name); aws.ToString(point.Alias) == want.Alias {
			if _, usable := fileName(name); !usable {
				f.refuse(op, about, fetch.Unreadable, string(unusableName))
				return
			}
			f.point(ctx, a, want.Region, name, want.Alias)
			return
		}
	}
	if whole { // of another account, or of none: AWS does not tell which
		f.refuse(op, about, fetch.AccessDenied, "OtherAccount")
	}
}

func (f *fetcher) point(ctx context.Context, a *account, region, name, resource string) {
	api, folder := a.in(region).s3control, layout.PointFolder(a.id, region, name)
	arn := "arn:" + layout.PartitionOf(region) + ":s3:" + region + ":" + a.id + ":accesspoint/" + name
	f.spawn(func() {
		askInto(ctx, f, fetch.Find("s3control", "GetAccessPoint"), subject{folder + "access-point.json", resource}, func(ctx context.Context) (*s3control.GetAccessPointOutput, error) {
			return api.GetAccessPoint(ctx, &s3control.GetAccessPointInput{AccountId: &a.id, Name: &name})
		}, nil)
	})
	f.spawn(func() {
		askInto(ctx, f, fetch.Find("s3control", "GetAccessPointPolicy"), subject{folder + "policy.json", arn}, func(ctx context.Context) (*s3control.GetAccessPointPolicyOutput, error) {
			return api.GetAccessPointPolicy(ctx, &s3control.GetAccessPointPolicyInput{AccountId: &a.id, Name: &name})
		}, nil)
	})
}

// accountBlock reads the public access block of a whole account, which holds for all
// of its buckets and access points.
func (f *fetcher) accountBlock(ctx context.Context, a *account, region string) {
	api := a.in(region).s3control
	askInto(ctx, f, fetch.Find("s3control", "GetPublicAccessBlock"), subject{layout.AccountBlock(a.id), a.id}, func(ctx context.Context) (*s3control.GetPublicAccessBlockOutput, error) {
		return api.GetPublicAccessBlock(ctx, &s3control.GetPublicAccessBlockInput{AccountId: &a.id})
	}, nil)
}

// plainHost is for servers under a bare address, which has no names for accounts: the
// SDK puts the account's id before the host.
type plainHost struct{ s3control.EndpointResolverV2 }

func (p plainHost) ResolveEndpoint(ctx context.Context, params s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	endpoint, err := p.EndpointResolverV2.ResolveEndpoint(ctx, params)
	bare := strings.TrimPrefix(endpoint.URI.Host, aws.ToString(params.AccountId)+".")
	host := bare
	if name, _, err := net.SplitHostPort(bare); err == nil {
		host = name
	}
	if params.Endpoint != nil && (net.ParseIP(host) != nil || host == "localhost") {
		endpoint.URI.Host = bare
	}
	return endpoint, err
}

func onPlainHost(o *s3control.Options) { o.EndpointResolverV2 = plainHost{o.EndpointResolverV2} }
