package lsp

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// mostLines bounds a list in a hover.
const mostLines = 12

// hover says what stands at a place: an action, a principal, a key, a condition,
// and what Canvas gets from it.
func hover(ctx context.Context, v *view, p protocol.TextDocumentPositionParams) (*protocol.Hover, error) {
	t, c, err := v.document(ctx, p.TextDocument.URI)
	if err != nil || c == nil {
		return nil, err
	}
	at, ok := cursorAt(t, t.offset(p.Position))
	if !ok {
		return nil, nil //nolint:nilnil // nothing stands there
	}
	lines := c.describe(at)
	if len(lines) == 0 {
		lines = c.describeReference(t, at, t.offset(p.Position))
	}
	if len(lines) == 0 {
		return nil, nil //nolint:nilnil // nothing is known of it
	}
	span := at.node.Span()
	shown := t.span(span.Start, span.End)
	return &protocol.Hover{Contents: protocol.MarkupContent{Kind: protocol.Markdown, Value: strings.Join(lines, "\n\n")}, Range: &shown}, nil
}

// document gives the text of a document and the last check of its folder; nil for a
// document that no folder holds.
func (v *view) document(ctx context.Context, uri protocol.URI) (text, *checked, error) {
	path, ok := pathOf(uri)
	f := ownerOf(v.folders, path)
	if !ok || f == nil {
		return text{}, nil, nil
	}
	c, err := v.server.recent(ctx, f)
	if err != nil {
		return text{}, nil, err
	}
	if b, open := v.buffers[path]; open {
		return b.text, c, nil
	}
	return c.text(f.display(path)), c, nil
}

// describe says what stands at a place, a paragraph each.
func (c *checked) describe(at cursor) []string {
	statement, element, below := at.element()
	switch {
	case element == "Action" && !at.isName:
		return append(describeAction(at.value()), c.decisions(statement, at.value(), "")...)
	case element == "Condition" && len(below) > 0:
		return append(describeCondition(below), c.decisions(statement, "", "")...)
	case element == "Principal" && !at.isName:
		return c.describePrincipal(statement, at.value())
	}
	e := c.entity(at.value())
	if e == nil {
		return nil
	}
	return append(e.describe(), c.readiness(e)...)
}

// describeReference says what the name of a setting or a logical id stands for.
func (c *checked) describeReference(t text, at cursor, offset int) []string {
	all, ok := t.mentionsAt(offset, offset)
	e := c.entity(at.node.Value().Text())
	if value := at.node.Value(); !ok && value.Exists() && (value.IsScalar() || value.Len() == 1) {
		all, ok = t.mentionsAt(value.Span().Start, value.Span().End)
	}
	if ok {
		e = c.made(c.folder.display(t.Name), all[0].id)
	}
	if e == nil {
		return nil
	}
	return append(e.describe(), c.readiness(e)...)
}

func (e *entity) describe() []string {
	return append([]string{"**" + e.title + "**"}, list(e.facts)...)
}

// code shows a text of a document as it stands, whatever it holds.
func code(text string) string { return "`" + strings.ReplaceAll(text, "`", "'") + "`" }

// list is a Markdown list as one paragraph.
func list(items []string) []string {
	if len(items) == 0 {
		return nil
	}
	more := ""
	if n := len(items); n > mostLines {
		items, more = items[:mostLines], fmt.Sprintf("\n- and %d more", n-mostLines)
	}
	return []string{"- " + strings.Join(items, "\n- ") + more}
}

// describeAction says what the service reference has on an action.
func describeAction(text string) []string {
	vocabulary := &reference.Vocabulary{}
	prefix, pattern, ok := strings.Cut(text, ":")
	service := strings.ToLower(prefix)
	if !ok {
		return nil
	}
	glob := iam.WildcardGlob(pattern, true)
	var names []string
	for _, name := range vocabulary.Actions(service) {
		if glob.Matches(name) {
			names = append(names, service+":"+name)
		}
	}
	switch full := vocabulary.Full(service); {
	case len(names) == 0:
		return []string{code(text), "AWS has no such action (reference of " + reference.VocabularyDate + ")."}
	case len(names) > 1:
		return append([]string{fmt.Sprintf("%s matches %d actions", code(text), len(names))}, list(names)...)
	case full == nil:
		return []string{code(names[0])}
	default:
		return append([]string{code(names[0])}, actionFacts(full, strings.TrimPrefix(names[0], service+":"))...)
	}
}

func actionFacts(full *reference.Service, name string) []string {
	var facts []string
	for _, action := range full.Actions {
		if action.Name != name {
			continue
		}
		if len(action.Resources) > 0 {
			facts = append(facts, "Resources: "+strings.Join(action.Resources, ", "))
		}
		var keys []string
		for _, key := range action.Keys {
			keys = append(keys, "`"+full.Keys[key].Name+"`")
		}
		if len(keys) > 0 {
			facts = append(facts, "Condition keys: "+enumerate(keys))
		}
	}
	return facts
}

// enumerate joins the first of many names.
func enumerate(names []string) string {
	if n := len(names); n > mostLines {
		return strings.Join(names[:mostLines], ", ") + fmt.Sprintf(" and %d more", n-mostLines)
	}
	return strings.Join(names, ", ")
}

// describeCondition says what an operator and a condition key are.
func describeCondition(below []string) []string {
	if len(below) == 1 {
		if iam.ParseOperator(below[0]).Test == iam.Unsupported {
			return []string{code(below[0]), "IAM has no such operator."}
		}
		return []string{code(below[0]), "A condition operator. All keys under it have to match, and of each key one value."}
	}
	kind, known := iam.NewChecker(&reference.Vocabulary{}).KeyType(below[1])
	switch {
	case !known:
		return []string{code(below[1]), "AWS has no such condition key (reference of " + reference.VocabularyDate + ")."}
	case kind == "":
		return []string{code(below[1]), "A condition key."}
	}
	return []string{code(below[1]), "A condition key of type " + kind + "."}
}

// describePrincipal says who a principal is, and what Canvas needs of this
// statement for it.
func (c *checked) describePrincipal(statement source.Node, text string) []string {
	if e := c.entity(text); e != nil {
		return append(e.describe(), c.decisions(statement, "", text)...)
	}
	words := map[iam.PrincipalForm]string{
		iam.EveryoneForm: "everyone, in every account", iam.AccountForm: "the account: its IAM policies count", iam.ServiceForm: "a service of AWS",
		iam.RoleForm: "a role that was not read", iam.UserForm: "a user", iam.SessionForm: "a session of a role", iam.ProviderForm: "an identity provider",
	}
	arn, _ := iam.ParseARN(text)
	form, _, _ := iam.ParsePrincipalARN(arn)
	switch {
	case text == "*":
		form = iam.EveryoneForm
	case strings.HasSuffix(text, ".amazonaws.com"):
		form = iam.ServiceForm
	}
	if words[form] == "" {
		return nil
	}
	return append([]string{code(text), words[form]}, c.decisions(statement, "", "")...)
}

// decisions are the answers to needs of Canvas that a statement bears on: of one
// action or of all, for one role or for all.
func (c *checked) decisions(statement source.Node, action, role string) []string {
	if c.result == nil || !statement.Exists() {
		return nil
	}
	owner := c.ownerOf(statement)
	asked, has := iam.WildcardGlob(action, true), actionsOf(statement)
	var lines []string
	for _, need := range c.result.Variants[0].Facts.Needs {
		for _, a := range need.Actions {
			bears := takesPart(a, statement) || (owner == need.Resource || owner == need.Role) && owner != "" && covered(has, a.Name)
			if bears && (action == "" || asked.Matches(a.Name)) && (role == "" || role == need.Role) {
				lines = append(lines, fmt.Sprintf("%s: %s for %s on %s (%s)", words(a.Result), a.Name, last(need.Role), last(need.Resource), need.Purpose))
			}
		}
	}
	if len(lines) == 0 {
		return nil
	}
	slices.Sort(lines)
	return append([]string{"Canvas needs, with the answer of all policies together:"}, list(slices.Compact(lines))...)
}

// ownerOf is the ARN of the resource whose policy a statement is in, as far as it
// was there when the folder was checked.
func (c *checked) ownerOf(statement source.Node) string {
	for _, policy := range c.result.Variants[0].Snapshot.Policies {
		if slices.ContainsFunc(policy.Policy().Statements, func(s *iam.Statement) bool { return says(s, statement) }) {
			return policy.Owner
		}
	}
	return ""
}

// actionsOf are the actions that a statement names.
func actionsOf(statement source.Node) []string {
	var names []string
	for action := range statement.Get("Action").Each() {
		names = append(names, action.Text())
	}
	return names
}

func covered(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		glob := iam.WildcardGlob(p, true)
		return glob.Matches(action)
	})
}

// takesPart reports whether a statement decided an action, or nearly did.
func takesPart(a *canvas.Action, statement source.Node) bool {
	return slices.ContainsFunc(a.Reasons, func(r access.Reason) bool {
		return says(r.Statement, statement) || says(r.Near, statement)
	})
}

// says reports whether a statement of the last check is one of the present text: the
// check may be older, so that they are compared by what they say.
func says(s *iam.Statement, statement source.Node) bool {
	return s != nil && statement.Exists() && s.Node.Written().Raw() == statement.Raw()
}

func words(r access.Result) string {
	switch r {
	case access.Allowed:
		return "allowed"
	case access.ExplicitlyDenied:
		return "denied"
	case access.ImplicitlyDenied:
		return "not allowed"
	case access.Unknown:
	}
	return "unknown"
}

// last is the name at the end of an ARN.
func last(arn string) string {
	return arn[strings.LastIndexAny(arn, "/:")+1:]
}

// readiness is what Canvas can do with a key or bucket, by profile and purpose.
func (c *checked) readiness(e *entity) []string {
	var lines []string
	for _, r := range c.result.Report.Readiness {
		if r.Key == "" || r.Key != e.arn {
			if r.Bucket == "" || "arn:aws:s3:::"+r.Bucket != e.arn {
				continue
			}
		}
		line := fmt.Sprintf("%s, %s: %s", r.Purpose, strings.TrimSuffix(r.Domain+"/"+r.Profile, "/"), r.Verdict)
		if r.Reason != "" {
			line += " (" + r.Reason + ")"
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return nil
	}
	return append([]string{"Readiness of Canvas:"}, list(lines)...)
}
