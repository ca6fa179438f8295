package load

import (
	"path"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// policyKind opens the document and tells what kind of policy it is: by what
// it was made for, by the owner that the config gives it, by its place, and
// else by its words.
func (b *builder) policyKind(doc document) (source.Node, kind) {
	body := doc.node
	if given := body.Get("Policy"); doc.kind == policyTextDoc && given.Is(source.Object) {
		body = given
	} else if doc.kind == policyTextDoc {
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
	guess, service := guessKind(body)
	switch placed := b.placedKind(doc, guess); {
	case placed != "":
		return body, placed
	case b.told[doc.name] != "" && doc.kind == rawPolicyDoc:
		return body, b.told[doc.name]
	case isResourceControl(body, doc.name):
		return body, resourceControlDoc
	case guess != identityDoc && doc.kind == rawPolicyDoc && isNamedEndpoint(doc.name):
		return body, endpointPolicyDoc
	case guess != "" && (guess != identityDoc || doc.kind == rawPolicyDoc):
		return body, guess
	case doc.place.Key != "":
		return body, keyPolicyDoc
	case doc.place.Bucket != "":
		return body, bucketPolicyDoc
	case service != "":
		b.passOver(doc, "a resource policy of "+service+", which canvaslint does not check")
		return source.Node{}, ""
	case guess == identityDoc:
		return body, identityDoc
	}
	return body, kindByName(doc)
}

// kindByName tells a policy whose words fit several kinds, such as one that
// allows Action "*", by its call or the words of its file's name and folder. The
// answer of get-key-policy and that of get-bucket-policy look alike; S3 takes
// statements about its own bucket only, by ARN, and those were told before
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html).
func kindByName(doc document) kind {
	switch callOf(doc.name) {
	case "get-key-policy":
		return keyPolicyDoc
	case "get-bucket-policy":
		return bucketPolicyDoc
	}
	folder, file := path.Split(strings.ToLower(doc.name))
	for _, name := range []string{file, path.Base(folder)} {
		for _, row := range []struct {
			kind  kind
			words []string
		}{
			{endpointPolicyDoc, []string{"endpoint", "vpce"}},
			{trustDoc, []string{"trust", "assume"}},
			{keyPolicyDoc, []string{"key", "kms", "cmk"}},
			{bucketPolicyDoc, []string{"bucket", "s3"}},
		} {
			if slices.ContainsFunc(row.words, func(word string) bool { return strings.Contains(name, word) }) {
				return row.kind
			}
		}
	}
	if doc.kind == policyTextDoc {
		return keyPolicyDoc
	}
	return otherPolicyDoc
}

// isNamedEndpoint reports whether a file's name says that it holds the policy of
// an endpoint: one for S3 speaks of buckets as bucket policies do. A bucket policy
// that lets requests from an endpoint through may have the word in its name too.
func isNamedEndpoint(name string) bool {
	file := strings.ToLower(path.Base(name))
	return strings.Contains(file, "endpoint") && !strings.Contains(file, "bucket") && !strings.Contains(file, "key")
}

// isResourceControl tells a resource control policy: every statement denies
// everybody, and either its name says so or it is about several services at once
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html).
func isResourceControl(policy source.Node, name string) bool {
	services := map[string]bool{}
	for statement := range policy.Get("Statement").Each() {
		if statement.Get("Effect").Text() != "Deny" || statement.Get("Principal").Text() != "*" {
			return false
		}
		for action := range statement.Get("Action").Each() {
			service, _, _ := strings.Cut(strings.ToLower(action.Text()), ":")
			services[service] = true
		}
		for resource := range statement.Get("Resource").Each() {
			if resource.Text() != "*" {
				return false
			}
		}
	}
	name = strings.ToLower(name)
	return len(services) > 1 || policy.Get("Statement").Len() > 0 && (strings.Contains(name, "rcp") || strings.Contains(name, "resource-control"))
}

// placedKind is the kind that the owner or the place of a document says, "" if
// neither does. What is said outranks what the policy looks like: a key policy
// that lacks its principals is a faulty key policy and no identity policy.
func (b *builder) placedKind(doc document, guess kind) kind {
	if owner, ok := b.owners[doc.name]; ok {
		if guess == identityDoc || guess == "" {
			return ownedKind(owner)
		}
		return "" // one that contradicts the owner shows a mistake of the config's
	}
	place := doc.place
	// The folder of an identity policy may be called anything, "keys" included.
	named := doc.of != "" || doc.kind == policyTextDoc || guess != identityDoc || place.Document == "policy"
	switch {
	case !named:
		return ""
	case place.Key != "" && (doc.of != "" || isKeyFolder(place)):
		return keyPolicyDoc
	case place.Bucket != "" && (doc.of != "" || place.Account != "" || b.buckets[place.Bucket] != nil):
		return bucketPolicyDoc
	}
	return ""
}

// ownedKind is the kind of policy that a resource of the config's has.
func ownedKind(owner owner) kind {
	if form := snapshot.ParseKeyName(owner.arn).Form; form != snapshot.Malformed && form != snapshot.Unseen {
		return keyPolicyDoc
	}
	switch arn, ok := iam.ParseARN(owner.arn); {
	case !ok:
		return ""
	case arn.Service == "s3":
		return bucketPolicyDoc
	case arn.Service == "iam" && strings.HasPrefix(arn.Resource, "role/"):
		return identityDoc
	}
	return ""
}

func isKeyFolder(place layout.Place) bool {
	return snapshot.ParseKeyName(place.Key).Form == snapshot.KeyID
}

// guessKind tells from the words of a policy of what kind it is (facts:
// input-shapes 4b): a principal and KMS actions make a key policy, a principal
// and S3 resources a bucket policy, actions of STS a trust policy, no principal
// at all an identity policy; the first statement that tells decides. "" is for
// the resource policy of another service, which it names, or for none that it knows.
func guessKind(policy source.Node) (guess kind, service string) {
	statements := policy.Get("Statement")
	if !statements.Exists() {
		statements = policy // a bare statement
	}
	principal := false
	for statement := range statements.Each() {
		principal = principal || statement.Get("Principal").Exists() || statement.Get("NotPrincipal").Exists()
	}
	if !principal {
		return identityDoc, ""
	}
	var services []string
	for statement := range statements.Each() {
		for resource := range statement.Get("Resource").Each() {
			if strings.Contains(resource.Text(), ":s3:::") {
				return bucketPolicyDoc, ""
			}
		}
		for action := range statement.Get("Action").Each() {
			switch service, _, ok := strings.Cut(strings.ToLower(action.Text()), ":"); {
			case service == "kms":
				return keyPolicyDoc, ""
			case service == "s3":
				return bucketPolicyDoc, ""
			case service == "sts": // which has no resources with policies
				return trustDoc, ""
			case ok && service != "" && !strings.ContainsAny(service, "*?$<{"):
				services = append(services, service)
			}
		}
	}
	slices.Sort(services)
	return "", strings.Join(slices.Compact(services), " and ")
}

// passOver notes that a document is none of ours: a problem where the user
// named its file.
func (b *builder) passOver(doc document, reason string) {
	if doc.named {
		b.problem(doc.node, "%s", reason)
		return
	}
	b.ignored = append(b.ignored, filesystem.Ignored{File: doc.name, Reason: reason})
}
