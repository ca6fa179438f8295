package live

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// canvasApp is the type of the apps of Canvas
// (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeApp.html).
const canvasApp = types.AppTypeCanvas

// apps reads the state of the apps of Canvas in a domain, and of the spaces that they
// run in: what AWS says of one that failed.
func (f *fetcher) apps(ctx context.Context, a *account, region, domain, arn, folder string) {
	api := a.in(region).sagemaker
	apps, _ := pages(ctx, f, fetch.Find("sagemaker", "ListApps"), subject{folder, arn}, func(ctx context.Context, token *string) (page[types.AppDetails], error) {
		out, err := api.ListApps(ctx, &sagemaker.ListAppsInput{DomainIdEquals: &domain, NextToken: token, MaxResults: aws.Int32(100)})
		if err != nil {
			return page[types.AppDetails]{}, err
		}
		return page[types.AppDetails]{items: out.Apps, next: out.NextToken}, nil
	})
	spaces := map[string]bool{}
	for _, app := range apps {
		if app.AppType != canvasApp || app.Status == types.AppStatusDeleted {
			continue
		}
		f.spawn(func() { f.app(ctx, a, region, domain, app, folder) })
		if space := aws.ToString(app.SpaceName); space != "" && !spaces[space] {
			spaces[space] = true
			f.spawn(func() { f.space(ctx, a, region, domain, space) })
		}
	}
}

func (f *fetcher) app(ctx context.Context, a *account, region, domain string, app types.AppDetails, folder string) {
	op := fetch.Find("sagemaker", "DescribeApp")
	user := aws.ToString(app.UserProfileName) + aws.ToString(app.SpaceName) // it has one of them
	arn := "arn:" + a.partition + ":sagemaker:" + region + ":" + a.id + ":app/" + domain + "/" + user + "/canvas/" + aws.ToString(app.AppName)
	owner, usable := fileName(user)
	name, fits := fileName(aws.ToString(app.AppName))
	if !usable || !fits {
		f.refuse(op, subject{folder, oneLine(arn)}, fetch.Unreadable, string(unusableName))
		return
	}
	askInto(ctx, f, op, subject{folder + "/" + owner + "/" + name + ".json", arn}, func(ctx context.Context) (*sagemaker.DescribeAppOutput, error) {
		return a.in(region).sagemaker.DescribeApp(ctx, &sagemaker.DescribeAppInput{DomainId: &domain, UserProfileName: app.UserProfileName, SpaceName: app.SpaceName, AppType: canvasApp, AppName: app.AppName})
	}, func(document object) {
		// They change by the minute, and say nothing of keys.
		delete(document, "LastHealthCheckTimestamp")
		delete(document, "LastUserActivityTimestamp")
	})
}

func (f *fetcher) space(ctx context.Context, a *account, region, domain, space string) {
	op := fetch.Find("sagemaker", "DescribeSpace")
	arn := "arn:" + a.partition + ":sagemaker:" + region + ":" + a.id + ":space/" + domain + "/" + space
	place := a.id + "/" + region + "/sagemaker/spaces"
	inDomain, _ := fileName(domain)
	name, ok := fileName(space)
	if !ok {
		f.refuse(op, subject{place, oneLine(arn)}, fetch.Unreadable, string(unusableName))
		return
	}
	askInto(ctx, f, op, subject{place + "/" + inDomain + "/" + name + ".json", arn}, func(ctx context.Context) (*sagemaker.DescribeSpaceOutput, error) {
		return a.in(region).sagemaker.DescribeSpace(ctx, &sagemaker.DescribeSpaceInput{DomainId: &domain, SpaceName: &space})
	}, nil)
}
