package live

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/layout"
)

// longestName is what a file system surely takes, with an extension.
const longestName = 240

// fileName makes a file's name of a resource's; false where no file can have it.
func fileName(name string) (string, bool) {
	escaped := layout.Escape(name)
	return escaped, escaped != "" && len(escaped) <= longestName
}

// sagemaker reads the domains, profiles and jobs of a Region.
func (f *fetcher) sagemaker(ctx context.Context, a *account, region string) {
	if f.Jobs != fetch.JobsNone {
		f.spawn(func() { f.jobs(ctx, a, region) })
	}
	api := a.in(region).sagemaker
	place := a.id + "/" + region + "/sagemaker/"
	op := fetch.Find("sagemaker", "ListDomains")
	found, whole := pages(ctx, f, op, subject{place + "domains", a.id + "/" + region}, func(ctx context.Context, token *string) (page[types.DomainDetails], error) {
		out, err := api.ListDomains(ctx, &sagemaker.ListDomainsInput{NextToken: token})
		if err != nil {
			return page[types.DomainDetails]{}, err
		}
		return page[types.DomainDetails]{items: out.Domains, next: out.NextToken}, nil
	})
	var ids []string
	for _, domain := range found {
		if id := aws.ToString(domain.DomainId); len(f.Domains) == 0 || slices.Contains(f.Domains, id) {
			ids = append(ids, id)
		}
	}
	switch {
	case !whole: // those that the user names can be asked for anyway
		ids = append(ids, f.Domains...)
		slices.Sort(ids)
		ids = slices.Compact(ids)
	case len(f.Domains) == 0:
		f.whole(place + "domains")
	}
	for _, id := range ids {
		f.spawn(func() { f.domain(ctx, a, region, id) })
	}
}

func (f *fetcher) domain(ctx context.Context, a *account, region, id string) {
	api := a.in(region).sagemaker
	place := a.id + "/" + region + "/sagemaker/"
	arn := "arn:" + a.partition + ":sagemaker:" + region + ":" + a.id + ":domain/" + id
	name, ok := fileName(id)
	if !ok {
		f.refuse(fetch.Find("sagemaker", "DescribeDomain"), subject{place + "domains", oneLine(arn)}, fetch.Unreadable, string(unusableName))
		return
	}
	about := subject{place + "domains/" + name + ".json", arn}
	askInto(ctx, f, fetch.Find("sagemaker", "DescribeDomain"), about, func(ctx context.Context) (*sagemaker.DescribeDomainOutput, error) {
		return api.DescribeDomain(ctx, &sagemaker.DescribeDomainInput{DomainId: &id})
	}, nil)
	f.spawn(func() { f.apps(ctx, a, region, id, arn, place+"apps/"+name) })
	folder := place + "user-profiles/" + name
	profiles, whole := pages(ctx, f, fetch.Find("sagemaker", "ListUserProfiles"), subject{folder, arn}, func(ctx context.Context, token *string) (page[types.UserProfileDetails], error) {
		out, err := api.ListUserProfiles(ctx, &sagemaker.ListUserProfilesInput{DomainIdEquals: &id, NextToken: token, MaxResults: aws.Int32(100)})
		if err != nil {
			return page[types.UserProfileDetails]{}, err
		}
		return page[types.UserProfileDetails]{items: out.UserProfiles, next: out.NextToken}, nil
	})
	if whole {
		f.whole(folder)
	}
	for _, profile := range profiles {
		f.spawn(func() { f.profile(ctx, a, region, id, aws.ToString(profile.UserProfileName), folder) })
	}
}

func (f *fetcher) profile(ctx context.Context, a *account, region, domain, profile, folder string) {
	op := fetch.Find("sagemaker", "DescribeUserProfile")
	arn := "arn:" + a.partition + ":sagemaker:" + region + ":" + a.id + ":user-profile/" + domain + "/" + profile
	name, ok := fileName(profile)
	if !ok {
		f.refuse(op, subject{folder, oneLine(arn)}, fetch.Unreadable, string(unusableName))
		return
	}
	askInto(ctx, f, op, subject{folder + "/" + name + ".json", arn}, func(ctx context.Context) (*sagemaker.DescribeUserProfileOutput, error) {
		return a.in(region).sagemaker.DescribeUserProfile(ctx, &sagemaker.DescribeUserProfileInput{DomainId: &domain, UserProfileName: &profile})
	}, nil)
}

// canvasJob begins the names of the jobs that Canvas starts.
const canvasJob = "Canvas"

func (f *fetcher) jobs(ctx context.Context, a *account, region string) {
	api := a.in(region).sagemaker
	folder := a.id + "/" + region + "/sagemaker/auto-ml-jobs"
	var since *time.Time
	if !f.Since.IsZero() {
		since = &f.Since
	}
	var contains *string
	if f.Jobs == fetch.JobsCanvas {
		contains = aws.String(canvasJob)
	}
	jobs, whole := pages(ctx, f, fetch.Find("sagemaker", "ListAutoMLJobs"), subject{folder, a.id + "/" + region}, func(ctx context.Context, token *string) (page[types.AutoMLJobSummary], error) {
		out, err := api.ListAutoMLJobs(ctx, &sagemaker.ListAutoMLJobsInput{NextToken: token, MaxResults: aws.Int32(100), NameContains: contains, CreationTimeAfter: since})
		if err != nil {
			return page[types.AutoMLJobSummary]{}, err
		}
		return page[types.AutoMLJobSummary]{items: out.AutoMLJobSummaries, next: out.NextToken}, nil
	})
	if whole && since == nil && contains == nil {
		f.whole(folder)
	}
	for _, job := range jobs {
		name := aws.ToString(job.AutoMLJobName)
		older := since != nil && job.CreationTime != nil && job.CreationTime.Before(*since)
		if contains != nil && !strings.HasPrefix(name, canvasJob) || older {
			continue
		}
		f.spawn(func() { f.job(ctx, a, region, name, folder) })
	}
}

func (f *fetcher) job(ctx context.Context, a *account, region, job, folder string) {
	op := fetch.Find("sagemaker", "DescribeAutoMLJobV2")
	arn := "arn:" + a.partition + ":sagemaker:" + region + ":" + a.id + ":automl-job/" + job
	name, ok := fileName(job)
	if !ok {
		f.refuse(op, subject{folder, oneLine(arn)}, fetch.Unreadable, string(unusableName))
		return
	}
	askInto(ctx, f, op, subject{folder + "/" + name + ".json", arn}, func(ctx context.Context) (*sagemaker.DescribeAutoMLJobV2Output, error) {
		return a.in(region).sagemaker.DescribeAutoMLJobV2(ctx, &sagemaker.DescribeAutoMLJobV2Input{AutoMLJobName: &job})
	}, nil)
}

// askInto makes a call whose answer is a file of its own, and writes the file. In
// a run that goes on after a break a file that is there is not asked for again.
func askInto[Output any](ctx context.Context, f *fetcher, op fetch.Operation, about subject, call func(context.Context) (Output, error), shape func(object)) bool {
	if f.Resume && f.out.has(about.file) {
		return true
	}
	output, ok := ask(ctx, f, op, about, call)
	if !ok {
		return false
	}
	document := plain(output)
	if shape != nil {
		shape(document)
	}
	f.save(about.file, document)
	return true
}
