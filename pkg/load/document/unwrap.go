package document

import (
	"fmt"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/load/markers"
	"github.com/canvaslint/canvaslint/pkg/load/spelling"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// maxWrapping is how deep documents may be wrapped in each other: a policy in
// an item of AWS Config in a message of SNS in one of SQS in a recording is
// six deep.
const maxWrapping = 12

// rooter finds the documents in the trees of one file: the tree itself, or what
// it is wrapped around. All that it finds keeps its place in the file.
type rooter struct {
	in      filesystem.File
	place   layout.Place
	content Content
	// passed is the first tree of a list that is none of ours.
	passed     source.Node
	passedOver int
	// failure is the call that failed and whose error is all there is.
	failure  *failure
	failedAt source.Span
	// unneeded is the call whose answer decides nothing.
	unneeded string
	// lacks are the members that the list around a document never has.
	lacks []string
}

// take finds the documents in a tree, and reports whether there are any.
func (r *rooter) take(root source.Node, depth int) bool {
	if depth > maxWrapping {
		return false
	}
	if format := formatOf(root); format != "" {
		r.content.Formatted = append(r.content.Formatted, Formatted{format, root})
		return true
	}
	if call := r.mistakableCall(root); call != "" {
		r.unneeded = call
		return false
	}
	if isBlank(root.Get("Policy")) && callOf(r.in.Name) == "get-bucket-policy" {
		return r.fail(failure{call: "get-bucket-policy"}, root)
	}
	if kind := Recognise(root); kind != "" {
		if kind == RawPolicy && !layout.IsExport(r.in.Name) {
			root = r.rendered(root)
		}
		r.add(kind, root, false, false)
		return true
	}
	if made, partial, ok := complete(root); ok {
		r.add(Recognise(made), made, partial, true)
		return true
	}
	if failure, ok := failedAnswer(r.in.Name, root); ok {
		return r.fail(failure, root)
	}
	lacks := r.lacks
	defer func() { r.lacks = lacks }()
	if root.Get("Roles").Is(source.Array) {
		r.lacks = listedRolesLack()
	}
	found, parts := 0, 0
	var passed source.Node
	for part := range unwrap(root) {
		parts++
		if r.open(part, depth) {
			found++
		} else if !passed.Exists() {
			passed = part
		}
	}
	if found > 0 {
		if found < parts && !r.passed.Exists() {
			r.passed = passed
		}
		r.passedOver += parts - found
		return true
	}
	if made := spelling.AsAWS(root); made.Exists() && evident(made) {
		return r.take(made, depth+1)
	}
	if call := unneededCall(root); call != "" {
		r.unneeded = call
	}
	return false
}

// rendered gives a policy that someone writes, not one that AWS gave, without
// the markers of a tool that was not run.
func (r *rooter) rendered(root source.Node) source.Node {
	if at, found := markers.Find(root); found != "" {
		r.content.Problems = append(r.content.Problems, source.Problem{
			Span: at.Span(), Message: "this policy was not rendered: the values of " + found + " and of similar markers are unknown; check the rendered policy",
		})
	}
	return markers.Opened(root)
}

// isBlank tells a policy that is none: an empty text, or null, which a query
// prints for what is missing.
func isBlank(policy source.Node) bool {
	return policy.Is(source.Null) || policy.Is(source.String) && strings.TrimSpace(policy.Text()) == ""
}

// open takes a part, which may be a document that is quoted as a string.
func (r *rooter) open(part source.Node, depth int) bool {
	if !part.Is(source.String) {
		return r.take(part, depth+1)
	}
	inner, problems := part.Embedded()
	r.content.Problems = append(r.content.Problems, problems...)
	return inner != nil && r.take(inner.Root(), depth+1)
}

func (r *rooter) add(kind Kind, node source.Node, partial, cut bool) {
	r.content.Documents = append(r.content.Documents, Document{
		Kind: kind, Node: node, Name: r.in.Name, Named: r.in.Named, Place: r.place, Partial: partial, Cut: cut, NotSelected: r.lacks,
	})
}

// listedRolesLack are the members of a role that list-roles never prints
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html).
func listedRolesLack() []string { return []string{"PermissionsBoundary"} }

// wrapping is one row of the table of wrappings: an object that has all the
// members holds documents at the path, where * stands for every item or member.
type wrapping struct {
	members map[string]source.Kind
	path    string
}

// wrappings lists what documents come wrapped in. The first row that fits wins.
func wrappings() []wrapping {
	return []wrapping{
		// Recorders of API calls (placebo) keep the answer beside its status.
		{map[string]source.Kind{"status_code": source.Number, "data": source.Object}, "data"},
		// The template in the configuration of a service of the Serverless Framework
		// (https://www.serverless.com/framework/docs/providers/aws/guide/resources).
		{map[string]source.Kind{"service": source.Absent, "provider": source.Object, "resources": source.Object}, "resources"},
		{map[string]source.Kind{"service": source.Absent, "provider": source.Object, "resources": source.Array}, "resources/*"},
		// AWS Config: events of rules, notifications, snapshots, histories, queries
		// (https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html).
		{map[string]source.Kind{"invokingEvent": source.Absent}, "invokingEvent"},
		{map[string]source.Kind{"configurationItem": source.Absent}, "configurationItem"},
		{map[string]source.Kind{"ConfigurationItem": source.Object}, "ConfigurationItem"},
		{map[string]source.Kind{"configurationItems": source.Array}, "configurationItems/*"},
		{map[string]source.Kind{"baseConfigurationItems": source.Array}, "baseConfigurationItems/*"},
		{map[string]source.Kind{"BaseConfigurationItems": source.Array}, "BaseConfigurationItems/*"},
		{map[string]source.Kind{"Results": source.Array}, "Results/*"},
		// Messages of SNS and SQS.
		{map[string]source.Kind{"TopicArn": source.String, "Message": source.Absent}, "Message"},
		{map[string]source.Kind{"Messages": source.Array}, "Messages/*/Body"},
		{map[string]source.Kind{"Records": source.Array}, "Records/*/Sns/Message"},
		// Tables as Steampipe prints them.
		{map[string]source.Kind{"rows": source.Array}, "rows/*"},
		// Lists that hold whole descriptions.
		{map[string]source.Kind{"Roles": source.Array}, "Roles/*"},
		{map[string]source.Kind{"Policies": source.Array}, "Policies/*"},
		{map[string]source.Kind{"RolePolicyList": source.Array}, "RolePolicyList/*"},
		{map[string]source.Kind{"PolicyVersionList": source.Array}, "PolicyVersionList/*"},
		// A policy under the name that an API, a dataset or a query gives it.
		{map[string]source.Kind{"PolicyDocument": source.Absent}, "PolicyDocument"},
		{map[string]source.Kind{"AssumeRolePolicyDocument": source.Absent}, "AssumeRolePolicyDocument"},
		{map[string]source.Kind{"Document": source.Absent}, "Document"},
		{map[string]source.Kind{"document": source.Absent}, "document"},
		// The examples of calls that botocore publishes.
		{map[string]source.Kind{"version": source.String, "examples": source.Object}, "examples/*/*/output"},
	}
}

// unwrap gives what a tree is wrapped around: the items of a list, the document
// in a string, or what the first fitting wrapping says.
func unwrap(root source.Node) func(func(source.Node) bool) {
	return func(yield func(source.Node) bool) {
		switch root.Kind() {
		case source.Array:
			for item := range root.Items() {
				if !yield(item) {
					return
				}
			}
		case source.String:
			yield(root)
		case source.Object:
			for _, row := range wrappings() {
				if fits(root, row.members) {
					along(root, row.path, yield)
					return
				}
			}
		}
	}
}

// along follows a path and yields what it leads to. A list at its end is
// yielded item by item: notifications carry one item or several.
func along(node source.Node, path string, yield func(source.Node) bool) bool {
	if path == "" {
		if !node.Exists() || node.Is(source.Null) {
			return true
		}
		return yield(node)
	}
	step, rest, _ := strings.Cut(path, "/")
	if step != "*" {
		return along(node.Get(step), rest, yield)
	}
	for item := range node.Items() {
		if !along(item, rest, yield) {
			return false
		}
	}
	for _, value := range node.Members() {
		if !along(value, rest, yield) {
			return false
		}
	}
	return true
}

// part is one row of the table of parts: what --query cuts out of an answer. An
// object that has the members, or a list of such objects, is put back under
// the names that the whole answer has.
type part struct {
	list    bool
	members map[string]source.Kind
	names   []string // outermost first
	// into says that the innermost member is a list which holds the part.
	into bool
	// some says that nothing tells whether the part is the whole list.
	some bool
}

// parts lists what is put back. The first row that fits wins.
func parts() []part {
	type m = map[string]source.Kind
	return []part{
		{members: m{"KeyId": source.String, "Arn": source.String, "KeyState": source.String}, names: []string{"KeyMetadata"}},
		{members: m{"KeyId": source.String, "Arn": source.String, "KeyManager": source.String}, names: []string{"KeyMetadata"}},
		{members: m{"RoleName": source.String, "Arn": source.String, "RolePolicyList": source.Array}, names: []string{"RoleDetailList"}, into: true, some: true},
		{members: m{"RoleName": source.String, "Arn": source.String, "AssumeRolePolicyDocument": source.Absent}, names: []string{"Role"}},
		{members: m{"RoleName": source.String, "Arn": source.String, "RoleId": source.String}, names: []string{"Role"}},
		{members: m{"PolicyName": source.String, "Arn": source.String, "DefaultVersionId": source.String}, names: []string{"Policy"}},
		{members: m{"VersionId": source.String, "Document": source.Absent}, names: []string{"PolicyVersion"}},
		{members: m{"PolicySummary": source.Object, "Content": source.String}, names: []string{"Policy"}},
		{members: m{"Rules": source.Array}, names: []string{"ServerSideEncryptionConfiguration"}},
		{members: m{"GrantId": source.String, "GranteePrincipal": source.String}, names: []string{"Grants"}, into: true, some: true},
		{members: m{"AliasName": source.String, "AliasArn": source.String}, names: []string{"Aliases"}, into: true, some: true},
		{members: m{"VpcEndpointId": source.String, "VpcId": source.String}, names: []string{"VpcEndpoints"}, into: true},
		{list: true, members: m{"ApplyServerSideEncryptionByDefault": source.Object}, names: []string{"ServerSideEncryptionConfiguration", "Rules"}},
		{list: true, members: m{"GrantId": source.String, "GranteePrincipal": source.String}, names: []string{"Grants"}, some: true},
		{list: true, members: m{"AliasName": source.String, "AliasArn": source.String}, names: []string{"Aliases"}, some: true},
		{list: true, members: m{"KeyId": source.String, "KeyArn": source.String}, names: []string{"Keys"}, some: true},
		{list: true, members: m{"PolicyName": source.String, "PolicyArn": source.String}, names: []string{"AttachedPolicies"}, some: true},
		{list: true, members: m{"TagKey": source.String, "TagValue": source.String}, names: []string{"Tags"}, some: true},
		{list: true, members: m{"RoleName": source.String, "Arn": source.String, "RolePolicyList": source.Array}, names: []string{"RoleDetailList"}, some: true},
		{list: true, members: m{"Effect": source.String, "Action": source.Absent}, names: []string{"Statement"}},
		{list: true, members: m{"Effect": source.String, "NotAction": source.Absent}, names: []string{"Statement"}},
	}
}

// complete puts a part back into the answer it was cut out of. Partial says
// that the part proves no absence: a query may have filtered it.
func complete(root source.Node) (made source.Node, partial, ok bool) {
	if policy, ok := managed(root); ok {
		return policy, true, true
	}
	for _, row := range parts() {
		if !row.fits(root) {
			continue
		}
		value := source.Copy(root)
		if row.into {
			value = source.List(root, value)
		}
		for i := len(row.names) - 1; i >= 0; i-- {
			value = source.Make(root).With(row.names[i], value)
		}
		made := source.Derive(value).Root()
		if Recognise(made) == "" {
			return source.Node{}, false, false
		}
		return made, row.some, true
	}
	return source.Node{}, false, false
}

func (p part) fits(root source.Node) bool {
	if !p.list {
		return fits(root, p.members) && (len(p.names) == 0 || p.names[0] != "ServerSideEncryptionConfiguration" || isEncryption(root))
	}
	if !root.Is(source.Array) || root.Len() == 0 {
		return false
	}
	for item := range root.Items() {
		if !fits(item, p.members) {
			return false
		}
	}
	return true
}

// isEncryption tells the rules of an encryption from those of anything else.
func isEncryption(configuration source.Node) bool {
	for rule := range configuration.Get("Rules").Items() {
		if !rule.Get("ApplyServerSideEncryptionByDefault").Exists() {
			return false
		}
	}
	return configuration.Get("Rules").Len() > 0
}

// managed tells a managed policy with its document as an account's details
// have it: one of their Policies, or the record of a public dataset, which has
// the members arn and document.
func managed(root source.Node) (source.Node, bool) {
	arn := root.Get("Arn")
	var versions source.Value
	switch {
	case arn.Is(source.String) && root.Get("PolicyVersionList").Is(source.Array):
		versions = source.Copy(root.Get("PolicyVersionList"))
	case root.Get("arn").Is(source.String) && root.Get("document").Exists():
		arn = root.Get("arn")
		document := root.Get("document")
		versions = source.List(document, source.Make(document).With("Document", source.Copy(document)).With("IsDefaultVersion", source.Truth(true, document)))
	default:
		return source.Node{}, false
	}
	if !strings.Contains(arn.Text(), ":policy/") {
		return source.Node{}, false
	}
	policy := source.Make(root).WithName("Arn", arn.Name(), source.Copy(arn)).With("PolicyVersionList", versions)
	return source.Derive(source.Make(root).With("RoleDetailList", source.List(root)).With("Policies", source.List(root, policy))).Root(), true
}

// evident reports whether a tree that was respelled is what its names say:
// "keys", "role" and "policy" are words that many a file has.
func evident(root source.Node) bool {
	proof := map[Kind]string{
		Key: "KeyMetadata/Arn", Aliases: "Aliases/0/AliasName", KeyList: "Keys/0/KeyArn", Grants: "Grants/0/GrantId",
		Role: "Role/RoleName", Account: "RoleDetailList/0/RoleName", Encryption: "ServerSideEncryptionConfiguration/Rules",
		PolicyVersion: "PolicyVersion/Document", RolePolicy: "PolicyDocument", Attached: "AttachedPolicies/0/PolicyArn",
		Endpoints: "VpcEndpoints/0/VpcEndpointId", Domain: "DomainId", Profile: "UserProfileName", Job: "AutoMLJobName",
		Rotation: "KeyRotationEnabled", KeyTags: "Tags/0/TagKey", PolicyText: "Policy",
	}
	made := root
	found := Recognise(made)
	if found == "" {
		var ok bool
		if made, _, ok = complete(root); !ok {
			return false
		}
		found = Recognise(made)
	}
	at := made.Find(proof[found])
	if proof[found] == "" || !at.Exists() {
		return false
	}
	if found == PolicyText && at.Is(source.String) {
		inner, _ := at.Embedded()
		return inner != nil
	}
	return true
}

// String shows a row in messages of tests.
func (p part) String() string { return fmt.Sprint(p.names, p.members) }
