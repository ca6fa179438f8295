package terraform

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// policy gives the policy in an attribute: as it stands, rebuilt from the data
// source that it comes from, or one whose content is unknown. False where the
// attribute is not set.
func (c cursor) policy() (source.Value, bool) { return c.policyWithin(maxNesting) }

// maxNesting bounds how deep policy documents may be made of each other.
const maxNesting = 12

func (c cursor) policyWithin(nesting int) (source.Value, bool) {
	switch {
	case c.isGiven() && c.value.Is(source.String) && strings.TrimSpace(c.value.Text()) == "":
		return source.Value{}, false
	case c.isGiven():
		return source.Copy(c.value), true
	case !c.isUnknown():
		return source.Value{}, false
	}
	var found []target
	for _, head := range heads(c.expr) {
		for _, t := range c.follow(head) {
			if (t.resource.kind == "aws_iam_policy_document" || slices.Contains([]string{"policy", "assume_role_policy"}, t.attribute)) && !slices.Contains(found, t) {
				found = append(found, t)
			}
		}
	}
	// A document that is known is not what the policy waits for.
	if len(found) == 1 && nesting > 0 && (!found[0].isKnown() || len(heads(c.expr)) == 1) {
		return found[0].policy(nesting - 1), true
	}
	return c.unknownPolicy(), true
}

// policy gives the policy that a reference leads to.
func (t target) policy(nesting int) source.Value {
	r := t.resource
	if r.kind == "aws_iam_policy_document" {
		if document := r.attributes().get("json"); document.isGiven() {
			return source.Copy(document.value)
		}
		return source.Make(r.at).
			With("Version", source.Text("2012-10-17", r.at)).
			With("Statement", source.List(r.at, r.statements(nesting)...))
	}
	c := r.attributes().get(t.attribute)
	if policy, ok := c.policyWithin(nesting); ok {
		return policy
	}
	return c.unknownPolicy()
}

// unknownPolicy is a policy of unknown content: it may allow and it may deny
// whatever it is asked.
func (c cursor) unknownPolicy() source.Value {
	at := c.at()
	trust := strings.HasSuffix(c.path, ".assume_role_policy")
	principal := trust || !strings.HasPrefix(c.resource.kind, "aws_iam_")
	return source.Make(at).
		With("Version", source.Text("2012-10-17", at)).
		With("Statement", source.List(at, c.unknownStatements(principal, !trust)...))
}

// unknownStatements are those of a policy of unknown content, with the members
// that its kind has.
func (c cursor) unknownStatements(principal, resource bool) []source.Value {
	var list []source.Value
	at, text := c.at(), source.Text(c.standIn(), c.at())
	for _, effect := range []string{"Allow", "Deny"} {
		statement := source.Make(at).With("Effect", source.Text(effect, at))
		if principal {
			statement = statement.With("Principal", source.Make(at).With("AWS", text))
		}
		statement = statement.With("Action", text)
		if resource {
			statement = statement.With("Resource", text)
		}
		list = append(list, statement)
	}
	return list
}

// statements rebuilds what the data source aws_iam_policy_document makes: those
// of the source documents, then its own, then those that override; a statement
// takes the place of an earlier one of the same Sid
// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document).
func (r *resource) statements(nesting int) []source.Value {
	c := r.attributes()
	var list statements
	list.merge(c.documents("source_json", nesting))
	list.merge(c.documents("source_policy_documents", nesting))
	own := c.get("statement")
	if own.isUnknown() {
		list.merge(unknownNamed(own))
	}
	for _, item := range own.items() {
		list.merge([]named{item.statement()})
	}
	list.merge(c.documents("override_json", nesting))
	list.merge(c.documents("override_policy_documents", nesting))
	return list.values
}

// named is a statement with its Sid.
type named struct {
	sid   string
	value source.Value
}

// statements are those of a policy that is put together.
type statements struct {
	sids   []string
	values []source.Value
}

func (s *statements) merge(list []named) {
	for _, n := range list {
		if at := slices.Index(s.sids, n.sid); n.sid != "" && at >= 0 {
			s.values[at] = n.value
			continue
		}
		s.sids, s.values = append(s.sids, n.sid), append(s.values, n.value)
	}
}

func unknownNamed(c cursor) []named {
	var list []named
	// A policy of a role has no principals, one of a resource has: the data source
	// does not tell, but other statements of the document may.
	for _, value := range c.unknownStatements(c.resource.hasPrincipals(), true) {
		list = append(list, named{"", value})
	}
	return list
}

// hasPrincipals reports whether a statement of a policy document names one.
func (r *resource) hasPrincipals() bool {
	return slices.ContainsFunc(r.attributes().get("statement").items(), func(c cursor) bool {
		return c.get("principals").value.Len() > 0 || c.get("not_principals").value.Len() > 0
	})
}

// documents gives the statements of the policies in an attribute that holds one
// or a list of them.
func (c cursor) documents(name string, nesting int) []named {
	attribute := c.get(name)
	switch {
	case attribute.isUnknown():
		return attribute.document(heads(attribute.expr), nesting)
	case attribute.value.Is(source.String):
		return statementsOf(attribute.value)
	}
	var list []named
	references := attribute.documentReferences()
	next := 0
	for _, item := range attribute.items() {
		switch {
		case item.isGiven():
			list = append(list, statementsOf(item.value)...)
		case len(references) == attribute.unknownItems():
			list = append(list, attribute.document(references[next:next+1], nesting)...)
			next++
		default:
			list = append(list, unknownNamed(attribute)...)
		}
	}
	return list
}

func (c cursor) unknownItems() int {
	count := 0
	for _, item := range c.items() {
		if !item.isGiven() {
			count++
		}
	}
	return count
}

// documentReferences are those that lead to documents which are not known yet.
func (c cursor) documentReferences() []source.Node {
	var list []source.Node
	for _, head := range heads(c.expr) {
		found := c.follow(head)
		if len(found) == 1 && found[0].resource.kind == "aws_iam_policy_document" && !found[0].resource.attributes().get("json").isGiven() {
			list = append(list, head)
		}
	}
	return list
}

// document gives the statements of the only policy document that references lead to.
func (c cursor) document(references []source.Node, nesting int) []named {
	if len(references) == 1 && nesting > 0 {
		if found := c.follow(references[0]); len(found) == 1 && found[0].resource.kind == "aws_iam_policy_document" && found[0].resource != c.resource {
			var list []named
			r := found[0].resource
			for _, value := range r.statements(nesting - 1) {
				list = append(list, named{"", value})
			}
			return list
		}
	}
	return unknownNamed(c)
}

// statementsOf takes the statements out of a policy in a string.
func statementsOf(text source.Node) []named {
	document, _ := text.Embedded()
	var list []named
	for statement := range document.Root().Get("Statement").Each() {
		list = append(list, named{statement.Get("Sid").Text(), source.Copy(statement)})
	}
	return list
}

// statement rebuilds one statement of the data source.
func (c cursor) statement() named {
	at := c.at()
	sid := c.get("sid").value.Text()
	s := source.Make(at)
	if sid != "" {
		s = s.With("Sid", source.Copy(c.get("sid").value))
	}
	if effect, ok := c.get("effect").text(aText()); ok && !isEmpty(c.get("effect").value) {
		s = s.With("Effect", effect)
	} else {
		s = s.With("Effect", source.Text("Allow", at))
	}
	for _, block := range []struct{ attribute, name string }{{"principals", "Principal"}, {"not_principals", "NotPrincipal"}} {
		if principals, ok := c.get(block.attribute).principals(); ok {
			s = s.With(block.name, principals)
		}
	}
	for _, list := range []struct{ attribute, name string }{
		{"actions", "Action"}, {"not_actions", "NotAction"}, {"resources", "Resource"}, {"not_resources", "NotResource"},
	} {
		if attribute := c.get(list.attribute); attribute.isUnknown() || attribute.value.Len() > 0 {
			s = s.With(list.name, source.List(attribute.at(), variables(attribute.texts(aText()))...))
		}
	}
	if condition, ok := c.get("condition").conditions(); ok {
		s = s.With("Condition", condition)
	}
	return named{sid, s}
}

func isEmpty(node source.Node) bool { return node.Is(source.String) && node.Text() == "" }

// variables turns the data source's &{...} into the policy variable ${...}.
func variables(list []source.Value) []source.Value {
	for i, value := range list {
		if text := value.From().Text(); strings.Contains(text, "&{") {
			list[i] = source.Text(strings.ReplaceAll(text, "&{", "${"), value.From())
		}
	}
	return list
}

// principals tells the blocks of principals; "*" of type "*" is everybody.
func (c cursor) principals() (source.Value, bool) {
	if c.isUnknown() {
		return source.Make(c.at()).With("AWS", source.Text(c.standIn(), c.at())), true
	}
	blocks := c.items()
	if len(blocks) == 0 {
		return source.Value{}, false
	}
	object := source.Make(c.value)
	for _, name := range distinctTexts(blocks, "type") {
		var list []source.Value
		for _, block := range blocks {
			if block.get("type").value.Text() == name {
				list = append(list, variables(block.get("identifiers").texts(aText()))...)
			}
		}
		if name == "*" {
			return source.Text("*", c.value), true
		}
		if name == "" {
			name = "AWS"
		}
		object = object.With(name, source.List(c.value, list...))
	}
	return object, true
}

// conditions tells the blocks of conditions, by operator and key.
func (c cursor) conditions() (source.Value, bool) {
	if c.isUnknown() {
		unknown := source.Text(c.standIn(), c.at())
		return source.Make(c.at()).With("StringEquals", source.Make(c.at()).With("aws:PrincipalArn", unknown)), true
	}
	blocks := c.items()
	if len(blocks) == 0 {
		return source.Value{}, false
	}
	object := source.Make(c.value)
	for _, operator := range distinctTexts(blocks, "test") {
		var same []cursor
		for _, block := range blocks {
			if block.get("test").value.Text() == operator {
				same = append(same, block)
			}
		}
		keys := source.Make(same[0].value)
		for _, key := range distinctTexts(same, "variable") {
			var list []source.Value
			at := source.Node{}
			for _, block := range same {
				if block.get("variable").value.Text() == key {
					at = block.get("variable").value
					list = append(list, variables(block.get("values").texts(aText()))...)
				}
			}
			keys = keys.WithName(key, at, source.List(at, list...))
		}
		object = object.WithName(operator, same[0].get("test").value, keys)
	}
	return object, true
}

// distinctTexts lists the different texts of an attribute, in order.
func distinctTexts(blocks []cursor, attribute string) []string {
	var list []string
	for _, block := range blocks {
		if text := block.get(attribute).value.Text(); !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}
