package document

import (
	"bytes"

	"github.com/canvaslint/canvaslint/pkg/load/awsconfig"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/load/iamcollect"
	"github.com/canvaslint/canvaslint/pkg/load/steampipe"
	"github.com/canvaslint/canvaslint/pkg/load/terraform"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// formatOf tells which of the forms other than the AWS CLI's a tree has, "" for
// none. They are tried before the shapes of the AWS CLI.
func formatOf(root source.Node) Kind {
	switch {
	case iamcollect.Fits(root):
		return CollectFile
	case awsconfig.Fits(root):
		return ConfigItem
	case steampipe.Fits(root):
		return SteampipeRow
	case terraform.Fits(root):
		return Terraform
	case cloudformation.Fits(root):
		return Template
	}
	return ""
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
