package canvas

import (
	"encoding/json"
	"maps"
	"slices"
	"sort"
	"strconv"
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
	// actions are what the statement allows; write turns them into its text,
	// with a Sid.
	actions []string
	write   func(sid string, actions []string) string
	apply   func(*access.Policies, access.Document)
	kind    iam.Kind
	// beside are the documents that the statement may come to stand in.
	beside []access.Document
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
		if a.Result.IsDenied() && need.policies != nil && a.canBeAsked() {
			group := a.FixGroup(need.Purpose)
			denied[group] = append(denied[group], a)
		}
	}
	if len(denied[Use]) > 0 {
		denied[Use] = append(denied[Use], denied[Extra]...) // one finding, one fix
		delete(denied, Extra)
	}
	fixes := map[Group]*finding.Fix{}
	for _, group := range slices.Sorted(maps.Keys(denied)) {
		if fix := w.fix(need, denied[group]); fix != nil {
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
		if !a.isAllowedBy(policies) {
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
				chosen = shrink(policies, denied, chosen)
				need.Additions = append(need.Additions, w.additions(need, denied, chosen)...)
				return w.describe(chosen)
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

// narrow advises on Deny statements, which always win.
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
	fix := &finding.Fix{Message: "an explicit Deny always wins: exclude " + whom + " from " + strings.Join(names, " and ")}
	if demanded := demandedKey(denies[0].Statement); len(denies) == 1 && denies[0].Action == "s3:PutObject" && demanded != "" {
		fix.Message = "use one key everywhere: either set the storage key of the domain and the default key of the bucket to the demanded one, " +
			demanded + ", or change the condition of " + names[0] + " to the key that Canvas will use"
	}
	if len(denies) == 1 && denies[0].Action == "s3:PutObject" && asksForHeader(denies[0].Statement) {
		fix.Message = headerAdvice(need, names[0])
	}
	if place := denies[0].Statement.Node.Span(); !place.IsZero() {
		fix.File = place.File.Name
	}
	return fix
}

const headerName = "x-amz-server-side-encryption"

// asksForHeader reports whether a statement has a condition on the encryption
// header of a write.
func asksForHeader(statement *iam.Statement) bool {
	return slices.ContainsFunc(statement.Conditions, func(c iam.Condition) bool { return c.Name == iam.NewKey("s3:"+headerName) })
}

// headerAdvice says how the header that a Deny asks for comes to be sent: Canvas
// sends it with the storage key, and else leaves encryption to the bucket.
func headerAdvice(need *Need, deny string) string {
	if user := need.Users[0]; user.StorageKeys[0].Setting.IsGiven() {
		return "Canvas sends the header " + headerName + ": aws:kms with its storage key: let the condition of " + deny + " take that value"
	}
	return "without a storage key Canvas sends no header " + headerName + ": set a storage key (S3KmsKeyId of the domain's WorkspaceSettings), or remove " +
		deny + ": the bucket's default encryption encrypts what comes without the header"
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
	ofBucket := strings.Contains(need.Resource, ":s3:::")
	resources := func([]string) []string { return []string{need.Resource} }
	if ofBucket {
		resources = func(actions []string) []string { return bucketResources(need.Resource, actions) }
	}
	write := func(sid string, actions []string) string { return statement(sid, "", actions, resources(actions)) }
	var changes []change
	keyChange := func(principal string) change {
		return w.resourceChange(need, principal, names, access.KeyPolicy, iam.KeyPolicy, func([]string) []string { return []string{"*"} })
	}
	circle := w.isCircle(need)
	if !ofBucket && !circle {
		changes = append(changes, keyChange(need.Role))
	}
	if need.policies.Boundary != nil {
		role := w.snapshot.Role(need.Role)
		changes = append(changes, change{
			layer: access.Boundary, where: "the permissions boundary " + role.Boundaries[0].ARN, kind: iam.BoundaryPolicy,
			file: w.fileOf(need.policies.Boundary), beside: need.policies.Boundary.Documents, actions: names, write: write,
			apply: func(p *access.Policies, d access.Document) { p.Boundary = with(p.Boundary, d) },
		})
	}
	changes = append(changes, change{
		layer: access.IdentityPolicy, where: "an inline policy of the role " + short(need.Role), kind: iam.IdentityPolicy,
		file: w.fileOf(&need.policies.Identity), beside: need.policies.Identity.Documents, actions: names, write: write,
		apply: func(p *access.Policies, d access.Document) { p.Identity = *with(&p.Identity, d) },
	})
	if ofBucket {
		changes = append(changes, w.resourceChange(need, need.Role, names, access.BucketPolicy, iam.BucketPolicy, resources))
	}
	if arn, ok := iam.ParseARN(need.Resource); ok && circle {
		changes = append(changes, keyChange("arn:"+arn.Partition+":iam::"+arn.Account+":root"))
	}
	return changes
}

// isCircle reports whether a key policy that refers to the role would be a circle
// in the code that makes both: then the role's own policies are what can be
// changed, and the key policy can let them count by naming the account.
func (w *worker) isCircle(need *Need) bool {
	role := w.snapshot.Role(need.Role)
	return role != nil && slices.Contains(role.MadeAfter, need.Resource)
}

// bucketResources are the bucket, its objects or both: what the actions are about.
func bucketResources(arn string, actions []string) []string {
	var resources []string
	for _, name := range actions {
		if strings.HasSuffix(name, "Object") {
			note(&resources, arn+"/*")
		} else {
			note(&resources, arn)
		}
	}
	sort.Strings(resources)
	return resources
}

// resourceChange is a statement in the policy of the key or bucket.
func (w *worker) resourceChange(need *Need, principal string, names []string, layer access.LayerName, kind iam.Kind, resources func([]string) []string) change {
	c := change{
		layer: layer, where: "the " + strings.ReplaceAll(string(layer), "-", " ") + " of " + need.Resource, kind: kind, actions: names,
		write: func(sid string, actions []string) string {
			return statement(sid, principal, actions, resources(actions))
		},
		apply: func(p *access.Policies, d access.Document) { p.Resource = with(p.Resource, d) },
	}
	if given := need.policies.Resource; given != nil {
		c.file, c.beside = w.fileOf(given), given.Documents
		c.where += w.madeFrom(given)
	}
	return c
}

// with gives a layer with one document more.
func with(layer *access.Layer, d access.Document) *access.Layer {
	var more access.Layer
	if layer != nil {
		more = *layer
	}
	more.Documents = append([]access.Document{d}, more.Documents...)
	return &more
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

const grantsSid = "Grants"

// statement writes statements the way AWS's own examples are laid out. A grant
// is as good as the key policy, so kms:CreateGrant stands apart, for AWS
// services only (https://docs.aws.amazon.com/kms/latest/developerguide/grants.html).
func statement(sid, principal string, actions, resources []string) string {
	const createGrant = "kms:CreateGrant"
	if !slices.Contains(actions, createGrant) {
		return oneStatement(sid, principal, actions, resources, "")
	}
	grant := oneStatement(sid+grantsSid, principal, []string{createGrant}, resources, `{ "Bool": { "kms:GrantIsForAWSResource": "true" } }`)
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
		documents, _ := source.Parse(c.where, []byte(`{"Version":"2012-10-17","Statement":[`+c.write(canvasSid, c.actions)+`]}`), source.JSON)
		if len(documents) == 0 {
			return false
		}
		c.apply(&policies, access.Document{Name: c.where, Policy: iam.Compile(documents[0].Root(), c.kind)})
	}
	for _, a := range denied {
		if !a.isAllowedBy(&policies) {
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

func (w *worker) describe(chosen []change) *finding.Fix {
	fix := &finding.Fix{Message: "add this statement to " + chosen[0].where, File: chosen[0].file, Statement: w.propose(chosen[0])}
	for _, c := range chosen[1:] {
		fix.Message += "; and to " + c.where + " this one: " + strings.Join(strings.Fields(w.propose(c)), " ")
	}
	return fix
}

// canvasSid is how the Sids of proposed statements begin.
const canvasSid = "AllowCanvas"

// proposal is where a statement is to be added under a Sid.
type proposal struct{ file, where, sid string }

// propose writes a statement under a Sid that the policy does not have, and that
// no other statement has which is proposed for the same file: Sids are unique
// within a policy
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html).
func (w *worker) propose(c change) string {
	for number := 1; ; number++ {
		sid := canvasSid
		if number > 1 {
			sid += strconv.Itoa(number)
		}
		id := proposal{c.file, "", sid}
		if c.file == "" {
			id.where = c.where
		}
		text := c.write(sid, c.actions)
		known, ok := w.proposed[id]
		if isTaken(sid, c.beside) || ok && known != text {
			continue
		}
		w.proposed[id] = text
		return text
	}
}

// isTaken reports whether a statement has the Sid, or that of the statement for
// grants beside it.
func isTaken(sid string, documents []access.Document) bool {
	for _, d := range documents {
		for _, s := range d.Policy.Statements {
			if s.Sid == sid || s.Sid == sid+grantsSid {
				return true
			}
		}
	}
	return false
}
