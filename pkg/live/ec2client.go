package live

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/protocol/ec2query"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	sdkconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// ec2Client makes calls of Amazon EC2 with the retries, signatures, endpoints and
// errors of the SDK. The SDK's own client knows 700 operations and took a quarter
// of the time that compiling everything takes; three are needed here.
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/Query-Requests.html)
type ec2Client struct {
	options  sts.Options // what the SDK makes of the configuration for a service of this kind
	endpoint string      // that the user set, "" for the Region's
}

func newEC2(config aws.Config) *ec2Client {
	return &ec2Client{options: sts.NewFromConfig(config).Options(), endpoint: endpointFor("EC2", config)}
}

// endpointFor gives the endpoint that the configuration sets for a service, or for
// all: what the environment says comes first
// (https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html).
func endpointFor(service string, config aws.Config) string {
	ctx := context.Background()
	ignored, _, err := sdkconfig.GetIgnoreConfiguredEndpoints(ctx, config.ConfigSources)
	for _, source := range config.ConfigSources {
		source, ok := source.(interface {
			GetServiceBaseEndpoint(context.Context, string) (string, bool, error)
		})
		if !ok || ignored || err != nil {
			continue
		}
		if endpoint, found, err := source.GetServiceBaseEndpoint(ctx, service); found && err == nil {
			return endpoint
		}
		if environment, ok := source.(sdkconfig.EnvConfig); ok && environment.BaseEndpoint != "" {
			return environment.BaseEndpoint
		}
	}
	return aws.ToString(config.BaseEndpoint)
}

// address is where calls go. The names of EC2's endpoints are made as those of STS
// (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-endpoints.html).
func (c *ec2Client) address(ctx context.Context) (*url.URL, error) {
	if c.endpoint != "" {
		return url.Parse(c.endpoint)
	}
	options := c.options.EndpointOptions
	found, err := sts.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, sts.EndpointParameters{
		Region:       aws.String(c.options.Region),
		UseFIPS:      aws.Bool(options.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled),
		UseDualStack: aws.Bool(options.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled),
	})
	if err != nil {
		return nil, fmt.Errorf("find the endpoint of EC2: %w", err)
	}
	found.URI.Host = "ec2" + strings.TrimPrefix(found.URI.Host, "sts")
	return &found.URI, nil
}

// ec2Call is one call: what it sends, and what its answer is read into.
type ec2Call struct {
	*ec2Client
	operation string
	form      url.Values
	answer    any
}

// call makes one call and reads its answer, which is XML.
func (c *ec2Client) call(ctx context.Context, operation string, form url.Values, answer any) error {
	form.Set("Action", operation)
	form.Set("Version", "2016-11-15")
	stack := middleware.NewStack(operation, smithyhttp.NewStackRequest)
	call := &ec2Call{c, operation, form, answer}
	err := call.assemble(stack)
	for _, add := range c.options.APIOptions {
		err = errors.Join(err, add(stack))
	}
	ctx = middleware.WithOperationName(middleware.WithServiceID(middleware.ClearStackValues(ctx), "EC2"), operation)
	ctx = awsmiddleware.SetSigningName(awsmiddleware.SetSigningRegion(ctx, c.options.Region), "ec2") //nolint:staticcheck // for the signature, below
	if err == nil {
		handler := middleware.DecorateHandler(smithyhttp.NewClientHandlerWithOptions(c.options.HTTPClient), stack)
		_, _, err = handler.Handle(ctx, nil)
	}
	if err != nil {
		return &smithy.OperationError{ServiceID: "EC2", OperationName: operation, Err: err}
	}
	return nil
}

// assemble puts the SDK's steps of a call around those that are EC2's own.
func (c *ec2Call) assemble(stack *middleware.Stack) error {
	// What took the place of this is internal to the SDK's clients.
	sign := v4.NewSignHTTPRequestMiddleware(v4.SignHTTPRequestMiddlewareOptions{ //nolint:staticcheck // see above
		CredentialsProvider: c.options.Credentials, Signer: v4.NewSigner(),
	})
	return errors.Join(
		stack.Serialize.Add(middleware.SerializeMiddlewareFunc("OperationSerializer", c.serialize), middleware.After),
		awsmiddleware.AddSDKAgentKey(awsmiddleware.ApplicationIdentifier, c.options.AppID)(stack),
		stack.Finalize.Add(&v4.ComputePayloadSHA256{}, middleware.After),
		stack.Finalize.Add(sign, middleware.After),
		retry.AddRetryMiddlewares(stack, retry.AddRetryMiddlewaresOptions{Retryer: c.options.Retryer}),
		stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("OperationDeserializer", c.deserialize), middleware.After),
		awsmiddleware.AddRequestIDRetrieverMiddleware(stack),
		awshttp.AddResponseErrorMiddleware(stack),
	)
}

func (c *ec2Call) serialize(ctx context.Context, in middleware.SerializeInput, next middleware.SerializeHandler) (out middleware.SerializeOutput, metadata middleware.Metadata, err error) {
	request := in.Request.(*smithyhttp.Request)
	address, err := c.address(ctx)
	if err != nil {
		return out, metadata, err
	}
	body := c.form.Encode()
	request.Method, request.URL, request.ContentLength = http.MethodPost, address, int64(len(body))
	if request.URL.Path == "" {
		request.URL.Path = "/"
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if in.Request, err = request.SetStream(strings.NewReader(body)); err != nil {
		return out, metadata, err
	}
	return next.HandleSerialize(ctx, in)
}

// deserialize reads an answer, or what went wrong.
func (c *ec2Call) deserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (out middleware.DeserializeOutput, metadata middleware.Metadata, err error) {
	out, metadata, err = next.HandleDeserialize(ctx, in)
	response, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok {
		return out, metadata, err
	}
	body, err := io.ReadAll(response.Body)
	err = errors.Join(err, response.Body.Close())
	if err != nil {
		return out, metadata, &smithy.DeserializationError{Err: err}
	}
	if response.StatusCode < 200 || response.StatusCode >= 300 {
		problem, err := ec2query.GetErrorResponseComponents(bytes.NewReader(body))
		if err != nil {
			return out, metadata, err
		}
		awsmiddleware.SetRequestIDMetadata(&metadata, problem.RequestID)
		return out, metadata, &smithy.GenericAPIError{Code: problem.Code, Message: problem.Message}
	}
	if err := xml.Unmarshal(body, c.answer); err != nil {
		return out, metadata, &smithy.DeserializationError{Err: fmt.Errorf("read the answer: %w", err), Snapshot: body[:min(len(body), 1024)]}
	}
	return out, metadata, nil
}
