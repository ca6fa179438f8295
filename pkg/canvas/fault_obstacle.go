package canvas

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

var (
	viaServiceKey    = iam.NewKey("kms:ViaService")
	objectContextKey = iam.NewKey("kms:EncryptionContext:aws:s3:arn")
	forResourceKey   = iam.NewKey("kms:GrantIsForAWSResource")
)

// obstacle is a statement that only a condition on one key keeps from allowing
// a request, or that denies it with such a condition.
type obstacle struct {
	policy    *snapshot.Policy
	statement *iam.Statement
	condition *iam.Condition // the first on the key
	named     bool           // it names the role, or is the role's own
}

// bare gives the statement without its conditions on a key; a Deny is gone.
func (o *obstacle) bare(key iam.Key) *iam.Statement {
	if o.statement.Effect == iam.Deny {
		return nil
	}
	return lifted(o.statement, key)
}

// lifted gives a statement without its conditions on a key.
func lifted(s *iam.Statement, key iam.Key) *iam.Statement {
	bare := *s
	bare.Conditions = slices.DeleteFunc(slices.Clone(s.Conditions), func(c iam.Condition) bool { return c.Name == key })
	return &bare
}

// obstaclesOf finds the statements of the key policy and of the role's own
// policies that only conditions on a key keep from what a request asks for.
func (w *worker) obstaclesOf(need *Need, request *access.Request, key iam.Key) []obstacle {
	var found []obstacle
	look := func(layer *access.Layer, own bool) {
		if layer == nil {
			return
		}
		for _, d := range layer.Documents {
			policy := w.policyOf(d.Policy)
			if policy == nil {
				continue // one of AWS's
			}
			for _, s := range d.Policy.Statements {
				if o, ok := obstructs(policy, s, request, key, own); ok {
					found = append(found, o)
				}
			}
		}
	}
	look(need.policies.Resource, false)
	look(&need.policies.Identity, true)
	return found
}

func obstructs(policy *snapshot.Policy, s *iam.Statement, request *access.Request, key iam.Key, own bool) (obstacle, bool) {
	o := obstacle{policy: policy, statement: s, named: own || slices.ContainsFunc(s.Principals, func(p iam.Principal) bool {
		return p.Form == iam.RoleForm || p.Form == iam.SessionForm
	})}
	for i := range s.Conditions {
		if s.Conditions[i].Name == key {
			o.condition = &s.Conditions[i]
			break
		}
	}
	if o.condition == nil {
		return o, false
	}
	match := matchOf(policy, s, request)
	if s.Effect == iam.Deny {
		return o, match == access.Matched
	}
	return o, s.Effect == iam.Allow && match == access.NotMatched && matchOf(policy, lifted(s, key), request) == access.Matched
}

// matchOf fits one statement to a request.
func matchOf(policy *snapshot.Policy, s *iam.Statement, request *access.Request) access.Match {
	alone := *policy.Policy()
	alone.Statements = []*iam.Statement{s}
	layer := access.Layer{Documents: []access.Document{{Name: policy.Name, Policy: &alone}}}
	policies := access.Policies{Identity: layer}
	if policy.Kind.NamesPrincipals() {
		policies = access.Policies{Resource: &layer}
	}
	for _, trace := range access.Trace(request, &policies) {
		for _, t := range trace.Statements {
			return t.Match
		}
	}
	return access.NotMatched
}

// relaxed gives the policies of a need with the obstacles out of the way.
func relaxed(policies *access.Policies, obstacles []obstacle, key iam.Key) *access.Policies {
	change := func(layer access.Layer) access.Layer {
		documents := slices.Clone(layer.Documents)
		for i := range documents {
			if documents[i].Policy == nil {
				continue
			}
			policy := *documents[i].Policy
			policy.Statements = nil
			for _, s := range documents[i].Policy.Statements {
				at := slices.IndexFunc(obstacles, func(o obstacle) bool { return o.statement == s })
				if at >= 0 {
					s = obstacles[at].bare(key)
				}
				if s != nil {
					policy.Statements = append(policy.Statements, s)
				}
			}
			documents[i].Policy = &policy
		}
		layer.Documents = documents
		return layer
	}
	copied := *policies
	copied.Identity = change(copied.Identity)
	if copied.Resource != nil {
		resource := change(*copied.Resource)
		copied.Resource = &resource
	}
	return &copied
}

// obstacles finds the conditions that stand in the way of what Canvas needs.
func (w *worker) obstacles() {
	for _, need := range w.facts.Needs {
		if need.Purpose == finding.Bucket || need.Purpose == finding.Dataset && !need.Meant {
			continue
		}
		for _, a := range need.Actions {
			// One way is enough for the output of jobs.
			if a.Result.IsDenied() || a.Result == access.Unknown && need.Purpose != finding.Output {
				w.viaService(need, a)
			}
			if a.Result.IsDenied() {
				w.encryptionContext(need, a)
				w.grantCondition(need, a)
			}
		}
	}
}

// viaService finds statements that are limited to other calling services. One
// for everyone or for the account may be meant for quite another use of the
// key: it counts where it names a service of Canvas, or the role.
func (w *worker) viaService(need *Need, a *Action) {
	settled := need.Maybe == "" && a.Result == access.Unknown
	services := a.Services
	if need.Purpose == finding.Output {
		services = services[:min(1, len(services))]
	}
	for _, service := range services {
		request, ok := a.requestFor(service)
		if !ok {
			return
		}
		found := slices.DeleteFunc(w.obstaclesOf(need, &request, viaServiceKey), func(o obstacle) bool {
			return !namesCanvasService(o.condition) && (!o.named || o.policy.Kind != iam.KeyPolicy)
		})
		free := access.Decide(&request, relaxed(need.policies, found, viaServiceKey))
		settled = settled && free == access.Allowed && access.Decide(&request, need.policies).IsDenied()
		for _, o := range found {
			if !o.named && free.IsDenied() {
				continue
			}
			severity := a.Lack
			if a.Result == access.Unknown {
				severity = finding.Warning
			}
			fault := w.needFault(FaultViaService, o, severity, need, a)
			if !slices.Contains(fault.Services, service) {
				fault.Services = append(fault.Services, service)
			}
		}
	}
	a.ViaService = settled && len(a.Services) > 0
}

// namesCanvasService reports whether a condition names a service that calls
// KMS for Canvas, in whatever Region and spelling.
func namesCanvasService(c *iam.Condition) bool {
	return slices.ContainsFunc(c.Values, func(v iam.Value) bool {
		service, _, _ := strings.Cut(strings.ToLower(v.Text), ".")
		return slices.Contains([]string{"sagemaker", "s3", "ec2", "elasticfilesystem"}, service)
	})
}

// faultID is what a fault of a condition is about.
type faultID struct {
	kind  string
	node  source.Node
	doubt bool
}

// fault gives the fault of a condition, made at its first mention. What is denied
// and what is in doubt are told apart; of several severities the worst counts.
func (w *worker) fault(kind string, o obstacle, severity finding.Severity, doubt bool, action, role string) *Fault {
	id := faultID{kind, o.condition.Node, doubt}
	fault := w.conditions[id]
	if fault == nil {
		fault = &Fault{Kind: kind, Node: o.condition.Node, Policy: o.policy, Statement: o.statement, Text: o.condition.Words(), Severity: severity, Doubt: doubt}
		w.conditions[id] = fault
		w.facts.Faults = append(w.facts.Faults, fault)
	}
	if severity.Rank() > fault.Severity.Rank() {
		fault.Severity = severity
	}
	note(&fault.Actions, action)
	if role != "" {
		note(&fault.Roles, role)
	}
	return fault
}

// needFault is fault for what stands in the way of a need.
func (w *worker) needFault(kind string, o obstacle, severity finding.Severity, need *Need, a *Action) *Fault {
	fault := w.fault(kind, o, severity, !a.Result.IsDenied(), a.Name, need.Role)
	if !slices.Contains(fault.Needs, need) {
		fault.Needs = append(fault.Needs, need)
	}
	return fault
}

func note(list *[]string, text string) {
	if !slices.Contains(*list, text) {
		*list = append(*list, text)
	}
}

// encryptionContext finds conditions on the object's ARN where S3 sends the
// bucket's, and the reverse: which of the two follows from S3 Bucket Keys
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
func (w *worker) encryptionContext(need *Need, a *Action) {
	for _, f := range a.failures {
		if f.request == nil || !slices.Contains(f.services, "s3") || !f.result.IsDenied() {
			continue
		}
		request := f.request("s3")
		for _, o := range w.obstaclesOf(need, &request, objectContextKey) {
			bucket, contrary := w.contrary(need, f.user, request)
			if bucket == nil {
				continue
			}
			holds := matchOf(o.policy, o.statement, &contrary) != access.NotMatched
			if holds == (o.statement.Effect == iam.Allow) {
				w.needFault(FaultContext, o, finding.Error, need, a).BucketKey = bucket.BucketKey.Value == "true"
			}
		}
	}
}

// contrary is a request as S3 would make it if Bucket Keys were the other way;
// nil where the bucket's encryption is not known.
func (w *worker) contrary(need *Need, user *User, request access.Request) (*snapshot.Bucket, access.Request) {
	name, prefix := user.Bucket.Name, user.Bucket.Prefix
	if need.Purpose == finding.Dataset {
		name, prefix = need.BucketName, ""
	}
	bucket := w.snapshot.Bucket(name)
	if bucket == nil || bucket.EncryptionState != snapshot.Given {
		return nil, request
	}
	request.Context = request.Context.Clone()
	const key = "kms:EncryptionContext:aws:s3:arn"
	if bucket.BucketKey.Value == "true" {
		request.Context.SetPrefix(key, bucket.ARN+"/"+prefix)
	} else {
		request.Context.Set(key, bucket.ARN)
	}
	return bucket, request
}

// grantCondition finds kms:GrantIsForAWSResource where the action that is
// needed never carries it.
func (w *worker) grantCondition(need *Need, a *Action) {
	if carriesForResource(a.Name) || len(a.Services) == 0 {
		return
	}
	request, ok := a.requestFor(a.Services[0])
	if !ok {
		return
	}
	for _, o := range w.obstaclesOf(need, &request, forResourceKey) {
		if o.statement.Effect == iam.Allow {
			w.needFault(FaultGrantCondition, o, finding.Error, need, a)
		}
	}
}

// carriesForResource lists the actions that kms:GrantIsForAWSResource is for
// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-grant-is-for-aws-resource).
func carriesForResource(action string) bool {
	return slices.Contains([]string{"kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"}, action)
}
