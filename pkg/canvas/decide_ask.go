package canvas

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Question is one access question over a snapshot.
type Question struct {
	Principal string // ARN of a role, session or user, a service, "*"
	Action    string
	// Resource is an ARN; for KMS an alias ARN too. Where its last part holds
	// wildcards the question is about everything that fits.
	Resource string
	// Context are keys that the asker knows; Unknown are keys that stay
	// unknown although AWS would set them.
	Context map[string][]string
	Unknown []string
	// Absent are keys that the request does not have.
	Absent []string
}

// Ask finds the policies that have a say and the request that AWS would see.
// What neither the snapshot nor the question tells is unknown. It returns an
// error for a question that cannot be read.
func Ask(s *snapshot.Snapshot, c config.Config, q Question) (*access.Request, *access.Policies, error) {
	return NewAsker(s, c).Ask(q)
}

// Asker answers questions over one snapshot, and remembers the policies that
// bind each caller. It is for one goroutine.
type Asker struct {
	w    *worker
	open bool // whether the snapshot has stand-ins that a question can name
}

// NewAsker makes an asker.
func NewAsker(s *snapshot.Snapshot, c config.Config) *Asker {
	return &Asker{newWorker(s, c), hasStandIns(s)}
}

// Fork gives an asker over the same snapshot for another goroutine.
func (a *Asker) Fork() *Asker { return &Asker{a.w.fork(), a.open} }

// Ask is [Ask] over the snapshot of the asker.
func (a *Asker) Ask(q Question) (*access.Request, *access.Policies, error) {
	w, s := a.w, a.w.snapshot
	if !a.open {
		q = q.literal()
	}
	principal, err := access.ParsePrincipal(q.Principal)
	if err != nil {
		return nil, nil, err
	}
	service, _, ok := strings.Cut(q.Action, ":")
	if !ok {
		return nil, nil, fmt.Errorf("read the action %q: it is written service:Action", q.Action)
	}
	arn, ok := iam.ParseARN(q.Resource)
	if !ok && q.Resource != "*" && !iam.HasStandIn(q.Resource) {
		return nil, nil, fmt.Errorf("read the resource %q: it is no ARN", q.Resource)
	}
	request := &access.Request{Action: q.Action, ResourceAccount: iam.AccountOf(q.Resource)}
	if err := overOneOwner(request, q.Resource, arn); err != nil {
		return nil, nil, err
	}
	w.knowRole(&principal)
	caller := principal.ARN
	if principal.RoleARN != "" {
		caller = principal.RoleARN
	}
	request.Principal = principal
	var policies *access.Policies
	switch strings.ToLower(service) {
	case "kms":
		policies = w.askKey(request, caller)
	case "s3":
		policies = w.askBucket(request, caller)
	default:
		policies = w.callerPolicies(caller, arn.Account)
		if role := s.Role(q.Resource); role != nil && role.Trust != nil && strings.EqualFold(service, "sts") {
			policies.Resource = layerOf(role.Trust)
		}
		request.Context = w.askContext(&principal, strings.ToLower(service), caller, arn.Region, arn.Account)
	}
	w.forgetCaller(&principal, policies)
	for key, values := range q.Context {
		request.Context.Set(key, values...)
	}
	for _, key := range q.Unknown {
		request.Context.SetUnknown(key)
	}
	for _, key := range q.Absent {
		request.Context.SetAbsent(key)
	}
	return request, policies, nil
}

// hasStandIns reports whether the snapshot leaves anything open that a question
// could name.
func hasStandIns(s *snapshot.Snapshot) bool {
	return slices.ContainsFunc(s.Roles, func(r *snapshot.Role) bool { return iam.HasStandIn(r.ARN) }) ||
		slices.ContainsFunc(s.Keys, func(k *snapshot.Key) bool { return iam.HasStandIn(k.ARN) }) ||
		slices.ContainsFunc(s.Buckets, func(b *snapshot.Bucket) bool { return iam.HasStandIn(b.ARN) }) ||
		slices.ContainsFunc(s.Domains, func(d *snapshot.Domain) bool { return iam.HasStandIn(d.ID) || iam.HasStandIn(d.Account) })
}

// literal is the question with texts that hold no stand-ins.
func (q Question) literal() Question {
	q.Principal, q.Resource = source.Literal(q.Principal), source.Literal(q.Resource)
	known := q.Context
	q.Context = map[string][]string{}
	for key, values := range known {
		for _, value := range values {
			q.Context[source.Literal(key)] = append(q.Context[source.Literal(key)], source.Literal(value))
		}
	}
	return q
}

// overOneOwner reads the resource, and takes no set whose members have policies
// of their own.
func overOneOwner(request *access.Request, resource string, arn iam.ARN) error {
	if err := request.Over(resource); err != nil {
		return err
	}
	name, _, _ := strings.Cut(arn.Resource, "/")
	switch {
	case request.Set && arn.Service == "s3" && strings.ContainsAny(name, "*?"):
		return fmt.Errorf("read the resource %q: each bucket has a policy of its own; ask for one bucket, such as arn:aws:s3:::bucket/*", resource)
	case request.Set && arn.Service == "iam":
		return fmt.Errorf("read the resource %q: each role has a policy of its own; ask for one role", resource)
	}
	return nil
}

// knowRole fills in what the snapshot says about the caller's role.
func (w *worker) knowRole(p *access.Principal) {
	var role *snapshot.Role
	switch p.Kind {
	case access.Role:
		role = w.snapshot.Role(p.ARN)
	case access.Session:
		role = w.snapshot.RoleNamed(p.Account, p.Name)
	}
	if role != nil {
		p.RoleARN, p.UniqueID = role.ARN, role.ID
	}
	p.SessionUnknown = p.Kind == access.Role
}

// forgetCaller takes away the identity layer of callers that have no policies
// of their own: services and anonymous callers, and the root user.
func (w *worker) forgetCaller(p *access.Principal, policies *access.Policies) {
	switch p.Kind {
	case access.Service, access.Anonymous, access.RootUser, access.Federated:
		policies.Identity, policies.Boundary = access.Layer{}, nil
	case access.User, access.FederatedUser:
		policies.Identity = access.Layer{Missing: []string{"the policies of " + p.ARN}}
	}
}

// callerPolicies are the policies that bind a caller, whatever the resource.
func (w *worker) callerPolicies(caller, owner string) *access.Policies {
	return &access.Policies{
		Identity: w.identityLayer(caller), Boundary: w.boundaryLayer(caller),
		SCPs: w.organizationLevels(iam.AccountOf(caller), snapshot.ServiceControl), RCPs: w.organizationLevels(owner, snapshot.ResourceControl), Known: w.isKnown,
	}
}

// askContext is the context of a role's calls; of other callers little is known.
func (w *worker) askContext(p *access.Principal, service, caller, region, owner string) *access.Context {
	if p.Kind == access.Role || p.Kind == access.Session {
		return w.callContext(service, caller, region, owner)
	}
	c := access.NewContext(true)
	c.Set("aws:SecureTransport", "true")
	if p.Kind == access.User || p.Kind == access.RootUser {
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
		c.Set("aws:PrincipalArn", p.ARN)
		c.Set("aws:PrincipalAccount", p.Account)
	}
	return c
}

func (w *worker) askKey(request *access.Request, caller string) *access.Policies {
	arn, _ := iam.ParseARN(request.Resource)
	r := w.resolve(request.Resource, arn.Account, arn.Region)
	if r.ARN != "" {
		request.Resource = r.ARN
	}
	policies := w.keyPolicies(caller, request.Resource, arn.Account, r.Key)
	c := access.Over(w.askContext(&request.Principal, "kms", caller, arn.Region, arn.Account), w.keyContext(r.Key))
	if request.Principal.Account != "" {
		c.Set("kms:CallerAccount", request.Principal.Account)
	}
	switch strings.ToLower(request.Action) {
	case "kms:creategrant":
		c.Set("kms:GrantIsForAWSResource", "true")
	case "kms:decrypt", "kms:encrypt", "kms:reencryptfrom", "kms:reencryptto":
		c.Set("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT")
	}
	request.Context = c
	return policies
}

func (w *worker) askBucket(request *access.Request, caller string) *access.Policies {
	_, rest, _ := strings.Cut(request.Resource, ":s3:::")
	name, _, _ := strings.Cut(rest, "/")
	bucket := w.snapshot.Bucket(name)
	region := ""
	if bucket != nil {
		request.ResourceAccount, region = bucket.Account, bucket.Region
	}
	policies := w.bucketPolicies(&snapshot.Domain{}, caller, name, bucket)
	request.Context = w.askContext(&request.Principal, "s3", caller, region, request.ResourceAccount)
	if request.ResourceAccount != "" {
		request.Context.Set("s3:ResourceAccount", request.ResourceAccount)
	}
	setTransport(request.Context)
	return policies
}
