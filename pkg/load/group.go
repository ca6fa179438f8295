package load

import (
	"cmp"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/load/survey"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// scope is the part of what was read that a result describes; the rest was read
// because that refers to it. The zero value is everything.
type scope struct {
	// own tells the files of the scope, by the names that are shown.
	own func(file string) bool
	// accounts are all of which something was read; entries of a manifest on others
	// are left aside.
	accounts []string
}

func (s scope) has(file string) bool { return s.own == nil || s.own(file) }

// includes reports whether a path of a manifest is about an account that was read.
func (s scope) includes(file string) bool {
	account, _, _ := strings.Cut(file, "/")
	return s.accounts == nil || !layout.IsAccount(account) || slices.Contains(s.accounts, account)
}

// Survey looks through paths for the accounts that can be read one at a time. It
// gives survey.ErrJoined where everything has to be read together.
func Survey(paths []string, options Options, datasets []string) (*survey.Survey, error) {
	options = options.Defaults()
	if len(options.Owners)+len(options.Parameters)+len(options.PolicyTypes) > 0 {
		return nil, survey.ErrJoined // the word of the user may be on any document
	}
	return survey.New(paths, options.find(), datasets)
}

// Group reads the accounts of a group and what they refer to in others. The result
// covers only the documents of the accounts that it is asked about; its snapshot
// has the others too. It gives survey.ErrJoined where a document turns out to be
// no one's for certain.
func Group(s *survey.Survey, g survey.Group, about func(account string) bool, options Options) (*Result, error) {
	read := s.Read(g)
	result := &Result{Ignored: read.Met.Ignored, Problems: read.Met.Problems, Notes: read.Met.Notes}
	for _, c := range read.Borrowed {
		for _, f := range c.Files {
			result.Borrowed = append(result.Borrowed, f.Name)
		}
	}
	has := func(file string) bool { return g.Has(survey.Owner(file)) && about(survey.Owner(file)) }
	contents := slices.Concat(read.Own, read.Borrowed)
	slices.SortStableFunc(contents, func(a, b document.Content) int { return cmp.Compare(nameOf(a), nameOf(b)) })
	if err := result.combine(contents, options.Defaults(), scope{own: has, accounts: read.Accounts}); err != nil {
		return nil, err
	}
	for _, c := range contents {
		if c.HCL || len(c.Formatted) > 0 {
			return nil, survey.ErrJoined
		}
	}
	for _, i := range result.Inputs {
		if i.How != byItself && i.How != byFolder && survey.Owner(i.Span.File.Name) != "" {
			return nil, survey.ErrJoined // what lies beside it may be anywhere
		}
	}
	for _, domain := range result.Snapshot.Domains {
		if !g.Has(domain.Account) {
			return nil, survey.ErrJoined // its folder is that of another account
		}
	}
	if !about("") {
		result.Notes = slices.DeleteFunc(result.Notes, func(note string) bool { return slices.Contains(read.Met.Notes, note) })
	}
	result.Inputs = slices.DeleteFunc(result.Inputs, func(i Input) bool { return !has(i.Span.File.Name) })
	result.Problems = slices.DeleteFunc(result.Problems, func(p source.Problem) bool { return !has(placeOf(p)) })
	result.Ignored = slices.DeleteFunc(result.Ignored, func(i filesystem.Ignored) bool { return !has(i.File) })
	return result, nil
}

// nameOf is that of the file, or of the first one of an archive.
func nameOf(c document.Content) string {
	if len(c.Files) == 0 {
		return ""
	}
	return c.Files[0].Name
}

func placeOf(p source.Problem) string {
	if !p.Span.IsZero() {
		return p.Span.File.Name
	}
	return p.Path
}
