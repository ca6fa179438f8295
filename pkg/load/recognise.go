package load

import (
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// kind is what a document is; the word stands in the report's coverage.
type kind string

const (
	domainDoc            kind = "domain"
	profileDoc           kind = "user-profile"
	jobDoc               kind = "auto-ml-job"
	aliasesDoc           kind = "aliases"
	keyListDoc           kind = "key-list"
	keyDoc               kind = "key"
	keyPolicyDoc         kind = "key-policy"
	grantsDoc            kind = "grants"
	rotationDoc          kind = "key-rotation"
	keyTagsDoc           kind = "key-tags"
	endpointsDoc         kind = "vpc-endpoints"
	policyTextDoc        kind = "resource-policy" // get-key-policy or get-bucket-policy, told apart by content
	bucketPolicyDoc      kind = "bucket-policy"
	encryptionDoc        kind = "bucket-encryption"
	locationDoc          kind = "bucket-location"
	bucketTagsDoc        kind = "bucket-tags"
	noBucketPolicyDoc    kind = "bucket-without-policy" // the call said that there is none
	noEncryptionDoc      kind = "bucket-without-encryption"
	noBucketTagsDoc      kind = "bucket-without-tags"
	publicAccessDoc      kind = "public-access-block"
	accountDoc           kind = "account-details"
	roleDoc              kind = "role"
	rolePolicyDoc        kind = "role-policy"
	attachedDoc          kind = "attached-policies"
	inlineListDoc        kind = "inline-policies" // list-role-policies: names only
	policyVersionDoc     kind = "managed-policy"
	policyDescriptionDoc kind = "managed-policy-description" // get-policy: no document
	domainListDoc        kind = "domain-list"                // list-domains: no settings
	profileListDoc       kind = "user-profile-list"          // list-user-profiles: no settings
	organizationDoc      kind = "organization"
	controlPolicyDoc     kind = "organization-policy"
	targetsDoc           kind = "organization-targets"
	rootsDoc             kind = "organization-roots"
	accountsDoc          kind = "organization-accounts"
	parentsDoc           kind = "organization-parents"
	childrenDoc          kind = "organization-children"
	unitsDoc             kind = "organization-units"
	policyListDoc        kind = "organization-policy-list"
	manifestDoc          kind = "manifest"
	assemblyDoc          kind = "cdk-manifest" // of a CDK app: which stack is deployed where
	rawPolicyDoc         kind = "policy"       // Version and Statement, or a bare statement
	identityDoc          kind = "identity-policy"
	trustDoc             kind = "trust-policy"
	endpointPolicyDoc    kind = "endpoint-policy"
	resourceControlDoc   kind = "resource-control-policy" // a policy alone, without its description
	serviceControlDoc    kind = "service-control-policy"
	otherPolicyDoc       kind = "policy-of-a-resource" // it names principals, and nothing says of what it is
	terraformDoc         kind = "terraform"            // a plan or a state
)

// form is one row of the table of forms: a document is of the kind if it has
// all the members, each of the right kind of value.
type form struct {
	kind    kind
	members map[string]source.Kind
}

// forms lists what the AWS CLI prints. The first row
// that fits wins, so the more telling shapes stand first.
var forms = sync.OnceValue(func() []form {
	return []form{
		{profileDoc, map[string]source.Kind{"UserProfileName": source.Absent, "DomainId": source.Absent}},
		{domainDoc, map[string]source.Kind{"DomainId": source.Absent, "DefaultUserSettings": source.Absent}},
		{domainDoc, map[string]source.Kind{"DomainId": source.Absent, "DomainArn": source.Absent}},
		{jobDoc, map[string]source.Kind{"AutoMLJobName": source.String, "AutoMLJobArn": source.String}},
		{jobDoc, map[string]source.Kind{"AutoMLJobName": source.String, "AutoMLProblemTypeConfig": source.Object}},
		{aliasesDoc, map[string]source.Kind{"Aliases": source.Array}},
		{keyListDoc, map[string]source.Kind{"Keys": source.Array}},
		{keyDoc, map[string]source.Kind{"KeyMetadata": source.Absent}},
		{grantsDoc, map[string]source.Kind{"Grants": source.Array}},
		{rotationDoc, map[string]source.Kind{"KeyRotationEnabled": source.Absent}},
		{endpointsDoc, map[string]source.Kind{"VpcEndpoints": source.Array}},
		{encryptionDoc, map[string]source.Kind{"ServerSideEncryptionConfiguration": source.Absent}},
		{publicAccessDoc, map[string]source.Kind{"PublicAccessBlockConfiguration": source.Object}},
		{bucketTagsDoc, map[string]source.Kind{"TagSet": source.Array}},
		{accountDoc, map[string]source.Kind{"RoleDetailList": source.Array}},
		{roleDoc, map[string]source.Kind{"Role": source.Object}},
		{rolePolicyDoc, map[string]source.Kind{"RoleName": source.String, "PolicyDocument": source.Absent}},
		{rolePolicyDoc, map[string]source.Kind{"PolicyName": source.String, "PolicyDocument": source.Absent}},
		{domainListDoc, map[string]source.Kind{"Domains": source.Array}},
		{profileListDoc, map[string]source.Kind{"UserProfiles": source.Array}},
		{inlineListDoc, map[string]source.Kind{"PolicyNames": source.Array}},
		{attachedDoc, map[string]source.Kind{"AttachedPolicies": source.Array}},
		{policyVersionDoc, map[string]source.Kind{"PolicyVersion": source.Object}},
		{organizationDoc, map[string]source.Kind{"Organization": source.Object}},
		{targetsDoc, map[string]source.Kind{"Targets": source.Array}},
		{rootsDoc, map[string]source.Kind{"Roots": source.Array}},
		{accountsDoc, map[string]source.Kind{"Accounts": source.Array}},
		{parentsDoc, map[string]source.Kind{"Parents": source.Array}},
		{childrenDoc, map[string]source.Kind{"Children": source.Array}},
		{unitsDoc, map[string]source.Kind{"OrganizationalUnits": source.Array}},
		{manifestDoc, map[string]source.Kind{"version": source.Number, "complete": source.Array}},
		{manifestDoc, map[string]source.Kind{"version": source.Number, "missing": source.Array}},
		{policyTextDoc, map[string]source.Kind{"Policy": source.String}},
		{rawPolicyDoc, map[string]source.Kind{"Statement": source.Absent}},
		{rawPolicyDoc, map[string]source.Kind{"Effect": source.String, "Action": source.Absent}},
		{rawPolicyDoc, map[string]source.Kind{"Effect": source.String, "NotAction": source.Absent}},
	}
})

// recognise tells what a tree is, "" for nothing we know.
func recognise(root source.Node) kind {
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
func recogniseLoose(root source.Node) kind {
	if isPolicyList(root) {
		return policyListDoc
	}
	if policy := root.Get("Policy"); policy.Is(source.Object) && policy.Get("PolicySummary").Exists() {
		return controlPolicyDoc
	}
	if policy := root.Get("Policy"); policy.Get("Arn").Is(source.String) && policy.Get("DefaultVersionId").Is(source.String) {
		return policyDescriptionDoc
	}
	if policy := root.Get("Policy"); policy.Is(source.Object) && policy.Get("Statement").Exists() {
		return policyTextDoc
	}
	// A policy without a Statement: nothing else has such a version.
	if version := root.Get("Version").Text(); root.Len() <= 2 && (version == "2012-10-17" || version == "2008-10-17") {
		return rawPolicyDoc
	}
	if isAssembly(root) {
		return assemblyDoc
	}
	if location := root.Get("LocationConstraint"); location.Exists() && root.Len() <= 3 {
		return locationDoc
	}
	if tags := root.Get("Tags"); tags.Is(source.Array) && root.Len() <= 4 {
		for tag := range tags.Items() {
			if tag.Get("TagKey").Exists() {
				return keyTagsDoc
			}
		}
		if tags.Len() == 0 {
			return keyTagsDoc
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
