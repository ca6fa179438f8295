package live

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// failure is what a failed call said.
type failure struct {
	reason    fetch.Reason
	code      string
	requestID string
}

// absent are the codes by which each service says that it has no such thing.
// Any other answer, a bare 404 among them, proves no absence: a proxy or a
// wrong endpoint gives it too.
func absent() map[string][]string {
	return map[string][]string{
		"sagemaker": {"ResourceNotFound", "ResourceNotFoundException"},
		// Keys of some kinds and in some states have no rotation to ask for
		// (https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html).
		"kms": {"NotFoundException", "UnsupportedOperationException"},
		"iam": {"NoSuchEntity", "NoSuchEntityException"},
		"s3": {
			"NoSuchBucket", "NoSuchBucketPolicy", "NoSuchTagSet", "NoSuchTagSetError",
			"NoSuchPublicAccessBlockConfiguration", "ServerSideEncryptionConfigurationNotFoundError",
		},
		"s3control":     {"NoSuchAccessPointPolicy", "NoSuchAccessPoint", "NoSuchPublicAccessBlockConfiguration"},
		"ec2":           {"InvalidVpcID.NotFound", "InvalidVpcEndpointId.NotFound"},
		"organizations": {"AWSOrganizationsNotInUseException", "ChildNotFoundException", "TargetNotFoundException", "PolicyNotFoundException"},
	}
}

// denied are the codes of a caller who may not, or whom AWS does not know.
func denied() []string {
	return []string{
		"AccessDenied", "AccessDeniedException", "AllAccessDisabled", "AuthFailure", "AuthorizationError", "ExpiredToken", "ExpiredTokenException",
		"InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSignatureException", "InvalidToken", "NotAuthorized", "OptInRequired", "RequestExpired",
		"SignatureDoesNotMatch", "UnauthorizedOperation", "UnrecognizedClientException",
	}
}

// classify tells what an error of the SDK means. Only AWS's own codes count:
// a body that could not be decoded is unreadable whatever its HTTP status.
func classify(service string, err error) failure {
	f := failure{reason: fetch.Unreadable, code: "NoAnswer"}
	var withID interface{ ServiceRequestID() string }
	if errors.As(err, &withID) {
		f.requestID = oneLine(withID.ServiceRequestID())
	}
	var own pagingError
	var response *smithyhttp.ResponseError
	var api smithy.APIError
	var undecoded *smithy.DeserializationError
	hasCode := errors.As(err, &api) && api.ErrorCode() != "" && api.ErrorCode() != "UnknownError"
	switch {
	case errors.As(err, &own):
		f.code = string(own)
	case hasCode:
		f.code = oneLine(api.ErrorCode())
		f.reason = reasonOf(service, api)
	case errors.Is(err, context.DeadlineExceeded):
		f.code = "Timeout"
	case errors.As(err, &response) && response.HTTPStatusCode() >= 300:
		f.code = "HTTP " + strconv.Itoa(response.HTTPStatusCode())
	case errors.As(err, &undecoded), errors.As(err, &response) && response.HTTPStatusCode() > 0:
		f.code = "UndecodableAnswer"
	}
	return f
}

func reasonOf(service string, api smithy.APIError) fetch.Reason {
	code := api.ErrorCode()
	_, throttle := retry.DefaultThrottleErrorCodes[code]
	switch {
	case slices.Contains(absent()[service], code):
		return fetch.NotFound
	case slices.Contains(denied(), code):
		return fetch.AccessDenied
	case throttle, code == "SlowDown", code == "TooManyRequests":
		return fetch.Throttled
	}
	return fetch.Unreadable
}

// pagingError is an answer whose pages cannot be followed; the text is the code
// that the manifest has.
type pagingError string

func (e pagingError) Error() string { return string(e) }

// The ways in which a list goes wrong.
const (
	repeatedToken  pagingError = "RepeatedToken"  // the same page would come again and again
	missingToken   pagingError = "MissingToken"   // truncated, and nothing to go on with
	tooManyPages   pagingError = "TooManyPages"   // a list without an end
	unusableName   pagingError = "UnusableName"   // a name that no file can have
	unusableAnswer pagingError = "UnusableAnswer" // a member that must be there is not
)

// oneLine makes text from a server fit for a line of a terminal.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return -1
		}
		return r
	}, text)
	const longest = 120
	if len(text) > longest {
		text = text[:longest]
	}
	return strings.ToValidUTF8(text, "")
}

var accessKeyID = regexp.MustCompile(`\b(A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}\b`)

// scrub takes credentials out of an error's text: a signature that does not
// match makes some services quote the request, session token included.
func scrub(err error, secrets ...string) string {
	text := oneLineText(err.Error())
	for _, secret := range secrets {
		if len(secret) > 3 {
			text = strings.ReplaceAll(text, secret, "[hidden]")
		}
	}
	return accessKeyID.ReplaceAllString(text, "[hidden]")
}

func oneLineText(text string) string { return strings.Join(strings.Fields(text), " ") }
