package canvas

import (
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
)

// action is a row of the table of needs: what Canvas does, through which
// services it is called, and how bad its lack is.
type action struct {
	name  string
	group Group
	// services call KMS for Canvas; AWS does not always say which, then each
	// is a candidate. "" is a direct call.
	services []string
	// lack is how bad it is where the action is not allowed, by guide.
	lack map[string]finding.Severity
}

func (n *Need) action(name string) *Action {
	for _, a := range n.Actions {
		if a.Name == name {
			return a
		}
	}
	return nil
}

// Group tells apart the actions of a need that different rules speak of.
type Group string

// The groups.
const (
	Use    Group = "use"    // read and write with the key
	Start  Group = "start"  // start the application
	Output Group = "output" // write job output
	Extra  Group = "extra"  // what only the 2022 page lists for datasets
	Write  Group = "write"  // s3:PutObject
	Read   Group = "read"   // the other calls of the bucket
)

// keyActions gives what Canvas does with keys for a purpose.
func (w *worker) keyActions(purpose finding.Purpose) []action {
	rows, ok := w.actions[purpose]
	if !ok {
		rows = keyActions(purpose)
		w.actions[purpose] = rows
	}
	return rows
}

// keyActions is the table of what Canvas does with keys
// (https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html; the start
// group and output from .../sagemaker-roles.html; ReEncrypt* of the 2022 page
// is kms:ReEncryptFrom and kms:ReEncryptTo). Which service the calls for the
// application's volumes come through is not documented.
func keyActions(purpose finding.Purpose) []action {
	always := func(s finding.Severity) map[string]finding.Severity {
		return map[string]finding.Severity{config.Guide2022: s, config.GuideCurrent: s}
	}
	volumes := []string{"sagemaker", "ec2", "elasticfilesystem"}
	s3 := []string{"s3"}
	switch purpose {
	case finding.App:
		start := map[string]finding.Severity{config.Guide2022: finding.Warning, config.GuideCurrent: finding.Error}
		return []action{
			{"kms:Decrypt", Use, volumes, always(finding.Error)},
			{"kms:GenerateDataKey", Use, volumes, always(finding.Error)},
			{"kms:CreateGrant", Start, volumes, start},
			{"kms:DescribeKey", Start, append([]string{""}, volumes...), start},
		}
	case finding.Storage:
		return []action{
			{"kms:Decrypt", Use, s3, always(finding.Error)},
			{"kms:GenerateDataKey", Use, s3, always(finding.Error)},
		}
	case finding.Output:
		return []action{{"kms:Encrypt", Output, []string{"s3", "sagemaker"}, always(finding.Warning)}}
	case finding.Helper:
		// The Bedrock and the EMR Serverless role read and write the objects
		// of the Canvas bucket.
		return []action{
			{"kms:Decrypt", Use, s3, always(finding.Error)},
			{"kms:GenerateDataKey", Use, s3, always(finding.Error)},
		}
	case finding.Dataset:
		only2022 := map[string]finding.Severity{config.Guide2022: finding.Warning}
		return []action{
			{"kms:Decrypt", Use, s3, always(finding.Error)},
			{"kms:GenerateDataKey", Use, s3, always(finding.Error)},
			{"kms:Encrypt", Extra, s3, only2022},
			{"kms:ReEncryptFrom", Extra, s3, only2022},
			{"kms:ReEncryptTo", Extra, s3, only2022},
			{"kms:GenerateDataKeyWithoutPlaintext", Extra, s3, only2022},
			{"kms:DescribeKey", Extra, s3, only2022},
		}
	case finding.TimeSeries:
		// The Forecast role's six actions of the guide of 2022-12 and later
		// (https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html); through
		// which service they come is not documented.
		only := map[string]finding.Severity{config.GuideCurrent: finding.Error}
		through := []string{"", "forecast", "s3"}
		var rows []action
		for _, name := range []string{"DescribeKey", "CreateGrant", "RetireGrant", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "Decrypt"} {
			rows = append(rows, action{"kms:" + name, Use, through, only})
		}
		return rows
	}
	return nil
}
