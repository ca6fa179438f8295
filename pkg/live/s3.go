package live

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// bucket reads what describes a bucket. Its name does not say whose it is: each
// account is asked with itself as the expected owner, the one whose setting
// names the bucket first
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html).
func (f *fetcher) bucket(ctx context.Context, want canvas.WantedBucket, known *snapshot.Bucket) {
	op := fetch.Find("s3", "GetBucketLocation")
	arn := "arn:" + layout.PartitionOf(want.Region) + ":s3:::" + want.Name
	name, ok := fileName(want.Name)
	about := subject{want.Account + "/" + want.Region + "/s3/" + name + "/location.json", arn}
	if !ok {
		about.file = want.Account + "/" + want.Region + "/s3"
		f.refuse(op, about, fetch.Unreadable, string(unusableName))
		return
	}
	if f.Resume && known != nil && known.Location.Node.Exists() && f.account(known.Account) != nil {
		f.bucketFacts(ctx, f.account(known.Account), want.Name, known.Region, arn)
		return
	}
	owner, region, output, err := f.ownerOf(ctx, op, want)
	if err != nil {
		f.miss(ctx, op, about, err)
		return
	}
	if owner == nil {
		f.refuse(op, about, fetch.AccessDenied, "NoCredentials")
		return
	}
	document := plain(output)
	if document["LocationConstraint"] == nil {
		document["LocationConstraint"] = nil // as the AWS CLI prints us-east-1
	}
	f.save(owner.id+"/"+region+"/s3/"+name+"/location.json", document)
	f.bucketFacts(ctx, owner, want.Name, region, arn)
}

// ownerOf asks where a bucket is, as each account, until one turns out to own it.
func (f *fetcher) ownerOf(ctx context.Context, op fetch.Operation, want canvas.WantedBucket) (*account, string, *s3.GetBucketLocationOutput, error) {
	candidates := slices.Clone(f.accounts)
	if owner := f.account(f.owners[want.Name]); owner != nil {
		candidates = []*account{owner} // the account lists it among its buckets
	}
	slices.SortStableFunc(candidates, func(a, b *account) int {
		switch {
		case a.id == want.Account:
			return -1
		case b.id == want.Account:
			return 1
		}
		return 0
	})
	var first error
	for _, a := range candidates {
		output, err := f.locate(ctx, op, a, want.Name, want.Region)
		if err == nil {
			region := regionOf(string(output.LocationConstraint))
			if !layout.IsRegion(region) {
				return nil, "", nil, unusableAnswer
			}
			return a, region, output, nil
		}
		if first == nil {
			first = err
		}
		if classify("s3", err).reason != fetch.AccessDenied {
			return nil, "", nil, err
		}
	}
	return nil, "", nil, first
}

// locate asks in a Region, and where S3 says that the bucket is in another
// one, there
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/Redirects.html).
func (f *fetcher) locate(ctx context.Context, op fetch.Operation, a *account, bucket, region string) (*s3.GetBucketLocationOutput, error) {
	in := func(region string) func(context.Context) (*s3.GetBucketLocationOutput, error) {
		return func(ctx context.Context) (*s3.GetBucketLocationOutput, error) {
			return a.in(region).s3.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: &bucket, ExpectedBucketOwner: &a.id})
		}
	}
	output, err := attempt(ctx, f, op, in(region))
	var api smithy.APIError
	var response *smithyhttp.ResponseError
	if err == nil || !errors.As(err, &api) || !errors.As(err, &response) ||
		!slices.Contains([]string{"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}, api.ErrorCode()) {
		return output, err
	}
	if other := response.HTTPResponse().Header.Get("x-amz-bucket-region"); other != region && layout.IsRegion(other) {
		return attempt(ctx, f, op, in(other))
	}
	return output, err
}

// regionOf turns a location constraint into a Region: none is us-east-1, and EU
// is the old name of eu-west-1
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html).
func regionOf(constraint string) string {
	switch constraint {
	case "":
		return "us-east-1"
	case "EU":
		return "eu-west-1"
	}
	return constraint
}

func (f *fetcher) bucketFacts(ctx context.Context, a *account, bucket, region, arn string) {
	api := a.in(region).s3
	name, _ := fileName(bucket)
	folder := a.id + "/" + region + "/s3/" + name + "/"
	f.spawn(func() {
		askInto(ctx, f, fetch.Find("s3", "GetBucketPolicy"), subject{folder + "policy.json", arn}, func(ctx context.Context) (*s3.GetBucketPolicyOutput, error) {
			return api.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &bucket, ExpectedBucketOwner: &a.id})
		}, nil)
	})
	f.spawn(func() {
		askInto(ctx, f, fetch.Find("s3", "GetBucketEncryption"), subject{folder + "encryption.json", arn}, func(ctx context.Context) (*s3.GetBucketEncryptionOutput, error) {
			return api.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &bucket, ExpectedBucketOwner: &a.id})
		}, func(document object) {
			// An answer may hold no rule at all: then S3's own default holds.
			if document["ServerSideEncryptionConfiguration"] == nil {
				document["ServerSideEncryptionConfiguration"] = object{"Rules": []any{}}
			}
		})
	})
	f.spawn(func() {
		askInto(ctx, f, fetch.Find("s3", "GetBucketTagging"), subject{folder + "tags.json", arn}, func(ctx context.Context) (*s3.GetBucketTaggingOutput, error) {
			return api.GetBucketTagging(ctx, &s3.GetBucketTaggingInput{Bucket: &bucket, ExpectedBucketOwner: &a.id})
		}, func(document object) {
			if document["TagSet"] == nil {
				document["TagSet"] = []any{}
			}
			order(document, "TagSet", "Key")
		})
	})
	f.spawn(func() {
		askInto(ctx, f, fetch.Find("s3", "GetPublicAccessBlock"), subject{folder + "public-access-block.json", arn}, func(ctx context.Context) (*s3.GetPublicAccessBlockOutput, error) {
			return api.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &bucket, ExpectedBucketOwner: &a.id})
		}, nil)
	})
}
