package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// TestDecoded shows a policy in a JSON string as the policy, with its mark.
func TestDecoded(t *testing.T) {
	const compact = `  "Policy": "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"A\\\"x\",\"Effect\":\"Deny\",\"Principal\":\"*\",\"Action\":[\"kms:Decrypt\",\"kms:Encrypt\"]}]}"`
	const pretty = `  "Policy": "{\n  \"Statement\" : [ {\n    \"Sid\" : \"A\",\n    \"Effect\" : \"Deny\"\n  } ]\n}"`
	const cut = `…fect\" : \"Allow\",\n      \"Principal\" : \"*\",\n      \"Action\" : \"kms:Decrypt\"\n } ]\n}`
	tests := []struct {
		name, text, mark string
		column           int // the first of the text, where the line was cut
		want             string
	}{
		{"a statement", compact, `\"A\\\"x\"`, 0, `
"Policy": "{
  "Version":"2012-10-17",
  "Statement":[
    {
      "Sid":«"A\"x"»,
      "Effect":"Deny",
      "Principal":"*",
      "Action":[
        "kms:Decrypt",
        "kms:Encrypt"
`},
		{"spaced", pretty, `\"Deny\"`, 0, `
"Policy": "{
  "Statement" : [
    {
      "Sid" : "A",
      "Effect" : «"Deny"»
    }
  ]
}"
`},
		{"cut within a text", cut, `\"*\"`, 0, `
      …fect" : "Allow",
      "Principal" : «"*"»,
      "Action" : "kms:Decrypt"
    }
  ]
}
`},
		{"another line", `"Policy": 1`, `1`, 0, "no"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, _, _ := strings.Cut(test.text, test.mark)
			at := utf8.RuneCountInString(before) + 1
			place := finding.Place{File: "p.json", Start: source.Position{Line: 3, Column: at}, End: source.Position{Line: 3, Column: at + len(test.mark)}}
			lines, ok := decoded(finding.Line{Line: 3, Text: test.text, Column: test.column}, place)
			got := "no"
			if ok {
				got = "\n"
				for _, l := range lines {
					got += l.Before
					if l.Mark != "" {
						got += "«" + l.Mark + "»"
					}
					got += l.After + "\n"
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
