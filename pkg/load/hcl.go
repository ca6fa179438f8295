package load

import (
	"bytes"
	"path"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/load/terraform"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// planAdvice says how Terraform's own files become something to check.
const planAdvice = "run \"terraform plan -out=tfplan && terraform show -json tfplan > plan.json\" there, and check plan.json"

// IsHCL reports whether a file is Terraform's configuration by its name, which
// is how Terraform itself knows them.
func IsHCL(name string) bool {
	return strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json")
}

// settleHCL tells what became of Terraform's configuration: it is covered where
// a plan or state was read, else a problem, one for each folder.
func settleHCL(inputs []input, contents []content, result *Result) {
	covered := false
	for _, content := range contents {
		for _, f := range content.formatted {
			covered = covered || formats()[f.format].kind == terraformDoc
		}
	}
	told := map[string]bool{}
	for i, in := range inputs {
		folder := path.Dir(in.name)
		switch {
		case !contents[i].hcl:
		case covered:
			result.Ignored = append(result.Ignored, Ignored{in.name, "Terraform configuration: the plan or state that was read says what it makes"})
		case told[folder]:
			result.Ignored = append(result.Ignored, Ignored{in.name, "Terraform configuration: a problem of its folder says what to do"})
		default:
			told[folder] = true
			result.Problems = append(result.Problems, source.Problem{Path: in.name, Message: "Terraform configuration is not read, its plan is: " + planAdvice})
		}
	}
}

// binaryPlan reports whether data is a plan as `terraform plan -out` saves it:
// an archive whose first file is "tfplan".
func binaryPlan(data []byte) bool {
	const header = 30 // bytes of a local file header before the name
	return len(data) > header && bytes.HasPrefix(data, []byte("PK\x03\x04")) && bytes.HasPrefix(data[header:], []byte("tfplan"))
}

// withoutLog blanks out the lines that a wrapper of Terraform prints before a
// plan or state, so that every place in it stays where it was.
func withoutLog(data []byte) []byte {
	start := terraform.Start(data)
	if start <= 0 {
		return data
	}
	blank := bytes.Clone(data)
	for i, c := range blank[:start] {
		if c != '\n' && c != '\r' {
			blank[i] = ' '
		}
	}
	return blank
}
