package cloudformation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// nested wraps a text in n functions, each of which uses the inner one as often
// as its pattern says.
func nested(n int, pattern, inner string) string {
	for range n {
		inner = fmt.Sprintf(pattern, inner)
	}
	return inner
}

// chain declares resources of which each uses the next one in its name.
func chain(n int, name string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  R%d: {Type: AWS::S3::Bucket, Properties: {BucketName: %s}}\n", i, strings.ReplaceAll(name, "NEXT", fmt.Sprint("R", i+1)))
	}
	return b.String() + fmt.Sprintf("  R%d: {Type: AWS::S3::Bucket, Properties: {BucketName: %s}}\n", n, strings.Repeat("x", 40))
}

// TestBudget holds that a small template cannot ask for unbounded work, and
// that what was given up is said.
func TestBudget(t *testing.T) {
	const tooLong = "longer than 64 KiB"
	cases := []struct{ name, template, want string }{
		{"Sub of Sub", "Resources:\n  A: {Type: AWS::S3::Bucket, Properties: {BucketName: " + nested(24, `{"Fn::Sub": ["${v}${v}${v}${v}", {v: %s}]}`, "abcd") + "}}\n", tooLong},
		{"Join of Sub", "Resources:\n  A: {Type: AWS::S3::Bucket, Properties: {BucketName: " + nested(24, `{"Fn::Join": ["", [{"Fn::Sub": ["${v}${v}${v}${v}", {v: %s}]}]]}`, "abcd") + "}}\n", tooLong},
		{"names in a chain", "Resources:\n" + chain(40, `!Sub "${NEXT}${NEXT}${NEXT}"`), tooLong},
		{"conditions that double", "Parameters: {P: {Type: String}}\nConditions:\n  C0: !Equals [!Ref P, x]\n" + func() string {
			var b strings.Builder
			for i := range 60 {
				fmt.Fprintf(&b, "  C%d: !And [!Condition C%d, !Condition C%d]\n", i+1, i, i)
			}
			return b.String()
		}() + "Resources:\n  A: {Type: AWS::S3::Bucket, Condition: C60, Properties: {BucketName: a}}\n", "C60 cannot be decided"},
		{"many steps", "Parameters: {P: {Type: String}}\nResources:\n  A: {Type: AWS::S3::Bucket, Properties: {BucketName: " + `!Sub ["` + strings.Repeat("${P}", 30000) + `", {}]` + "}}\n", tooLong},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			documents, problems := source.Parse("t.yaml", []byte(c.template), source.YAML)
			if len(problems) > 0 {
				t.Fatal(problems)
			}
			_, problems = Translate([]source.Node{documents[0].Root()}, Given{})
			var said []string
			for _, problem := range problems {
				said = append(said, problem.String())
			}
			if got := strings.Join(said, "\n"); !strings.Contains(got, c.want) {
				t.Errorf("problems: %q, want one with %q", got, c.want)
			}
		})
	}
}
