package canvas

import (
	"slices"
	"sort"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
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
	ofBucket := strings.Contains(need.Resource, ":s3:::") || isPoint(need.Resource)
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
		layer, kind := access.BucketPolicy, iam.BucketPolicy
		if isPoint(need.Resource) {
			layer, kind = access.PointPolicy, iam.ResourcePolicy
		}
		changes = append(changes, w.resourceChange(need, need.Role, names, layer, kind, resources))
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
			note(&resources, objectsOf(arn)+"*")
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
		if policy := w.policyOf(doc.Policy); policy != nil && policy.Of != "" {
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
		if policy := w.policyOf(doc.Policy); policy != nil && policy.Generated {
			continue
		}
		if !span.IsZero() && !strings.Contains(span.File.Name, ":aws:policy/") {
			return span.File.Name
		}
	}
	return ""
}
