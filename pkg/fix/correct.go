package fix

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// proposals are the changes of one stage, each once.
type proposals struct {
	result  *lint.Result
	variant lint.Variant
	changes []Change
	known   map[string]int                      // the changes by their keys
	edited  map[*iam.Statement]*snapshot.Policy // the policies of statements of the variant
}

// inEachVariant gives the changes that are proposed in any variant.
func inEachVariant(r *lint.Result, propose func(*proposals)) []Change {
	p := &proposals{result: r, known: map[string]int{}}
	for _, p.variant = range r.Variants {
		p.edited = map[*iam.Statement]*snapshot.Policy{}
		propose(p)
	}
	return p.changes
}

// add takes a change where the text allows its edits. One that others proposed serves
// their needs too.
func (p *proposals) add(change Change, edits []source.Edit, err error) {
	change.Message = source.Spelled(change.Message)
	if at, ok := p.known[change.key]; ok {
		p.changes[at].needs = append(p.changes[at].needs, change.needs...)
	} else if change.edit(edits, err) {
		p.known[change.key] = len(p.changes)
		p.changes = append(p.changes, change)
	}
}

// inPolicy begins a change of a policy.
func inPolicy(policy *snapshot.Policy, key string, needs ...*canvas.Need) Change {
	return Change{Owner: policy.Owner, Policy: policy.Name, Layer: layerOf(policy.Kind), key: policy.Owner + " " + policy.Name + " " + key, needs: needs}
}

// value makes the text of a value as the file of a node has it: a function where
// that is a template and the text holds what only a deployment gives.
func (p *proposals) value(at source.Node, text string) source.Node { return p.json(at, quoted(text)) }

func (p *proposals) json(at source.Node, text string) source.Node {
	text = source.Spelled(text)
	if file := at.Written().Span().File; file != nil {
		text = cloudformation.Writable(p.result.Documents.Templates, file.Name, text)
	}
	return literal(text)
}

// policyOf finds the policy of a statement, nil where no one edits it.
func (p *proposals) policyOf(statement *iam.Statement) *snapshot.Policy {
	policy, ok := p.edited[statement]
	if !ok {
		at := slices.IndexFunc(p.variant.Snapshot.Policies, func(policy *snapshot.Policy) bool {
			return !policy.Generated && !policy.AWSManaged && policy.Holds(statement)
		})
		if at >= 0 {
			policy = p.variant.Snapshot.Policies[at]
		}
		p.edited[statement] = policy
	}
	return policy
}

// denials calls back for each reason that denies what Canvas cannot do without.
func (p *proposals) denials(visit func(*canvas.Need, *canvas.Action, access.Reason)) {
	for _, need := range p.variant.Facts.Needs {
		for _, action := range need.Actions {
			if !action.Result.IsDenied() || action.Lack != finding.Error {
				continue
			}
			for _, reason := range action.Reasons {
				visit(need, action, reason)
			}
		}
	}
}

// corrections put right what was meant and miswritten: a name that is nearly the
// one that is asked for, and conditions that shut out what they were to allow.
func (p *proposals) corrections() {
	p.denials(func(need *canvas.Need, _ *canvas.Action, reason access.Reason) {
		statement := reason.Near
		if statement == nil {
			statement = reason.Statement
		}
		if policy := p.policyOf(statement); policy != nil {
			for _, correction := range reason.Corrections {
				p.correct(policy, statement, correction, need)
			}
		}
	})
	for _, fault := range p.variant.Facts.Faults {
		if fault.Kind == canvas.FaultWithoutEffect {
			p.resource(fault)
		}
		if fault.Statement == nil || fault.Severity != finding.Error || fault.Doubt || fault.Policy == nil || fault.Policy.Generated {
			continue
		}
		switch allows := fault.Statement.Effect == iam.Allow; {
		case fault.Kind == canvas.FaultViaService:
			p.viaService(fault)
		case fault.Kind == canvas.FaultContext && allows:
			p.encryptionContext(fault)
		case fault.Kind == canvas.FaultGrantCondition && allows:
			p.withoutGrantCondition(fault)
		}
	}
}

func (p *proposals) correct(policy *snapshot.Policy, statement *iam.Statement, c access.Correction, need *canvas.Need) {
	if c.Beside {
		p.beside(policy, statement, c.Node, []string{c.Text}, need)
		return
	}
	old := c.Node.Text()
	if statement.Node.Path("Condition", c.Text).Exists() {
		return // the name of an operator that is there already
	}
	change := inPolicy(policy, "write "+c.Text+" for "+old+" in "+nameOf(statement), need)
	change.Message = fmt.Sprintf("in %s, statement %s: write %s in place of %s", where(policy), nameOf(statement), c.Text, old)
	edits, err := source.Replace(c.Node, p.value(c.Node, c.Text))
	p.add(change, edits, err)
}

// beside adds values to a list, or makes a list of one value and them.
func (p *proposals) beside(policy *snapshot.Policy, statement *iam.Statement, list source.Node, texts []string, needs ...*canvas.Need) {
	change := inPolicy(policy, "add "+strings.Join(texts, " ")+" to "+nameOf(statement), needs...)
	change.Message = fmt.Sprintf("in %s, statement %s: add %s beside %s", where(policy), nameOf(statement), wording.List(texts, "and"), wording.List(textsOf(list), "and"))
	var values []source.Node
	for _, text := range texts {
		values = append(values, p.value(list, text))
	}
	edits, err := source.Append(list, values...)
	p.add(change, edits, err)
}

// viaService lets the services through that Canvas calls KMS by. In a key policy
// the same service of another Region is a slip, since a key has one Region only.
func (p *proposals) viaService(fault *canvas.Fault) {
	condition := conditionAt(fault)
	if condition == nil || slices.Contains(fault.Services, "") {
		return // a direct call comes through no service
	}
	var missing []string
	for _, need := range fault.Needs {
		arn, _ := iam.ParseARN(need.Resource)
		for _, service := range fault.Services {
			name := service + "." + arn.Region + ".amazonaws.com"
			at := slices.IndexFunc(condition.Values, func(v iam.Value) bool {
				written, _, _ := strings.Cut(strings.ToLower(v.Text), ".")
				return written == service && !v.Symbolic
			})
			switch {
			case at >= 0 && fault.Policy.Kind == iam.KeyPolicy:
				p.correct(fault.Policy, fault.Statement, access.Correction{Node: condition.Values[at].Node, Text: name}, need)
			case !slices.Contains(missing, name):
				missing = append(missing, name)
			}
		}
	}
	if len(missing) > 0 {
		p.beside(fault.Policy, fault.Statement, fault.Node, missing, fault.Needs...)
	}
}

// encryptionContext adds what S3 sends: the bucket with S3 Bucket Keys, else its
// objects (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
func (p *proposals) encryptionContext(fault *canvas.Fault) {
	condition := conditionAt(fault)
	if condition == nil || !fault.BucketKey && condition.Op.Test != iam.StringLike && condition.Op.Test != iam.ArnLike {
		return
	}
	var missing []string
	for _, need := range fault.Needs {
		name := need.BucketName
		if name == "" && len(need.Users) > 0 {
			name = need.Users[0].Bucket.Name
		}
		bucket := p.variant.Snapshot.Bucket(name)
		if bucket == nil {
			return
		}
		text := bucket.ARN
		if !fault.BucketKey {
			text += "/*"
		}
		if !slices.Contains(missing, text) {
			missing = append(missing, text)
		}
	}
	p.beside(fault.Policy, fault.Statement, fault.Node, missing, fault.Needs...)
}

// withoutGrantCondition says again without kms:GrantIsForAWSResource what a
// statement allows of the actions that never carry it.
func (p *proposals) withoutGrantCondition(fault *canvas.Fault) {
	again, ok := repeated(fault.Statement.Node, fault.Actions, "kms:GrantIsForAWSResource")
	if !ok {
		return
	}
	var taken []string
	for _, statement := range fault.Policy.Policy().Statements {
		taken = append(taken, statement.Sid)
	}
	again.Sid = freshSid(taken)
	change := inPolicy(fault.Policy, "again "+nameOf(fault.Statement), fault.Needs...)
	change.Message = fmt.Sprintf("in %s: allow %s without the condition on kms:GrantIsForAWSResource of statement %s, which these calls never meet",
		where(fault.Policy), wording.List(fault.Actions, "and"), nameOf(fault.Statement))
	edits, err := target{node: fault.Policy.Node}.add([]string{source.JSONText(p.json(fault.Policy.Node, again.text()))})
	p.add(change, edits, err)
}

// resource gives a statement of a key policy the Resource that it lacks: there is
// but one that it can have.
func (p *proposals) resource(fault *canvas.Fault) {
	statement, policy := fault.Statement, fault.Policy
	if statement == nil || policy == nil || policy.Generated || policy.Kind != iam.KeyPolicy || statement.ResourceNode.Exists() || !statement.ActionNode.Exists() {
		return
	}
	change := inPolicy(policy, "Resource of "+nameOf(statement))
	change.Message = fmt.Sprintf("in %s, statement %s: add the Resource \"*\", without which it does nothing", where(policy), nameOf(statement))
	edits, err := source.SetMember(statement.Node, "Resource", literal(`"*"`))
	p.add(change, edits, err)
}

// conditionAt finds the condition of a fault, nil where more values would not help.
func conditionAt(fault *canvas.Fault) *iam.Condition {
	for i := range fault.Statement.Conditions {
		c := &fault.Statement.Conditions[i]
		if c.Node == fault.Node && c.Op.Negated == (fault.Statement.Effect == iam.Deny) && c.Op.Set == iam.Single {
			return c
		}
	}
	return nil
}

// nameOf names a statement within its policy.
func nameOf(s *iam.Statement) string {
	if s.Sid != "" {
		return s.Sid
	}
	return fmt.Sprint(s.Index + 1)
}

func textsOf(list source.Node) []string {
	var texts []string
	for item := range list.Each() {
		texts = append(texts, item.Text())
	}
	return texts
}

// where says in words which policy it is.
func where(policy *snapshot.Policy) string {
	name := policy.Owner[strings.LastIndexAny(policy.Owner, ":/")+1:]
	switch policy.Kind {
	case iam.KeyPolicy:
		return "the key policy of " + policy.Owner
	case iam.BucketPolicy:
		return "the policy of the bucket " + name
	case iam.TrustPolicy:
		return "the trust policy of the role " + name
	case iam.BoundaryPolicy:
		return "the permissions boundary " + policy.Name
	}
	if strings.HasPrefix(policy.Name, "arn:") || name == "" {
		return "the policy " + policy.Name
	}
	return fmt.Sprintf("the inline policy %s of the role %s", policy.Name, name)
}

// layerOf names the layer that policies of a kind make up.
func layerOf(kind iam.Kind) access.LayerName {
	if kind == iam.BoundaryPolicy {
		return access.Boundary
	}
	return access.LayerName(strings.ReplaceAll(kind.String(), " ", "-"))
}
