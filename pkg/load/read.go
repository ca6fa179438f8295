package load

import (
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// OnDisk gives the files of the disk that held what was read. What was ignored does not
// count, but a Terraform configuration that a plan speaks for does.
func (r *Result) OnDisk() []string {
	documents := map[string]bool{}
	for _, input := range r.Inputs {
		documents[finding.PlaceOf(input.Span).File] = true
	}
	for _, problem := range r.Problems {
		documents[problem.Path] = true
		documents[finding.PlaceOf(problem.Span).File] = true
	}
	for _, ignored := range r.Ignored {
		documents[ignored.File] = filesystem.IsHCL(ignored.File)
	}
	return filesystem.Holding(documents)
}
