package canvas

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// policy is ManagedPolicy, once per run.
func (w *worker) policy(arn string) *snapshot.Policy {
	policy, ok := w.managed[arn]
	if !ok {
		policy = ManagedPolicy(w.snapshot, arn)
		w.managed[arn] = policy
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
	return &snapshot.Policy{Policy: iam.Compile(documents[0].Root(), kind), Name: name, AWSManaged: true}
}

func document(policy *snapshot.Policy) access.Document {
	return access.Document{Name: policy.Name, Policy: policy.Policy, Guards: policy.Guards}
}

func documents(policies []*snapshot.Policy) []access.Document {
	var list []access.Document
	for _, policy := range policies {
		list = append(list, document(policy))
	}
	return list
}

// attached is the document of a policy that is attached to something.
func attached(policy *snapshot.Policy, to snapshot.Attachment) access.Document {
	d := document(policy)
	d.Guards = d.Guards.And(to.Guards)
	return d
}

// identityLayer collects what is attached to a role.
func (w *worker) identityLayer(arn string) access.Layer {
	if layer, ok := w.identity[arn]; ok {
		return layer
	}
	var layer access.Layer
	role := w.snapshot.Role(arn)
	switch {
	case role == nil:
		layer.Missing = append(layer.Missing, w.lacks("the role ", arn, arn, "GetRole")...)
	default:
		for _, policy := range role.Inline {
			layer.Documents = append(layer.Documents, document(policy))
		}
		for _, attachment := range role.Attached {
			if policy := w.policy(attachment.ARN); policy != nil {
				layer.Documents = append(layer.Documents, attached(policy, attachment))
			} else {
				layer.Missing = append(layer.Missing, w.lacks("the attached policy ", attachment.ARN, attachment.ARN, "GetPolicy", "GetPolicyVersion")...)
			}
		}
		for _, name := range role.Unread {
			layer.Missing = append(layer.Missing, w.lacks("the inline policy "+name+" of the role ", arn, arn, "GetRolePolicy")...)
		}
		if !role.PoliciesKnown && (len(role.Unread) == 0 || !role.Listed) {
			layer.Missing = append(layer.Missing, w.unread("the list of policies of the role "+arn, arn, "ListRolePolicies", "ListAttachedRolePolicies", "GetRolePolicy"))
		}
	}
	w.identity[arn] = layer
	return layer
}

// boundaryLayer gives the permissions boundary of a role, nil if it has none.
func (w *worker) boundaryLayer(arn string) *access.Layer {
	role := w.snapshot.Role(arn)
	if role == nil || role.Boundary == nil {
		return nil
	}
	if policy := w.policy(role.Boundary.ARN); policy != nil {
		return &access.Layer{Documents: []access.Document{document(policy)}, Guards: role.Boundary.Guards}
	}
	return &access.Layer{Guards: role.Boundary.Guards, Missing: w.lacks("the permissions boundary ", role.Boundary.ARN, role.Boundary.ARN, "GetPolicy", "GetPolicyVersion")}
}

// lacks names a document that is not at hand: by the name of what it is of, or
// where a parameter gives that name, by the parameter. The operations are those
// that an export reads it with.
func (w *worker) lacks(what, name, resource string, operations ...string) []string {
	own := name
	if arn, ok := iam.ParseARN(name); ok {
		own = arn.Resource
	}
	if iam.HasUnknown(own) {
		return iam.Awaited(own)
	}
	return []string{w.unread(what+name, resource, operations...)}
}

const (
	scpType = "SERVICE_CONTROL_POLICY"
	rcpType = "RESOURCE_CONTROL_POLICY"
)

// organizationLevels gives the SCPs or RCPs that bind an account, from the
// root down. The management account is bound by neither
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html).
func (w *worker) organizationLevels(account, kind string) []access.Level {
	memo := w.scps
	if kind == rcpType {
		memo = w.rcps
	}
	if levels, ok := memo[account]; ok {
		return levels
	}
	var levels []access.Level
	org := w.snapshot.Organization
	if org != nil && len(org.Targets) > 0 && org.Management != account {
		path := targetPath(org, account)
		for _, id := range path {
			if level, ok := w.level(org, id, kind); ok {
				levels = append(levels, level)
			}
		}
		if len(path) == 0 {
			// The organization was exported, and says nothing of this account.
			levels = append(levels, access.Level{Name: account, Layer: access.Layer{Missing: []string{w.unread("the organization policies of account "+account, account, "ListParents", "ListPoliciesForTarget")}}})
		}
	}
	memo[account] = levels
	return levels
}

func targetPath(org *snapshot.Organization, account string) []string {
	for _, target := range org.Targets {
		if target.ID == account {
			return target.Path
		}
	}
	return nil
}

// level collects the policies of one kind at a root, unit or account; false
// where none is attached: then the kind is not enabled there.
func (w *worker) level(org *snapshot.Organization, id, kind string) (access.Level, bool) {
	level := access.Level{Name: id}
	known := false
	for _, target := range org.Targets {
		if target.ID != id {
			continue
		}
		known = true
		for _, policyID := range target.Policies {
			policy := org.Policies[policyID]
			switch {
			case policy != nil && policy.Type == kind:
				level.Documents = append(level.Documents, document(policy.Policy))
			case policy != nil:
			case policyID == "p-FullAWSAccess" || policyID == "p-RCPFullAWSAccess":
				if full := fullAccess(policyID); (policyID == "p-FullAWSAccess") == (kind == scpType) {
					level.Documents = append(level.Documents, document(full))
				}
			default:
				level.Missing = append(level.Missing, w.unread("the organization policy "+policyID, policyID, "DescribePolicy")+" at "+id)
			}
		}
	}
	if !known {
		level.Missing = append(level.Missing, w.unread("the organization policies attached to "+id, id, "ListPoliciesForTarget"))
	}
	return level, len(level.Documents)+len(level.Missing) > 0
}

// fullAccess is the policy that AWS Organizations attaches by itself
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html).
func fullAccess(id string) *snapshot.Policy {
	if id == "p-FullAWSAccess" {
		return compileText(id, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`, iam.ServiceControlPolicy)
	}
	return compileText(id, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}`, iam.ResourceControlPolicy)
}

// endpoint gives the policy of the S3 endpoint of a VpcOnly domain's VPC, nil
// where it was not exported or the domain's traffic takes no endpoint.
func (w *worker) endpoint(domain *snapshot.Domain) *access.Layer {
	if iam.HasStandIn(domain.Network.Value) && len(w.snapshot.Endpoints) > 0 {
		return &access.Layer{Missing: iam.Awaited(domain.Network.Value)}
	}
	if domain.Network.Value != "VpcOnly" {
		return nil
	}
	var found *access.Layer
	for _, endpoint := range w.snapshot.Endpoints {
		same := iam.Same(endpoint.VPC, domain.VPC.Value)
		if same == iam.Never || !strings.HasSuffix(endpoint.Service, ".s3") || endpoint.Policy == nil || !carriesCalls(endpoint.Status.Value) {
			continue
		}
		if same == iam.Perhaps {
			return &access.Layer{Missing: iam.Awaited(endpoint.VPC, domain.VPC.Value)}
		}
		if found != nil {
			return &access.Layer{Missing: []string{"which of the S3 endpoints of " + endpoint.VPC + " the calls take"}}
		}
		found = &access.Layer{Documents: []access.Document{document(endpoint.Policy)}}
	}
	return found
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
		SCPs: w.organizationLevels(account, scpType), RCPs: w.organizationLevels(keyAccount, rcpType), Known: w.isKnown,
	}
	p.Resource = &access.Layer{Missing: w.lacks("the key policy of ", keyARN+w.namesake(keyARN, key), keyARN, "GetKeyPolicy", "DescribeKey")}
	if key != nil {
		if key.Policy != nil {
			p.Resource = &access.Layer{Documents: documents(append([]*snapshot.Policy{key.Policy}, key.Perhaps...))}
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
			grants = append(grants, access.ParseGrant(grant))
		}
		for _, grant := range key.PerhapsGrants {
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
	account := iam.AccountOf(role)
	p := &access.Policies{
		Identity: w.identityLayer(role), Boundary: w.boundaryLayer(role),
		SCPs: w.organizationLevels(account, scpType), Endpoint: w.endpoint(domain), Known: w.isKnown,
	}
	if bucket != nil {
		p.RCPs = w.organizationLevels(bucket.Account, rcpType)
	}
	switch {
	case bucket != nil && bucket.Policy != nil:
		p.Resource = &access.Layer{Documents: documents(append([]*snapshot.Policy{bucket.Policy}, bucket.Perhaps...))}
	case bucket != nil && bucket.PolicyState == snapshot.Unset && len(bucket.Perhaps) > 0:
		p.Resource = &access.Layer{Documents: documents(bucket.Perhaps)}
	case bucket != nil && bucket.PolicyState == snapshot.Unset:
	default:
		p.Resource = &access.Layer{Missing: w.lacks("the bucket policy of ", name, "arn:"+domain.Partition+":s3:::"+name, "GetBucketPolicy", "GetBucketLocation")}
	}
	return p
}
