package diff

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// resources finds by their names those that a statement means.
type resources struct {
	names []string // sorted
	at    []int    // the places of the names among all resources
	open  []int    // places in names of those that any pattern may mean
}

func newResources(names []string, at []int) *resources {
	r := &resources{names: names, at: at}
	for i, name := range names {
		if !isPlain(name) {
			r.open = append(r.open, i)
		}
	}
	return r
}

// isPlain reports whether a text is nothing but itself: without stand-ins, and
// without letters that documents may spell in other ways.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return !iam.HasStandIn(text)
}

// meant visits the resources that a statement is about, or may be, some perhaps
// twice.
func (r *resources) meant(s *iam.Statement, visit func(at int)) {
	every := len(s.Resources) == 0 || len(s.NotResources) > 0
	for i := range s.Resources {
		p := &s.Resources[i]
		every = every || p.Symbolic || p.Malformed || !isPlain(p.Text)
	}
	if every {
		for _, at := range r.at {
			visit(at)
		}
		return
	}
	for _, i := range r.open {
		visit(r.at[i])
	}
	for i := range s.Resources {
		r.fit(&s.Resources[i], visit)
	}
}

// fit visits those that a pattern fits: names that begin as it does up to its first
// wildcard, and all objects of a bucket where it means some of them.
func (r *resources) fit(p *iam.Pattern, visit func(at int)) {
	lead := p.Text
	if wild := strings.IndexAny(lead, "*?$"); wild >= 0 {
		lead = lead[:wild]
	}
	loose := p.IsLoose() || len(p.Variables()) > 0
	for i := sort.SearchStrings(r.names, lead); i < len(r.names) && strings.HasPrefix(r.names[i], lead); i++ {
		if loose || isSet(r.names[i]) || p.Matches(r.names[i]) {
			visit(r.at[i])
		}
	}
	if bucket, _, ok := strings.Cut(lead, "/"); ok {
		if i, ok := slices.BinarySearch(r.names, bucket+"/*"); ok {
			visit(r.at[i])
		}
	}
}

// isSet reports whether a resource stands for all objects of a bucket.
func isSet(resource string) bool { return strings.HasSuffix(resource, "/*") }
