package terraform

import (
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// tellUnsettled reports what a plan says that it leaves open as a whole
// (https://developer.hashicorp.com/terraform/internals/json-format#plan-representation).
func (t *teller) tellUnsettled(in *input) {
	if errored := in.root.Get("errored"); isTrue(errored) {
		t.problem(errored, "the plan failed: what it had not planned by then was not checked; fix the error and plan again")
	}
	complete := in.root.Get("complete")
	if complete.Is(source.Bool) && complete.Text() == "false" && in.root.Get("deferred_changes").Len() == 0 && !isTrue(in.root.Get("errored")) {
		t.problem(complete, "the plan is not complete, as with -target: what it leaves out was not checked; plan everything")
	}
}

// isSubject tells the types of what policies are about from the policies,
// attachments and grants themselves.
func isSubject(kind string) bool {
	switch kind {
	case "aws_sagemaker_domain", "aws_sagemaker_user_profile", "aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key",
		"aws_kms_alias", "aws_s3_bucket", "aws_s3_bucket_server_side_encryption_configuration", "aws_iam_role", "aws_iam_policy":
		return true
	}
	return false
}

// perhaps is the doubt about what a resource belongs to by a name, and about
// whether it will be there.
func (r *resource) perhaps(name, to string) layout.Perhaps {
	switch {
	case r.in.deferred[r]:
		return layout.Perhaps{Question: "whether " + r.address + ", which the plan defers, will be there for " + to}
	case iam.HasUnknown(name):
		return layout.Perhaps{Question: "whether " + r.address + " belongs to " + to}
	}
	return layout.Perhaps{}
}

// addPerhaps is add for a document that may belong to something else.
func (t *teller) addPerhaps(r *resource, doubt layout.Perhaps, place layout.Place, root source.Value) {
	t.add(r, place, root)
	t.documents[len(t.documents)-1].Perhaps = doubt
}
