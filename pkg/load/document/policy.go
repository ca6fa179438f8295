package document

import (
	"path"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// GuessPolicy tells from the words of a policy of what kind it is (facts:
// input-shapes 4b): a principal and KMS actions make a key policy, a principal
// and S3 resources a bucket policy, actions of STS a trust policy, no principal
// at all an identity policy; the first statement that tells decides. "" is for
// the resource policy of another service, which it names, or for none that it knows.
func GuessPolicy(policy source.Node) (guess Kind, service string) {
	statements := policy.Get("Statement")
	if !statements.Exists() {
		statements = policy // a bare statement
	}
	principal := false
	for statement := range statements.Each() {
		principal = principal || statement.Get("Principal").Exists() || statement.Get("NotPrincipal").Exists()
	}
	if !principal {
		return Identity, ""
	}
	var services []string
	for statement := range statements.Each() {
		for resource := range statement.Get("Resource").Each() {
			if isPoint(resource.Text()) {
				return PointPolicy, ""
			}
			if strings.Contains(resource.Text(), ":s3:::") {
				return BucketPolicy, ""
			}
		}
		for action := range statement.Get("Action").Each() {
			switch service, _, ok := strings.Cut(strings.ToLower(action.Text()), ":"); {
			case service == "kms":
				return KeyPolicy, ""
			case service == "s3":
				return BucketPolicy, ""
			case service == "sts": // which has no resources with policies
				return Trust, ""
			case ok && service != "" && !strings.ContainsAny(service, "*?$<{"):
				services = append(services, service)
			}
		}
	}
	slices.Sort(services)
	return "", strings.Join(slices.Compact(services), " and ")
}

// isPoint reports whether a resource is an S3 access point or an object behind one.
func isPoint(resource string) bool {
	return strings.HasPrefix(resource, "arn:") && strings.Contains(resource, ":s3:") && strings.Contains(resource, ":accesspoint/")
}

// PointOf gives the first access point among the resources of a policy, as it is
// written there; "" where there is none.
func PointOf(policy source.Node) string {
	for statement := range policy.Get("Statement").Each() {
		for resource := range statement.Get("Resource").Each() {
			text := resource.Text()
			if account, _, _ := strings.Cut(text, ":accesspoint/"); isPoint(text) && !strings.ContainsAny(account, "*?$") {
				return text
			}
		}
	}
	return ""
}

// PolicyKind tells what kind of policy a document holds in its body, where
// neither its owner nor its place says so. A service is named in place of a kind
// where the policy is of a resource of that service.
func (d Document) PolicyKind(body source.Node) (kind Kind, service string) {
	guess, service := GuessPolicy(body)
	switch {
	case isResourceControl(body, d.Name):
		return ResourceControl, ""
	case guess != Identity && d.Kind == RawPolicy && isNamedEndpoint(d.Name):
		return EndpointPolicy, ""
	case guess != "" && (guess != Identity || d.Kind == RawPolicy):
		return guess, ""
	case d.Place.Key != "":
		return KeyPolicy, ""
	case d.Place.Bucket != "":
		return BucketPolicy, ""
	case service != "":
		return "", service
	case guess == Identity:
		return Identity, ""
	}
	return kindByName(d), ""
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

// kindByName tells a policy whose words fit several kinds, such as one that
// allows Action "*", by its call or the words of its file's name and folder. The
// answer of get-key-policy and that of get-bucket-policy look alike; S3 takes
// statements about its own bucket only, by ARN, and those were told before
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html).
func kindByName(doc Document) Kind {
	switch callOf(doc.Name) {
	case "get-key-policy":
		return KeyPolicy
	case "get-bucket-policy":
		return BucketPolicy
	}
	folder, file := path.Split(strings.ToLower(doc.Name))
	for _, name := range []string{file, path.Base(folder)} {
		for _, row := range []struct {
			kind  Kind
			words []string
		}{
			{EndpointPolicy, []string{"endpoint", "vpce"}},
			{Trust, []string{"trust", "assume"}},
			{KeyPolicy, []string{"key", "kms", "cmk"}},
			{BucketPolicy, []string{"bucket", "s3"}},
		} {
			if slices.ContainsFunc(row.words, func(word string) bool { return strings.Contains(name, word) }) {
				return row.kind
			}
		}
	}
	if doc.Kind == PolicyText {
		return KeyPolicy
	}
	return OtherPolicy
}
