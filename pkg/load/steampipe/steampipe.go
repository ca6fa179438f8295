// Package steampipe tells the rows of Steampipe's AWS tables as an exported
// folder would have them. A query selects what it likes: what a row lacks is
// not known, and a column that is null is missing in the account.
package steampipe

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/shape"
	"github.com/canvaslint/canvaslint/pkg/load/spelling"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Fits reports whether a tree is a row of one of the tables that are read.
func Fits(root source.Node) bool { return root.Is(source.Object) && tableOf(root) != "" }

// The tables.
const (
	keys     = "aws_kms_key"
	aliases  = "aws_kms_alias"
	buckets  = "aws_s3_bucket"
	roles    = "aws_iam_role"
	policies = "aws_iam_policy"
	domains  = "aws_sagemaker_domain"

	controlPolicies = "aws_organizations_policy" // or ..._target
	endpoints       = "aws_vpc_endpoint"
)

// tableOf tells the table of a row by its columns and its ARN.
func tableOf(row source.Node) string {
	has := func(columns ...string) bool {
		for _, column := range columns {
			if row.Get(column).Exists() {
				return true
			}
		}
		return false
	}
	arn := arnOf(row)
	if _, resource, ok := cutARN(arn); ok {
		switch {
		case strings.Contains(arn, ":kms:") && strings.HasPrefix(resource, "key/") && has("policy", "policy_std", "key_state", "key_manager", "key_rotation_enabled"):
			return keys
		case strings.Contains(arn, ":s3:::") && has("policy", "policy_std", "server_side_encryption_configuration", "versioning_enabled", "bucket_policy_is_public"):
			return buckets
		case strings.HasPrefix(resource, "role/") && has("assume_role_policy", "assume_role_policy_std", "inline_policies", "attached_policy_arns"):
			return roles
		case strings.HasPrefix(resource, "policy/") && has("policy", "policy_std"):
			return policies
		case strings.HasPrefix(resource, "domain/") && strings.Contains(arn, ":sagemaker:") && has("kms_key_id", "default_user_settings", "auth_mode"):
			return domains
		case strings.HasPrefix(resource, "alias/") && has("target_key_id"):
			return aliases
		case strings.Contains(arn, ":organizations:") && strings.HasPrefix(resource, "policy/"):
			return controlPolicies
		}
	}
	// Rows without an ARN, or with one that a template has yet to fill in.
	switch {
	case has("policy", "policy_std") && has("key_manager", "key_state", "key_rotation_enabled", "alias_target_key_id"):
		return keys
	case has("assume_role_policy", "assume_role_policy_std"):
		return roles
	case has("policy", "policy_std") && has("versioning_enabled", "bucket_policy_is_public"):
		return buckets
	case has("policy_std") && has("is_attachable", "default_version_id"):
		return policies
	case has("vpc_endpoint_id") && has("service_name", "policy", "policy_std"):
		return endpoints
	case has("content") && has("aws_managed"):
		return controlPolicies
	}
	return ""
}

// arnOf gives the row's ARN: its own column, else the first of its akas.
func arnOf(row source.Node) string {
	if arn := row.Get("arn"); arn.IsScalar() {
		return arn.Text()
	}
	return row.Get("akas").Find("0").Text()
}

func cutARN(arn string) (account, resource string, ok bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" {
		return "", "", false
	}
	return parts[4], parts[5], true
}

// Translate tells the rows.
func Translate(rows []source.Node) ([]layout.Document, []source.Problem) {
	t := &translator{}
	for _, row := range rows {
		row, problems := shape.Sound(row, shape.Row(tableOf(row)), shape.Translated())
		t.problems = append(t.problems, problems...)
		r := read(row)
		switch r.table {
		case keys:
			t.key(r)
		case aliases:
			t.alias(r)
		case buckets:
			t.bucket(r)
		case roles:
			t.role(r)
		case policies:
			t.policy(r)
		case domains:
			t.domain(r)
		case controlPolicies:
			t.controlPolicy(r)
		case endpoints:
			t.endpoint(r)
		}
	}
	return t.documents, t.problems
}

type translator struct {
	documents []layout.Document
	problems  []source.Problem
}

// row is a row with what most tables have.
type row struct {
	source.Node
	table, arn string
	place      layout.Place
}

func read(node source.Node) row {
	r := row{Node: node, table: tableOf(node), arn: arnOf(node)}
	account, resource, ok := cutARN(r.arn)
	r.place.Region = node.Get("region").Text()
	if r.place.Account = node.Get("account_id").Text(); !layout.IsAccount(r.place.Account) {
		r.place.Account = ""
	}
	if ok && layout.IsAccount(account) {
		r.place.Account = account
	}
	if parts := strings.SplitN(r.arn, ":", 6); ok && parts[3] != "" {
		r.place.Region = parts[3]
	}
	switch {
	case ok && r.table == keys:
		r.place.Key = strings.TrimPrefix(resource, "key/")
	case ok && r.table == buckets:
		r.place.Bucket = resource
	case r.table == buckets:
		r.place.Bucket = node.Get("name").Text()
	}
	if !layout.IsRegion(r.place.Region) {
		r.place.Region = ""
	}
	return r
}

// document gives the policy of a row as the user wrote it; the column with
// _std holds another spelling of it, which is taken where there is no other.
func (r row) document(column string) source.Node {
	if node := r.Get(column); node.Exists() && !node.Is(source.Null) {
		return node
	}
	if node := r.Get(column + "_std"); node.Exists() && !node.Is(source.Null) {
		return node
	}
	return source.Node{}
}

func (t *translator) add(r row, value source.Value, document string, notVisible ...string) {
	place := r.place
	place.Document = document
	t.documents = append(t.documents, layout.Document{Place: place, Root: source.Derive(value).Root(), Of: r.table + " " + r.arn, NotVisible: notVisible})
}

// rename makes an object of columns under other names; columns that are not
// there are left out.
func (r row) rename(columns [][2]string) source.Value {
	made := source.Make(r.Node)
	for _, column := range columns {
		if value := r.Get(column[0]); value.Exists() {
			made = made.WithName(column[1], value.Name(), source.Copy(value))
		}
	}
	return made
}

func (t *translator) key(r row) {
	if r.place.Key != "" && (r.Get("key_state").Exists() || r.Get("enabled").Exists()) {
		metadata := r.rename([][2]string{
			{"id", "KeyId"}, {"key_state", "KeyState"}, {"enabled", "Enabled"}, {"key_manager", "KeyManager"}, {"customer_master_key_spec", "CustomerMasterKeySpec"},
			{"key_usage", "KeyUsage"}, {"origin", "Origin"}, {"multi_region", "MultiRegion"}, {"deletion_date", "DeletionDate"},
		}).With("Arn", source.Text(r.arn, r.arnNode()))
		t.add(r, source.Make(r.Node).With("KeyMetadata", metadata), "key")
	}
	t.resourcePolicy(r)
	if rotation := r.Get("key_rotation_enabled"); rotation.Is(source.Bool) && r.place.Key != "" {
		t.add(r, source.Make(rotation).With("KeyRotationEnabled", source.Copy(rotation)), "rotation")
	}
	if tags := r.Get("tags_src"); tags.Is(source.Array) && r.place.Key != "" {
		t.add(r, source.Make(tags).With("Tags", source.Copy(tags)).With("Truncated", source.Truth(false, tags)), "tags")
	}
	if list := r.Get("aliases"); list.Is(source.Array) && list.Len() > 0 {
		t.add(r, source.Make(list).With("Aliases", spelling.Value(list)), "aliases")
		t.documents[len(t.documents)-1].Partial = true
	}
}

func (r row) arnNode() source.Node {
	if arn := r.Get("arn"); arn.Exists() {
		return arn
	}
	return r.Node
}

func (t *translator) resourcePolicy(r row) {
	if document := r.document("policy"); document.Exists() {
		t.add(r, source.Make(document).With("Policy", source.Copy(document)), "policy")
	}
}

func (t *translator) alias(r row) {
	made := r.rename([][2]string{{"alias_name", "AliasName"}, {"arn", "AliasArn"}, {"target_key_id", "TargetKeyId"}})
	t.add(r, source.Make(r.Node).With("Aliases", source.List(r.Node, made)), "aliases")
	t.documents[len(t.documents)-1].Partial = true
}

func (t *translator) bucket(r row) {
	var notVisible []string
	if !r.Get("policy").Exists() && !r.Get("policy_std").Exists() {
		notVisible = []string{"Policy"}
	}
	if region := r.Get("region"); region.IsScalar() {
		t.add(r, source.Make(r.Node).WithName("LocationConstraint", region.Name(), source.Copy(region)), "location", notVisible...)
	}
	t.resourcePolicy(r)
	if encryption := r.Get("server_side_encryption_configuration"); encryption.Get("Rules").Is(source.Array) {
		t.add(r, source.Make(encryption).With("ServerSideEncryptionConfiguration", source.Copy(encryption)), "encryption", notVisible...)
	}
	if tags := r.Get("tags_src"); tags.Is(source.Array) {
		t.add(r, source.Make(tags).With("TagSet", source.Copy(tags)), "tags")
	}
}

// role tells a role as the account's details have it; the columns that were
// selected are the lists that are known.
func (t *translator) role(r row) {
	if !strings.HasPrefix(r.arn, "arn:") {
		if document := r.document("assume_role_policy"); document.Exists() {
			t.add(r, source.Copy(document), "trust-policy")
		}
		return
	}
	made := r.rename([][2]string{{"name", "RoleName"}, {"role_id", "RoleId"}, {"path", "Path"}}).With("Arn", source.Text(r.arn, r.arnNode()))
	if trust := r.document("assume_role_policy"); trust.Exists() {
		made = made.WithName("AssumeRolePolicyDocument", trust.Name(), source.Copy(trust))
	}
	if inline := r.document("inline_policies"); inline.Exists() {
		made = made.WithName("RolePolicyList", inline.Name(), source.Copy(inline))
	} else if inline := r.Get("inline_policies"); inline.Is(source.Null) {
		made = made.WithName("RolePolicyList", inline.Name(), source.List(inline))
	}
	if arns := r.Get("attached_policy_arns"); arns.Exists() {
		var attached []source.Value
		for arn := range arns.Items() {
			attached = append(attached, source.Make(arn).With("PolicyArn", source.Copy(arn)))
		}
		made = made.WithName("AttachedManagedPolicies", arns.Name(), source.List(arns, attached...))
	}
	if boundary := r.Get("permissions_boundary_arn"); boundary.IsScalar() && boundary.Text() != "" {
		made = made.WithName("PermissionsBoundary", boundary.Name(), source.Make(boundary).With("PermissionsBoundaryArn", source.Copy(boundary)))
	}
	if tags := r.Get("tags_src"); tags.Is(source.Array) {
		made = made.WithName("Tags", tags.Name(), source.Copy(tags))
	}
	t.add(r, source.Make(r.Node).With("RoleDetailList", source.List(r.Node, made)), "roles-read")
	if !r.Get("permissions_boundary_arn").Exists() {
		t.notSelected("PermissionsBoundary")
	}
}

// notSelected names members that the row's query left out, in the document that
// was made last.
func (t *translator) notSelected(members ...string) {
	last := &t.documents[len(t.documents)-1]
	last.NotSelected = append(last.NotSelected, members...)
}

func (t *translator) policy(r row) {
	document := r.document("policy")
	if !document.Exists() {
		return
	}
	version := source.Make(document).With("Document", source.Copy(document)).With("IsDefaultVersion", source.Truth(true, document))
	made := source.Make(r.Node).With("Arn", source.Text(r.arn, r.arnNode())).With("PolicyVersionList", source.List(document, version))
	t.add(r, source.Make(r.Node).With("RoleDetailList", source.List(r.Node)).With("Policies", source.List(r.Node, made)), "roles-read")
}

// domain tells a domain. Which settings of its users a row holds depends on the
// version of the plugin, so that what is missing is not known.
func (t *translator) domain(r row) {
	var left []string
	for _, column := range [][2]string{{"kms_key_id", "KmsKeyId"}, {"vpc_id", "VpcId"}, {"app_network_access_type", "AppNetworkAccessType"}} {
		if !r.Get(column[0]).Exists() {
			left = append(left, column[1])
		}
	}
	if !r.Get("default_user_settings").Exists() {
		left = append(left, "ExecutionRole", "NotebookOutputOption", "S3KmsKeyId")
	}
	made := r.rename([][2]string{
		{"id", "DomainId"}, {"kms_key_id", "KmsKeyId"}, {"default_user_settings", "DefaultUserSettings"}, {"status", "Status"},
		{"failure_reason", "FailureReason"}, {"app_network_access_type", "AppNetworkAccessType"}, {"vpc_id", "VpcId"},
	}).With("DomainArn", source.Text(r.arn, r.arnNode()))
	if !r.Get("id").Exists() {
		made = made.With("DomainId", source.Text(r.arn[strings.LastIndex(r.arn, "/")+1:], r.arnNode()))
	}
	t.add(r, made, "domain", "CanvasAppSettings", "HiddenAppTypes", "Status")
	t.notSelected(left...)
}
