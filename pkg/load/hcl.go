package load

import (
	"path"

	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// planAdvice says how Terraform's own files become something to check.
const planAdvice = "run \"terraform plan -out=tfplan && terraform show -json tfplan > plan.json\" there, and check plan.json"

// settleHCL tells what became of Terraform's configuration: it is covered where
// a plan or state was read, else a problem, one for each folder.
func settleHCL(inputs []filesystem.File, contents []document.Content, result *Result) {
	covered := false
	for _, content := range contents {
		for _, f := range content.Formatted {
			covered = covered || f.Kind == document.Terraform
		}
	}
	told := map[string]bool{}
	for i, in := range inputs {
		folder := path.Dir(in.Name)
		switch {
		case !contents[i].HCL:
		case covered:
			result.Ignored = append(result.Ignored, filesystem.Ignored{File: in.Name, Reason: "Terraform configuration: the plan or state that was read covers it"})
		case told[folder]:
			result.Ignored = append(result.Ignored, filesystem.Ignored{File: in.Name, Reason: "Terraform configuration: see the problem reported for its folder"})
		default:
			told[folder] = true
			result.Problems = append(result.Problems, source.Problem{Path: in.Name, Message: "canvaslint does not read Terraform configuration, only its plan: " + planAdvice})
		}
	}
}
