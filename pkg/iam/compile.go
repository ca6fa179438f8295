package iam

import (
	"fmt"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Compile reads a policy document. It never fails: what the grammar does not
// allow is in Faults, and whatever could not be read is marked so that a
// decision comes out as unknown where it matters.
func Compile(node source.Node, kind Kind) *Policy {
	p := &Policy{Node: node, Kind: kind, Version: node.Get("Version").Text(), ID: node.Get("Id").Text()}
	c := &compiler{policy: p, statement: -1}
	c.document()
	return p
}

type compiler struct {
	policy    *Policy
	statement int
}

func (c *compiler) fault(kind string, node source.Node, format string, args ...any) {
	c.policy.Faults = append(c.policy.Faults, Fault{Kind: kind, Node: node, Message: fmt.Sprintf(format, args...), Statement: c.statement})
}

func (c *compiler) document() {
	node := c.policy.Node
	if !node.Is(source.Object) {
		c.fault(FaultNotAnObject, node, "a policy is an object with the member Statement; this is %s", node.Kind())
		return
	}
	if v := node.Get("Version"); v.Exists() && v.Text() != "2012-10-17" && v.Text() != "2008-10-17" {
		c.fault(FaultVersion, v, "Version must be 2012-10-17 or 2008-10-17")
	}
	statements := node.Get("Statement")
	if !statements.Exists() {
		if !node.Get("Effect").Exists() {
			c.fault(FaultNoStatement, node, "the policy has no Statement")
			return
		}
		statements = node // a statement that stands alone
	}
	index := 0
	for item := range statements.Each() {
		c.statement = index
		c.add(item, index, nil)
		index++
	}
	c.statement = -1
}

// add compiles a statement. Of one that a template's condition decides, each
// branch becomes a statement that may be there.
func (c *compiler) add(node source.Node, index int, conditions []string) {
	if branches, ok := undecided(node); ok {
		conditions = append(conditions[:len(conditions):len(conditions)], Refers(node)...)
		for _, branch := range branches {
			for item := range branch.Each() {
				if item.Get("Ref").Text() != "AWS::NoValue" && item.Text() != "AWS::NoValue" {
					c.add(item, index, conditions)
				}
			}
		}
		return
	}
	s := c.compile(node, index)
	if len(conditions) > 0 {
		s.uncertain("whether it is there is known only once the template is deployed: " + strings.Join(conditions, ", "))
		s.Awaits = append(s.Awaits, conditions...)
	}
	c.policy.Statements = append(c.policy.Statements, s)
}

func (c *compiler) compile(node source.Node, index int) *Statement {
	s := &Statement{Node: node, Index: index, Sid: node.Get("Sid").Text(), of: c.policy}
	switch {
	case isSymbolic(node):
		s.awaits("the statement", node)
		return s
	case !node.Is(source.Object):
		c.fault(FaultNotAnObject, node, "a statement is an object; this is %s", node.Kind())
		s.Uncertain = "the statement is not an object"
		return s
	case node.Len() == 0:
		c.fault(FaultNoStatement, node, "the statement is empty: it has no Effect and no Action")
		s.Uncertain = "the statement is empty"
		return s
	}
	c.effect(s)
	c.elements(s)
	c.actions(s)
	c.resources(s)
	c.principals(s)
	c.conditions(s)
	return s
}

// awaits notes what of the statement is known only once a template is deployed.
func (s *Statement) awaits(what string, node source.Node) {
	phrases := Refers(node)
	s.uncertain(what + " is known only once the template is deployed: " + strings.Join(phrases, ", "))
	s.Awaits = append(s.Awaits, phrases...)
}

func (s *Statement) uncertain(why string) {
	if s.Uncertain == "" {
		s.Uncertain = why
	}
}

func (c *compiler) effect(s *Statement) {
	effect := s.Node.Get("Effect")
	switch {
	case isSymbolic(effect):
		s.awaits("its Effect", effect)
	case HasStandIn(effect.Text()):
		s.uncertain("its Effect is known only once the template is deployed: " + effect.Text())
		s.Awaits = append(s.Awaits, Awaited(effect.Text())...)
	case effect.Text() == "Allow":
		s.Effect = Allow
	case effect.Text() == "Deny":
		s.Effect = Deny
	default:
		switch {
		case effect.Exists():
			c.fault(FaultEffect, effect, "Effect must be Allow or Deny, spelled like this")
		case !misspelt(s.Node, "Effect"):
			c.fault(FaultEffect, s.Node, "Effect must be Allow or Deny, spelled like this")
		}
		s.uncertain("its Effect is neither Allow nor Deny")
	}
}

// elements looks for members that no statement has, and for pairs.
func (c *compiler) elements(s *Statement) {
	for name := range s.Node.Members() {
		switch name.Text() {
		case "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition":
		default:
			c.fault(FaultUnknownElement, name, "%s is not an element of a statement%s", name.Text(), didYouMean("", meant(name.Text(), statementElements())))
			s.uncertain("it has the element " + name.Text() + ", which AWS does not know")
		}
	}
	for _, element := range [...]string{"Action", "Resource", "Principal"} {
		if both := s.Node.Get("Not" + element); both.Exists() && s.Node.Get(element).Exists() {
			c.fault(FaultBothElements, both.Name(), "a statement has either %s or Not%s, not both", element, element)
			s.uncertain("it has both " + element + " and Not" + element)
			if element == "Principal" {
				s.PrincipalDoubt = "it has both Principal and NotPrincipal"
			}
		}
	}
}

func statementElements() []string {
	return []string{"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal", "Condition"}
}

// meant gives the element that a name is a misspelling of: another case, or an s
// too much.
func meant(name string, elements []string) []string {
	for _, element := range elements {
		if strings.EqualFold(name, element) || strings.EqualFold(name, element+"s") || strings.EqualFold(name+"s", element) {
			return []string{element}
		}
	}
	return nil
}

// misspelt reports whether a member is a misspelling of the element or of its
// complement: then it is the spelling that is wrong, and not that one is missing.
func misspelt(node source.Node, element string) bool {
	for name := range node.Members() {
		if name.Text() != element && len(meant(name.Text(), []string{element, "Not" + element})) > 0 {
			return true
		}
	}
	return false
}

// either gives the element or its complement, and the element for messages.
func (s *Statement) either(element string) source.Node {
	if node := s.Node.Get(element); node.Exists() {
		return node
	}
	return s.Node.Get("Not" + element)
}

// missing handles the lack of Action or Resource, which KMS alone takes. Of an
// empty list it is not documented that it counts as none.
func (c *compiler) missing(s *Statement, element, fault string) {
	if c.policy.Kind == KeyPolicy && !s.either(element).Exists() && !misspelt(s.Node, element) {
		s.WithoutEffect = true
		c.fault(fault, s.Node, "the statement has no %s: KMS accepts it, and it has no effect", element)
		return
	}
	if !misspelt(s.Node, element) {
		c.fault(fault, s.Node, "the statement has no %s", element)
	}
	s.uncertain("it has no " + element)
}

func (c *compiler) actions(s *Statement) {
	s.ActionNode = s.either("Action")
	s.Actions = c.patterns(s.Node.Get("Action"), dialect{wildcards: true, fold: true})
	s.NotActions = c.patterns(s.Node.Get("NotAction"), dialect{wildcards: true, fold: true})
	if len(s.Actions)+len(s.NotActions) == 0 {
		c.missing(s, "Action", FaultNoAction)
	}
	for _, list := range [...][]Pattern{s.Actions, s.NotActions} {
		for i := range list {
			c.action(s, &list[i])
		}
	}
}

// action checks the form service:Action. A wildcard in the service part is
// refused, unless the part is a lone * (Access Analyzer's check INVALID_ACTION,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html).
func (c *compiler) action(s *Statement, p *Pattern) {
	if p.Symbolic || p.open || p.Text == "*" {
		return
	}
	service, name, ok := strings.Cut(p.Text, ":")
	switch {
	case !ok:
		p.Malformed = true
		c.fault(FaultAction, p.Node, "an action is written service:Action; %q has no service", p.Text)
	case name == "":
		p.Malformed = true
		c.fault(FaultAction, p.Node, "an action is written service:Action; %q has no name behind the colon", p.Text)
	case service != "*" && strings.ContainsAny(service, "*?"):
		c.fault(FaultAction, p.Node, "the service of an action takes no wildcard: %q", p.Text)
		s.uncertain("the service of its action " + p.Text + " holds a wildcard")
	}
}

// patterns reads one string or a list of them.
func (c *compiler) patterns(node source.Node, d dialect) []Pattern {
	if !node.Is(source.Array) {
		if !node.Exists() {
			return nil
		}
		return []Pattern{c.pattern(node, d)}
	}
	var patterns []Pattern
	for item := range node.Items() {
		patterns = append(patterns, c.pattern(item, d))
	}
	return patterns
}

func (c *compiler) pattern(node source.Node, d dialect) Pattern {
	p, wrong := newPattern(node, d)
	if wrong != "" {
		c.fault(FaultVariable, node, "%s", wrong)
		p.Malformed = true
	}
	if !p.Symbolic && !node.IsScalar() {
		c.fault(FaultConditionShape, node, "a string is expected here, not %s", node.Kind())
		p.Symbolic = true
	}
	return p
}

func (c *compiler) resources(s *Statement) {
	s.ResourceNode = s.either("Resource")
	s.Resources = c.resourcePatterns(s.Node.Get("Resource"))
	s.NotResources = c.resourcePatterns(s.Node.Get("NotResource"))
	there := len(s.Resources)+len(s.NotResources) > 0
	if c.policy.Kind == TrustPolicy {
		if there {
			c.fault(FaultUnexpectedElement, s.ResourceNode, "a trust policy has no Resource: the role it is attached to is meant")
			s.uncertain("it has a Resource, which trust policies do not accept")
		}
		return
	}
	if !there {
		c.missing(s, "Resource", FaultNoResource)
	}
	for _, list := range [...][]Pattern{s.Resources, s.NotResources} {
		for i := range list {
			c.resource(&list[i])
		}
	}
}

// resourcePatterns reads resources. A wildcard stays within its part of the
// ARN, and parts that are missing at the end count as wildcards
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html).
func (c *compiler) resourcePatterns(node source.Node) []Pattern {
	d := dialect{wildcards: true, parts: true, variables: c.policy.HasVariables()}
	var patterns []Pattern
	for _, p := range c.patterns(node, d) {
		if p.short && !p.Symbolic {
			patterns = append(patterns, shortResource(&p)...)
		} else {
			patterns = append(patterns, p)
		}
	}
	return patterns
}

// shortResource reads a resource of fewer than six parts. The page has two
// sentences about it, and both hold: AWS adds * for each part that is missing,
// and a * at the end of a part can go beyond its colon. That a part with nothing
// in it is missing as well, as in "arn:aws:", the page does not say.
func shortResource(p *Pattern) []Pattern {
	crossing := p.dialect
	crossing.parts = false
	whole, _ := newPattern(p.Node, crossing)
	if !strings.HasPrefix(p.Text, "arn:") {
		whole.Malformed = p.Text != "*"
		return []Pattern{whole}
	}
	completed, _ := newCompletedPattern(p.Node, strings.Repeat(":*", p.missingParts()), p.dialect)
	switch {
	case strings.HasSuffix(p.Text, "*"):
		return []Pattern{whole} // what the completed one matches it does too
	case strings.Contains(p.Text, "*"):
		return []Pattern{whole, completed}
	case strings.HasSuffix(p.Text, ":"):
		whole.Malformed = true
		return []Pattern{whole, completed}
	}
	return []Pattern{completed}
}

func (c *compiler) resource(p *Pattern) {
	if p.Symbolic || p.open || p.Text == "*" || strings.HasPrefix(p.Text, "arn:") && strings.Count(p.Text, ":") >= 5 {
		return
	}
	switch {
	case !strings.HasPrefix(p.Text, "arn:"):
		c.fault(FaultARN, p.Node, "%q is no ARN: a resource is written arn:partition:service:region:account:resource, or *", p.Text)
	case !strings.Contains(p.Text, "*"), p.colons() == 4 && strings.Contains(p.Text, "/"):
		c.fault(FaultARN, p.Node, "%q has fewer parts than an ARN: AWS takes those that are missing for *; a resource is written arn:partition:service:region:account:resource", p.Text)
	}
}

func (c *compiler) principals(s *Statement) {
	s.PrincipalNode = s.either("Principal")
	if !c.policy.Kind.NamesPrincipals() {
		if s.PrincipalNode.Exists() {
			c.fault(FaultUnexpectedElement, s.PrincipalNode.Name(), "a statement of %s names no principal", withArticle(c.policy.Kind))
			s.uncertain("it names a principal, which " + withArticle(c.policy.Kind) + " does not take")
		}
		return
	}
	if !s.PrincipalNode.Exists() {
		if !misspelt(s.Node, "Principal") {
			c.fault(FaultNoPrincipal, s.Node, "a statement of %s must have a Principal", withArticle(c.policy.Kind))
		}
		s.doubtPrincipal("it has no Principal")
		s.uncertain(s.PrincipalDoubt)
		return
	}
	s.Principals = c.principalList(s, s.Node.Get("Principal"))
	s.roles = newRoleIndex(s.Principals)
	s.NotPrincipals = c.principalList(s, s.Node.Get("NotPrincipal"))
	if len(s.Principals)+len(s.NotPrincipals) == 0 {
		s.doubtPrincipal("its " + s.PrincipalNode.Name().Text() + " is empty")
	}
	c.strangers(s)
	not := s.Node.Get("NotPrincipal")
	if !not.Exists() {
		return
	}
	switch {
	case c.policy.Kind == TrustPolicy || c.policy.Kind == ResourceControlPolicy:
		c.fault(FaultUnexpectedElement, not.Name(), "%s takes no NotPrincipal", withArticle(c.policy.Kind))
		s.uncertain("it has a NotPrincipal, which " + withArticle(c.policy.Kind) + " does not take")
	case s.Effect == Allow && !s.Node.Get("Principal").Exists():
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
		c.fault(FaultNotPrincipalAllow, not.Name(), "NotPrincipal with Allow is not supported: it would allow everyone else, anonymous callers included")
		s.uncertain("NotPrincipal with Allow is not supported")
	}
}

// doubtPrincipal notes that whom the statement names is not known.
func (s *Statement) doubtPrincipal(why string) {
	if s.PrincipalDoubt == "" {
		s.PrincipalDoubt = why
	}
}

// strangers looks for values of a Deny's Principal that name no one. AWS refuses
// such a policy, so it is not known that it denies no one.
func (c *compiler) strangers(s *Statement) {
	if s.Effect == Allow {
		return
	}
	for i := range s.Principals {
		if p := &s.Principals[i]; p.Form == UnknownForm && !p.Symbolic {
			s.doubtPrincipal(`its Principal has the value "` + p.Value + `", which names no one`)
		}
	}
}

// withArticle names a kind of policy in a sentence.
func withArticle(kind Kind) string {
	if strings.ContainsRune("aeiou", rune(kind.String()[0])) {
		return "an " + kind.String()
	}
	return "a " + kind.String()
}

func (c *compiler) principalList(s *Statement, node source.Node) []Principal {
	if !node.Exists() {
		return nil
	}
	if isSymbolic(node) {
		return []Principal{{Node: node, Symbolic: true}}
	}
	if !node.Is(source.Object) {
		if node.Text() == "*" {
			return []Principal{newPrincipal(node, "*")}
		}
		if IsStandIn(node.Text()) {
			return []Principal{newPrincipal(node, "AWS")}
		}
		c.fault(FaultPrincipalValue, node, `a Principal is "*" or an object such as {"AWS": "arn:..."}`)
		s.doubtPrincipal("its Principal is neither * nor an object")
		s.uncertain(s.PrincipalDoubt)
		return nil
	}
	var list []Principal
	for name, value := range node.Members() {
		kind := name.Text()
		switch kind {
		case "AWS", "Service", "Federated", "CanonicalUser":
		default:
			c.fault(FaultPrincipalType, name, "%q is no type of principal: AWS, Service, Federated or CanonicalUser", kind)
			s.doubtPrincipal("its Principal has the type " + kind + ", which AWS does not know")
			s.uncertain(s.PrincipalDoubt)
			continue
		}
		for item := range value.Each() {
			p := newPrincipal(item, kind)
			c.principal(p)
			list = append(list, p)
		}
	}
	return list
}

// principal looks at the spelling of a principal. Wildcards in a principal's
// ARN match nothing: all or a full name
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
func (c *compiler) principal(p Principal) {
	if p.Symbolic || p.Form != UnknownForm {
		return
	}
	if strings.ContainsAny(p.Value, "*?") {
		c.fault(FaultPrincipalWildcard, p.Node, "a principal takes no wildcard within a name: %q matches no one; use \"*\" with a condition on aws:PrincipalArn", p.Value)
		return
	}
	c.fault(FaultPrincipalValue, p.Node, "%q names no account, user, role or session", p.Value)
}
