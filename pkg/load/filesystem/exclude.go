package filesystem

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/canvaslint/canvaslint/pkg/layout"
)

// exclusion is what keeps files of a folder from being read: the patterns of the
// config and of the .gitignore files around it. The last one that fits decides.
type exclusion []pattern

// pattern is a line of a .gitignore file (https://git-scm.com/docs/gitignore).
type pattern struct {
	base    string // the folder it counts from
	glob    string
	negated bool
	folders bool // it is of folders only
	reason  string
}

// configured gives the patterns of the config.
func configured(o Options) exclusion {
	var out exclusion
	for _, line := range o.Exclude {
		if p, ok := parsePattern(line); ok {
			p.base, p.reason = o.FS.Absolute(o.ExcludeFrom), "left out by exclude: of the config"
			out = append(out, p)
		}
	}
	return out
}

// with adds the .gitignore file of a folder.
func (out exclusion) with(from FS, folder string) exclusion {
	data, err := fs.ReadFile(from, path.Join(folder, ".gitignore"))
	if err != nil {
		return out
	}
	out = slices.Clone(out)
	for line := range strings.Lines(string(data)) {
		if p, ok := parsePattern(line); ok {
			p.base, p.reason = from.Absolute(folder), "left out by .gitignore"
			out = append(out, p)
		}
	}
	return out
}

func parsePattern(line string) (pattern, bool) {
	line = strings.TrimRight(line, " \t\r\n")
	if line == "" || line[0] == '#' {
		return pattern{}, false
	}
	var p pattern
	if line[0] == '!' {
		p.negated, line = true, line[1:]
	}
	p.folders = strings.HasSuffix(line, "/")
	glob := strings.TrimSuffix(line, "/")
	if !strings.Contains(glob, "/") {
		glob = "**/" + glob // at any depth
	}
	p.glob = strings.NewReplacer("{", "\\{", "}", "\\}").Replace(strings.TrimPrefix(glob, "/"))
	return p, p.glob != "" && doublestar.ValidatePattern(p.glob)
}

// reason says why a file or folder is left out, "" where it is read.
func (out exclusion) reason(o Options, name string, folder bool) string {
	reason, full := "", ""
	if len(out) > 0 {
		full = slashed(o.FS.Absolute(name))
	}
	for _, p := range out {
		below, ok := strings.CutPrefix(full, strings.TrimSuffix(slashed(p.base), "/")+"/")
		if p.base == "." {
			below, ok = full, true
		}
		if !ok || p.folders && !folder {
			continue
		}
		if fits, _ := doublestar.Match(p.glob, below); fits {
			reason = p.reason
			if p.negated {
				reason = ""
			}
		}
	}
	if reason == "" && folder && isBuildFolder(path.Base(name)) && !layout.IsExport(o.Display(name)+"/x") {
		return "a folder that tools fill: pass it by name to read it"
	}
	return reason
}

// isBuildFolder names the folders that hold copies: of other people's files, or of
// what is built from the files beside them. What is deployed, such as cdk.out, is
// not among them.
func isBuildFolder(name string) bool {
	switch name {
	case "node_modules", "bower_components", ".terraform", ".terragrunt-cache", ".venv", "venv", "__pycache__", ".tox", ".mypy_cache", ".pytest_cache",
		".gradle", ".cache", ".idea", ".vscode", ".hg", ".svn", "build", "dist", "target":
		return true
	}
	return false
}

// noteExcluded counts what was left out, and names the first of it.
func (w *walker) noteExcluded() {
	const shown = 3
	if len(w.excluded) == 0 {
		return
	}
	more := ""
	if len(w.excluded) > shown {
		more = fmt.Sprintf(" and %d more", len(w.excluded)-shown)
	}
	w.met.Notes = append(w.met.Notes, fmt.Sprintf("Not read because of .gitignore, exclude: or as folders that tools fill: %s%s.", strings.Join(w.excluded[:min(shown, len(w.excluded))], ", "), more))
}
