package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

const header = "s3:x-amz-server-side-encryption"

// guards let writes through that name no encryption: where Canvas has no storage
// key it sends no header, and the bucket's default encryption encrypts anyway
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html).
// A Deny that asks for the header itself is met by a storage key.
func (p *proposals) guards() {
	p.denials(func(need *canvas.Need, action *canvas.Action, reason access.Reason) {
		policy := p.policyOf(reason.Statement)
		if policy == nil || policy.Kind != iam.BucketPolicy || reason.Cause != access.ExplicitDeny || action.Name != "s3:PutObject" || sendsHeader(need) {
			return
		}
		for i := range reason.Statement.Conditions {
			condition := &reason.Statement.Conditions[i]
			switch b := need.Bucket; {
			case condition.Name != iam.NewKey(header):
			case condition.Op.Negated:
				p.guard(policy, reason.Statement, condition, need)
			case condition.Op.Test == iam.Null && b != nil && p.variant.Snapshot.Key(b.Key.Value) != nil:
				for _, user := range need.Users {
					p.storageKey(user, b.Key.Value, need, "the default key of the bucket "+b.Name+", which takes no write without the header "+headerName)
				}
			}
		}
	})
}

const headerName = "x-amz-server-side-encryption"

// sendsHeader reports whether any user of a bucket has a storage key.
func sendsHeader(need *canvas.Need) bool {
	return slices.ContainsFunc(need.Users, func(u *canvas.User) bool {
		return slices.ContainsFunc(u.StorageKeys, func(k canvas.Choice) bool { return k.Setting.IsGiven() })
	})
}

func (p *proposals) guard(policy *snapshot.Policy, statement *iam.Statement, condition *iam.Condition, need *canvas.Need) {
	block := statement.Node.Get("Condition")
	null := block.Get("Null")
	if null.Get(condition.Key).Exists() {
		return
	}
	change := inPolicy(policy, "guard "+nameOf(statement), need)
	change.Message = fmt.Sprintf("in %s, statement %s: deny only writes that name an encryption (Null guard); the others get the default encryption of the bucket",
		where(policy), nameOf(statement))
	var edits []source.Edit
	var err error
	if null.Exists() {
		edits, err = source.SetMember(null, condition.Key, literal(`"false"`))
	} else {
		edits, err = source.SetMember(block, "Null", literal(`{`+quoted(condition.Key)+`: "false"}`))
	}
	p.add(change, edits, err)
}

// exemptions take roles out of Deny statements of keys and buckets that cover
// others too. One that names the role alone, one of the role's own policies, and
// one of the organization was meant.
func (p *proposals) exemptions() {
	type exemption struct {
		policy *snapshot.Policy
		roles  []string
		needs  []*canvas.Need
	}
	found := map[*iam.Statement]*exemption{}
	var order []*iam.Statement
	p.denials(func(need *canvas.Need, action *canvas.Action, reason access.Reason) {
		statement := reason.Statement
		policy := p.policyOf(statement)
		if policy == nil || reason.Cause != access.ExplicitDeny || need.Service != "" || isFor(statement, need.Role) || awaitsKey(need, action, statement) || p.isFaulty(statement) ||
			policy.Kind != iam.KeyPolicy && policy.Kind != iam.BucketPolicy {
			return
		}
		e := found[statement]
		if e == nil {
			e = &exemption{policy: policy}
			found[statement] = e
			order = append(order, statement)
		}
		if !slices.Contains(e.roles, need.Role) {
			e.roles = append(e.roles, need.Role)
		}
		e.needs = append(e.needs, need)
	})
	for _, statement := range order {
		e := found[statement]
		change := inPolicy(e.policy, "exempt "+strings.Join(e.roles, " ")+" from "+nameOf(statement), e.needs...)
		change.Message = fmt.Sprintf("in %s: exempt the role %s from the Deny statement %s, since nothing else settles it",
			where(e.policy), wording.List(shortNames(e.roles), "and"), nameOf(statement))
		edits, err := p.exempt(statement, e.roles)
		p.add(change, edits, err)
	}
}

// awaitsKey reports whether a storage key is what a Deny asks for: which one is
// for a person to say.
func awaitsKey(need *canvas.Need, action *canvas.Action, s *iam.Statement) bool {
	return action.Name == "s3:PutObject" && !sendsHeader(need) && slices.ContainsFunc(s.Conditions, func(c iam.Condition) bool {
		return strings.HasPrefix(c.Name.String(), header)
	})
}

// isFaulty reports whether a Deny compares a key with what is none: it has to be
// put right first.
func (p *proposals) isFaulty(s *iam.Statement) bool {
	return slices.ContainsFunc(p.variant.Facts.Faults, func(f *canvas.Fault) bool { return f.Kind == canvas.FaultKeyID && f.Statement == s })
}

// isFor reports whether a statement names one role and no one else.
func isFor(s *iam.Statement, role string) bool {
	return len(s.Principals) > 0 && !slices.ContainsFunc(s.Principals, func(p iam.Principal) bool {
		return p.Value != role && p.Form != iam.SessionForm
	})
}

// exempt adds roles to those that a Deny leaves out
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html).
func (p *proposals) exempt(s *iam.Statement, roles []string) ([]source.Edit, error) {
	const key, operator = "aws:PrincipalArn", "ArnNotEquals"
	values := make([]source.Node, len(roles))
	for i, role := range roles {
		values[i] = p.value(s.Node, role)
	}
	for i := range s.Conditions {
		if c := &s.Conditions[i]; c.Name == iam.NewKey(key) && c.Op.Negated && c.Op.Set == iam.Single {
			return source.Append(c.Node, values...)
		}
	}
	list := quoted(roles[0])
	if len(roles) > 1 {
		list = "[" + strings.Join(quotedAll(roles), ", ") + "]"
	}
	block := s.Node.Get("Condition")
	switch {
	case block.Get(operator).Exists():
		return source.SetMember(block.Get(operator), key, p.json(s.Node, list))
	case block.Exists():
		return source.SetMember(block, operator, p.json(s.Node, `{`+quoted(key)+`: `+list+`}`))
	}
	return source.SetMember(s.Node, "Condition", p.json(s.Node, `{`+quoted(operator)+`: {`+quoted(key)+`: `+list+`}}`))
}

func quotedAll(texts []string) []string {
	made := make([]string, len(texts))
	for i, text := range texts {
		made[i] = quoted(text)
	}
	return made
}
