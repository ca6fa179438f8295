package access

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Document is a policy with the name that reasons cite.
type Document struct {
	Name   string
	Policy *iam.Policy
	// Guards say when the policy is in force: empty, as nearly always, for sure.
	// The versions of a document that differ depend on one [iam.Choice], with a
	// case each; a policy of which it is not known whether it applies has
	// [iam.Maybe].
	Guards iam.Guards
}

// Layer is the policies of one kind that apply to a request. A layer that
// allows needs one document that does; any document may deny.
type Layer struct {
	Documents []Document
	// Guards say when the layer is there at all: a boundary that one version of
	// the role has and the other has not. In the other cases the layer is as
	// good as nil, and a level of an organization is not one.
	Guards iam.Guards
	// Missing are documents that apply and were not given, in words: the
	// answer is unknown wherever they could matter.
	Missing []string
}

// Level is the policies attached to one level of an organization: the root, an
// organizational unit or the account.
type Level struct {
	Name string
	Layer
}

// Policies are all that may have a say in a request. They do not change while
// they are used, and any number of goroutines may share them.
type Policies struct {
	Identity Layer
	// Boundary and Session are nil where there is none. Resource is nil where
	// the resource has no policy; which kind it is follows from the action:
	// the key policy for kms, the bucket policy for s3, the trust policy for sts.
	Boundary, Session, Resource *Layer
	// SCPs bind the principal's account, RCPs the resource's; every level must
	// allow. Both are empty for a management account. RCPFullAWSAccess is
	// implied in every level of RCPs.
	SCPs, RCPs []Level
	Endpoint   *Layer // nil where the call does not go through a VPC endpoint
	Grants     []Grant
	// Known tells whether there is an action, principal or resource of a name. It
	// decides nothing: reasons take a name that is nearly right, and of nothing that
	// exists, for a slip of the pen. It is nil where no one can tell.
	Known func(name string) bool
}

// Grant is a KMS grant, an item of list-grants
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html).
type Grant struct {
	Node       source.Node
	ID         string
	KeyID      string // the key's ARN or id, "" if the item does not say
	Grantee    string // an ARN; a service in GranteeService's place
	Operations []string
	// Equals and Subset constrain the encryption context: it must be these
	// pairs, or hold them. At most one is there.
	Equals, Subset []ContextPair
	SourceARN      string
	// Unclear says what of the item could not be read, "" as a rule.
	Unclear string
	// Guards say when the grant is there: empty, as nearly always, for sure.
	Guards iam.Guards

	grantee Principal
}

// ContextPair is a pair of an encryption context.
type ContextPair struct{ Key, Value string }

// ParseGrant reads an item of list-grants. It never fails; what it cannot read
// makes the grant one that may or may not allow.
func ParseGrant(node source.Node) Grant {
	g := Grant{
		Node: node, ID: node.Get("GrantId").Text(), KeyID: node.Get("KeyId").Text(),
		Grantee: node.Get("GranteePrincipal").Text(),
	}
	if service := node.Get("GranteeServicePrincipal").Text(); service != "" {
		g.Grantee = service
	}
	for item := range node.Get("Operations").Each() {
		g.Operations = append(g.Operations, item.Text())
	}
	constraints := node.Get("Constraints")
	for name, value := range constraints.Members() {
		switch name.Text() {
		case "EncryptionContextEquals":
			g.Equals = readPairs(value)
		case "EncryptionContextSubset":
			g.Subset = readPairs(value)
		case "SourceArn":
			g.SourceARN = value.Text()
		default:
			g.Unclear = "its constraint " + name.Text() + " is not known"
		}
	}
	grantee, err := ParsePrincipal(g.Grantee)
	if err != nil {
		g.Unclear = "its grantee " + g.Grantee + " is no principal"
	}
	g.grantee = grantee
	return g
}

func readPairs(node source.Node) []ContextPair {
	pairs := []ContextPair{}
	for name, value := range node.Members() {
		pairs = append(pairs, ContextPair{name.Text(), value.Text()})
	}
	return pairs
}

// matches tells whether the grant allows the request.
func (g *Grant) matches(e *evaluation) truth {
	service, operation, ok := strings.Cut(e.request.Action, ":")
	if !ok || !strings.EqualFold(service, "kms") || !g.lists(operation) {
		return no
	}
	t := g.isFor(&e.request.Principal)
	if t = min(t, g.isOfKey(e.request.Resource)); t == no {
		return no
	}
	if t = min(t, e.inForce(g.Guards)); t == no {
		return no
	}
	if g.Unclear != "" {
		t = min(t, maybe)
	}
	if g.SourceARN != "" {
		t = min(t, e.equals(sourceArnKey(), g.SourceARN))
	}
	if (g.Equals != nil || g.Subset != nil) && isCryptographic(operation) {
		t = min(t, g.constraint(e))
	}
	return t
}

// isOfKey compares the grant's key, an ARN or an id, with the request's.
func (g *Grant) isOfKey(resource string) truth {
	if g.KeyID == "" || g.KeyID == resource || strings.HasSuffix(resource, ":key/"+g.KeyID) {
		return yes
	}
	_, id, _ := strings.Cut(resource, ":key/")
	return truth(max(iam.Same(g.KeyID, resource), iam.Same(g.KeyID, id)))
}

func sourceArnKey() iam.Key { return iam.NewKey("aws:SourceArn") }

func (g *Grant) lists(operation string) bool {
	for _, o := range g.Operations {
		if strings.EqualFold(o, operation) {
			return true
		}
	}
	return false
}

// isFor compares the grantee: a user, a role with its sessions, one session,
// an account's root, or a service.
func (g *Grant) isFor(p *Principal) truth {
	sameRole := min(iam.Same(g.grantee.Account, p.Account), iam.Same(g.grantee.Name, p.Name))
	switch {
	case g.grantee.Kind == Role && p.RoleARN != "":
		return truth(iam.Same(g.Grantee, p.RoleARN))
	case g.grantee.Kind == Role && p.Kind == Session:
		return truth(sameRole)
	case g.grantee.Kind == Session && p.Kind == Role && p.SessionUnknown && sameRole != iam.Never:
		return maybe // it may be this very session
	}
	return truth(iam.Same(g.Grantee, p.ARN))
}

// isCryptographic lists the operations of grants that take an encryption
// context; the constraints do not touch the others
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html).
func isCryptographic(operation string) bool {
	switch strings.ToLower(operation) {
	case "decrypt", "encrypt", "generatedatakey", "generatedatakeywithoutplaintext", "generatedatakeypair",
		"generatedatakeypairwithoutplaintext", "reencryptfrom", "reencryptto":
		return true
	}
	return false
}

const encryptionContext = "kms:EncryptionContext:"

// constraint compares the encryption context: its keys without, its values
// with regard to case
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantConstraints.html).
func (g *Grant) constraint(e *evaluation) truth {
	t := yes
	for _, pair := range append(g.Equals[:len(g.Equals):len(g.Equals)], g.Subset...) {
		t = min(t, e.equals(iam.NewKey(encryptionContext+pair.Key), pair.Value))
	}
	if g.Equals == nil || t == no {
		return t
	}
	if e.context == nil {
		return t
	}
	if e.context.open {
		t = min(t, maybe) // there may be further pairs
	}
	prefix := strings.ToLower(encryptionContext)
	for known := range e.context.all() {
		key, ok := strings.CutPrefix(known.key.String(), prefix)
		if ok && !namesPair(g.Equals, key) {
			t = min(t, known.presence().not())
		}
	}
	return t
}

func namesPair(pairs []ContextPair, key string) bool {
	for _, pair := range pairs {
		if strings.EqualFold(pair.Key, key) {
			return true
		}
	}
	return false
}
