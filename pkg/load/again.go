package load

import (
	"maps"
	"reflect"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/load/iamcollect"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// A policy in a file of its own that belongs to nothing is judged by itself: no other
// document's place, owner or value depends on it. While such files are edited, what was
// read before stays as it is, and only what these files hold is placed again.

// reading is what one Load met, with what it came to.
type reading struct {
	paths    []string
	options  Options
	found    filesystem.Found
	contents []document.Content
	result   *Result
}

// ownership is what tells whose a document is, once everything is read.
type ownership struct {
	owners    map[string]owner
	told      map[string]document.Kind
	roles     *roleIndex
	foundKeys bool
}

func (b *builder) owning() ownership {
	return ownership{owners: b.owners, told: b.told, roles: b.rolesByName(), foundKeys: b.foundKeys}
}

// keepReading keeps a Load that a later one may differ from by loose files only.
func (c *Cache) keepReading(now reading, result *Result) {
	c.last = nil
	if len(result.Variants) == 1 && len(result.Variants[0].Assumptions) == 0 {
		now.result, now.options = result, now.options.compared()
		c.last = &now
	}
}

// compared are the options that say what is made of the files.
func (o Options) compared() Options {
	o.Files, o.Stdin, o.Display, o.Cache = nil, nil, nil, nil
	return o
}

// again gives the result where only loose files changed since the last Load; nil where
// everything has to be put together anew.
func (c *Cache) again(now reading) *Result {
	if c == nil || c.last == nil || !c.last.isLike(now) {
		return nil
	}
	now.result, now.options = c.last.result, c.last.options
	for i := range now.contents {
		if before := &c.last.contents[i]; !before.IsSame(&now.contents[i]) {
			if now.result = now.result.replace(before, &now.contents[i]); now.result == nil {
				return nil
			}
		}
	}
	if now.result.Files == 0 {
		return nil // a problem of its own
	}
	c.last = &now
	return now.result
}

// isLike reports whether the same files are read in the same way.
func (r *reading) isLike(now reading) bool {
	return slices.Equal(r.paths, now.paths) && reflect.DeepEqual(r.options, now.options.compared()) &&
		slices.Equal(r.found.Ignored, now.found.Ignored) && slices.Equal(r.found.Problems, now.found.Problems) && slices.Equal(r.found.Notes, now.found.Notes) &&
		slices.EqualFunc(r.found.Files, now.found.Files, func(a, b filesystem.File) bool {
			return a.Path == b.Path && a.Name == b.Name && a.Named == b.Named && a.Data == nil && b.Data == nil
		})
}

// replace gives a result in which a loose file holds something else; nil where it is
// not loose, before or now.
func (r *Result) replace(before, now *document.Content) *Result {
	old, made := r.loosely(before), r.loosely(now)
	if old == nil || made == nil {
		return nil
	}
	name := now.Files[0].Name
	next := *r
	next.Files += used(now) - used(before)
	next.Documents = maps.Clone(r.Documents)
	for kind, count := range old.documents {
		if next.Documents[kind] -= count; next.Documents[kind] == 0 {
			delete(next.Documents, kind)
		}
	}
	for kind, count := range made.documents {
		next.Documents[kind] += count
	}
	next.Problems = exchange(r.Problems, func(p source.Problem) bool { return p.Path == name || isIn(p.Span, name) }, slices.Concat(now.Problems, made.problems))
	next.Ignored = exchange(r.Ignored, func(i filesystem.Ignored) bool { return i.File == name }, now.Ignored)
	next.Waivers = exchange(r.Waivers, func(w config.Waiver) bool { return isIn(w.Span, name) }, now.Waivers)
	next.Inputs = sortInputs(exchange(r.Inputs, func(i Input) bool { return isIn(i.Span, name) }, made.inputs))
	policies := exchange(r.Snapshot.Policies, func(p *snapshot.Policy) bool { return isIn(p.Node.Span(), name) }, made.snapshot.Policies)
	next.Snapshot = r.Snapshot.WithPolicies(policies)
	next.Variants = []Variant{{Snapshot: next.Snapshot}}
	return &next
}

func used(c *document.Content) int {
	if c.Used() {
		return 1
	}
	return 0
}

func isIn(span source.Span, name string) bool { return !span.IsZero() && span.File.Name == name }

// exchange gives a list with others in the place of some.
func exchange[T any](list []T, gone func(T) bool, others []T) []T {
	left := make([]T, 0, len(list)+len(others))
	for _, item := range list {
		if !gone(item) {
			left = append(left, item)
		}
	}
	return append(left, others...)
}

// loosely places what one file holds, as the last document of all; nil where it is of
// any concern to others: it has an owner, a place that tells one, or another kind of
// document.
func (r *Result) loosely(c *document.Content) *builder {
	if len(c.Files) != 1 || len(c.Documents) > 1 || len(c.Formatted) > 0 || c.HCL || len(c.Readings) != 1 {
		return nil
	}
	name, own := c.Files[0].Name, r.owning
	place := layout.Parse(name)
	place.Document = ""
	if _, owned := own.owners[name]; owned || place != (layout.Place{}) || layout.IsExport(name) || iamcollect.IsPlace(name) || keyIDPattern.MatchString(name) {
		return nil
	}
	b := newBuilder()
	b.owners, b.told, b.roleIndex = own.owners, own.told, own.roles
	b.snapshot.Domains, b.snapshot.Roles = r.Snapshot.Domains, r.Snapshot.Roles
	b.snapshot.Keys, b.snapshot.Buckets = slices.Clip(r.Snapshot.Keys), slices.Clip(r.Snapshot.Buckets)
	for _, doc := range c.Documents {
		if doc.Kind != document.RawPolicy || doc.Node.Get("RoleName").Exists() || doc.Perhaps.Question != "" {
			return nil
		}
		b.add(doc)
		b.place(doc)
		if len(b.inputs) != 1 || len(b.ignored) > 0 || !b.isLoose(b.inputs[0], own) {
			return nil
		}
	}
	return b
}

// isLoose reports whether a document was placed with no one, and would have been with
// less than everything read.
func (b *builder) isLoose(input Input, own ownership) bool {
	if input.How != byNobody && input.How != asTold {
		return false
	}
	switch document.Kind(input.Kind) {
	case document.Identity, document.Trust, document.EndpointPolicy, document.ServiceControl, document.ResourceControl, document.OtherPolicy:
		return true
	case document.KeyPolicy:
		return !own.foundKeys
	}
	return false
}
