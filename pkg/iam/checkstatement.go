package iam

import (
	"regexp"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// document looks at the policy as a whole.
func (l *look) document() {
	node := l.policy.Node
	statements := node.Get("Statement")
	if !statements.Exists() {
		return // Compile has said so, or it is a statement that stands alone
	}
	for name := range node.Members() {
		switch name.Text() {
		case "Version", "Id", "Statement":
		default:
			l.fault(FaultUnknownElement, name, "", "%s is not an element of a policy%s", name.Text(), didYouMean("", meant(name.Text(), []string{"Version", "Id", "Statement"})))
		}
	}
	if statements.Len() == 0 && !statements.IsScalar() {
		l.fault(FaultNoStatement, statements, "", "the policy has no statement")
	}
	if id := node.Get("Id"); id.Is(source.Number) || id.Is(source.Bool) {
		l.fault(FaultType, id, "", "Id is a string, not %s", id.Kind())
	}
	switch l.policy.Kind {
	case IdentityPolicy, BoundaryPolicy:
		// A policy that only a deployment gives has no text to object to.
		written := func(s *Statement) bool { return s.Node.Get("Effect").Exists() }
		if !node.Get("Version").Exists() && !misspelt(node, "Version") && !usesVariables(node) && slices.ContainsFunc(l.policy.Statements, written) {
			l.fault(FaultVersionMissing, node, Info, `the policy has no Version, so that AWS reads it by the rules of 2008: add "Version": "2012-10-17"`)
		}
	case ResourceControlPolicy, ServiceControlPolicy:
		if version := node.Get("Version"); version.Text() != "2012-10-17" && !isSymbolic(version) && !misspelt(node, "Version") {
			if !version.Exists() {
				version = node
			}
			l.fault(FaultControl, version, "", `%s must have "Version": "2012-10-17"`, withArticle(l.policy.Kind))
		}
	}
}

// shapes looks for values that are no strings where the grammar has strings.
func (l *look) shapes() {
	if sid := l.s.Node.Get("Sid"); sid.Exists() && !sid.IsScalar() && !isSymbolic(sid) {
		l.fault(FaultType, sid, "", "Sid is a string, not %s", sid.Kind())
	}
	for _, node := range [...]source.Node{l.s.Node.Get("Sid"), l.s.ActionNode, l.s.ResourceNode} {
		for item := range node.Each() {
			if item.Is(source.Number) || item.Is(source.Bool) {
				l.fault(FaultType, item, "", "%s is a string, not %s", node.Name().Text(), item.Kind())
			}
		}
	}
}

const lettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// sid looks at the Sid: IAM takes letters and digits, and each once; KMS and S3
// take more
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html).
func (l *look) sid() {
	node := l.s.Node.Get("Sid")
	if !node.Is(source.String) || isSymbolic(node) || HasStandIn(l.s.Sid) {
		return
	}
	strict := false
	switch l.policy.Kind {
	case IdentityPolicy, BoundaryPolicy, SessionPolicy, TrustPolicy, ServiceControlPolicy:
		strict = true
	}
	switch {
	case l.s.Sid == "":
		l.fault(FaultSid, node, Info, "the Sid is empty: give the statement a name, or leave the Sid out")
	case strict && strings.Trim(l.s.Sid, lettersAndDigits) != "" && isPlainText(l.s.Sid):
		l.fault(FaultSid, node, "", "a Sid takes letters and digits only: %q", l.s.Sid)
	case l.sidInUse():
		severity := Warning
		if strict {
			severity = Error
		}
		l.fault(FaultSid, node, severity, "two statements have the Sid %s: give each its own", l.s.Sid)
	}
}

// sidInUse reports whether a statement before has the Sid of the current one,
// another branch of the same apart.
func (l *look) sidInUse() bool {
	first, used := l.sids[l.s.Sid]
	if !used {
		if l.sids == nil {
			l.sids = make(map[string]int, len(l.policy.Statements))
		}
		l.sids[l.s.Sid] = l.s.Index
	}
	return used && first != l.s.Index
}

// variableOfPolicy finds policy variables, those of tools apart.
var variableOfPolicy = regexp.MustCompile(`\$\{(aws|saml|cognito-identity\.amazonaws\.com|www\.amazon\.com|graph\.facebook\.com|accounts\.google\.com):[A-Za-z]`)

func usesVariables(node source.Node) bool {
	if node.IsScalar() {
		return strings.Contains(node.Text(), "${") && variableOfPolicy.MatchString(node.Text())
	}
	for _, value := range node.Members() {
		if usesVariables(value) {
			return true
		}
	}
	for item := range node.Items() {
		if usesVariables(item) {
			return true
		}
	}
	return false
}

// variables looks for policy variables where they are plain text
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
func (l *look) variables() {
	for _, node := range [...]source.Node{l.s.Node.Get("Sid"), l.s.ActionNode, l.s.PrincipalNode} {
		eachText(node, func(text source.Node) {
			l.fault(FaultVariable, text, "", "%s takes no policy variable: %s is plain text there", node.Name().Text(), text.Text())
		})
	}
	if l.policy.HasVariables() || isSymbolic(l.policy.Node.Get("Version")) {
		return
	}
	for _, name := range [...]string{"Resource", "NotResource", "Condition"} {
		eachText(l.s.Node.Get(name), func(text source.Node) {
			l.fault(FaultVariable, text, "", `%s is plain text without "Version": "2012-10-17"`, text.Text())
		})
	}
}

// eachText visits the texts below a node that hold policy variables.
func eachText(node source.Node, visit func(source.Node)) {
	if node.IsScalar() && usesVariables(node) {
		visit(node)
	}
	for _, value := range node.Members() {
		eachText(value, visit)
	}
	for item := range node.Items() {
		eachText(item, visit)
	}
}

// control looks at the grammar of organization policies
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html).
func (l *look) control() {
	if l.policy.Kind != ResourceControlPolicy {
		return
	}
	if l.s.Effect == Allow {
		l.fault(FaultControl, l.s.Node.Get("Effect"), "", "a customer's resource control policy can only deny")
	}
	if not := l.s.Node.Get("NotAction"); not.Exists() {
		l.fault(FaultControl, not.Name(), "", "a resource control policy cannot have NotAction")
	}
	for i := range l.s.Actions {
		if p := &l.s.Actions[i]; p.Text == "*" || strings.HasPrefix(p.Text, "*:") {
			l.fault(FaultControl, p.Node, "", "an action of a resource control policy names its service: %q does not", p.Text)
		}
	}
	for i := range l.s.Principals {
		if p := &l.s.Principals[i]; p.Form != EveryoneForm && !p.Symbolic {
			l.fault(FaultControl, p.Node, "", `the Principal of a resource control policy is "*": select principals with a condition`)
		}
	}
}
