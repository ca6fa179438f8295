package load

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// policyKind opens the document and tells what kind of policy it is: by what
// it was made for, by the owner that the config gives it, by its place, and
// else by its words.
func (b *builder) policyKind(doc document.Document) (source.Node, document.Kind) {
	body := doc.Node
	if given := body.Get("Policy"); doc.Kind == document.PolicyText && given.Is(source.Object) {
		body = given
	} else if doc.Kind == document.PolicyText {
		inner, problems := given.Embedded()
		b.problems = append(b.problems, problems...)
		if inner == nil {
			if len(problems) == 0 {
				b.problem(body.Get("Policy"), "Policy is %s", noPolicy(body.Get("Policy")))
			}
			return source.Node{}, ""
		}
		body = inner.Root()
	}
	guess, _ := document.GuessPolicy(body)
	if placed := b.placedKind(doc, guess); placed != "" {
		return body, placed
	}
	if told := b.told[doc.Name]; told != "" && doc.Kind == document.RawPolicy {
		return body, told
	}
	kind, service := doc.PolicyKind(body)
	if service != "" {
		b.passOver(doc, "a resource policy of "+service+", which canvaslint does not check")
		return source.Node{}, ""
	}
	return body, kind
}

// placedKind is the kind that the owner or the place of a document says, "" if
// neither does. What is said outranks what the policy looks like: a key policy
// that lacks its principals is a faulty key policy and no identity policy.
func (b *builder) placedKind(doc document.Document, guess document.Kind) document.Kind {
	if owner, ok := b.owners[doc.Name]; ok {
		if guess == document.Identity || guess == "" {
			return ownedKind(owner)
		}
		return "" // one that contradicts the owner shows a mistake of the config's
	}
	place := doc.Place
	// The folder of an identity policy may be called anything, "keys" included.
	named := doc.Of != "" || doc.Kind == document.PolicyText || guess != document.Identity || place.Document == "policy"
	switch {
	case !named:
		return ""
	case place.Key != "" && (doc.Of != "" || isKeyFolder(place)):
		return document.KeyPolicy
	case place.Point != "" && place.Account != "":
		return document.PointPolicy
	case place.Bucket != "" && (doc.Of != "" || place.Account != "" || b.buckets[place.Bucket] != nil):
		return document.BucketPolicy
	}
	return ""
}

// ownedKind is the kind of policy that a resource of the config's has.
func ownedKind(owner owner) document.Kind {
	if form := snapshot.ParseKeyName(owner.arn).Form; form != snapshot.Malformed && form != snapshot.Unseen {
		return document.KeyPolicy
	}
	switch arn, ok := iam.ParseARN(owner.arn); {
	case !ok:
		return ""
	case arn.Service == "s3":
		return document.BucketPolicy
	case arn.Service == "iam" && strings.HasPrefix(arn.Resource, "role/"):
		return document.Identity
	}
	return ""
}

func isKeyFolder(place layout.Place) bool {
	return snapshot.ParseKeyName(place.Key).Form == snapshot.KeyID
}

// passOver notes that a document is none of ours: a problem where the user
// named its file.
func (b *builder) passOver(doc document.Document, reason string) {
	if doc.Named {
		b.problem(doc.Node, "%s", reason)
		return
	}
	b.ignored = append(b.ignored, filesystem.Ignored{File: doc.Name, Reason: reason})
}
