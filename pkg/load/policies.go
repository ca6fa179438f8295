package load

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// policyText is the text of a policy with what it is compiled as, once it is
// known which texts count.
type policyText struct {
	node        source.Node
	kind        iam.Kind
	name, owner string
	// version is the id of a managed policy's version, "" where it is not told.
	version string
	byAWS   bool // AWS publishes it

	notVisible []string
	generated  bool
	of         string
}

// claimPolicy claims a policy that the current document has. Into is where it
// belongs.
func (b *builder) claimPolicy(s subject, what string, text policyText, into **snapshot.Policy) {
	b.claims.claimPolicy(s, what, b.policyClaim(text), func(m member) { *into = b.versions(m) })
}

// policyClaim makes the claim of a policy's text out of the current document.
func (b *builder) policyClaim(text policyText) claim {
	text.generated, text.of, text.notVisible = b.generated, b.of, b.notVisible
	node := text.node
	return claim{node: node, when: b.when, value: text, content: func() string { return contentOf(node) }}
}

// versions compiles the versions of a policy, nil where none can be.
func (b *builder) versions(m member) *snapshot.Policy {
	var first *snapshot.Policy
	for i, v := range m.versions {
		text, ok := v.value.(policyText)
		if !ok {
			continue
		}
		policy := b.compile(text)
		switch {
		case policy == nil:
		case first == nil:
			policy.Guards, first = m.guards(i), policy
		default:
			policy.Guards, first.Others = m.guards(i), append(first.Others, policy)
		}
	}
	return first
}

// compile is policy for a text that was kept, whatever the current document is.
func (b *builder) compile(text policyText) *snapshot.Policy {
	generated, of := b.generated, b.of
	b.generated, b.of = text.generated, text.of
	policy := b.policy(text.node, text.kind, text.name, text.owner)
	b.generated, b.of = generated, of
	if policy != nil {
		policy.AWSManaged = text.byAWS
	}
	return policy
}

// settle takes what was claimed so far into the snapshot, policies apart: which
// texts are compiled is known only when everything was read.
func (b *builder) settle() {
	b.claims.settle()
	b.snapshot.Aliases = nil
	for _, list := range b.aliases {
		b.snapshot.Aliases = append(b.snapshot.Aliases, list.aliases...)
	}
}

// settlePolicies compiles the policies that count.
func (b *builder) settlePolicies() {
	b.claims.settlePolicies()
	b.composeRoles()
}

// tagRoll reads a list of tags whose members are named as the service has it.
func tagRoll(list source.Node, key, value string, doc document.Document) roll {
	_, goesOn := truncation(doc.Node, "tags")
	r := roll{node: doc.Node, when: doc.When, open: goesOn || doc.Partial, whole: !goesOn && !doc.Partial && !slices.Contains(doc.NotVisible, "Tags")}
	for tag := range list.Items() {
		text := tag.Get(value).Text()
		r.add(claim{name: tag.Get(key).Text(), node: tag, value: text, content: func() string { return "is " + text }})
	}
	return r
}

// enrollTags takes tags. Where one of them is disputed, they are not known.
func (b *builder) enrollTags(of any, what string, r roll, into *map[string]string, known *bool) {
	b.claims.enroll(subject{of, "tags"}, func(name string) string { return "the tag " + name + " of " + what }, r, func(members []member) {
		*into = map[string]string{}
		for _, m := range members {
			text, ok := m.versions[0].value.(string)
			switch {
			case m.choice != nil:
				*known = false
			case ok:
				(*into)[m.name] = text
			}
		}
	})
}
