package load

import (
	"cmp"
	"iter"
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
	// mentioned are all accounts that the documents name; nil is any.
	mentioned []string
	lists     *survey.Lists
}

func (s scope) has(file string) bool { return s.own == nil || s.own(file) }

// entries gives the entries of a list of a manifest that are about an account that
// was read, or about none. File gives the path that an entry is about.
func (s scope) entries(list source.Node, file func(entry source.Node) string) iter.Seq[source.Node] {
	if s.accounts == nil {
		return list.Items()
	}
	return s.lists.About(list, func(entry source.Node) string {
		account, _, _ := strings.Cut(file(entry), "/")
		if !layout.IsAccount(account) {
			return ""
		}
		return account
	}, s.accounts)
}

// targets gives the targets of an organization that documents of the scope can be
// about: its units, and the accounts that they name.
func (s scope) targets(list source.Node) iter.Seq[source.Node] {
	if s.mentioned == nil {
		return list.Items()
	}
	return s.lists.About(list, func(item source.Node) string {
		id := item.Get("TargetId").Text()
		if !layout.IsAccount(id) || !hasPlace(item) {
			return ""
		}
		return id
	}, s.mentioned)
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
	if err := result.combine(contents, options.Defaults(), scopeOf(s, g, &read, has)); err != nil {
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

// scopeOf is the scope of what was read for a group.
func scopeOf(s *survey.Survey, g survey.Group, read *survey.Reading, own func(file string) bool) scope {
	of := scope{own: own, accounts: read.Accounts, lists: s.Lists()}
	if g.Has("") { // who tells of the organization's documents
		return of
	}
	mentioned := slices.Clone(read.Accounts)
	for _, c := range slices.Concat(read.Own, read.Borrowed) {
		for _, doc := range c.Documents {
			if survey.Owner(doc.Name) == "" {
				continue // it may be about all
			}
			names, plain := accountsIn(doc.Node.Span().File.Text)
			if !plain {
				return of
			}
			mentioned = append(mentioned, names...)
		}
	}
	slices.Sort(mentioned)
	of.mentioned = slices.Compact(mentioned)
	return of
}

// accountsIn gives the ids of accounts that stand in a text; false where it spells
// characters in another way.
func accountsIn(text string) ([]string, bool) {
	var found []string
	start := 0
	for i := range len(text) + 1 {
		if i < len(text) && text[i] >= '0' && text[i] <= '9' {
			continue
		}
		if i-start == 12 {
			found = append(found, text[start:i])
		}
		start = i + 1
	}
	return found, !strings.Contains(text, `\u003`)
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
