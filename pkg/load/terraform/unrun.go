package terraform

import (
	"regexp"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/load/calls"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// tellUnrun reports what the code of an input does by other means than its
// resources: commands of provisioners, functions that are called, and stacks of
// CloudFormation. None of it is run here.
func (t *teller) tellUnrun(in *input) {
	hasDomain := false
	for _, r := range in.resources {
		hasDomain = hasDomain || r.kind == "aws_sagemaker_domain" || r.kind == "aws_sagemaker_user_profile"
	}
	said := map[string]bool{}
	for _, r := range in.resources {
		if block := r.blockAddress(); r.mode == managed && !said[block] {
			said[block] = t.tellProvisioners(r, hasDomain) || t.tellInvocation(r, hasDomain) || t.tellStack(r, hasDomain)
		}
	}
}

// tellProvisioners reports commands that change what is checked, but for those
// that run when the resource is destroyed
// (https://developer.hashicorp.com/terraform/language/provisioners).
func (t *teller) tellProvisioners(r *resource, hasDomain bool) bool {
	for provisioner := range r.configured.Get("provisioners").Items() {
		expressions := provisioner.Get("expressions")
		if expressions.Path("when", "constant_value").Text() != "destroy" && t.tellCalls(r, expressions, "a provisioner of "+r.address, hasDomain) {
			return true
		}
	}
	return false
}

// tellInvocation reports a function that is told to change what is checked.
func (t *teller) tellInvocation(r *resource, hasDomain bool) bool {
	return r.kind == "aws_lambda_invocation" && t.tellCalls(r, r.values.Get("input"), "the function that "+r.address+" calls", hasDomain)
}

func (t *teller) tellCalls(r *resource, code source.Node, what string, hasDomain bool) bool {
	found := calls.In(scalars(code)...)
	switch {
	case found.Settings || found.Canvas:
		t.problem(r.at, "%s sets SageMaker settings in code that canvaslint does not run: what Canvas will use was not checked; save describe-domain and describe-user-profile of what is deployed, and check that too", what)
	case len(found.Others) > 0 && hasDomain:
		t.problem(r.at, "%s calls %s in code that canvaslint does not run: what that changes was not checked; export what is deployed, and check that too", what, strings.Join(found.Others, ", "))
	default:
		return false
	}
	return true
}

// scalars lists all scalars of a tree.
func scalars(n source.Node) []string {
	if n.IsScalar() {
		return []string{n.Text()}
	}
	var list []string
	for _, member := range n.Members() {
		list = append(list, scalars(member)...)
	}
	for item := range n.Items() {
		list = append(list, scalars(item)...)
	}
	return list
}

// checkedTypes finds in a template the resources that are checked.
var checkedTypes = regexp.MustCompile(`AWS::(KMS|IAM|SageMaker|Organizations)::|AWS::S3::Bucket|AWS::EC2::VPCEndpoint`)

// tellStack reports a stack of CloudFormation that makes, or may make, what is
// checked.
func (t *teller) tellStack(r *resource, hasDomain bool) bool {
	if !strings.HasPrefix(r.kind, "aws_cloudformation_stack") || strings.HasSuffix(r.kind, "_instance") || !hasDomain {
		return false
	}
	body := r.values.Get("template_body")
	if body.IsScalar() && !checkedTypes.MatchString(body.Text()) {
		return false
	}
	t.problem(r.at, "what the stack of %s creates was not checked: give its template too", r.address)
	return true
}
