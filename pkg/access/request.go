package access

import (
	"fmt"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// Request is one question: may Principal do Action on Resource?
type Request struct {
	Principal Principal
	Action    string // "kms:Decrypt", in any case
	Resource  string // an ARN, or "*" for actions that have no resource
	// Set lets Resource be a pattern in which * and ? of the last part of the ARN
	// are wildcards, and the question be about everything that fits it: it is
	// allowed if every member is, and denied if some member is.
	Set bool
	// ResourceAccount is the account that owns the resource. S3 ARNs do not
	// tell it; where it is "" and the ARN is silent too, both readings are tried.
	ResourceAccount string
	Context         *Context // nil is an empty closed world
}

// PrincipalKind is who asks.
type PrincipalKind uint8

// The kinds of principals.
const (
	NoPrincipal PrincipalKind = iota
	Anonymous
	RootUser
	User
	Role    // the role itself, as no request ever has it; a session with an unknown name has SessionUnknown
	Session // of an assumed role
	FederatedUser
	Service
	Federated // a web identity or SAML provider that assumes a role
)

// Principal is who asks. Make one with ParsePrincipal and set what else is known.
type Principal struct {
	Kind    PrincipalKind
	ARN     string // or the name of a service or provider
	Account string
	Name    string // of the role or user, without path
	Session string
	// RoleARN is a session's role with its path, "" where only the session's
	// ARN is known: that leaves out the path.
	RoleARN string
	// UserARN is the user who asked for a federated user's session, where known.
	UserARN string
	// UniqueID is the AROA... or AIDA... id of the role or user, where known.
	UniqueID string
	// SessionUnknown makes a role stand for a session of it whose name is not known.
	SessionUnknown bool

	partition string
	standIn   bool // ARN holds stand-ins
}

// ParsePrincipal reads the ARN of a user, role, session, federated user, root
// user or identity provider, a 12-digit account (its root user), the name of a
// service ("s3.amazonaws.com"), or "*" and "anonymous" for an anonymous caller.
// A stand-in alone is a role.
func ParsePrincipal(text string) (Principal, error) {
	p := Principal{ARN: text}
	arn, ok := iam.ParseARN(text)
	switch {
	case text == "*" || strings.EqualFold(text, "anonymous"):
		p.Kind = Anonymous
		return p, nil
	case len(text) == 12 && strings.Trim(text, "0123456789") == "":
		p.Kind, p.Account, p.ARN, p.partition = RootUser, text, "arn:aws:iam::"+text+":root", "aws"
		return p, nil
	case iam.IsStandIn(text):
		// A role, of which nothing is known, not even the account.
		p.Kind, p.RoleARN, p.Account, p.Name, p.standIn = Role, text, text, text, true
		return p, nil
	case !ok && isServiceName(text):
		p.Kind = Service
		return p, nil
	case !ok && isProviderName(text):
		p.Kind = Federated
		return p, nil
	case !ok:
		return Principal{}, fmt.Errorf("read principal %q: not an ARN, an account or a service", text)
	}
	p.Account, p.partition, p.standIn = arn.Account, arn.Partition, iam.HasStandIn(text)
	form, name, session := iam.ParsePrincipalARN(arn)
	p.Name, p.Session = name, session
	switch form {
	case iam.AccountForm:
		p.Kind = RootUser
	case iam.UserForm:
		p.Kind = User
	case iam.RoleForm:
		p.Kind, p.RoleARN = Role, text
	case iam.SessionForm:
		p.Kind = Session
	case iam.FederatedUserForm:
		p.Kind = FederatedUser
	case iam.ProviderForm:
		p.Kind = Federated
	default:
		return Principal{}, fmt.Errorf("read principal %q: the ARN names no user, role or session", text)
	}
	if strings.ContainsAny(text, "*?") || p.Account == "" {
		return Principal{}, fmt.Errorf("read principal %q: a principal is named in full", text)
	}
	return p, nil
}

func isServiceName(text string) bool {
	return strings.HasSuffix(text, ".amazonaws.com") || strings.HasSuffix(text, ".amazonaws.com.cn") || strings.HasSuffix(text, ".amazon.com")
}

// isProviderName recognises the web identity providers that have no ARN
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity).
func isProviderName(text string) bool {
	switch text {
	case "accounts.google.com", "graph.facebook.com", "www.amazon.com", "cognito-identity.amazonaws.com":
		return true
	}
	return false
}

// isSession reports whether the caller is a session of a role.
func (p *Principal) isSession() bool {
	return p.Kind == Session || p.Kind == Role && p.SessionUnknown
}

// hasPolicies reports whether policies can be attached to the caller.
func (p *Principal) hasPolicies() bool {
	switch p.Kind {
	case User, Role, Session, FederatedUser:
		return true
	}
	return false
}

// isServiceLinked recognises service-linked roles by their path, and where
// only the session is known by the prefix of their names
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html).
func (p *Principal) isServiceLinked() bool {
	switch {
	case p.Kind != Role && p.Kind != Session:
		return false
	case p.RoleARN != "":
		return strings.Contains(p.RoleARN, ":role/aws-service-role/")
	}
	return strings.HasPrefix(p.Name, "AWSServiceRoleFor")
}
