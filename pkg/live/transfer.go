package live

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// Transfer copies objects of S3 to the disk, and files of the disk to S3. It ends
// with an error where a list could not be read to its end, no object could be read,
// or a file could not be written; single objects that could not be read are among
// what it gives.
func Transfer(ctx context.Context, asked fetch.Transfer) (*fetch.Transferred, error) {
	t, err := (&options{}).transfer(ctx, "", asked.Progress)
	if err != nil {
		return nil, err
	}
	result := &fetch.Transferred{}
	for _, from := range asked.From {
		copied, err := t.from(ctx, from)
		if err != nil {
			return nil, err
		}
		result.From = append(result.From, copied)
	}
	for _, to := range asked.To {
		if err := t.to(ctx, to); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// transfer begins a transfer with the credentials of a profile.
func (o *options) transfer(ctx context.Context, profile string, progress func(fetch.Steps)) (*transfer, error) {
	config, err := o.configure(ctx, profile)
	if err != nil {
		return nil, err
	}
	if config.Region == "" {
		config.Region = "us-east-1" // where every bucket can be asked for its own
	}
	return &transfer{config: only(config, fetch.TransferOperations()), buckets: map[string]*bucket{}, mostPages: mostListPages, progress: progress}, nil
}

// transfer is one run, with the buckets that it met.
type transfer struct {
	config    aws.Config
	buckets   map[string]*bucket
	mostPages int
	progress  func(fetch.Steps)
	// Objects of all addresses.
	steps fetch.Steps
}

// bucket is a bucket with the client of its Region.
type bucket struct {
	name    string
	api     *s3.Client
	objects *transfermanager.Client
}

// open asks for a bucket's Region. S3 gives it with every answer, also to those who
// may not read the bucket
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html).
func (t *transfer) open(ctx context.Context, name string) (*bucket, error) {
	if b := t.buckets[name]; b != nil {
		return b, nil
	}
	b := t.in(t.config.Region, name)
	_, err := b.api.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: &name})
	var response *smithyhttp.ResponseError
	switch {
	case err == nil:
	case !errors.As(err, &response), response.HTTPStatusCode() == 0: // nobody answered
		return nil, t.because(fetch.Address{Bucket: name}, err)
	case response.HTTPStatusCode() == http.StatusNotFound:
		return nil, fetch.UsageError{Err: fmt.Errorf("%s: there is no such bucket", fetch.Address{Bucket: name})}
	default:
		if region := response.Response.Header.Get("x-amz-bucket-region"); region != "" && region != t.config.Region {
			b = t.in(region, name)
		}
	}
	t.buckets[name] = b
	return b, nil
}

func (t *transfer) in(region, name string) *bucket {
	config := t.config.Copy()
	config.Region = region
	api := s3.NewFromConfig(config, pathStyle)
	return &bucket{name: name, api: api, objects: transfermanager.New(api, func(o *transfermanager.Options) {
		o.GetObjectType = types.GetObjectRanges // also what was written in one part is read in several
	})}
}

// because turns an error about an address into one for the user.
func (t *transfer) because(a fetch.Address, err error) error {
	reason := t.reason(err)
	if isCode(err, "NoSuchBucket", "InvalidBucketName") {
		return fetch.UsageError{Err: fmt.Errorf("%s: %s", a, reason)}
	}
	return fmt.Errorf("%s: %s", a, reason)
}

// reason says why a call failed: what it means, and AWS's own word.
func (t *transfer) reason(err error) string {
	if errors.Is(err, context.Canceled) {
		return "the copy was broken off"
	}
	if isWithoutCredentials(err) {
		return "no AWS credentials found: set AWS_PROFILE, or log in"
	}
	text := t.word(err)
	switch {
	case isExpired(err):
		return "the AWS credentials are no longer valid, log in again: " + text
	case isCode(err, "AccessDenied", "AllAccessDisabled", "HTTP 403", "Forbidden") && !strings.Contains(text, "kms:"):
		return "access denied: " + text + "; reading takes s3:GetObject and s3:ListBucket, writing s3:PutObject, each of them the permission for the KMS key of an encrypted object, and buckets whose requester pays are not read"
	case isCode(err, "AccessDenied"):
		return "access denied to the KMS key that encrypts it: " + text
	case isCode(err, "PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "HTTP 301", "HTTP 307"):
		return "the bucket is in another Region, set AWS_REGION to it: " + text
	case isCode(err, "InvalidObjectState"):
		return "the object is archived, restore it first: " + text
	case isCode(err, "NoSuchKey", "NotFound", "HTTP 404"):
		return "there is no such object: " + text
	}
	return text
}

// word is what the service said, else what happened on the way to it.
func (t *transfer) word(err error) string {
	var secrets []string
	if t.config.Credentials != nil {
		if c, wrong := t.config.Credentials.Retrieve(context.Background()); wrong == nil {
			secrets = []string{c.AccessKeyID, c.SecretAccessKey, c.SessionToken}
		}
	}
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() != "" && api.ErrorMessage() != "" {
		return fmt.Sprintf("%s (%s)", strings.TrimSuffix(scrub(errors.New(api.ErrorMessage()), secrets...), "."), oneLine(api.ErrorCode()))
	}
	if code := codeOf(err); code != "NoAnswer" {
		return code
	}
	return scrub(err, secrets...)
}

// codeOf gives the service's code, else the status of its answer.
func codeOf(err error) string { return classify("s3", err).code }

func isCode(err error, codes ...string) bool {
	return err != nil && slices.Contains(codes, codeOf(err))
}

// isExpired reports whether no further call can succeed with these credentials.
func isExpired(err error) bool {
	return isCode(err, "ExpiredToken", "ExpiredTokenException", "InvalidAccessKeyId", "InvalidToken", "RequestExpired", "SignatureDoesNotMatch", "TokenRefreshRequired")
}

// isHopeless reports whether other objects need not be tried.
func isHopeless(ctx context.Context, err error) bool {
	return ctx.Err() != nil || isExpired(err) || isWithoutCredentials(err) || isCode(err, "NoSuchBucket")
}
