package load

import (
	"cmp"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Input is one document that was read: what it was taken for, whose it is, and
// what says so.
type Input struct {
	Kind string
	// Of names the resource of another format that it was made from.
	Of string
	// Owner is the ARN, name or id of what the document describes; "" where it
	// was checked alone.
	Owner string
	How   string
	Span  source.Span
}

// ByContent reports whether the document itself says whose it is, or is a list: what
// it said before it was changed cannot be known from its name.
func (i Input) ByContent() bool { return i.How == byItself || i.How == byContent }

// The ways to know whose a document is.
const (
	byItself   = "the document names it"
	byConfig   = "the config says so"
	byFolder   = "its folder or file name names it"
	byContent  = "its resources name it"
	byNeighbor = "it is the only candidate beside it"
	byNobody   = "owner unknown: checked alone"
	asTold     = "owner unknown: checked alone, as the given kind of policy"
)

// read notes what became of a document.
func (b *builder) read(doc document.Document, kind document.Kind, owner, how string) {
	if doc.Of != "" && how == byFolder {
		how = byItself
	}
	if how == byNobody && doc.Kind == document.RawPolicy && b.told[doc.Name] == kind {
		how = asTold
	}
	b.inputs = append(b.inputs, Input{Kind: string(kind), Of: doc.Of, Owner: owner, How: how, Span: doc.Node.Span()})
}

// namesItself notes a document that needs no one to say whose it is.
func (b *builder) namesItself(doc document.Document) {
	n := doc.Node
	owner := ""
	for _, path := range [...][]string{
		{"DomainArn"}, {"UserProfileArn"}, {"AutoMLJobArn"}, {"KeyMetadata", "Arn"}, {"Role", "Arn"}, {"Policy", "Arn"},
		{"Policy", "PolicySummary", "Id"}, {"Organization", "Id"}, {"DomainId"},
	} {
		owner = cmp.Or(owner, n.Path(path...).Text())
	}
	how := byItself
	if owner == "" && doc.Place.Account != "" {
		owner, how = doc.Place.Account, byFolder
		if doc.Place.Region != "" {
			owner += " " + doc.Place.Region
		}
	}
	b.read(doc, doc.Kind, owner, how)
}

// sortInputs puts them in the order of their files and places.
func sortInputs(inputs []Input) []Input {
	slices.SortStableFunc(inputs, func(a, b Input) int {
		return cmp.Or(cmp.Compare(a.Span.File.Name, b.Span.File.Name), cmp.Compare(a.Span.Start, b.Span.Start))
	})
	return inputs
}
