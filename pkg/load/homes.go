package load

import (
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Home says where the templates and plans of a file, or below a folder, are
// deployed.
type Home struct {
	Path string // in any spelling; "" for all
	layout.Home
}

// homes gives by the name that is shown where a template or plan is deployed:
// what the manifest of its CDK app says, and what it leaves open by the word of
// the user.
func homes(contents []document.Content, options Options, result *Result) map[string]layout.Home {
	known := map[string]layout.Home{}
	files := map[string]string{} // paths by name
	for _, c := range contents {
		for _, file := range c.Files {
			files[file.Name] = file.Path
		}
	}
	for _, c := range contents {
		for _, doc := range c.Documents {
			if doc.Kind == document.Assembly {
				result.Problems = append(result.Problems, stacks(doc, files, known)...)
			}
		}
	}
	given := slices.Clone(options.Homes)
	for i := range given {
		if given[i].Path != "" {
			given[i].Path = options.Files.Absolute(given[i].Path)
		}
	}
	slices.SortStableFunc(given, byWeight)
	for name, path := range files {
		for _, home := range given {
			if home.Path == "" || home.covers(options.Files.Absolute(path)) {
				known[name] = known[name].Or(home.Home)
			}
		}
	}
	return known
}

// byWeight puts the homes of all files first, which flags give, and then those of
// the longest paths.
func byWeight(a, b Home) int {
	if (a.Path == "") != (b.Path == "") {
		return len(a.Path) - len(b.Path)
	}
	return len(b.Path) - len(a.Path)
}

// stacks reads the manifest of a CDK app, which names the template and the
// environment of each stack: aws://ACCOUNT/REGION, of which either can be
// unknown-account or unknown-region
// (https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.cloud_assembly_schema.ArtifactManifest.html).
func stacks(doc document.Document, files map[string]string, known map[string]layout.Home) []source.Problem {
	var problems []source.Problem
	for name, artifact := range doc.Node.Get("artifacts").Members() {
		template := artifact.Path("properties", "templateFile")
		if artifact.Get("type").Text() != "aws:cloudformation:stack" || !template.Is(source.String) {
			continue
		}
		file := path.Join(path.Dir(doc.Name), template.Text())
		if _, ok := files[file]; !ok {
			problems = append(problems, source.Problem{Span: template.Span(), Message: "the template of the stack " + name.Text() + " is missing, so the stack was not checked: pass the whole folder that cdk synth writes"})
			continue
		}
		environment, _ := strings.CutPrefix(artifact.Get("environment").Text(), "aws://")
		account, region, _ := strings.Cut(environment, "/")
		home := layout.Home{}
		if layout.IsAccount(account) {
			home.Account = account
		}
		if layout.IsRegion(region) {
			home.Region = region
		}
		known[file] = home
	}
	return problems
}

// covers reports whether the home is that of a file.
func (h Home) covers(file string) bool {
	below, err := filepath.Rel(h.Path, file)
	return err == nil && below != ".." && !strings.HasPrefix(below, ".."+string(filepath.Separator))
}
