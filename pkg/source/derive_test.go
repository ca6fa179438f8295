package source_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// outline writes a tree with the place of each name and value.
func outline(b *strings.Builder, n source.Node, indent string) {
	start, end := n.Span().Positions()
	fmt.Fprintf(b, "%s%s %q %s-%s\n", indent, n.Kind(), n.Text(), start, end)
	for name, value := range n.Members() {
		start, _ := name.Span().Positions()
		fmt.Fprintf(b, "%s  .%s %s\n", indent, name.Text(), start)
		outline(b, value, indent+"    ")
	}
	for item := range n.Items() {
		outline(b, item, indent+"  ")
	}
}

func TestDerive(t *testing.T) {
	const text = `{"Type": "AWS::KMS::Key",
 "Properties": {
  "KeyPolicy": {"Statement": [{"Effect": "Allow", "Resource": {"Ref": "Other"}}]},
  "Description": "{\"Sid\": \"quoted\"}"}}`
	documents, problems := source.Parse("stack.json", []byte(text), source.JSON)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	properties := documents[0].Root().Get("Properties")
	policy := properties.Path("KeyPolicy", "Statement").Find("0")
	made := source.Derive(source.Make(properties).
		With("Policy", source.Copy(policy)).
		With("Other", source.Text("arn:made", policy.Get("Resource"))).
		WithName("List", properties.Name(), source.List(properties, source.Truth(true, policy.Get("Effect")))).
		With("Text", source.Copy(properties.Get("Description"))).
		With("MadeText", source.Text(`{"Sid": "made"}`, properties.Get("Description"))))
	root := made.Root()
	var b strings.Builder
	outline(&b, root, "")
	for _, name := range []string{"Text", "MadeText"} {
		inner, problems := root.Get(name).Embedded()
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		outline(&b, inner.Root().Get("Sid"), name+" ")
	}
	if got := b.String(); got != wantDerived {
		t.Errorf("got:\n%s\nwant:\n%s", got, wantDerived)
	}
}

const wantDerived = `an object "" 2:16-4:42
  .Policy 3:31
    an object "" 3:31-3:80
      .Effect 3:32
        a string "Allow" 3:42-3:49
      .Resource 3:51
        an object "" 3:63-3:79
          .Ref 3:64
            a string "Other" 3:71-3:78
  .Other 3:51
    a string "arn:made" 3:63-3:79
  .List 2:2
    a list "" 2:16-4:42
      a boolean "true" 3:42-3:49
  .Text 4:3
    a string "{\"Sid\": \"quoted\"}" 4:18-4:41
  .MadeText 4:3
    a string "{\"Sid\": \"made\"}" 4:18-4:41
Text a string "quoted" 4:29-4:39
MadeText a string "made" 4:18-4:41
`
