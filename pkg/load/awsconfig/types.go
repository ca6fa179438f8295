package awsconfig

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/spelling"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// The types that tell something.
const (
	domain      = "AWS::SageMaker::Domain"
	userProfile = "AWS::SageMaker::UserProfile"
	key         = "AWS::KMS::Key"
	alias       = "AWS::KMS::Alias"
	bucket      = "AWS::S3::Bucket"
	role        = "AWS::IAM::Role"
	policy      = "AWS::IAM::Policy"
	endpoint    = "AWS::EC2::VPCEndpoint"

	controlPolicy = "AWS::Organizations::Policy"
)

// isTold reports whether items of the type are read.
func isTold(kind string) bool {
	switch kind {
	case domain, userProfile, key, alias, bucket, role, policy, endpoint, controlPolicy:
		return true
	}
	return false
}

// tell makes the documents of one item.
func (t *translator) tell(i item) {
	if !isTold(i.kind) || i.unrecorded() {
		return
	}
	if !i.configuration.Is(source.Object) {
		if _, problems := i.configuration.EmbeddedValue(); len(problems) > 0 {
			t.problems = append(t.problems, problems...)
			return
		}
		t.problem(i.root, "the item of %s %s has no configuration that could be read: the resource was not used; export it again", i.kind, i.name())
		return
	}
	switch i.kind {
	case domain:
		t.domain(i, "DomainArn", []string{"CanvasAppSettings", "Status", "HiddenAppTypes"})
	case userProfile:
		t.domain(i, "UserProfileArn", []string{"CanvasAppSettings", "Status", "HiddenAppTypes"})
	case key:
		t.key(i)
	case alias:
		t.alias(i)
	case bucket:
		t.bucket(i)
	case role:
		t.role(i)
	case policy:
		t.policy(i)
	case endpoint:
		t.add(i, source.Make(i.root).With("VpcEndpoints", source.List(i.root, spelling.Value(i.configuration))), "vpc-endpoints")
		t.documents[len(t.documents)-1].Partial = true
	case controlPolicy:
		t.controlPolicy(i)
	}
}

func (t *translator) add(i item, value source.Value, document string, notVisible ...string) {
	place := layout.Place{Account: i.account, Region: i.region, Document: document}
	switch {
	case i.kind == bucket:
		place.Bucket = i.name()
	case i.kind == key:
		place.Key = i.id
	case i.region == "global":
		place.Region = ""
	}
	t.documents = append(t.documents, layout.Document{
		Place: place, Root: source.Derive(value).Root(), Of: i.kind + " " + i.name(), NotVisible: notVisible, When: i.captured,
	})
}

// domain tells a domain or a profile. AWS Config records neither its Canvas
// settings nor its status; of a query's row, what is missing was perhaps not
// selected.
func (t *translator) domain(i item, arnName string, notVisible []string) {
	value := spelling.Value(i.configuration)
	if !i.configuration.Get(arnName).Exists() && i.arn != "" {
		value = value.With(arnName, source.Text(i.arn, i.root))
	}
	if !i.configuration.Get("DomainId").Exists() {
		t.problem(i.root, "the item of the domain %s has no DomainId in its configuration: it was not checked; select the whole configuration", i.name())
		return
	}
	t.add(i, value, i.id, notVisible...)
	if i.partial && !(i.configuration.Get("VpcId").Exists() && i.configuration.Get("AuthMode").Exists()) {
		t.notSelected("KmsKeyId", "ExecutionRole", "NotebookOutputOption", "S3KmsKeyId", "AppNetworkAccessType", "VpcId")
	}
}

// notSelected names members that the item lacks although AWS Config always
// writes them, in the document that was made last.
func (t *translator) notSelected(members ...string) {
	last := &t.documents[len(t.documents)-1]
	last.NotSelected = append(last.NotSelected, members...)
}

// key tells a key: its metadata, policy, rotation and tags.
func (t *translator) key(i item) {
	metadata := spelling.Value(i.configuration)
	if !fold(i.configuration, "arn").Exists() {
		metadata = metadata.With("Arn", source.Text(i.arn, i.root))
	}
	if strings.Contains(i.arn, ":key/") {
		i.id = i.arn[strings.LastIndex(i.arn, "/")+1:]
	}
	t.add(i, source.Make(i.root).With("KeyMetadata", metadata), "key")
	if document := t.supplement(i, "Policy"); document.Exists() && !document.Is(source.Null) {
		t.add(i, source.Make(document).With("Policy", source.Copy(document)), "policy")
	}
	if rotation := t.supplement(i, "KeyRotationStatus"); rotation.IsScalar() {
		t.add(i, source.Make(rotation).With("KeyRotationEnabled", source.Truth(rotation.Text() == "true", rotation)), "rotation")
	}
	if list := t.supplement(i, "Tags"); list.Is(source.Array) {
		t.add(i, source.Make(list).With("Tags", spelling.Value(list)).With("Truncated", source.Truth(false, list)), "tags")
	} else if list, ok := i.tags("TagKey", "TagValue"); ok {
		t.add(i, source.Make(i.root).With("Tags", list).With("Truncated", source.Truth(false, i.root)), "tags")
	}
}

// alias tells one alias, which proves no absence of others.
func (t *translator) alias(i item) {
	name, target := fold(i.configuration, "AliasName"), fold(i.configuration, "TargetKeyId")
	made := source.Make(i.configuration).With("AliasName", source.Copy(name))
	arn := i.arn
	if !strings.Contains(arn, ":alias/") {
		arn = "arn:" + layout.PartitionOf(i.region) + ":kms:" + i.region + ":" + i.account + ":" + name.Text()
	}
	made = made.With("AliasArn", source.Text(arn, i.root))
	if target.IsScalar() {
		id := target.Text()
		made = made.With("TargetKeyId", source.Text(id[strings.LastIndex(id, "/")+1:], target))
	}
	t.add(i, source.Make(i.root).With("Aliases", source.List(i.root, made)), "aliases")
	t.documents[len(t.documents)-1].Partial = true
}

// bucket tells a bucket. Its policy is a text, or null where there is none; one
// that is missing at all was not recorded.
func (t *translator) bucket(i item) {
	if i.id == "" {
		i.id = fold(i.configuration, "name").Text()
	}
	var notVisible []string
	wrapper := t.supplement(i, "BucketPolicy")
	text := wrapper.Get("policyText")
	if !text.Exists() {
		notVisible = []string{"Policy"}
	}
	location := i.root.Get("awsRegion")
	if !location.IsScalar() {
		location = i.root
	}
	t.add(i, source.Make(i.root).With("LocationConstraint", source.Text(i.region, location)), "location", notVisible...)
	if text.Exists() && !text.Is(source.Null) {
		t.add(i, source.Make(wrapper).WithName("Policy", text.Name(), source.Copy(text)), "policy")
	}
	if encryption := t.supplement(i, "ServerSideEncryptionConfiguration"); encryption.Exists() && !encryption.Is(source.Null) {
		t.add(i, source.Make(encryption).With("ServerSideEncryptionConfiguration", spelling.Value(encryption)), "encryption", notVisible...)
	}
	if list, ok := i.tags("Key", "Value"); ok {
		t.add(i, source.Make(i.root).With("TagSet", list), "tags")
	}
}

// role tells a role as the account's details have it, of which it is one: the
// list proves no absence.
func (t *translator) role(i item) {
	made := spelling.Value(i.configuration)
	if !fold(i.configuration, "arn").Exists() {
		made = made.With("Arn", source.Text(i.arn, i.root))
	}
	if list, ok := i.tags("Key", "Value"); ok && !fold(i.configuration, "tags").Exists() {
		made = made.With("Tags", list)
	}
	t.add(i, source.Make(i.root).With("RoleDetailList", source.List(i.root, made)), "roles-read")
	if !fold(i.configuration, "permissionsBoundary").Exists() { // null where the role has none
		t.notSelected("PermissionsBoundary")
	}
}

// policy tells a managed policy with its versions.
func (t *translator) policy(i item) {
	made := spelling.Value(i.configuration)
	if !fold(i.configuration, "arn").Exists() {
		made = made.With("Arn", source.Text(i.arn, i.root))
	}
	t.add(i, source.Make(i.root).With("RoleDetailList", source.List(i.root)).With("Policies", source.List(i.root, made)), "roles-read")
}

// controlPolicy tells a policy of the organization, and what it is attached to.
func (t *translator) controlPolicy(i item) {
	i.region = "global"
	summary := source.Make(i.configuration)
	for _, name := range []string{"Id", "Arn", "Name", "Type", "AwsManaged"} {
		if value := fold(i.configuration, name); value.IsScalar() {
			summary = summary.With(name, source.Copy(value))
		}
	}
	made := source.Make(i.configuration).With("PolicySummary", summary)
	if content := fold(i.configuration, "Content"); content.Exists() {
		made = made.With("Content", source.Copy(content))
	}
	t.add(i, source.Make(i.root).With("Policy", made), "")
	if targets := fold(i.configuration, "TargetIds"); targets.Is(source.Array) {
		var list []source.Value
		for id := range targets.Items() {
			list = append(list, source.Make(id).With("TargetId", source.Copy(id)))
		}
		t.add(i, source.Make(targets).With("PolicyId", source.Copy(fold(i.configuration, "Id"))).With("Targets", source.List(targets, list...)), "")
	}
}

// supplement gives a member of supplementaryConfiguration, opened where it is
// quoted; what can't be opened is a problem.
func (t *translator) supplement(i item, name string) source.Node {
	node := open(i.root.Get("supplementaryConfiguration")).Get(name)
	for range 4 {
		inner, problems := node.EmbeddedValue()
		if inner == nil {
			if name != "Policy" { // a policy that does not parse is reported where policies are read
				t.problems = append(t.problems, problems...)
			}
			break
		}
		node = inner.Root()
	}
	return node
}

// tags gives the item's tags as a list: they come as a map or as a list of
// key and value. It is not ok where the item has none of both.
func (i item) tags(key, value string) (source.Value, bool) {
	node := open(i.root.Get("tags"))
	var items []source.Value
	switch node.Kind() {
	case source.Object:
		for name, text := range node.Members() {
			items = append(items, source.Make(text).With(key, source.Text(name.Text(), name)).With(value, source.Copy(text)))
		}
	case source.Array:
		for tag := range node.Items() {
			items = append(items, source.Make(tag).With(key, source.Copy(fold(tag, "key"))).With(value, source.Copy(fold(tag, "value"))))
		}
	default:
		return source.Value{}, false
	}
	return source.List(node, items...), true
}
