package document

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// form is one row of the table of forms: a document is of the kind if it has
// all the members, each of the right kind of value.
type form struct {
	kind    Kind
	members map[string]source.Kind
}

// forms lists what the AWS CLI prints. The first row
// that fits wins, so the more telling shapes stand first.
var forms = sync.OnceValue(func() []form {
	return []form{
		{App, map[string]source.Kind{"AppName": source.String, "AppType": source.String}},
		{Profile, map[string]source.Kind{"UserProfileName": source.Absent, "DomainId": source.Absent}},
		{Domain, map[string]source.Kind{"DomainId": source.Absent, "DefaultUserSettings": source.Absent}},
		{Domain, map[string]source.Kind{"DomainId": source.Absent, "DomainArn": source.Absent}},
		{Job, map[string]source.Kind{"AutoMLJobName": source.String, "AutoMLJobArn": source.String}},
		{Job, map[string]source.Kind{"AutoMLJobName": source.String, "AutoMLProblemTypeConfig": source.Object}},
		{Aliases, map[string]source.Kind{"Aliases": source.Array}},
		{KeyList, map[string]source.Kind{"Keys": source.Array}},
		{Key, map[string]source.Kind{"KeyMetadata": source.Absent}},
		{Grants, map[string]source.Kind{"Grants": source.Array}},
		{Rotation, map[string]source.Kind{"KeyRotationEnabled": source.Absent}},
		{Endpoints, map[string]source.Kind{"VpcEndpoints": source.Array}},
		{Routes, map[string]source.Kind{"RouteTables": source.Array}},
		{Encryption, map[string]source.Kind{"ServerSideEncryptionConfiguration": source.Absent}},
		{AccessPoint, map[string]source.Kind{"Bucket": source.String, "NetworkOrigin": source.String}},
		{PublicAccess, map[string]source.Kind{"PublicAccessBlockConfiguration": source.Object}},
		{BucketTags, map[string]source.Kind{"TagSet": source.Array}},
		{Account, map[string]source.Kind{"RoleDetailList": source.Array}},
		{Role, map[string]source.Kind{"Role": source.Object}},
		{RolePolicy, map[string]source.Kind{"RoleName": source.String, "PolicyDocument": source.Absent}},
		{RolePolicy, map[string]source.Kind{"PolicyName": source.String, "PolicyDocument": source.Absent}},
		{DomainList, map[string]source.Kind{"Domains": source.Array}},
		{ProfileList, map[string]source.Kind{"UserProfiles": source.Array}},
		{InlineList, map[string]source.Kind{"PolicyNames": source.Array}},
		{Attached, map[string]source.Kind{"AttachedPolicies": source.Array}},
		{PolicyVersion, map[string]source.Kind{"PolicyVersion": source.Object}},
		{Organization, map[string]source.Kind{"Organization": source.Object}},
		{Targets, map[string]source.Kind{"Targets": source.Array}},
		{Roots, map[string]source.Kind{"Roots": source.Array}},
		{Accounts, map[string]source.Kind{"Accounts": source.Array}},
		{Parents, map[string]source.Kind{"Parents": source.Array}},
		{Children, map[string]source.Kind{"Children": source.Array}},
		{Units, map[string]source.Kind{"OrganizationalUnits": source.Array}},
		{Manifest, map[string]source.Kind{"version": source.Number, "complete": source.Array}},
		{Manifest, map[string]source.Kind{"version": source.Number, "missing": source.Array}},
		{PolicyText, map[string]source.Kind{"Policy": source.String}},
		{RawPolicy, map[string]source.Kind{"Statement": source.Absent}},
		{RawPolicy, map[string]source.Kind{"Effect": source.String, "Action": source.Absent}},
		{RawPolicy, map[string]source.Kind{"Effect": source.String, "NotAction": source.Absent}},
	}
})

// Recognise tells what a tree is that has the form of the AWS CLI, "" for
// nothing we know.
func Recognise(root source.Node) Kind {
	if !root.Is(source.Object) {
		return ""
	}
	for _, form := range forms() {
		if fits(root, form.members) {
			return form.kind
		}
	}
	return recogniseLoose(root)
}

// recogniseLoose tells apart the shapes that need more than a member's kind.
func recogniseLoose(root source.Node) Kind {
	if isPolicyList(root) {
		return PolicyList
	}
	if policy := root.Get("Policy"); policy.Is(source.Object) && policy.Get("PolicySummary").Exists() {
		return ControlPolicy
	}
	if policy := root.Get("Policy"); policy.Get("Arn").Is(source.String) && policy.Get("DefaultVersionId").Is(source.String) {
		return PolicyDescription
	}
	if policy := root.Get("Policy"); policy.Is(source.Object) && policy.Get("Statement").Exists() {
		return PolicyText
	}
	// A policy without a Statement: nothing else has such a version.
	if version := root.Get("Version").Text(); root.Len() <= 2 && (version == "2012-10-17" || version == "2008-10-17") {
		return RawPolicy
	}
	if isAssembly(root) {
		return Assembly
	}
	if location := root.Get("LocationConstraint"); location.Exists() && root.Len() <= 3 {
		return Location
	}
	if tags := root.Get("Tags"); tags.Is(source.Array) && root.Len() <= 4 {
		for tag := range tags.Items() {
			if tag.Get("TagKey").Exists() {
				return KeyTags
			}
		}
		if tags.Len() == 0 {
			return KeyTags
		}
	}
	return ""
}

// isAssembly recognises the manifest of a CDK app by the types of its artifacts.
func isAssembly(root source.Node) bool {
	if !root.Get("version").Is(source.String) {
		return false
	}
	for _, artifact := range root.Get("artifacts").Members() {
		if kind := artifact.Get("type").Text(); strings.HasPrefix(kind, "cdk:") || strings.HasPrefix(kind, "aws:cloudformation:") {
			return true
		}
	}
	return false
}

// fits reports whether the object has the members; source.Absent takes any value.
func fits(root source.Node, members map[string]source.Kind) bool {
	for name, kind := range members {
		value := root.Get(name)
		if !value.Exists() || kind != source.Absent && value.Kind() != kind {
			return false
		}
	}
	return true
}

// isPolicyList tells the policies of an organization from those of IAM, which
// have no type. An empty list is one of either: of an organization where its
// file lies in that folder or is named for its target.
func isPolicyList(root source.Node) bool {
	list := root.Get("Policies")
	if !list.Is(source.Array) || root.Get("RoleDetailList").Exists() {
		return false
	}
	for item := range list.Items() {
		return strings.HasSuffix(item.Get("Type").Text(), "_POLICY") && item.Get("Id").IsScalar()
	}
	name := root.Span().File.Name
	return strings.Contains(path.Base(name), "for-target") || slices.Contains(strings.Split(path.Dir(name), "/"), "organization")
}
