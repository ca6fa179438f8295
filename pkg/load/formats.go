package load

import (
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/awsconfig"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/load/iamcollect"
	"github.com/canvaslint/canvaslint/pkg/load/steampipe"
	"github.com/canvaslint/canvaslint/pkg/load/terraform"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// format is a way to write down what an account has, other than what the AWS
// CLI prints. Whatever it is, it is told as an exported folder would have it,
// so that all behind it knows one form only.
type format struct {
	kind kind
	fits func(root source.Node) bool
	// coded says that resources have names in somebody's code, by which they are
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

const templateFormat kind = "cloudformation-template"

// formats lists them. The first that fits wins, and all are tried before the
// shapes of the AWS CLI.
func formats() []format {
	return []format{
		{kind: "iam-collect-file", fits: iamcollect.Fits, translate: iamcollect.Translate, notes: iamcollect.Notes},
		{kind: "aws-config-item", fits: awsconfig.Fits, translate: awsconfig.Translate, notes: awsconfig.Notes},
		{kind: "steampipe-row", fits: steampipe.Fits, translate: steampipe.Translate},
		{kind: terraformDoc, coded: true, fits: terraform.Fits, translateWith: plans},
		{kind: templateFormat, coded: true, edited: true, fits: cloudformation.Fits, translateWith: cloudformation.Translate, notes: cloudformation.Notes},
	}
}

func plans(roots []source.Node, given cloudformation.Given) ([]layout.Document, []source.Problem) {
	return terraform.Translate(roots, given.Homes)
}

// formatOf gives the index of a tree's format, or -1.
func formatOf(root source.Node) int {
	for i, format := range formats() {
		if format.fits(root) {
			return i
		}
	}
	return -1
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
		kind := recognise(made.Root)
		if kind == "" || at != made.Root {
			b.problem(at, "what stands here for %s has not the form that AWS gives it: it was not understood; export it again", made.Of)
			continue
		}
		b.add(document{
			kind: kind, node: made.Root, name: made.Root.Span().File.Name,
			place: made.Place, of: made.Of, notVisible: made.NotVisible, notSelected: made.NotSelected, madeAfter: made.MadeAfter, perhaps: made.Perhaps, partial: made.Partial, coded: f.coded, generated: f.coded && !f.edited, when: made.When,
		})
	}
}
