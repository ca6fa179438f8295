package access

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// Decide answers a request. Where everything is known, or the unknowns cannot
// matter, it costs a walk over the statements; else the unknown keys are split
// into cases.
func Decide(request *Request, policies *Policies) Result {
	return decide(request, policies, nil)
}

// decide is Decide with the steps that are left, nil for all.
func decide(request *Request, policies *Policies, steps *int) Result {
	e := newEvaluation(request, policies)
	if exempt := e.withoutPermission(); exempt != nil {
		return exempt.result
	}
	result := e.decide()
	if request.isSet() {
		if result == Allowed {
			return Allowed
		}
		return decideSet(&e, result).result
	}
	if result != Unknown || !request.Context.hasUnknowns() && !policies.hasGuards() {
		return result
	}
	s := newSplit(request, policies, steps)
	return s.run(true)
}

// tally is what the layers say.
type tally struct {
	deny     truth
	identity truth
	boundary truth
	session  truth
	scp, rcp truth
	endpoint truth
	grant    truth
	resource graded
}

// decide answers in Kleene's logic.
func (e *evaluation) decide() Result {
	var t tally
	e.count(&t)
	return resultOf(e.allowed(&t), t.deny)
}

func resultOf(allowed, denied truth) Result {
	switch {
	case denied == yes:
		return ExplicitlyDenied
	case allowed == no:
		return ImplicitlyDenied
	case allowed == yes && denied == no:
		return Allowed
	}
	return Unknown
}

// count asks every layer that has a say.
func (e *evaluation) count(t *tally) {
	p := e.policies
	t.identity, t.boundary, t.session, t.endpoint = no, yes, yes, yes
	t.scp, t.rcp = yes, yes
	if e.request.Principal.hasPolicies() {
		t.identity = e.layer(&p.Identity, &t.deny)
		t.boundary = e.limit(p.Boundary, &t.deny)
		t.session = e.limit(p.Session, &t.deny)
	}
	if e.request.Principal.Kind == RootUser {
		// The root user has every permission in its account; policies of IAM
		// do not bind it, those of the organization and of resources do
		// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
		t.identity = yes
	}
	if e.bindsSCPs() {
		for i := range p.SCPs {
			t.scp = min(t.scp, e.limit(&p.SCPs[i].Layer, &t.deny))
		}
	}
	e.countRCPs(t)
	if there := e.has(p.Endpoint); there != no {
		t.endpoint = max(e.namedIf(there, p.Endpoint, &t.deny).any(), there.not())
	}
	if there := e.has(p.Resource); there != no {
		t.resource = e.namedIf(there, p.Resource, &t.deny)
	}
	for i := range p.Grants {
		t.grant = max(t.grant, p.Grants[i].matches(e))
	}
}

// limit is layer for one that must allow where it is there.
func (e *evaluation) limit(l *Layer, deny *truth) truth {
	there := e.has(l)
	if there == no {
		return yes
	}
	denied := no
	allow := e.layer(l, &denied)
	*deny = max(*deny, min(denied, there))
	return max(allow, there.not())
}

// layer gives whether policies without principals allow, and counts denials.
func (e *evaluation) layer(l *Layer, deny *truth) truth {
	allow := no
	for i := range l.Documents {
		policy, force := l.Documents[i].Policy, e.inForce(l.Documents[i].Guards)
		if policy == nil || force == no {
			continue
		}
		for _, s := range policy.Statements {
			if s.Effect == iam.Allow && allow == yes || s.Effect == iam.Deny && *deny == yes {
				continue
			}
			match := min(e.body(s), force)
			if s.Effect != iam.Deny {
				allow = max(allow, match)
			}
			if s.Effect != iam.Allow {
				*deny = max(*deny, match)
			}
		}
		if unreadable(policy) {
			allow, *deny = max(allow, maybe), max(*deny, maybe)
		}
	}
	if len(l.Missing) > 0 {
		allow, *deny = max(allow, maybe), max(*deny, maybe)
	}
	return allow
}

// unreadable reports a document that is no policy at all.
func unreadable(policy *iam.Policy) bool {
	return len(policy.Statements) == 0 && len(policy.Faults) > 0
}

// namedIf is named for a layer that is there, or may be.
func (e *evaluation) namedIf(there truth, l *Layer, deny *truth) graded {
	denied := no
	allow := e.named(l, &denied)
	*deny = max(*deny, min(denied, there))
	for at := range allow {
		allow[at] = min(allow[at], there)
	}
	return allow
}

// named is layer for policies whose statements name principals.
func (e *evaluation) named(l *Layer, deny *truth) graded {
	var allow graded
	open := len(l.Missing) > 0
	for i := range l.Documents {
		policy, force := l.Documents[i].Policy, e.inForce(l.Documents[i].Guards)
		if policy == nil || force == no {
			continue
		}
		for _, s := range policy.Statements {
			g := e.principal(s)
			named := g.any()
			if named == no {
				continue
			}
			match := min(e.body(s), force)
			if s.Effect != iam.Deny {
				for at := range g {
					allow.add(grade(at), min(g[at], match))
				}
			}
			if s.Effect != iam.Allow {
				*deny = max(*deny, min(named, match))
			}
		}
		open = open || unreadable(policy)
	}
	if open {
		allow.add(exact, maybe)
		allow.add(account, maybe)
		allow.add(everyone, maybe)
		*deny = max(*deny, maybe)
	}
	return allow
}

// bindsSCPs tells whether service control policies bind the caller: they do
// not bind service-linked roles, services and anonymous callers
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html).
func (e *evaluation) bindsSCPs() bool {
	caller := &e.request.Principal
	return caller.Kind == RootUser || caller.hasPolicies() && !caller.isServiceLinked()
}

// countRCPs counts denials only: RCPFullAWSAccess is attached at every level
// and allows everything
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html).
func (e *evaluation) countRCPs(t *tally) {
	bind := e.bindsRCPs()
	if bind == no {
		return
	}
	deny := no
	for i := range e.policies.RCPs {
		if l := &e.policies.RCPs[i].Layer; e.has(l) != no {
			e.namedIf(e.has(l), l, &deny)
		}
	}
	t.deny = max(t.deny, min(deny, bind))
}

// bindsRCPs tells whether resource control policies bind the request: not
// service-linked roles, not kms:RetireGrant
// (https://docs.aws.amazon.com/kms/latest/developerguide/resource-control-policies.html),
// and only some services, a list that grows.
func (e *evaluation) bindsRCPs() truth {
	if len(e.policies.RCPs) == 0 || e.request.Principal.isServiceLinked() {
		return no
	}
	service, operation, _ := strings.Cut(e.request.Action, ":")
	switch {
	case strings.EqualFold(service, "kms"):
		return truthOf(!strings.EqualFold(operation, "RetireGrant"))
	case strings.EqualFold(service, "s3"), strings.EqualFold(service, "sts"),
		strings.EqualFold(service, "sqs"), strings.EqualFold(service, "secretsmanager"):
		return yes
	}
	return maybe
}

// allowed puts the layers together.
func (e *evaluation) allowed(t *tally) truth {
	guard := min(t.scp, t.rcp, t.endpoint)
	caller := &e.request.Principal
	switch caller.Kind {
	case Anonymous:
		return min(guard, max(t.resource[everyone], t.resource[everyoneARN], t.resource[exact]))
	case Service, Federated:
		// A service principal needs only the resource's policy, or a grant.
		return min(guard, max(t.resource.any(), t.grant))
	case NoPrincipal:
		return maybe
	}
	switch e.sameAccount() {
	case yes:
		return min(guard, e.withinAccount(t))
	case no:
		return min(guard, e.acrossAccounts(t))
	}
	return min(guard, either(e.withinAccount(t), e.acrossAccounts(t)))
}

// owner is the account that owns the resource, "" where it is not known.
func (e *evaluation) owner() string {
	if e.request.ResourceAccount != "" {
		return e.request.ResourceAccount
	}
	return iam.AccountOf(e.request.Resource)
}

func (e *evaluation) sameAccount() truth {
	owner := e.owner()
	switch {
	case owner == e.request.Principal.Account && owner != "":
		return yes
	case owner != "":
		return truth(iam.Same(owner, e.request.Principal.Account))
	case e.has(e.policies.Resource) == no:
		return yes // an action on no resource is an action within the account
	}
	return maybe
}

// capped applies boundary and session policy to what the resource's side
// allows without saying whom it means: AWS describes the cap for users, roles
// and sessions, and for everyone only with a condition on aws:PrincipalArn.
func capped(allow, limit truth) truth {
	if limit == yes {
		return allow
	}
	return min(allow, maybe)
}

// withinAccount: the resource's policy and the identity's each suffice, by
// grade of the resource's statement
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html).
func (e *evaluation) withinAccount(t *tally) truth {
	limit := min(t.boundary, t.session)
	allow := max(t.resource[exact], t.resource[everyoneARN])
	allow = max(allow, min(t.resource[role], limit))
	allow = max(allow, capped(t.resource[everyone], limit))
	allow = max(allow, capped(t.grant, limit))
	return max(allow, min(t.identity, limit, e.delegated(t)))
}

// delegated tells whether identity policies count. For a KMS key and for a
// role to be assumed they do where the resource's policy lets the account
// decide; for any other resource always
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
func (e *evaluation) delegated(t *tally) truth {
	if e.needsResourcePolicy() {
		return max(t.resource[account], t.resource[everyone], t.resource[everyoneARN])
	}
	return yes
}

func (e *evaluation) needsResourcePolicy() bool {
	service, operation, _ := strings.Cut(e.request.Action, ":")
	switch {
	case strings.EqualFold(service, "kms"):
		// Of a stand-in it is not known that it is no key.
		return strings.Contains(e.request.Resource, ":key/") || e.resourceHas() && !strings.Contains(e.request.Resource, ":alias/")
	case strings.EqualFold(service, "sts"):
		return len(operation) >= len("AssumeRole") && strings.EqualFold(operation[:len("AssumeRole")], "AssumeRole")
	}
	return false
}

// acrossAccounts: both sides must allow, and boundary and session policy
// always cap
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html).
func (e *evaluation) acrossAccounts(t *tally) truth {
	if !e.worksAcrossAccounts() {
		return no
	}
	limit := min(t.boundary, t.session)
	both := min(t.resource.any(), t.identity, limit)
	return max(both, capped(t.grant, limit))
}

// worksAcrossAccounts knows the KMS operations that another account's
// principals can be given at all
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html).
func (e *evaluation) worksAcrossAccounts() bool {
	service, operation, _ := strings.Cut(e.request.Action, ":")
	if !strings.EqualFold(service, "kms") {
		return true
	}
	for _, o := range acrossAccountOperations {
		if strings.EqualFold(o, operation) {
			return true
		}
	}
	return false
}

// acrossAccountOperations never changes.
var acrossAccountOperations = [...]string{
	"Decrypt", "GenerateDataKey", "Encrypt", "ReEncryptFrom", "ReEncryptTo", "DescribeKey", "CreateGrant",
	"GenerateDataKeyWithoutPlaintext", "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext",
	"GenerateMac", "VerifyMac", "Sign", "Verify", "DeriveSharedSecret",
	"GetKeyRotationStatus", "GetPublicKey", "ListGrants", "RetireGrant", "RevokeGrant",
}
