package live

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	sdkconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/layout"
)

// login is one way into an account: a profile, or a role assumed from it.
type login struct {
	name    string // as errors cite it: the role's ARN, else the profile's name
	role    string
	config  aws.Config
	source  aws.Config // that roles are assumed with; its clients are not guarded
	regions []string
}

// sessionName is what CloudTrail shows of a role that fetch assumes; a profile
// may set its own.
const sessionName = "canvaslint"

// answerTime is how long one attempt of a call may take.
const answerTime = 90 * time.Second

// logins reads the AWS configuration. Nothing is called yet.
func (o *options) logins(ctx context.Context) ([]login, error) {
	if len(o.Roles) > 0 && len(o.Profiles) > 1 {
		return nil, fetch.UsageError{Err: errors.New("roles are assumed from one profile: name one profile, or no roles")}
	}
	profiles := o.Profiles
	if len(profiles) == 0 {
		profiles = []string{""}
	}
	var logins []login
	for _, profile := range profiles {
		config, err := o.configure(ctx, profile)
		if err != nil {
			return nil, err
		}
		regions := o.Regions
		if len(regions) == 0 && config.Region != "" {
			regions = []string{config.Region}
		}
		if len(regions) == 0 {
			return nil, fetch.UsageError{Err: errors.New("no Region is set: name the domain's with --region, or set AWS_REGION")}
		}
		for _, region := range regions {
			if !layout.IsRegion(region) {
				return nil, fetch.UsageError{Err: fmt.Errorf("%q is no Region: one looks like eu-central-1", oneLine(region))}
			}
		}
		regions = slices.Compact(slices.Sorted(slices.Values(regions)))
		// Credentials and global services are asked for in one of the Regions.
		if config.Region == "" || len(o.Regions) > 0 {
			config.Region = regions[0]
		}
		if len(o.Roles) == 0 {
			logins = append(logins, login{name: profile, config: guarded(config), source: config, regions: regions})
		}
		for _, role := range o.Roles {
			logins = append(logins, login{name: role, role: role, config: guarded(o.assume(config, role)), regions: regions})
		}
	}
	return logins, nil
}

// configure lets the SDK read its environment variables and files: endpoints,
// FIPS, dual-stack, certificates and proxies are set there.
func (o *options) configure(ctx context.Context, profile string) (aws.Config, error) {
	options := []func(*sdkconfig.LoadOptions) error{
		sdkconfig.WithAppID("canvaslint"),
		sdkconfig.WithAssumeRoleCredentialOptions(func(r *stscreds.AssumeRoleOptions) {
			if r.RoleSessionName == "" {
				r.RoleSessionName = sessionName
			}
		}),
		// The SDK itself would wait for an answer for ever.
		sdkconfig.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(answerTime)),
		sdkconfig.WithLogger(logging.Nop{}), // what it has to say is in its errors
	}
	if profile != "" {
		options = append(options, sdkconfig.WithSharedConfigProfile(profile))
	}
	config, err := sdkconfig.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return config, fetch.UsageError{Err: fmt.Errorf("read the AWS configuration: %s", scrub(err))}
	}
	// The SDK makes the client that assumes a profile's role before it looks for
	// its endpoint: told of it in another way, it goes there.
	if endpoint := sts.NewFromConfig(config).Options().BaseEndpoint; endpoint != nil {
		again, err := sdkconfig.LoadDefaultConfig(ctx, append(options, sdkconfig.WithAPIOptions([]func(*middleware.Stack) error{stsAt(*endpoint)}))...)
		if err != nil {
			return config, fetch.UsageError{Err: fmt.Errorf("read the AWS configuration: %s", scrub(err))}
		}
		config.Credentials = again.Credentials
	}
	// Each client of each account has the SDK's own retryer: growing, random pauses,
	// and fewer calls where a service says that it is asked too much. Who sets
	// AWS_RETRY_MODE and AWS_MAX_ATTEMPTS means it; else a large account needs patience.
	config.RetryMode = cmp.Or(config.RetryMode, aws.RetryModeAdaptive)
	config.RetryMaxAttempts = cmp.Or(config.RetryMaxAttempts, 8)
	return config, nil
}

// stsAt sends calls of STS to an endpoint of the user's, before they are signed.
func stsAt(endpoint string) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		const resolved = "ResolveEndpointV2"
		target, err := url.Parse(endpoint)
		if _, ok := stack.Finalize.Get(resolved); !ok || err != nil {
			return err
		}
		return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("canvaslintEndpoint", func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			if request, ok := in.Request.(*smithyhttp.Request); ok && middleware.GetServiceID(ctx) == sts.ServiceID {
				request.URL.Scheme, request.URL.Host = target.Scheme, target.Host
				request.URL.Path = path.Join("/", target.Path, request.URL.Path)
			}
			return next.HandleFinalize(ctx, in)
		}), resolved, middleware.After)
	}
}

func (o *options) assume(config aws.Config, role string) aws.Config {
	assumed := config.Copy()
	assumed.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(config), role, func(r *stscreds.AssumeRoleOptions) {
		r.RoleSessionName = sessionName
		if o.ExternalID != "" {
			r.ExternalID = aws.String(o.ExternalID)
		}
	}))
	return assumed
}

// guarded gives a config whose clients make the calls of the table alone. The
// SDK's own calls for credentials were set up before and are not among them.
func guarded(config aws.Config) aws.Config { return only(config, fetch.Operations()) }

// only gives a config whose clients refuse every call that is not in a table of
// operations, before anything is sent.
func only(config aws.Config, operations []fetch.Operation) aws.Config {
	config = config.Copy()
	config.APIOptions = append(slices.Clone(config.APIOptions), guard(operations))
	return config
}

func guard(operations []fetch.Operation) func(*middleware.Stack) error {
	allowed := map[string]bool{}
	for _, op := range operations {
		allowed[op.ID()] = true
	}
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("canvaslintGuard", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			id := strings.ReplaceAll(strings.ToLower(middleware.GetServiceID(ctx)), " ", "") + ":" + middleware.GetOperationName(ctx)
			if !allowed[id] {
				return middleware.InitializeOutput{}, middleware.Metadata{}, fmt.Errorf("the call %s is not among those that this program makes", id)
			}
			return next.HandleInitialize(ctx, in)
		}), middleware.After)
	}
}

// account is one AWS account with the clients that ask it.
type account struct {
	id, partition string
	regions       []string
	config        aws.Config
	iam           *iam.Client
	organizations *organizations.Client

	mutex   sync.Mutex
	clients map[string]*clients
}

// clients are those of one Region.
type clients struct {
	ec2       *ec2Client
	kms       *kms.Client
	s3        *s3.Client
	s3control *s3control.Client
	sagemaker *sagemaker.Client
}

// in gives the clients of a Region. A key or a bucket may be in another Region
// than the domain.
func (a *account) in(region string) *clients {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if c := a.clients[region]; c != nil {
		return c
	}
	config := a.config.Copy()
	config.Region = region
	c := &clients{
		ec2: newEC2(config), kms: kms.NewFromConfig(config), sagemaker: sagemaker.NewFromConfig(config),
		s3: s3.NewFromConfig(config, pathStyle), s3control: s3control.NewFromConfig(config, onPlainHost),
	}
	a.clients[region] = c
	return c
}

// pathStyle is for servers under an address of their own, which have no names for
// buckets.
func pathStyle(o *s3.Options) { o.UsePathStyle = o.UsePathStyle || o.BaseEndpoint != nil }

// forget lets go of the clients: of thousands of accounts a few are read at a time.
func (a *account) forget() {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	clear(a.clients)
}

// enter asks each login who it is, and keeps one login for each account.
func (f *fetcher) enter(ctx context.Context, logins []login) {
	for _, l := range logins {
		// A second way into the same account tells nothing new.
		if a := f.login(ctx, l); a != nil && f.account(a.id) == nil {
			f.accounts = append(f.accounts, a)
		}
	}
}

// login asks a login who it is; nil where it does not get in.
func (f *fetcher) login(ctx context.Context, l login) *account {
	identity := fetch.Find("sts", "GetCallerIdentity")
	secrets, ok := f.credentials(ctx, l)
	if !ok {
		return nil
	}
	who, err := attempt(ctx, f, identity, func(ctx context.Context) (*sts.GetCallerIdentityOutput, error) {
		return sts.NewFromConfig(l.config).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	})
	if err != nil {
		f.miss(ctx, identity, subject{resource: l.name}, err)
		f.excuse(l, err, secrets...)
		return nil
	}
	id := aws.ToString(who.Account)
	if !layout.IsAccount(id) {
		f.refuse(identity, subject{resource: l.name}, fetch.Unreadable, string(unusableAnswer))
		return nil
	}
	f.note(aws.ToString(who.Arn))
	return &account{
		id: id, partition: layout.PartitionOf(l.regions[0]), regions: l.regions, config: l.config,
		iam: iam.NewFromConfig(l.config), organizations: organizations.NewFromConfig(l.config), clients: map[string]*clients{},
	}
}

// credentials gets a login's credentials, and gives what must never be printed.
func (f *fetcher) credentials(ctx context.Context, l login) ([]string, bool) {
	op := fetch.Operation{Service: "sts", Name: "GetCallerIdentity"}
	if l.role != "" {
		op = fetch.Operation{Service: "sts", Name: "AssumeRole", Permission: "sts:AssumeRole"}
	}
	var err error = errors.New("there are no credentials: set up a profile, or the environment")
	var given aws.Credentials
	if l.config.Credentials != nil {
		given, err = l.config.Credentials.Retrieve(ctx)
	}
	if err == nil {
		return []string{given.AccessKeyID, given.SecretAccessKey, given.SessionToken}, true
	}
	f.notice(err)
	var api smithy.APIError
	switch {
	case errors.As(err, &api) && api.ErrorCode() != "", l.role != "":
		f.miss(ctx, op, subject{resource: l.name}, err)
	case ctx.Err() == nil:
		f.refuse(op, subject{resource: l.name}, fetch.AccessDenied, "NoCredentials")
	}
	f.excuse(l, err)
	return nil, false
}

// note adds a caller to the manifest.
func (f *fetcher) note(caller string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.manifest.Caller == "" {
		f.manifest.Caller = caller
		return
	}
	if len(f.manifest.Callers) == 0 {
		f.manifest.Callers = []string{f.manifest.Caller}
	}
	f.manifest.Callers = append(f.manifest.Callers, caller)
}

// excuse keeps the reason why a login did not get in, for the user.
func (f *fetcher) excuse(l login, err error, secrets ...string) {
	name := l.name
	if name == "" {
		name = "the default credentials"
	}
	text := fmt.Sprintf("the account of %s was not reached: %s", oneLine(name), scrub(err, secrets...))
	switch {
	case isWithoutCredentials(err) && l.name == "":
		text = "No AWS credentials found. Pass --profile or --role-arn."
	case isWithoutCredentials(err) && l.role == "":
		text = fmt.Sprintf("The profile %s has no AWS credentials.", oneLine(name))
	case isWithoutCredentials(err):
		text = fmt.Sprintf("No AWS credentials found to assume %s. Pass --profile.", oneLine(name))
	}
	if advice := afterExpiry(err); advice != "" {
		text += "; " + advice
	}
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.failures = append(f.failures, text)
}

// isWithoutCredentials reports whether the SDK found credentials nowhere: the
// last place where it looks is the instance that it runs on, and what is wrong
// there says nothing about the others
// (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html).
func isWithoutCredentials(err error) bool {
	for err != nil {
		var call *smithy.OperationError
		if !errors.As(err, &call) {
			return false
		}
		if call.ServiceID == "ec2imds" {
			return true
		}
		err = call.Err
	}
	return false
}

// account finds the login of an account, nil where there is none.
func (f *fetcher) account(id string) *account {
	for _, a := range f.accounts {
		if a.id == id {
			return a
		}
	}
	return f.members[id]
}
