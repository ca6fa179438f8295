package canvas

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/layout/awscli"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// failures gives the calls of an export that did not give what they were made
// for, by what they were about.
func (w *worker) failures(resource string) []snapshot.Missing {
	if w.missing == nil {
		w.missing, w.why = map[string][]snapshot.Missing{}, map[string]string{}
		for _, m := range w.snapshot.Missing {
			w.missing[m.Resource] = append(w.missing[m.Resource], m)
		}
	}
	return w.missing[resource]
}

// unread names a document that was not given, and remembers what to do about
// it: where the export says that the call failed which should have given it, the
// first of the operations that failed for the resource, and else the command of
// the first that one command makes (Facts.Commands).
func (w *worker) unread(what, resource string, in layout.Place, operations ...string) string {
	failures := w.failures(resource)
	if w.why[what] != "" || w.facts.Commands[what] != "" {
		return what
	}
	for _, operation := range operations {
		for _, m := range failures {
			if m.Operation == operation {
				w.why[what] = sentence(m)
				return what
			}
		}
	}
	for _, operation := range operations {
		if command := awscli.Command(operation, resource, in, w.folder()); command != "" {
			w.facts.Commands[what] = command
			break
		}
	}
	return what
}

// folder gives the folder below which a check finds what is saved: the one that
// holds the account of the first domain, or the archive that it is in, or else the
// folder of its file.
func (w *worker) folder() string {
	if len(w.snapshot.Domains) == 0 {
		return ""
	}
	node := w.snapshot.Domains[0].Node
	if !node.Exists() || node.Span().IsZero() {
		return ""
	}
	parts := strings.Split(path.Dir(node.Span().File.Name), "/")
	isWithin := func(part string) bool {
		return layout.IsAccount(part) || slices.Contains([]string{".zip", ".tar", ".tgz", ".gz"}, path.Ext(part))
	}
	if i := slices.IndexFunc(parts, isWithin); i >= 0 {
		parts = parts[:i]
	}
	return strings.Join(parts, "/")
}

// explained adds to the names of documents why they are missing.
func (w *worker) explained(missing []string) []string {
	explained := make([]string, 0, len(missing))
	for _, what := range missing {
		if why, ok := w.why[what]; ok {
			what += " (" + why + ")"
		}
		explained = append(explained, what)
	}
	return explained
}

// sentence says why a call gave nothing and what to do about it.
func sentence(m snapshot.Missing) string {
	call := m.Service + ":" + m.Operation
	switch {
	case m.Reason == "not-found":
		return call + " says that there is none: " + m.Code
	case m.Code == "OtherAccount" || m.Code == "NoCredentials":
		return call + " was not possible: export with credentials of that account too"
	case m.Reason == "access-denied":
		return fmt.Sprintf("%s was refused with %s: allow %s and export again", call, m.Code, m.Permission)
	case m.Reason == "throttled":
		return fmt.Sprintf("%s was throttled with %s: export again later", call, m.Code)
	}
	return fmt.Sprintf("the answer of %s was not understood, %s: export again", call, m.Code)
}

// because gives a call of these operations that an export could not make, the
// least of them, as an addition to a note; "" where there is none.
func (w *worker) because(operations ...string) string {
	because := ""
	for _, m := range w.snapshot.Missing {
		if m.Reason != "not-found" && slices.Contains(operations, m.Operation) {
			if text := " (" + sentence(m) + ")"; because == "" || text < because {
				because = text
			}
		}
	}
	return because
}

// noteUnread describes the calls that no decision, no problem and no other note
// speaks of for certain: one note for each call and reason.
func (w *worker) noteUnread() {
	told := []string{"ListGrants", "DescribeVpcEndpoints"}
	type group struct{ operation, reason, code string }
	var order []group
	count, first := map[group]int{}, map[group]snapshot.Missing{}
	for _, m := range w.snapshot.Missing {
		problem := m.File == "" || m.Service == "sagemaker" || m.Operation == "DescribeKey"
		if m.Reason == "not-found" || problem || m.Service == "organizations" || slices.Contains(told, m.Operation) {
			continue
		}
		g := group{m.Operation, m.Reason, m.Code}
		if count[g]++; count[g] == 1 {
			first[g] = m
			order = append(order, g)
		}
	}
	slices.SortFunc(order, func(a, b group) int { return strings.Compare(a.operation+a.reason+a.code, b.operation+b.reason+b.code) })
	for _, g := range order {
		more := ""
		if count[g] > 1 {
			more = fmt.Sprintf(" and of %d more", count[g]-1)
		}
		w.remark(finding.NotRead, fmt.Sprintf("Not read: what %s gives of %s%s (%s).", g.operation, first[g].Resource, more, sentence(first[g])), "")
	}
}
