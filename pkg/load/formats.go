package load

import (
	"path"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/awsconfig"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/load/iamcollect"
	"github.com/canvaslint/canvaslint/pkg/load/steampipe"
	"github.com/canvaslint/canvaslint/pkg/load/terraform"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// format is a way to write down what an account has, other than what the AWS
// CLI prints. Whatever it is, it is translated into what an exported folder would hold,
// so that all behind it knows one form only.
type format struct {
	kind document.Kind
	// coded says that resources have names in someone's code, by which they are
	// to be changed: in the files themselves where edited is set.
	coded, edited bool
	// translate turns all trees of the format that a run has read into the
	// documents of an export.
	translate func(roots []source.Node) ([]layout.Document, []source.Problem)
	// notes says in sentences what was left out on purpose; nil for nothing.
	notes func(roots []source.Node) []string
	// translateWith is translate for a format of which something beside it can say
	// more.
	translateWith func(roots []source.Node, given cloudformation.Given) ([]layout.Document, []source.Problem)
}

// formats lists them.
func formats() []format {
	return []format{
		{kind: document.CollectFile, translate: iamcollect.Translate, notes: iamcollect.Notes},
		{kind: document.ConfigItem, translate: awsconfig.Translate, notes: awsconfig.Notes},
		{kind: document.SteampipeRow, translate: steampipe.Translate},
		{kind: document.Terraform, coded: true, translateWith: plans, notes: terraform.Notes},
		{kind: document.Template, coded: true, edited: true, translateWith: cloudformation.Translate, notes: cloudformation.Notes},
	}
}

func plans(roots []source.Node, given cloudformation.Given) ([]layout.Document, []source.Problem) {
	return terraform.Translate(roots, given.Homes)
}

// copies tells templates, plans and states that say again, to the letter, what
// another file says of the same place.
type copies struct {
	homes map[string]layout.Home
	first map[original]string // the file that said it
}

type original struct {
	kind document.Kind
	home layout.Home
	// name is that of a template's file without its folder: two of different
	// names may be two stacks of an app.
	name, text string
}

// isCopy reports whether a tree was met before, and in which file. Other formats
// name what they speak of, so that what they say is compared claim by claim.
func (c *copies) isCopy(kind document.Kind, root source.Node) (of string, found bool) {
	file := root.Span().File.Name
	it := original{kind: kind, home: c.homes[file], text: root.Raw()}
	switch kind {
	case document.Template:
		it.name = path.Base(file)
	case document.Terraform:
	default:
		return "", false
	}
	if of, found = c.first[it]; !found {
		c.first[it] = file
	}
	return of, found
}

// translate takes in the documents of a format.
func (b *builder) translate(f format, roots []source.Node, given cloudformation.Given) {
	if len(roots) == 0 {
		return
	}
	b.documents[string(f.kind)] += len(roots)
	translate := f.translate
	if f.translateWith != nil {
		translate = func(roots []source.Node) ([]layout.Document, []source.Problem) {
			return f.translateWith(roots, given)
		}
	}
	documents, problems := translate(roots)
	b.problems = append(b.problems, problems...)
	for _, made := range documents {
		at := made.Root
		if at.Span().IsZero() { // nothing of it stands in the file
			at = roots[0]
		}
		kind := document.Recognise(made.Root)
		if kind == "" || at != made.Root {
			b.problem(at, "the document made from %s does not have AWS's form and was not understood: export it again", made.Of)
			continue
		}
		b.add(document.Document{
			Kind: kind, Node: made.Root, Name: made.Root.Span().File.Name,
			Place: made.Place, Of: made.Of, NotVisible: made.NotVisible, NotSelected: made.NotSelected, MadeAfter: made.MadeAfter, Perhaps: made.Perhaps, Partial: made.Partial, Coded: f.coded, Generated: f.coded && !f.edited, When: made.When,
		})
	}
}
