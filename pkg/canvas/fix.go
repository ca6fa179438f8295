package canvas

import (
	"encoding/json"
	"slices"
	"sort"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// change is one statement added to one layer: a candidate of the fix.
type change struct {
	layer access.LayerName
	file  string // the document to change, "" where there is none
	where string // in words
	// actions are what the statement allows; write turns them into its text.
	actions []string
	write   func(actions []string) string
	apply   func(*access.Policies, access.Document)
	kind    iam.Kind
}

// Groups of the denied actions of a bucket, by what must change.
const (
	Demand   Group = "demand"        // a policy demands a KMS key
	ByBucket Group = "bucket-policy" // the bucket policy denies it
	Missing  Group = "missing"       // anything else
)

// FixGroup is the group whose fix settles an action.
func (a *Action) FixGroup(purpose finding.Purpose) Group {
	if purpose != finding.Bucket {
		return a.Group
	}
	group := Missing
	for _, reason := range a.Reasons {
		switch {
		case a.Group == Write && IsDemand(reason):
			return Demand
		case reason.Cause != access.ExplicitDeny:
		case reason.Layer == access.BucketPolicy:
			group = ByBucket
		}
	}
	return group
}

// IsDemand reports whether a denial asks for a KMS key by its id.
func IsDemand(reason access.Reason) bool {
	if reason.Cause != access.ExplicitDeny || reason.Statement == nil {
		return false
	}
	for i := range reason.Statement.Conditions {
		if reason.Statement.Conditions[i].Name == iam.NewKey("s3:x-amz-server-side-encryption-aws-kms-key-id") {
			return true
		}
	}
	return false
}

// fixes finds a fix for each group of denied actions.
func (w *worker) fixes(need *Need) map[Group]*finding.Fix {
	denied := map[Group][]*Action{}
	for _, a := range need.Actions {
		if a.Result.IsDenied() && need.policies != nil && a.Request.Context != nil {
			group := a.FixGroup(need.Purpose)
			denied[group] = append(denied[group], a)
		}
	}
	if len(denied[Use]) > 0 {
		denied[Use] = append(denied[Use], denied[Extra]...) // one finding, one fix
	}
	fixes := map[Group]*finding.Fix{}
	for group, actions := range denied {
		if fix := w.fix(need, actions); fix != nil {
			fixes[group] = fix
		}
	}
	return fixes
}

// fix finds the smallest set of statements that makes denied actions allowed,
// and proves it by deciding again. Where a Deny stands in the way it names the
// statement to narrow, and adds what is missing besides.
func (w *worker) fix(need *Need, denied []*Action) *finding.Fix {
	denies := deniesOf(denied)
	policies := without(need.policies, denies)
	var rest []*Action
	for _, a := range denied {
		if access.Decide(&a.Request, policies) != access.Allowed {
			rest = append(rest, a)
		}
	}
	added := w.addition(need, policies, rest)
	if len(denies) == 0 {
		return added
	}
	fix := w.narrow(need, denies)
	if added != nil {
		fix.Message += "; then " + added.Message
		fix.File, fix.Statement = added.File, added.Statement
	}
	return fix
}

func (w *worker) addition(need *Need, policies *access.Policies, denied []*Action) *finding.Fix {
	if len(denied) == 0 {
		return nil
	}
	changes := w.changes(need, denied)
	for _, size := range []int{1, 2, 3} {
		for _, chosen := range subsets(changes, size) {
			if helps(policies, denied, chosen) {
				return describe(shrink(policies, denied, chosen))
			}
		}
	}
	return nil
}

// deniesOf gives the Deny statements that stand in the way, each once.
func deniesOf(denied []*Action) []access.Reason {
	var denies []access.Reason
	for _, a := range denied {
		for _, reason := range a.Reasons {
			known := slices.ContainsFunc(denies, func(r access.Reason) bool { return r.Statement == reason.Statement })
			if reason.Cause == access.ExplicitDeny && reason.Statement != nil && !known {
				denies = append(denies, reason)
			}
		}
	}
	return denies
}

// without gives the policies with some statements left out.
func without(p *access.Policies, reasons []access.Reason) *access.Policies {
	if len(reasons) == 0 {
		return p
	}
	strip := func(layer access.Layer) access.Layer {
		layer.Documents = slices.Clone(layer.Documents)
		for i, doc := range layer.Documents {
			policy := *doc.Policy
			policy.Statements = slices.DeleteFunc(slices.Clone(policy.Statements), func(s *iam.Statement) bool {
				return slices.ContainsFunc(reasons, func(r access.Reason) bool { return r.Statement == s })
			})
			layer.Documents[i].Policy = &policy
		}
		return layer
	}
	stripped := *p
	stripped.Identity = strip(p.Identity)
	for _, layer := range []**access.Layer{&stripped.Boundary, &stripped.Session, &stripped.Resource, &stripped.Endpoint} {
		if *layer != nil {
			bare := strip(**layer)
			*layer = &bare
		}
	}
	for _, levels := range []*[]access.Level{&stripped.SCPs, &stripped.RCPs} {
		*levels = slices.Clone(*levels)
		for i := range *levels {
			(*levels)[i].Layer = strip((*levels)[i].Layer)
		}
	}
	return &stripped
}

// narrow advises on Deny statements: no Allow can outweigh them.
func (w *worker) narrow(need *Need, denies []access.Reason) *finding.Fix {
	var names []string
	for _, deny := range denies {
		name := "the Deny statement"
		if deny.Statement.Sid != "" {
			name += " " + deny.Statement.Sid
		}
		names = append(names, name+" of "+deny.Policy)
	}
	whom := "the role " + need.Role
	if need.Service != "" {
		whom = need.Service
	}
	fix := &finding.Fix{Message: "no Allow outweighs a Deny: change " + strings.Join(names, " and ") + " so that " + whom + " is not covered any more"}
	if demanded := demandedKey(denies[0].Statement); len(denies) == 1 && denies[0].Action == "s3:PutObject" && demanded != "" {
		fix.Message = "use one key everywhere: either set the storage key of the domain and the default key of the bucket to the demanded one, " +
			demanded + ", or change the condition of " + names[0] + " to the key that Canvas will use"
	}
	if place := denies[0].Statement.Node.Span(); !place.IsZero() {
		fix.File = place.File.Name
	}
	return fix
}

// demandedKey is the KMS key that a Deny statement lets through, "" if it
// speaks of none.
func demandedKey(statement *iam.Statement) string {
	for i := range statement.Conditions {
		condition := &statement.Conditions[i]
		if condition.Name != iam.NewKey("s3:x-amz-server-side-encryption-aws-kms-key-id") || strings.EqualFold(condition.Operator, "Null") {
			continue
		}
		for value := range condition.Node.Each() {
			return value.Text()
		}
	}
	return ""
}

// changes lists the candidates: the key policy first, as the page advises, then
// what caps the role, then the role's own policies.
func (w *worker) changes(need *Need, denied []*Action) []change {
	var names []string
	for _, a := range denied {
		names = append(names, a.Name)
	}
	sort.Strings(names)
	if need.Service != "" {
		return []change{w.trustChange(need)}
	}
	var changes []change
	if !need.isOfCanvasBucket() {
		changes = append(changes, w.keyChange(need, names))
	}
	resources := []string{need.Resource}
	if need.isOfCanvasBucket() {
		resources = []string{need.Resource, need.Resource + "/*"}
	}
	if need.policies.Boundary != nil {
		role := w.snapshot.Role(need.Role)
		changes = append(changes, change{
			layer: access.Boundary, where: "the permissions boundary " + role.Boundary.ARN, kind: iam.BoundaryPolicy,
			file: w.fileOf(need.policies.Boundary), actions: names,
			write: func(actions []string) string { return statement("AllowCanvas", "", actions, resources) },
			apply: func(p *access.Policies, d access.Document) {
				boundary := *p.Boundary
				boundary.Documents = append([]access.Document{d}, boundary.Documents...)
				p.Boundary = &boundary
			},
		})
	}
	return append(changes, change{
		layer: access.IdentityPolicy, where: "an inline policy of the role " + short(need.Role), kind: iam.IdentityPolicy,
		file: w.fileOf(&need.policies.Identity), actions: names,
		write: func(actions []string) string { return statement("AllowCanvas", "", actions, resources) },
		apply: func(p *access.Policies, d access.Document) {
			p.Identity.Documents = append([]access.Document{d}, p.Identity.Documents...)
		},
	})
}

func (w *worker) keyChange(need *Need, names []string) change {
	return change{
		layer: access.KeyPolicy, where: "the key policy of " + need.Resource + w.madeFrom(need.policies.Resource), kind: iam.KeyPolicy,
		file: w.fileOf(need.policies.Resource), actions: names,
		write: func(actions []string) string { return statement("AllowCanvas", need.Role, actions, []string{"*"}) },
		apply: func(p *access.Policies, d access.Document) {
			resource := access.Layer{}
			if p.Resource != nil {
				resource = *p.Resource
			}
			resource.Documents = append([]access.Document{d}, resource.Documents...)
			p.Resource = &resource
		},
	}
}

// madeFrom names what the policy of a layer was made from in a template or plan:
// " (aws_kms_key.app)".
func (w *worker) madeFrom(layer *access.Layer) string {
	for _, doc := range layer.Documents {
		if policy := w.byPolicy[doc.Policy]; policy != nil && policy.Of != "" {
			return " (" + policy.Of + ")"
		}
	}
	return ""
}

// fileOf names the file of the first document of a layer that has one which
// people edit.
func (w *worker) fileOf(layer *access.Layer) string {
	for _, doc := range layer.Documents {
		span := doc.Policy.Node.Span()
		if policy := w.byPolicy[doc.Policy]; policy != nil && policy.Generated {
			continue
		}
		if !span.IsZero() && !strings.Contains(span.File.Name, ":aws:policy/") {
			return span.File.Name
		}
	}
	return ""
}

// statement writes statements the way AWS's own examples are laid out. A grant
// is as good as the key policy, so kms:CreateGrant stands apart, for AWS
// services only (https://docs.aws.amazon.com/kms/latest/developerguide/grants.html).
func statement(sid, principal string, actions, resources []string) string {
	const createGrant = "kms:CreateGrant"
	if !slices.Contains(actions, createGrant) {
		return oneStatement(sid, principal, actions, resources, "")
	}
	grant := oneStatement(sid+"Grants", principal, []string{createGrant}, resources, `{ "Bool": { "kms:GrantIsForAWSResource": "true" } }`)
	others := slices.DeleteFunc(slices.Clone(actions), func(name string) bool { return name == createGrant })
	if len(others) == 0 {
		return grant
	}
	return oneStatement(sid, principal, others, resources, "") + ",\n" + grant
}

func oneStatement(sid, principal string, actions, resources []string, condition string) string {
	quote := func(text string) string { b, _ := json.Marshal(text); return string(b) }
	list := func(items []string) string {
		if len(items) == 1 {
			return quote(items[0])
		}
		quoted := make([]string, len(items))
		for i, item := range items {
			quoted[i] = "    " + quote(item)
		}
		return "[\n" + strings.Join(quoted, ",\n") + "\n  ]"
	}
	lines := []string{`  "Sid": ` + quote(sid), `  "Effect": "Allow"`}
	if principal != "" {
		lines = append(lines, `  "Principal": { "AWS": `+quote(principal)+` }`)
	}
	lines = append(lines, `  "Action": `+list(actions), `  "Resource": `+list(resources))
	if condition != "" {
		lines = append(lines, `  "Condition": `+condition)
	}
	return "{\n" + strings.Join(lines, ",\n") + "\n}"
}

// subsets gives the ways to choose size changes, in order.
func subsets(changes []change, size int) [][]change {
	if size == 0 {
		return [][]change{nil}
	}
	var all [][]change
	for i := 0; i+size <= len(changes); i++ {
		for _, rest := range subsets(changes[i+1:], size-1) {
			all = append(all, append([]change{changes[i]}, rest...))
		}
	}
	return all
}

// helps decides the denied actions again, with the changes made.
func helps(given *access.Policies, denied []*Action, chosen []change) bool {
	policies := *given
	for _, c := range chosen {
		documents, _ := source.Parse(c.where, []byte(`{"Version":"2012-10-17","Statement":[`+c.write(c.actions)+`]}`), source.JSON)
		if len(documents) == 0 {
			return false
		}
		c.apply(&policies, access.Document{Name: c.where, Policy: iam.Compile(documents[0].Root(), c.kind)})
	}
	for _, a := range denied {
		if access.Decide(&a.Request, &policies) != access.Allowed {
			return false
		}
	}
	return true
}

// shrink leaves out of each statement the actions that another layer alone
// stops: the fix stays the smallest one.
func shrink(policies *access.Policies, denied []*Action, chosen []change) []change {
	for i := range chosen {
		for _, name := range chosen[i].actions {
			if len(chosen[i].actions) == 1 {
				break
			}
			fewer := slices.Clone(chosen)
			fewer[i].actions = slices.DeleteFunc(slices.Clone(chosen[i].actions), func(other string) bool { return other == name })
			if helps(policies, denied, fewer) {
				chosen = fewer
			}
		}
	}
	return chosen
}

func describe(chosen []change) *finding.Fix {
	var wheres []string
	for _, c := range chosen {
		wheres = append(wheres, c.where)
	}
	fix := &finding.Fix{
		Message: "add this statement to " + wheres[0], File: chosen[0].file, Statement: chosen[0].write(chosen[0].actions),
	}
	for _, c := range chosen[1:] {
		fix.Message += "; and to " + c.where + " this one: " + strings.Join(strings.Fields(c.write(c.actions)), " ")
	}
	return fix
}
