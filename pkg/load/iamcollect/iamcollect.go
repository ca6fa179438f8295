// Package iamcollect tells the folders that the open-source collector
// iam-collect writes as an exported folder would have them. What a file is
// stands in its path: aws/<partition>/accounts/<account>/<service>/...
package iamcollect

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// treePattern finds the part of a path that all files of the collector have:
// the partition, the account ("aws" for the policies of AWS) and the rest; or
// an organization's.
var treePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|/)aws/(aws[a-z-]*)/(?:accounts/([0-9]{12}|aws)|(organizations)|indexes)/(.+\.json)$`)
})

// IsPlace reports whether a path is one of a collector's folder.
func IsPlace(name string) bool {
	return strings.Contains(name, "aws/") && treePattern().MatchString(name)
}

// Fits reports whether a tree lies where the collector puts its files.
func Fits(root source.Node) bool {
	return (root.Is(source.Object) || root.Is(source.Array)) && IsPlace(fileOf(root))
}

func fileOf(root source.Node) string { return root.Span().File.Name }

// entry is what one folder holds of a resource, by the files' names.
type entry struct {
	folder    string
	partition string
	account   string
	path      []string // below the account: "kms", Region, "key", id
	files     map[string]source.Node
}

// Translate tells the keys, roles, managed policies, buckets and endpoints of
// the folders. Other services are passed over.
func Translate(roots []source.Node) ([]layout.Document, []source.Problem) {
	t := &translator{}
	for _, e := range entries(roots) {
		switch service := e.path[0]; {
		case e.account == "":
			t.organization(e)
		case service == "kms" && len(e.path) == 4 && e.path[2] == "key":
			t.key(e)
		case service == "s3" && len(e.path) == 2:
			t.bucket(e)
		case service == "iam" && len(e.path) == 3 && e.path[1] == "role":
			t.role(e)
		case service == "iam" && slices.Contains(e.path, "policy"):
			t.policy(e)
		case service == "ec2" && slices.Contains(e.path, "vpc-endpoint"):
			t.endpoint(e)
		}
	}
	return t.documents, t.problems
}

// Notes says what the collector's folders do not hold, or hold and is not read.
func Notes(roots []source.Node) []string {
	var notes []string
	note := func(part, text string) {
		if slices.ContainsFunc(roots, func(root source.Node) bool { return strings.Contains(fileOf(root), part) }) {
			notes = append(notes, text)
		}
	}
	note("/kms/", "iam-collect does not save the state, the aliases and the grants of keys: canvaslint cannot see that a key is disabled or about to be deleted.")
	return notes
}

// entries groups the files by folder, in the order of their names.
func entries(roots []source.Node) []*entry {
	var list []*entry
	byFolder := map[string]*entry{}
	for _, root := range roots {
		name := fileOf(root)
		found := treePattern().FindStringSubmatch(name)
		if len(found) < 5 || found[2] == "" && found[3] == "" {
			continue
		}
		folder := path.Dir(name)
		e := byFolder[folder]
		if e == nil {
			e = &entry{folder: folder, partition: found[1], account: found[2], path: strings.Split(path.Dir(found[4]), "/"), files: map[string]source.Node{}}
			byFolder[folder] = e
			list = append(list, e)
		}
		e.files[strings.TrimSuffix(path.Base(name), ".json")] = root
	}
	return list
}

type translator struct {
	documents []layout.Document
	problems  []source.Problem
}

func (t *translator) problem(at source.Node, message string) {
	t.problems = append(t.problems, source.Problem{Message: message, Span: at.Span()})
}

func (t *translator) add(place layout.Place, value source.Value, of string, notVisible ...string) {
	t.documents = append(t.documents, layout.Document{Place: place, Root: source.Derive(value).Root(), Of: of, NotVisible: notVisible})
}

// object gives a file that must hold an object; another kind is a problem.
func (t *translator) object(e *entry, name string) source.Node { return t.file(e, name, source.Object) }

func (t *translator) file(e *entry, name string, kind source.Kind) source.Node {
	node := e.files[name]
	if node.Exists() && !node.Is(kind) {
		t.problem(node, "iam-collect keeps "+kind.String()+" in "+name+".json, and this is "+node.Kind().String()+": it was not understood; collect it again")
		return source.Node{}
	}
	return node
}

// key tells a key's policy and tags. The collector asks for no metadata, so that
// the key's state is not known.
func (t *translator) key(e *entry) {
	id := layout.Unescape(e.path[3])
	if arn := e.files["metadata"].Get("arn").Text(); strings.Contains(arn, ":key/") {
		id = arn[strings.LastIndex(arn, "/")+1:]
	}
	place := layout.Place{Account: e.account, Region: e.path[1], Key: id}
	if document := t.object(e, "policy"); document.Exists() {
		place.Document = "policy"
		t.add(place, source.Make(document).With("Policy", source.Copy(document)), "AWS::KMS::Key "+id, "KeyState")
	}
	if tags := t.object(e, "tags"); tags.Exists() {
		place.Document = "tags"
		t.add(place, source.Make(tags).With("Tags", list(tags, "TagKey", "TagValue")).With("Truncated", source.Truth(false, tags)), "AWS::KMS::Key "+id)
	}
}

// bucket tells a bucket. Files are absent when they would be empty, so that a
// bucket without policy.json has no policy.
func (t *translator) bucket(e *entry) {
	metadata := t.object(e, "metadata")
	name := layout.Unescape(e.path[1])
	of := "AWS::S3::Bucket " + name
	place := layout.Place{Account: e.account, Region: metadata.Get("region").Text(), Bucket: name}
	if region := metadata.Get("region"); region.IsScalar() {
		place.Document = "location"
		t.add(place, source.Make(metadata).WithName("LocationConstraint", region.Name(), source.Copy(region)), of)
	}
	if document := t.object(e, "policy"); document.Exists() {
		place.Document = "policy"
		t.add(place, source.Make(document).With("Policy", source.Copy(document)), of)
	}
	if rules := t.file(e, "encryption", source.Array); rules.Exists() {
		place.Document = "encryption"
		t.add(place, source.Make(rules).With("ServerSideEncryptionConfiguration", source.Make(rules).With("Rules", source.Copy(rules))), of)
	}
	if tags := t.object(e, "tags"); tags.Exists() {
		place.Document = "tags"
		t.add(place, source.Make(tags).With("TagSet", list(tags, "Key", "Value")), of)
	}
}

// role tells a role as the account's details have it. A folder with
// metadata.json and without inline-policies.json is of a role without any.
func (t *translator) role(e *entry) {
	metadata := t.object(e, "metadata")
	if !metadata.Exists() {
		for _, name := range []string{"trust-policy", "inline-policies", "managed-policies"} {
			if node := e.files[name]; node.Exists() {
				t.problem(node, "there is no metadata.json of the role beside this file: its role is unknown, and it was not used; collect it again")
				return
			}
		}
		return
	}
	arn := metadata.Get("arn")
	if !arn.IsScalar() {
		t.problem(metadata, "the role's metadata.json has no arn: the role was not used; collect it again")
		return
	}
	made := source.Make(metadata).WithName("Arn", arn.Name(), source.Copy(arn))
	for _, member := range [][2]string{{"name", "RoleName"}, {"id", "RoleId"}, {"path", "Path"}} {
		if value := metadata.Get(member[0]); value.IsScalar() {
			made = made.WithName(member[1], value.Name(), source.Copy(value))
		}
	}
	if trust := t.object(e, "trust-policy"); trust.Exists() {
		made = made.With("AssumeRolePolicyDocument", source.Copy(trust))
	}
	made = t.policies(e, metadata, made)
	if boundary := metadata.Get("permissionBoundary"); boundary.IsScalar() {
		made = made.WithName("PermissionsBoundary", boundary.Name(), source.Make(boundary).With("PermissionsBoundaryArn", source.Copy(boundary)))
	}
	if tags := t.object(e, "tags"); tags.Exists() {
		made = made.With("Tags", list(tags, "Key", "Value"))
	} else if !e.files["tags"].Exists() {
		made = made.With("Tags", source.List(metadata))
	}
	place := layout.Place{Account: e.account, Document: "roles-read"}
	t.add(place, source.Make(metadata).With("RoleDetailList", source.List(metadata, made)), "AWS::IAM::Role "+metadata.Get("name").Text())
}

// policies adds a role's inline and managed policies. A file that is no list
// leaves the role's policies unknown.
func (t *translator) policies(e *entry, metadata source.Node, made source.Value) source.Value {
	switch inline := t.file(e, "inline-policies", source.Array); {
	case inline.Exists():
		made = made.With("RolePolicyList", source.Copy(inline))
	case !e.files["inline-policies"].Exists():
		made = made.With("RolePolicyList", source.List(metadata))
	}
	switch managed := t.file(e, "managed-policies", source.Array); {
	case managed.Exists():
		var attached []source.Value
		for arn := range managed.Items() {
			attached = append(attached, source.Make(arn).With("PolicyArn", source.Copy(arn)))
		}
		made = made.With("AttachedManagedPolicies", source.List(managed, attached...))
	case !e.files["managed-policies"].Exists():
		made = made.With("AttachedManagedPolicies", source.List(metadata))
	}
	return made
}

// policy tells a managed policy, whose current-policy.json is its default version.
func (t *translator) policy(e *entry) {
	document, metadata := t.object(e, "current-policy"), t.object(e, "metadata")
	if !document.Exists() {
		return
	}
	arn := metadata.Get("arn")
	if !arn.IsScalar() {
		t.problem(document, "no metadata.json with an arn lies beside this policy, so it is unknown which policy this is; collect it again")
		return
	}
	version := source.Make(document).With("Document", source.Copy(document)).With("IsDefaultVersion", source.Truth(true, document))
	made := source.Make(metadata).WithName("Arn", arn.Name(), source.Copy(arn)).With("PolicyVersionList", source.List(document, version))
	place := layout.Place{Document: "roles-read"}
	t.add(place, source.Make(metadata).With("RoleDetailList", source.List(metadata)).With("Policies", source.List(metadata, made)), "AWS::IAM::ManagedPolicy "+arn.Text())
}

// endpoint tells a VPC endpoint with its policy. The collector does not say
// which service it is of.
func (t *translator) endpoint(e *entry) {
	document, metadata := t.object(e, "policy"), t.object(e, "metadata")
	id, vpc := metadata.Get("id"), metadata.Get("vpc")
	service := metadata.Get("serviceName")
	if !document.Exists() {
		return
	}
	if !id.IsScalar() {
		id = metadata.Get("arn")
	}
	made := source.Make(document).With("VpcEndpointId", source.Text(lastPart(id.Text()), document)).With("PolicyDocument", source.Copy(document))
	for _, member := range []struct {
		name  string
		value source.Node
	}{{"VpcId", vpc}, {"ServiceName", service}} {
		if member.value.IsScalar() { // without it the policy is in doubt
			made = made.With(member.name, source.Copy(member.value))
		}
	}
	place := layout.Place{Account: e.account}
	for _, part := range e.path {
		if layout.IsRegion(part) {
			place.Region = part
		}
	}
	t.add(place, source.Make(document).With("VpcEndpoints", source.List(document, made)), "AWS::EC2::VPCEndpoint "+lastPart(id.Text()))
}

// list turns a map of tags into a list.
func list(tags source.Node, key, value string) source.Value {
	var items []source.Value
	for name, text := range tags.Members() {
		items = append(items, source.Make(text).With(key, source.Text(name.Text(), name)).With(value, source.Copy(text)))
	}
	return source.List(tags, items...)
}
