// Package terraform tells what a Terraform plan or state holds as an exported
// folder would have it. It reads the JSON of `terraform show -json`, of a plan
// (format_version 0.1 to 1.2) or of a state, and the state file itself
// (version 4).
//
// A plan tells three things apart, and so does this package: a value that is
// known, an attribute that is not set (absent from the configuration, even
// where after_unknown says that its default is not known yet), and a value that
// is known only after apply. The last is followed through the references of
// the configuration to the resource it comes from; where that does not lead to
// one resource it becomes a stand-in that names the references
// (https://developer.hashicorp.com/terraform/internals/json-format).
package terraform

import (
	"bytes"
	"fmt"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Fits reports whether a tree is a plan, or a state in one of its two forms.
func Fits(root source.Node) bool { return formOf(root) != none }

// Translate tells all plans and states of a run as the documents of an export.
// Its problems are resources that can't be told, and inputs that describe what
// another one describes already. The homes say where the resources of a file
// are, by its name, where neither they nor their provider do.
func Translate(roots []source.Node, homes map[string]layout.Home) ([]layout.Document, []source.Problem) {
	t := &teller{}
	for _, root := range roots {
		switch form := formOf(root); form {
		case oldState:
			t.problem(root.Get("version"), "this is a state file of version %s; only version 4, which Terraform 0.12 and later write, is read: save \"terraform show -json > state.json\" and check that", root.Get("version").Text())
		case planLog:
			t.problem(root, "this is the log of \"terraform plan -json\", which does not hold the plan: save \"terraform plan -out=tfplan && terraform show -json tfplan > plan.json\" and check that")
		case none:
		default:
			in := read(root, form)
			in.home = homes[in.name]
			t.inputs = append(t.inputs, in)
		}
	}
	t.dropRepeated()
	t.tellApart()
	for _, in := range t.inputs {
		t.problems = append(t.problems, in.problems...)
		t.tell(in)
	}
	return t.documents, t.problems
}

// form is the kind of document that holds resources.
type form uint8

const (
	none     form = iota
	plan          // terraform show -json PLAN
	state         // terraform show -json
	rawState      // terraform.tfstate, version 4
	oldState      // terraform.tfstate of Terraform 0.11 and before
	planLog       // the first line of terraform plan -json
)

// String names the form as messages do.
func (f form) String() string {
	return [...]string{"nothing", "plan", "state", "state", "state", "log"}[f]
}

func formOf(root source.Node) form {
	switch {
	case root.Get("format_version").Is(source.String):
		switch {
		case root.Get("planned_values").Is(source.Object), root.Get("resource_changes").Is(source.Array):
			return plan
		case root.Path("values", "root_module").Is(source.Object):
			return state
		}
	case root.Get("@message").Exists() && root.Get("type").Text() == "version" && root.Get("terraform").Exists():
		return planLog
	case root.Get("version").Is(source.Number) && root.Get("terraform_version").Is(source.String):
		switch {
		case root.Get("version").Text() == "4" && root.Get("resources").Is(source.Array):
			return rawState
		case root.Get("version").Text() != "4" && root.Get("modules").Is(source.Array):
			return oldState
		}
	}
	return none
}

// teller collects what is told.
type teller struct {
	inputs    []*input
	documents []layout.Document
	problems  []source.Problem
}

func (t *teller) problem(at source.Node, format string, args ...any) {
	t.problems = append(t.problems, source.Problem{Message: fmt.Sprintf(format, args...), Span: at.Span()})
}

// add takes in a document that was made from a resource.
func (t *teller) add(r *resource, place layout.Place, root source.Value, notVisible ...string) {
	t.documents = append(t.documents, layout.Document{
		Place: place, Root: source.Derive(root).Root(), Of: r.address, NotVisible: notVisible,
	})
}

// tellApart gives names of their own to what several inputs leave unknown:
// resources of the same address are not one, nor are references.
func (t *teller) tellApart() {
	if len(t.inputs) < 2 {
		return
	}
	count := map[string]int{}
	for _, in := range t.inputs {
		for address := range in.byAddress {
			count[address]++
		}
	}
	shared := map[string]bool{}
	for address, inputs := range count {
		shared[address] = inputs > 1
	}
	for _, in := range t.inputs {
		in.suffix, in.shared = " of "+in.name, shared
	}
}

// tell makes the documents of one input.
func (t *teller) tell(in *input) {
	t.tellUnsettled(in)
	t.tellUnrun(in)
	for _, r := range in.resources {
		if r.mode == managed {
			t.tellResource(r)
		}
	}
	t.tellRoles(in)
}

func (t *teller) tellResource(r *resource) {
	if r.in.deferred[r] && isSubject(r.kind) {
		t.problem(r.at, "the plan defers %s: its values are unknown, and it was not checked; plan again once what it waits for exists", r.address)
		return
	}
	switch r.kind {
	case "aws_sagemaker_domain":
		t.tellDomain(r)
	case "aws_sagemaker_user_profile":
		t.tellProfile(r)
	case "aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key":
		t.tellKey(r)
	case "aws_kms_key_policy":
		t.tellKeyPolicy(r)
	case "aws_kms_alias":
		t.tellAlias(r)
	case "aws_kms_grant":
		t.tellGrant(r)
	case "aws_s3_bucket":
		t.tellBucket(r)
	case "aws_s3_bucket_policy":
		t.tellBucketPolicy(r)
	case "aws_s3_bucket_server_side_encryption_configuration":
		t.tellEncryption(r)
	case "aws_organizations_policy":
		t.tellControlPolicy(r)
	case "aws_organizations_policy_attachment":
		t.tellControlAttachment(r)
	case "aws_vpc_endpoint":
		t.tellEndpoint(r)
	case "aws_vpc_endpoint_policy":
		t.tellEndpointPolicy(r)
	case "awscc_sagemaker_domain", "awscc_sagemaker_user_profile", "awscc_kms_key", "awscc_kms_replica_key", "awscc_kms_alias",
		"awscc_s3_bucket", "awscc_s3_bucket_policy", "awscc_iam_role", "awscc_iam_role_policy", "awscc_iam_managed_policy", "awscc_organizations_policy", "awscc_ec2_vpc_endpoint":
		t.problem(r.at, "%s is of the provider awscc, whose resources are not read: it was not checked; write it as the resource of the provider aws, or export it with the AWS CLI", r.address)
	}
}

// Start gives the offset where the JSON of a plan or state begins behind lines
// of a log, as wrappers of Terraform print them; 0 where there are none.
func Start(data []byte) int {
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	if len(trimmed) == 0 || trimmed[0] == '{' || !bytes.Contains(data, []byte(`"terraform_version"`)) {
		return 0
	}
	// Log lines come before, and are few.
	for at, lines := 0, 0; lines < 100; lines++ {
		next := bytes.IndexByte(data[at:], '\n')
		if next < 0 {
			return 0
		}
		at += next + 1
		line, ok := bytes.CutPrefix(data[at:], []byte("{"))
		line = bytes.TrimLeft(line, " \t\r\n")
		if !ok {
			continue
		}
		if bytes.HasPrefix(line, []byte(`"format_version"`)) || bytes.HasPrefix(line, []byte(`"version"`)) {
			return at
		}
	}
	return 0
}
