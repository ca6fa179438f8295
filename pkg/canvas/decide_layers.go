package canvas

import (
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// managedPolicies are those that were asked for, by ARN. All workers of a run share
// them: a statement is one statement, whoever comes upon it.
type managedPolicies struct {
	mutex sync.Mutex
	of    map[string]*snapshot.Policy
}

// policy is ManagedPolicy, once per run.
func (w *worker) policy(arn string) *snapshot.Policy {
	w.managed.mutex.Lock()
	defer w.managed.mutex.Unlock()
	policy, ok := w.managed.of[arn]
	if !ok {
		policy = ManagedPolicy(w.snapshot, arn)
		w.managed.of[arn] = policy
	}
	return policy
}

// ManagedPolicy gives a managed policy: the dump's own copy, else for AWS's
// policies the embedded one; nil where neither is there.
func ManagedPolicy(s *snapshot.Snapshot, arn string) *snapshot.Policy {
	if policy := s.Managed[arn]; policy != nil {
		return policy
	}
	known := arn
	if parsed, ok := iam.ParseARN(arn); ok && iam.IsStandIn(parsed.Partition) {
		parsed.Partition = "aws" // the policies have the same names in all partitions
		known = parsed.String()
	}
	published, ok := reference.Managed(known)
	if !ok {
		return nil
	}
	return compileText(arn+" "+published.Version+" of "+published.Date, published.Document, iam.IdentityPolicy)
}

// compileText compiles a policy that has no file of its own.
func compileText(name, text string, kind iam.Kind) *snapshot.Policy {
	documents, _ := source.Parse(name, []byte(text), source.JSON)
	if len(documents) == 0 {
		return nil
	}
	return &snapshot.Policy{Text: iam.NewText(documents[0].Root(), kind), Name: name, AWSManaged: true}
}

// add puts a policy into a layer, with all versions of it, where both the policy
// and the guards of its attachment hold.
func add(layer *access.Layer, policy *snapshot.Policy, guards iam.Guards) {
	one := func(p *snapshot.Policy) {
		layer.Documents = append(layer.Documents, access.Document{Name: p.Name, Policy: p.Policy(), Guards: p.Guards.And(guards)})
	}
	one(policy)
	for _, other := range policy.Others {
		one(other)
	}
	if policy.Unread != "" {
		layer.Missing = append(layer.Missing, "the version of "+policy.Name+" that counts: "+policy.Unread)
	}
}

// policyOf gives the policy that a document of a layer is; nil for one that has no file.
func (w *worker) policyOf(compiled *iam.Policy) *snapshot.Policy {
	if policy := w.byText[compiled.Text]; policy != nil && policy.Policy() == compiled {
		return policy
	}
	return nil
}

// layerOf is the layer of one policy, and of others that may take its place.
func layerOf(policy *snapshot.Policy, perhaps ...*snapshot.Policy) *access.Layer {
	layer := &access.Layer{}
	add(layer, policy, nil)
	for _, other := range perhaps {
		add(layer, other, nil)
	}
	return layer
}

// identityLayer collects what is attached to a role.
func (w *worker) identityLayer(arn string) access.Layer {
	if layer, ok := w.identity[arn]; ok {
		return layer
	}
	var layer access.Layer
	role, in := w.snapshot.Role(arn), layout.Place{Account: iam.AccountOf(arn)}
	switch {
	case role == nil:
		layer.Missing = append(layer.Missing, w.lacks("the role ", arn, arn, in, "GetRole")...)
	default:
		for _, policy := range role.Inline {
			add(&layer, policy, nil)
		}
		for _, attachment := range role.Attached {
			if policy := w.policy(attachment.ARN); policy != nil {
				add(&layer, policy, attachment.Guards)
			} else {
				layer.Missing = append(layer.Missing, w.lacks("the attached policy ", attachment.ARN, attachment.ARN, in, "GetPolicy", "GetPolicyVersion")...)
			}
		}
		for _, name := range role.Unread {
			layer.Missing = append(layer.Missing, w.lacks("the inline policy "+name+" of the role ", arn, arn, in, "GetRolePolicy")...)
		}
		if !role.PoliciesKnown && (len(role.Unread) == 0 || !role.Listed) {
			layer.Missing = append(layer.Missing, w.unread("the policy list of "+arn, arn, in, "ListRolePolicies", "ListAttachedRolePolicies", "GetRolePolicy"))
		}
	}
	w.identity[arn] = layer
	return layer
}

// boundaryLayer gives the permissions boundary of a role, nil if it has none.
func (w *worker) boundaryLayer(arn string) *access.Layer {
	role := w.snapshot.Role(arn)
	if role == nil || len(role.Boundaries) == 0 {
		return nil
	}
	layer := &access.Layer{}
	var cases []int
	for _, boundary := range role.Boundaries {
		if policy := w.policy(boundary.ARN); policy != nil {
			add(layer, policy, boundary.Guards)
		} else {
			layer.Missing = append(layer.Missing, w.lacks("the permissions boundary ", boundary.ARN, boundary.ARN, layout.Place{Account: iam.AccountOf(arn)}, "GetPolicy", "GetPolicyVersion")...)
		}
		for _, guard := range boundary.Guards {
			cases = append(cases, guard.Cases...)
		}
	}
	// In the cases of no boundary there is no layer, which would let nothing pass.
	if guards := role.Boundaries[0].Guards; len(guards) > 0 {
		layer.Guards = guards[0].Choice.In(cases...)
	}
	return layer
}

// lacks names a document that was not given: by the name of what it is of, or
// where a parameter gives that name, by the parameter. The operations are those
// that an export reads it with.
func (w *worker) lacks(what, name, resource string, in layout.Place, operations ...string) []string {
	own := name
	if arn, ok := iam.ParseARN(name); ok {
		own = arn.Resource
	}
	if iam.HasUnknown(own) {
		return iam.Awaited(own)
	}
	return []string{w.unread(what+name, resource, in, operations...)}
}

// endpoint gives the policy of the S3 endpoint of a VpcOnly domain's VPC, nil
// where it was not exported or the domain's traffic takes no endpoint. What is
// not known of an endpoint leaves its policy in doubt.
func (w *worker) endpoint(domain *snapshot.Domain) *access.Layer {
	if iam.HasStandIn(domain.Network.Value) && len(w.snapshot.Endpoints) > 0 {
		return &access.Layer{Missing: iam.Awaited(domain.Network.Value)}
	}
	if domain.Network.Value != "VpcOnly" {
		return nil
	}
	var found []*snapshot.Endpoint
	var doubts []string
	for _, endpoint := range w.snapshot.Endpoints {
		same := iam.Same(endpoint.VPC, domain.VPC.Value)
		if endpoint.VPC == "" {
			same = iam.Perhaps
		}
		if !carriesCalls(endpoint.Status.Value) || same == iam.Never || endpoint.Policy == nil || !strings.HasSuffix(endpoint.Service, ".s3") && endpoint.Service != "" && !iam.HasStandIn(endpoint.Service) {
			continue
		}
		found = append(found, endpoint)
		if same == iam.Perhaps || endpoint.Service == "" || iam.HasStandIn(endpoint.Service) {
			doubts = append(doubts, endpoint.ID)
		}
	}
	switch {
	case len(found) == 0:
		return nil
	case len(found) == 1 && len(doubts) == 0:
		return layerOf(found[0].Policy)
	case len(found) == 1:
		layer := layerOf(found[0].Policy)
		layer.Guards = iam.Maybe("whether the calls of domain " + domain.ID + " take the endpoint " + found[0].ID)
		return layer
	}
	return oneOf(domain, found, len(doubts) == len(found))
}

// oneOf is the layer of several endpoints, of which the calls take one; none
// says that they may take none of them.
func oneOf(domain *snapshot.Domain, endpoints []*snapshot.Endpoint, none bool) *access.Layer {
	layer := &access.Layer{}
	choice := &iam.Choice{Question: "which of the S3 endpoints of " + domain.VPC.Value + " the calls take", Cases: len(endpoints)}
	if none {
		choice.Cases++
		layer.Guards = choice.Not(len(endpoints))
	}
	for i, endpoint := range endpoints {
		add(layer, endpoint.Policy, choice.In(i))
	}
	return layer
}

// carriesCalls reports whether an endpoint in a state takes calls. The API spells
// states with a capital, the CLI without
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html).
func carriesCalls(state string) bool {
	switch strings.ToLower(state) {
	case "deleted", "deleting", "failed", "rejected", "expired":
		return false
	}
	return true
}

// keyPolicies are all policies that have a say when a role uses a key.
func (w *worker) keyPolicies(role, keyARN, keyAccount string, key *snapshot.Key) *access.Policies {
	account := iam.AccountOf(role)
	p := &access.Policies{
		Identity: w.identityLayer(role), Boundary: w.boundaryLayer(role),
		SCPs: w.organizationLevels(account, snapshot.ServiceControl), RCPs: w.organizationLevels(keyAccount, snapshot.ResourceControl), Known: w.isKnown,
	}
	p.Resource = &access.Layer{Missing: w.lacks("the key policy of ", keyARN+w.namesake(keyARN, key), keyARN, layout.Place{}, "GetKeyPolicy", "DescribeKey")}
	if key != nil {
		if key.Policy != nil {
			p.Resource = layerOf(key.Policy, key.Perhaps...)
		}
		p.Grants = w.grantsOf(key)
	}
	return p
}

// grantsOf reads the grants of a key, once for all roles that use it.
func (w *worker) grantsOf(key *snapshot.Key) []access.Grant {
	grants, ok := w.grants[key]
	if !ok {
		for _, grant := range key.Grants {
			parsed := access.ParseGrant(grant.Node)
			parsed.Guards = grant.Guards
			grants = append(grants, parsed)
		}
		w.grants[key] = grants
	}
	return grants
}

// bucketPolicies are all policies that have a say when a role uses a bucket.
func (w *worker) bucketPolicies(domain *snapshot.Domain, role, name string, bucket *snapshot.Bucket) *access.Policies {
	p := w.callPolicies(domain, role)
	if bucket != nil {
		p.RCPs = w.organizationLevels(bucket.Account, snapshot.ResourceControl)
	}
	switch {
	case bucket != nil && bucket.Policy != nil:
		p.Resource = layerOf(bucket.Policy, bucket.Perhaps...)
	case bucket != nil && bucket.PolicyState == snapshot.Unset && len(bucket.Perhaps) > 0:
		p.Resource = layerOf(bucket.Perhaps[0], bucket.Perhaps[1:]...)
	case bucket != nil && bucket.PolicyState == snapshot.Unset:
	default:
		in := layout.Place{Account: domain.Account, Region: domain.Region}
		if bucket != nil {
			in.Account = bucket.Account
		}
		p.Resource = &access.Layer{Missing: w.lacks("the bucket policy of ", name, "arn:"+domain.Partition+":s3:::"+name, in, "GetBucketPolicy", "GetBucketLocation")}
	}
	if bucket != nil {
		w.restrict(p, role, bucket.Account, bucket.Restricts)
	}
	return p
}

// callPolicies are the policies that bind a role's calls of S3 from a domain's network.
func (w *worker) callPolicies(domain *snapshot.Domain, role string) *access.Policies {
	return &access.Policies{
		Identity: w.identityLayer(role), Boundary: w.boundaryLayer(role),
		SCPs: w.organizationLevels(iam.AccountOf(role), snapshot.ServiceControl), Endpoint: w.endpoint(domain), Known: w.isKnown,
	}
}
