package iam

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Principal is one value of a Principal or NotPrincipal element
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
type Principal struct {
	Node     source.Node
	Type     string // "AWS", "Service", "Federated", "CanonicalUser"; "*" for Principal: "*"
	Value    string
	Symbolic bool // known only once a template is deployed
	open     bool // Value holds stand-ins
	Form     PrincipalForm
	Account  string // of the forms that have one
	Name     string // of a role or session, the role's name without path; of a user, its name
	Session  string // of a session, its name
}

// HasStandIn reports whether the value holds stand-ins: its parts then are to
// be compared with Same.
func (p *Principal) HasStandIn() bool { return p.open }

// Awaits says what a symbolic principal, or one with stand-ins, waits for.
func (p *Principal) Awaits() []string {
	if phrases := Refers(p.Node); phrases != nil {
		return phrases
	}
	return Awaited(p.Value)
}

// PrincipalForm is what a principal's value names.
type PrincipalForm uint8

// The forms. An UnknownForm names no one.
const (
	UnknownForm PrincipalForm = iota
	EveryoneForm
	AccountForm
	UserForm
	RoleForm
	SessionForm
	FederatedUserForm
	UniqueIDForm
	ServiceForm
	ProviderForm
	CanonicalUserForm
	AwaitedForm // stand-ins hide whom it names
)

// newPrincipal reads a value of the element.
func newPrincipal(node source.Node, kind string) Principal {
	p := Principal{Node: node, Type: kind, Value: node.Text()}
	if isSymbolic(node) {
		p.Symbolic = true
		return p
	}
	p.open = HasStandIn(p.Value)
	switch kind {
	case "*":
		p.Form = EveryoneForm
	case "AWS":
		p.readAWS()
	case "Service":
		p.Form = ServiceForm
	case "Federated":
		p.Form = ProviderForm
	case "CanonicalUser":
		p.Form = CanonicalUserForm
	}
	return p
}

func (p *Principal) readAWS() {
	switch {
	case p.Value == "*":
		p.Form = EveryoneForm
		return
	case isAccount(p.Value):
		p.Form, p.Account = AccountForm, p.Value
		return
	case IsUniqueID(p.Value):
		p.Form = UniqueIDForm
		return
	}
	if strings.ContainsAny(p.Value, "*?") {
		return
	}
	if arn, ok := ParseARN(p.Value); ok {
		p.Account = arn.Account
		p.Form, p.Name, p.Session = readPrincipalARN(arn)
	}
	if p.Form == UnknownForm && p.open && mayName(p.Value) {
		p.Form = AwaitedForm
	}
}

// mayName reports whether a text with stand-ins can become a principal's: what
// precedes the first of them begins an ARN, an account or a unique id.
func mayName(text string) bool {
	head, _, _ := strings.Cut(text, standIns(text)[0])
	const prefix = "arn:"
	return strings.HasPrefix(head, prefix) || strings.HasPrefix(prefix, head) || strings.Trim(head, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}

// readPrincipalARN says what the ARN of a principal names.
func readPrincipalARN(arn ARN) (form PrincipalForm, name, session string) {
	kind, rest, _ := strings.Cut(arn.Resource, "/")
	last := rest[strings.LastIndexByte(rest, '/')+1:]
	switch {
	case arn.Service == "iam" && arn.Resource == "root":
		return AccountForm, "", ""
	case last == "":
		return UnknownForm, "", ""
	case arn.Service == "iam" && kind == "user":
		return UserForm, last, ""
	case arn.Service == "iam" && kind == "role":
		return RoleForm, last, ""
	case arn.Service == "iam" && (kind == "saml-provider" || kind == "oidc-provider"):
		return ProviderForm, rest, ""
	case arn.Service == "sts" && kind == "assumed-role":
		role, session, ok := strings.Cut(rest, "/")
		if ok && session != "" {
			return SessionForm, role, session
		}
	case arn.Service == "sts" && kind == "federated-user":
		return FederatedUserForm, rest, ""
	}
	return UnknownForm, "", ""
}

// ParsePrincipalARN says what the ARN of a principal names: for a role or a
// user the name without its path, for a session the role's and the session's
// name. UnknownForm is an ARN that names no principal.
func ParsePrincipalARN(arn ARN) (form PrincipalForm, name, session string) {
	return readPrincipalARN(arn)
}

// IsUniqueID recognises the ids that stand in the place of a deleted principal
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids).
func IsUniqueID(text string) bool {
	if len(text) < 16 || len(text) > 128 {
		return false
	}
	switch text[:4] {
	case "AROA", "AIDA", "AGPA", "ANPA", "AIPA", "ANVA", "ASIA", "AKIA":
	default:
		return false
	}
	return strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
}
