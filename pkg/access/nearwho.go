package access

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// principalSlip looks for a principal that is nearly the caller.
func (x *explainer) principalSlip(s *iam.Statement) *slip {
	var far *slip
	for i := range s.Principals {
		p := &s.Principals[i]
		if p.Symbolic || p.HasStandIn() || x.standIns.caller {
			continue
		}
		found := x.callerSlip(p)
		if found == nil {
			continue
		}
		found.element, found.node = "principal", p.Node
		found.why = "its Principal is " + p.Value + found.why
		if !found.far {
			return found
		}
		if far == nil {
			far = found
		}
	}
	return far
}

func (x *explainer) callerSlip(p *iam.Principal) *slip {
	caller := &x.request.Principal
	name := caller.ARN
	if caller.RoleARN != "" {
		name = caller.RoleARN
	}
	switch {
	case p.Form == iam.UniqueIDForm:
		// A principal that is deleted leaves its id behind.
		if !caller.hasPolicies() || x.exists(p.Value) {
			return nil
		}
		return &slip{why: ", the unique id of a principal that is deleted or another one", write: name}
	case p.Form == iam.ServiceForm || caller.Kind == Service:
		if p.Value != caller.ARN && wording.Distance(p.Value, caller.ARN, typo) <= typo {
			return &slip{why: ", and " + caller.ARN + " asks", write: caller.ARN}
		}
		return nil
	case caller.Kind != Role && caller.Kind != Session && caller.Kind != User:
		return nil
	}
	return x.nameSlip(p.Value, name)
}

// nameSlip compares the ARNs of two principals.
func (x *explainer) nameSlip(written, name string) *slip {
	a, okA := iam.ParseARN(written)
	b, okB := iam.ParseARN(name)
	if !okA || !okB || x.exists(written) {
		return nil
	}
	sameName := last(a.Resource) == last(b.Resource)
	kindA, _, _ := strings.Cut(a.Resource, "/")
	kindB, _, _ := strings.Cut(b.Resource, "/")
	switch {
	case strings.ContainsAny(a.Resource, "*?"):
		glob, of := iam.WildcardGlob(written, false), name
		if session, ok := strings.CutPrefix(a.Resource, "assumed-role/"); ok && a.Account == b.Account {
			role, _, _ := strings.Cut(session, "/")
			glob, of = iam.WildcardGlob(role, false), last(b.Resource)
		}
		if !glob.Matches(of) {
			return nil
		}
		return &slip{why: ", and a Principal takes no wildcards", write: name, advice: " (or \"*\" with ArnLike on aws:PrincipalArn)"}
	case a.Resource == b.Resource && a.Account != b.Account && a.Resource != "root":
		return &slip{why: ", of the account " + a.Account + ", and the caller is of " + b.Account, write: name}
	case a.Account != b.Account && a.Resource != "root" && wording.Distance(written, name, typo) > typo:
		return nil
	case a.Resource == "root":
		// Another account is another account, unless a digit or two are wrong.
		if d := wording.Distance(a.Account, b.Account, typo); d == 0 || d > typo {
			return nil
		}
		return &slip{why: ", and the caller is of the account " + b.Account, write: b.Account}
	case sameName && kindA != kindB:
		return &slip{why: ", a " + kindA + ", and the caller is the " + kindB + " " + name, write: name}
	case sameName:
		return &slip{why: ", a role of another path than " + name, write: name}
	case wording.Distance(written, name, typo) <= typo:
		return &slip{why: ", and the caller is " + name, write: name}
	}
	return nil
}

func last(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// conditionSlip says what to write where a condition misses by a slip: a
// wildcard under an operator that takes none, another Region, or a letter.
func (x *explainer) conditionSlip(c *iam.Condition) (string, []Correction) {
	value := x.context.get(c.Name)
	if value.state != known || len(value.values) == 0 || c.Op.Negated {
		return "", nil
	}
	asked := value.values[0]
	for i := range c.Values {
		v := &c.Values[i]
		if v.Symbolic || v.HasStandIn() || len(v.Variables()) > 0 {
			continue
		}
		switch c.Op.Test {
		case iam.String, iam.StringIgnoreCase:
			glob := iam.WildcardGlob(v.Text, c.Op.Test == iam.StringIgnoreCase)
			if strings.ContainsAny(v.Text, "*?") && glob.Matches(asked) {
				operator := likeOf(c.Operator)
				advice := ""
				if strings.HasPrefix(asked, "arn:") {
					advice = " (or " + strings.Replace(operator, "StringLike", "ArnLike", 1) + ")"
				}
				return c.Operator + " takes a wildcard for a letter: write " + operator + advice, []Correction{{Node: c.OperatorNode, Text: operator}}
			}
		case iam.StringLike, iam.ArnLike:
		default:
			continue
		}
		if text, write := x.valueSlip(v.Text, asked); text != "" {
			return text, []Correction{{Node: v.Node, Text: write}}
		}
	}
	return "", nil
}

// likeOf names the operator that takes wildcards.
func likeOf(operator string) string {
	return strings.NewReplacer("StringEqualsIgnoreCase", "StringLike", "StringEquals", "StringLike").Replace(operator)
}

// valueSlip says what is wrong with a value, and what to write instead.
func (x *explainer) valueSlip(written, asked string) (why, write string) {
	if written == asked || strings.ContainsAny(written, "*?") {
		return "", ""
	}
	if strings.EqualFold(written, asked) {
		return "it differs in case: write " + asked, asked
	}
	service, rest, ok := strings.Cut(written, ".")
	wanted, region, _ := strings.Cut(asked, ".")
	if ok && service == wanted && strings.HasSuffix(asked, ".amazonaws.com") && strings.HasSuffix(rest, "amazonaws.com") {
		return "the Region is " + strings.TrimSuffix(region, ".amazonaws.com") + ": write " + asked, asked
	}
	if strings.HasPrefix(asked, "arn:") {
		found := x.nameSlip(written, asked)
		if !strings.Contains(asked, ":iam:") || found == nil {
			found = x.arnSlip(written, asked)
		}
		if found != nil {
			return "it is " + strings.TrimPrefix(found.words(), ", "), found.write
		}
		return "", ""
	}
	if len(asked) > 2*typo && x.isTypo(written, asked) {
		return "write " + asked, asked
	}
	return "", ""
}

// grantSlips adds the grants of the key that one thing alone keeps from
// allowing: whom they are for, where that is no one, or what they ask for.
func (x *explainer) grantSlips() {
	for i := range x.policies.Grants {
		g := &x.policies.Grants[i]
		_, operation, _ := strings.Cut(x.request.Action, ":")
		if !g.lists(operation) || g.isOfKey(x.request.Resource) == no || g.matches(&x.evaluation) != no {
			continue
		}
		r := Reason{Layer: GrantLayer, Cause: ConditionNotMet, Policy: g.ID, Node: g.Node}
		if g.isFor(&x.request.Principal) != no {
			r.Message = "the grant " + g.ID + " would allow it, but its constraints ask for something else"
			x.add(r)
			continue
		}
		p := iam.Principal{Value: g.Grantee, Form: iam.RoleForm}
		if iam.IsUniqueID(g.Grantee) {
			p.Form = iam.UniqueIDForm
		}
		if found := x.callerSlip(&p); found != nil {
			r.Cause, r.Message = NoStatement, "the grant "+g.ID+" is not for this caller: its grantee is "+g.Grantee+found.why+"; make a grant for "+found.write+found.advice
			x.add(r)
		}
	}
}
