package load

import (
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// addManagedPolicy reads an item of Policies: the default version counts.
func (b *builder) addManagedPolicy(node source.Node) {
	arn := node.Get("Arn").Text()
	if arn == "" {
		return
	}
	b.claimDefault(arn, node.Get("DefaultVersionId"))
	for version := range node.Get("PolicyVersionList").Items() {
		if version.Get("IsDefaultVersion").Text() == "true" {
			b.claimManaged(arn, version)
		}
	}
}

// addPolicyDescription reads GetPolicy, which has no document.
func (b *builder) addPolicyDescription(node source.Node) {
	arn := node.Get("Arn").Text()
	if !b.described[arn].Exists() {
		b.described[arn] = node
	}
	b.claimDefault(arn, node.Get("DefaultVersionId"))
}

// claimVersion takes an answer of GetPolicyVersion.
func (b *builder) claimVersion(arn string, version source.Node) {
	if version.Get("IsDefaultVersion").Text() == "true" {
		b.claimDefault(arn, version.Get("VersionId"))
	}
	b.claimManaged(arn, version)
}

// claimManaged claims the text of a managed policy: its default version.
func (b *builder) claimManaged(arn string, version source.Node) {
	id := version.Get("VersionId")
	text := policyText{node: version.Get("Document"), kind: iam.IdentityPolicy, name: arn, owner: arn, version: id.Text()}
	b.claims.claimPolicy(subject{arn, "document"}, "the policy "+arn, b.policyClaim(text), func(m member) {
		if policy := b.versions(m); policy != nil {
			b.snapshot.Managed[arn] = policy
			policy.Unread = b.unreadVersion(arn, m)
		}
	})
}

// claimDefault claims which version of a managed policy is the default one.
func (b *builder) claimDefault(arn string, id source.Node) {
	if !id.IsScalar() {
		return
	}
	c := claim{node: id, when: b.when, value: id.Text(), content: id.Text}
	b.claims.claim(subject{arn, "default version"}, "the default version of the policy "+arn, c, func(m member) { b.defaults[arn] = m })
}

// unreadVersion gives the question that is open where a version of which no
// text was read may be the default one, "" as a rule.
func (b *builder) unreadVersion(arn string, texts member) string {
	defaults := b.defaults[arn]
	for _, v := range defaults.versions {
		read := false
		for _, text := range texts.versions {
			known, ok := text.value.(policyText)
			read = read || ok && (known.version == "" || known.version == v.value)
		}
		switch {
		case read:
		case defaults.choice != nil:
			return defaults.choice.Question
		default:
			return "version " + v.value.(string) + " is the default one, and its text was not read"
		}
	}
	return ""
}
