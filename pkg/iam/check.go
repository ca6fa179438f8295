package iam

import (
	"fmt"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Checker holds policies against what AWS publishes of their grammar and their
// words. It remembers its answers; one checker is for one goroutine.
type Checker struct {
	// Redundant asks for what others take in too, which costs time and harms no one.
	Redundant  bool
	vocabulary *reference.Vocabulary
	actions    map[string]string // complaint by action as written
	keys       map[string]*keyUse
	arns       map[string]string // complaint by resource as written
	globals    map[string]globalKey
}

// NewChecker makes a checker over a vocabulary.
func NewChecker(v *reference.Vocabulary) *Checker {
	return &Checker{vocabulary: v, actions: map[string]string{}, keys: map[string]*keyUse{}, arns: map[string]string{}, globals: globals()}
}

// look is one policy under the checker's eyes.
type look struct {
	*Checker
	policy *Policy
	owner  ARN        // of the key, bucket or role that it belongs to; zero where nothing says it
	s      *Statement // at hand, nil outside of one
	c      *Condition // at hand, nil outside of one
	use    *keyUse    // what is known of the key of the current condition
	faults []Fault
	first  int                  // of the faults of the current statement
	places map[source.Node]bool // that have a fault
	sids   map[string]int       // the number of the first statement that has it
}

// Check gives what AWS's own validator would say of a policy, and what else can
// have no effect: the faults that are not in p.Faults. The owner is the ARN of
// what the policy belongs to, "" where nothing says it. What only exists once a
// template is deployed is passed over. One place has one fault: the first that
// is found there, since the checks stand in the order of their weight.
//
// The checks are those of
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html;
// testdata/policy-checks.txtar has an example of each.
func (c *Checker) Check(p *Policy, owner string) []Fault {
	l := &look{Checker: c, policy: p}
	l.owner, _ = ParseARN(owner)
	if !p.Node.Is(source.Object) || isSymbolic(p.Node) {
		return nil
	}
	l.document()
	checks := [...]func(){
		l.shapes, l.sid, l.knownActions, l.ownActions, l.principals, l.control, l.knownResources, l.ownResources,
		l.variables, l.conditions, l.guardService, l.trustOpen,
	}
	for _, s := range p.Statements {
		l.s, l.first = s, len(l.faults)
		for _, check := range checks {
			check()
		}
	}
	l.s = nil
	l.size()
	l.redundant()
	return l.faults
}

// fault notes a fault, unless the place has one.
func (l *look) fault(kind string, node source.Node, severity, format string, args ...any) {
	if l.hasFault(node) {
		return
	}
	l.places[node] = true
	f := Fault{Kind: kind, Node: node, Message: fmt.Sprintf(format, args...), Statement: -1, Severity: severity, Condition: l.c}
	if l.s != nil {
		f.Statement = l.s.Index
	}
	l.faults = append(l.faults, f)
}

// hasFault reports whether a place has one, those of Compile included.
func (l *look) hasFault(node source.Node) bool {
	if l.places == nil {
		l.places = make(map[source.Node]bool, len(l.policy.Faults))
		for i := range l.policy.Faults {
			l.places[l.policy.Faults[i].Node] = true
		}
	}
	return l.places[node]
}

// isPlain reports whether a word is there in full, without a part that a
// template or a person fills in.
func isPlain(p *Pattern) bool {
	return !p.Symbolic && len(p.Variables()) == 0 && isPlainText(p.Text)
}

func isPlainText(text string) bool { return !strings.ContainsAny(text, "${}<>‹›") }

// knownActions looks for actions and services that AWS does not have, and for a
// wildcard in place of the service.
func (l *look) knownActions() {
	for _, list := range [...][]Pattern{l.s.Actions, l.s.NotActions} {
		for i := range list {
			p := &list[i]
			if complaint := l.action(p); complaint != "" {
				l.fault(FaultUnknownAction, p.Node, "", "%s", complaint)
			} else if rest, ok := strings.CutPrefix(p.Text, "*:"); ok && isPlain(p) {
				l.fault(FaultAction, p.Node, Info, "%q covers the action %s of every service: name the service", p.Text, rest)
			}
		}
	}
}

// knownResources looks for ARNs that no resource has.
func (l *look) knownResources() {
	for _, list := range [...][]Pattern{l.s.Resources, l.s.NotResources} {
		for i := range list {
			if p := &list[i]; !p.Symbolic {
				if complaint := l.arn(p.Text); complaint != "" {
					l.fault(FaultARN, p.Node, "", "%s", complaint)
				}
			}
		}
	}
}
