package access_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access"
)

// TestTemplates puts stand-ins in the place of what random cases spell out. The
// case is what the template becomes with one choice of values: a definite
// answer of the template must be that of the case.
func TestTemplates(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(3, 11))}
	count := map[string]int{}
	for id := range tries(1500) {
		c := g.request(id, g.chance(30))
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		template := g.template(string(line))
		if template == string(line) {
			continue
		}
		got, want := decideLine(t, []byte(template)), decideLine(t, line)
		switch {
		case got == access.Unknown:
			count["unknown"]++
		case want == access.Unknown, got != want && !(got.IsDenied() && want.IsDenied()):
			t.Errorf("the template is %s, one of its values makes it %s:\n%s\n%s", got, want, template, line)
		default:
			count[got.String()]++
		}
	}
	for _, answer := range []string{"unknown", "Allowed", "ImplicitlyDenied", "ExplicitlyDenied"} {
		if count[answer] < 25 {
			t.Errorf("too few answers are %s: %v", answer, count)
		}
	}
	t.Log(count)
}

// template replaces texts: a parameter's value wherever it occurs or here and
// there, the name of a resource everywhere.
func (g generator) template(line string) string {
	for _, replace := range [][2]string{
		{keyARN, "‹KeyArn›"}, {accountA, "‹AccountId›"}, {accountB, "‹Other›"}, {"us-east-1", "‹Region›"}, {"bkt", "‹Bucket›"},
		{":s3:", ":‹Service›:"}, {"s3.", "‹Caller›."}, {"Canvas/", "‹Folder›"},
	} {
		value, parameter := replace[0], replace[1]
		if g.chance(75) {
			continue
		}
		everywhere := g.chance(60)
		parts := strings.Split(line, value)
		line = parts[0]
		for _, part := range parts[1:] {
			if everywhere || g.chance(50) {
				line += parameter + part
			} else {
				line += value + part
			}
		}
	}
	if g.chance(30) {
		line = strings.ReplaceAll(line, "/App", "/{App}")
	}
	if g.chance(30) {
		line = strings.ReplaceAll(line, "1234abcd-12ab-34cd-56ef-1234567890ab", "{Key}")
	}
	return strings.Replace(line, "{", `{"standIns":true,`, 1)
}
