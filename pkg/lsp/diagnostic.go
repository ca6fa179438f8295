package lsp

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// name is what diagnostics say they come from.
const name = "canvaslint"

// notAnalysed is the code of a diagnostic that is a problem, not a finding.
const notAnalysed = "not-analysed"

// diagnostics gives what there is to say of each document, by URI.
func (c *checked) diagnostics() map[protocol.URI][]protocol.Diagnostic {
	found := map[protocol.URI][]protocol.Diagnostic{}
	add := func(at protocol.Location, d protocol.Diagnostic) {
		d.Range, d.Source = at.Range, name
		found[at.URI] = append(found[at.URI], d)
	}
	if c.err != nil {
		for _, p := range failures(c.err, c.configName()) {
			add(c.location(p.Place), protocol.Diagnostic{Severity: protocol.SeverityError, Code: notAnalysed, Message: p.Message})
		}
		return found
	}
	for _, p := range c.result.Problems {
		place := finding.PlaceOf(p.Span)
		if p.Span.IsZero() {
			place.File = cmp.Or(p.Path, c.configName())
		}
		add(c.location(place), protocol.Diagnostic{Severity: protocol.SeverityError, Code: notAnalysed, Message: source.Spelled(p.Message)})
	}
	for _, f := range c.result.Report.Findings {
		add(c.location(f.Place), c.diagnostic(f))
	}
	for _, list := range found {
		slices.SortStableFunc(list, func(a, b protocol.Diagnostic) int {
			return cmp.Or(cmp.Compare(a.Range.Start.Line, b.Range.Start.Line), cmp.Compare(a.Range.Start.Character, b.Range.Start.Character), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Message, b.Message))
		})
	}
	return found
}

// diagnostic is a finding without its place.
func (c *checked) diagnostic(f finding.Finding) protocol.Diagnostic {
	d := protocol.Diagnostic{
		Severity: severity(f.Severity), Code: f.Rule, CodeDescription: &protocol.CodeDescription{Href: f.Help},
		Message: f.Message, Tags: tags(f.Rule), Data: f.Fingerprint,
	}
	for _, cause := range f.Causes {
		if cause.File == "" {
			d.Message += "\n" + cause.Message
			continue
		}
		d.RelatedInformation = append(d.RelatedInformation, protocol.RelatedInformation{Location: c.location(cause.Place), Message: cause.Message})
	}
	for _, note := range f.Related {
		if note.File != "" {
			d.RelatedInformation = append(d.RelatedInformation, protocol.RelatedInformation{Location: c.location(note.Place), Message: note.Message})
		}
	}
	if f.Fix != nil && f.Fix.Message != "" {
		d.Message += "\n" + f.Fix.Message
	}
	return d
}

func severity(s finding.Severity) int {
	switch s {
	case finding.Error:
		return protocol.SeverityError
	case finding.Warning:
		return protocol.SeverityWarning
	default:
		return protocol.SeverityInformation
	}
}

// tags marks what has no effect, which editors show faded.
func tags(rule string) []int {
	switch rule {
	case "key-statement-without-effect", "bucket-statement-without-effect", "policy-redundant",
		"policy-condition-always-matches", "policy-condition-never-matches":
		return []int{protocol.TagUnnecessary}
	}
	return nil
}

// configName is the file that an error without a place is about.
func (c *checked) configName() string {
	if c.options.Settings.File != "" {
		return c.folder.display(c.options.Settings.File)
	}
	return ".canvaslint.yaml"
}

// failure is one line of an error with the place that it names.
type failure struct {
	finding.Place
	Message string
}

// failures takes the error of a check apart: what is wrong with a config stands in
// it line by line, each with its place.
func failures(err error, config string) []failure {
	placed := regexp.MustCompile(`^(.+?):(\d+):(\d+): (.*)$`)
	var list []failure
	for line := range strings.SplitSeq(err.Error(), "\n") {
		line = strings.TrimPrefix(line, "read the config: ")
		switch m := placed.FindStringSubmatch(line); {
		case m != nil:
			at := source.Position{Line: number(m[2]), Column: number(m[3])}
			list = append(list, failure{finding.Place{File: m[1], Start: at}, m[4]})
		case strings.HasSuffix(line, ":"): // a heading
		default:
			list = append(list, failure{finding.Place{File: config}, line})
		}
	}
	return list
}

func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 1
	}
	return n
}
