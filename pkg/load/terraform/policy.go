package terraform

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// policy gives the policy in an attribute: as it stands, rebuilt from the data
// source that it comes from, or one whose content is unknown. False where the
// attribute is not set.
func (c cursor) policy() (source.Value, bool) {
	c.resource.in.documents = 0
	return c.policyWithin(maxNesting)
}

// How deep policy documents may be made of each other, and of how many a policy.
const (
	maxNesting   = 12
	maxDocuments = 1000
)

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
		return found[0].policy(nesting-1, c.form()), true
	}
	return c.unknownPolicy(), true
}

// policyForm says which members the statements of a policy have.
type policyForm struct{ principal, resource bool }

// form tells it of the attribute that holds the policy.
func (c cursor) form() policyForm {
	trust := strings.HasSuffix(c.path, ".assume_role_policy")
	return policyForm{principal: trust || !strings.HasPrefix(c.resource.kind, "aws_iam_"), resource: !trust}
}

// policy gives the policy that a reference leads to.
func (t target) policy(nesting int, form policyForm) source.Value {
	r := t.resource
	if r.kind == "aws_iam_policy_document" {
		if document := r.attributes().get("json"); document.isGiven() {
			return source.Copy(document.value)
		}
		return source.Make(r.at).
			With("Version", source.Text("2012-10-17", r.at)).
			With("Statement", source.List(r.at, r.statements(nesting, form)...))
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
	return source.Make(at).
		With("Version", source.Text("2012-10-17", at)).
		With("Statement", source.List(at, c.unknownStatements(c.form())...))
}

// unknownStatements are those of a policy of unknown content. Whom and what
// they name are two unknowns: one text can't be both.
func (c cursor) unknownStatements(form policyForm) []source.Value {
	var list []source.Value
	at, who := c.at(), c
	who.path += " for principals"
	for _, effect := range []string{"Allow", "Deny"} {
		statement := source.Make(at).With("Effect", source.Text(effect, at))
		if form.principal {
			statement = statement.With("Principal", source.Make(at).With("AWS", source.Text(who.standIn(), at)))
		}
		statement = statement.With("Action", source.Text(c.standIn(), at))
		if form.resource {
			statement = statement.With("Resource", source.Text("*", at))
		}
		list = append(list, statement)
	}
	return list
}

// statements rebuilds what the data source aws_iam_policy_document makes: those
// of the source documents, then its own, then those that override; a statement
// takes the place of an earlier one of the same Sid
// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document).
func (r *resource) statements(nesting int, form policyForm) []source.Value {
	c := r.attributes()
	var list statements
	list.merge(c.documents("source_json", nesting, form))
	list.merge(c.documents("source_policy_documents", nesting, form))
	own := c.get("statement")
	if own.isOpen() {
		list.merge(own.unknownNamed(form))
	}
	for _, item := range own.items() {
		list.merge([]named{item.statement()})
	}
	list.merge(c.documents("override_json", nesting, form))
	list.merge(c.documents("override_policy_documents", nesting, form))
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

func (c cursor) unknownNamed(form policyForm) []named {
	var list []named
	for _, value := range c.unknownStatements(form) {
		list = append(list, named{"", value})
	}
	return list
}

// documents gives the statements of the policies in an attribute that holds one
// or a list of them.
func (c cursor) documents(name string, nesting int, form policyForm) []named {
	attribute := c.get(name)
	switch {
	case attribute.isUnknown():
		return attribute.document(heads(attribute.expr), nesting, form)
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
			list = append(list, item.document(references[next:next+1], nesting, form)...)
			next++
		default:
			list = append(list, item.unknownNamed(form)...)
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
func (c cursor) document(references []source.Node, nesting int, form policyForm) []named {
	in := c.resource.in
	if in.documents++; len(references) == 1 && nesting > 0 && in.documents <= maxDocuments {
		if found := c.follow(references[0]); len(found) == 1 && found[0].resource.kind == "aws_iam_policy_document" && found[0].resource != c.resource {
			var list []named
			r := found[0].resource
			for _, value := range r.statements(nesting-1, form) {
				list = append(list, named{"", value})
			}
			return list
		}
	}
	return c.unknownNamed(form)
}

// statementsOf takes the statements out of a policy in a string.
func statementsOf(text source.Node) []named {
	document, _ := text.Embedded()
	var list []named
	for statement := range document.Root().Get("Statement").Each() {
		list = append(list, named{scalar(statement.Get("Sid")), source.Copy(statement)})
	}
	return list
}

// statement rebuilds one statement of the data source.
func (c cursor) statement() named {
	at := c.at()
	sid := scalar(c.get("sid").value)
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
	for _, list := range []struct {
		attribute, name string
		meaning         meaning
	}{
		{"actions", "Action", aText()}, {"not_actions", "NotAction", aText()}, {"resources", "Resource", anARN()}, {"not_resources", "NotResource", anARN()},
	} {
		if attribute := c.get(list.attribute); attribute.isUnknown() || attribute.value.Len() > 0 {
			s = s.With(list.name, source.List(attribute.at(), variables(attribute.texts(list.meaning))...))
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
	if c.isOpen() {
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
			if scalar(block.get("type").value) == name {
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
	if c.isOpen() {
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
			if scalar(block.get("test").value) == operator {
				same = append(same, block)
			}
		}
		keys := source.Make(same[0].value)
		for _, key := range distinctTexts(same, "variable") {
			var list []source.Value
			at := source.Node{}
			for _, block := range same {
				if scalar(block.get("variable").value) == key {
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
		if text := scalar(block.get(attribute).value); !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	return list
}
