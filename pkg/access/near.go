package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// slip is the one element that keeps a statement from applying, where what
// stands there was probably meant for the request.
type slip struct {
	element string
	node    source.Node
	why     string // what stands there, and what the request has
	write   string // what to write instead
	advice  string // the same in words, or what else would do
	far     bool   // less telling than a slip of the pen
	beside  bool   // what stands there may be meant too
}

// words says the slip in a sentence that goes on from "would allow it, but".
func (s *slip) words() string {
	if s.write+s.advice == "" {
		return s.why
	}
	return s.why + ": write " + s.write + s.advice
}

// corrections gives the edit that undoes the slip. A pattern covers more than the
// request, so that no one knows what it would cover elsewhere.
func (s *slip) corrections() []Correction {
	if s.write == "" || s.far || strings.ContainsAny(s.node.Text(), "*?") {
		return nil
	}
	return []Correction{{Node: s.node, Text: s.write, Beside: s.beside}}
}

// closest finds the statement of a layer that would allow the request but for a
// slip, and is nearest to it.
func (x *explainer) closest(v view) (*Document, *iam.Statement, *slip) {
	var best *slip
	var of *Document
	var at *iam.Statement
	for i := range v.layer.Documents {
		d := &v.layer.Documents[i]
		if d.Policy == nil {
			continue
		}
		for _, s := range d.Policy.Statements {
			if s.Effect != iam.Allow || s.WithoutEffect {
				continue
			}
			if found := x.slip(s, v); found != nil && (best == nil || best.far && !found.far) {
				best, of, at = found, d, s
			}
		}
	}
	return of, at, best
}

// slip looks at a statement that one element alone keeps from applying. Where
// that is a condition, nearly speaks of it.
func (x *explainer) slip(s *iam.Statement, v view) *slip {
	action, resource, principal := x.action(s), x.resource(s), yes
	if v.named {
		principal = x.principal(s).any()
	}
	fails := 0
	for _, t := range [...]truth{action, resource, principal} {
		if t == no {
			fails++
		}
	}
	if fails != 1 {
		return nil
	}
	for i := range s.Conditions {
		if x.condition(&s.Conditions[i]) == no && !isOfPrincipal(&s.Conditions[i], principal) {
			return nil
		}
	}
	switch {
	case action == no:
		return x.actionSlip(s)
	case resource == no:
		return x.resourceSlip(s)
	}
	return x.principalSlip(s)
}

// isOfPrincipal reports whether a condition asks for what a wrong principal gets
// wrong too: one slip can stand in both places.
func isOfPrincipal(c *iam.Condition, principal truth) bool {
	name := c.Name.String()
	return principal == no && (name == "aws:principalarn" || name == "aws:userid" || name == "kms:calleraccount" || name == "aws:principalaccount")
}

// exists reports whether something of a name is known to exist: then it was
// meant, and is no slip.
func (x *explainer) exists(name string) bool {
	return x.policies.Known != nil && x.policies.Known(name)
}

// isTypo reports whether a text is a slip of the pen: nearly what was asked for,
// and the name of nothing.
func (x *explainer) isTypo(written, asked string) bool {
	return written != asked && x.policies.Known != nil && wording.Distance(written, asked, typo) <= typo && !x.policies.Known(written)
}

func (x *explainer) actionSlip(s *iam.Statement) *slip {
	for i := range s.Actions {
		p := &s.Actions[i]
		if p.Symbolic || p.HasStandIn() || strings.ContainsAny(p.Text, "*?") {
			continue
		}
		if x.isTypo(p.Text, x.request.Action) {
			return &slip{element: "action", node: p.Node, why: "its Action is " + p.Text, write: x.request.Action}
		}
	}
	return nil
}

// typo is how many letters a slip of the pen gets wrong.
const typo = 2

func (x *explainer) resourceSlip(s *iam.Statement) *slip {
	var far *slip
	for i := range s.Resources {
		p := &s.Resources[i]
		if p.Symbolic || p.HasStandIn() || len(p.Variables()) > 0 || iam.HasStandIn(x.request.Resource) {
			continue
		}
		var found *slip
		switch {
		case strings.Contains(x.request.Resource, ":key/"):
			found = x.keySlip(p.Text, s)
		case strings.Contains(x.request.Resource, ":s3:::"):
			found = x.bucketSlip(p.Text)
		}
		if found == nil {
			found = x.arnSlip(p.Text, x.request.Resource)
		}
		if found == nil {
			continue
		}
		found.element, found.node = "resource", p.Node
		found.why = "its Resource is " + p.Text + found.why
		if !found.far {
			return found
		}
		if far == nil {
			far = found
		}
	}
	return far
}

// keySlip knows that KMS compares a Resource with the ARN of the key, never with
// an alias, an id or a name
// (https://docs.aws.amazon.com/kms/latest/developerguide/cmks-in-iam-policies.html).
func (x *explainer) keySlip(text string, s *iam.Statement) *slip {
	key := x.request.Resource
	_, id, _ := strings.Cut(key, ":key/")
	arn, isARN := iam.ParseARN(text)
	name := text
	if isARN {
		name = arn.Resource
		if arn.Service != "kms" || arn.Account != iam.AccountOf(key) {
			return nil
		}
	}
	switch {
	case strings.HasPrefix(name, "alias/"):
		if !x.mayBeAlias(name) {
			return nil
		}
		return &slip{why: ", an alias, and a Resource is compared with the key's ARN", write: key, advice: " (or \"*\" with a condition on kms:ResourceAliases)", beside: isOfAliases(s)}
	case text == id, text == "key/"+id, isARN && name == id:
		return &slip{why: ", and a Resource is compared with the key's ARN", write: key}
	case strings.HasPrefix(name, "key/") && !strings.ContainsAny(name, "*?") && !isKeyID(name[len("key/"):]):
		return &slip{why: ", which is the ARN of no key: behind key/ stands a key id", write: key}
	}
	return nil
}

// isOfAliases reports whether a statement speaks of actions that an alias is the
// resource of, or may.
func isOfAliases(s *iam.Statement) bool {
	return len(s.NotActions) > 0 || slices.ContainsFunc(s.Actions, func(p iam.Pattern) bool {
		return strings.ContainsAny(p.Text, "*?") || strings.HasSuffix(p.Text, "Alias")
	})
}

// mayBeAlias reports whether a name is one of the key's aliases, or may be.
func (x *explainer) mayBeAlias(name string) bool {
	aliases := x.context.get(iam.NewKey("kms:ResourceAliases"))
	if aliases.state != known {
		return true
	}
	glob := iam.WildcardGlob(name, false)
	for _, alias := range aliases.values {
		if glob.Matches(alias) {
			return true
		}
	}
	return false
}

// isKeyID accepts the form of KMS key ids
// (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-id).
func isKeyID(text string) bool {
	return len(text) == 36 && (strings.Count(text, "-") == 4 || strings.HasPrefix(text, "mrk-"))
}

// bucketSlip knows that a bucket and its objects are two resources
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/security_iam_service-with-iam.html).
func (x *explainer) bucketSlip(text string) *slip {
	arn, object, ofObject := strings.Cut(x.request.Resource, "/")
	bucket, path, hasPath := strings.Cut(text, "/")
	switch {
	case bucket != arn:
		return nil
	case ofObject && !hasPath:
		return &slip{why: ", the bucket and not its objects", write: arn + "/*", beside: true}
	case !ofObject && hasPath:
		return &slip{why: ", the objects and not the bucket", write: arn, beside: true}
	case ofObject:
		return &slip{why: fmt.Sprintf(", which are other objects than %s", object), advice: "a pattern that covers it", far: !strings.HasPrefix(path, object)}
	}
	return nil
}

// arnSlip compares two ARNs of which one may hold wildcards: they differ in one
// part, or in a letter or two.
func (x *explainer) arnSlip(written, asked string) *slip {
	a, b := strings.SplitN(written, ":", 6), strings.SplitN(asked, ":", 6)
	if len(a) != 6 || len(b) != 6 {
		return nil
	}
	differs := -1
	for i := range a {
		if glob := iam.WildcardGlob(a[i], false); !glob.Matches(b[i]) {
			if differs >= 0 {
				return nil
			}
			differs = i
		}
	}
	whole := strings.Join(append(b[:5:5], a[5]), ":")
	switch differs {
	case 1:
		return &slip{why: fmt.Sprintf(", of the partition %s, and the partition is %s", a[1], b[1]), write: whole}
	case 3:
		return &slip{why: fmt.Sprintf(", of the Region %s, and the Region is %s", none(a[3]), none(b[3])), write: whole, beside: x.exists(written)}
	case 4:
		return &slip{why: fmt.Sprintf(", of the account %s, and the account is %s", none(a[4]), none(b[4])), write: whole, beside: x.exists(written)}
	case 5:
		if !strings.ContainsAny(a[5], "*?") && x.isTypo(written, asked) {
			return &slip{why: ", and " + asked + " was asked for", write: asked}
		}
	}
	return nil
}

func none(text string) string {
	if text == "" {
		return "(none)"
	}
	return text
}
