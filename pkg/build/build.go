// Package build knows from which sources this program was built.
package build

import (
	"runtime"
	"runtime/debug"

	"github.com/canvaslint/canvaslint/pkg/reference"
)

// Info is what is known of this program, as version --json prints it.
type Info struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Modified bool   `json:"modified"`       // built from files that were not committed
	Date     string `json:"date,omitempty"` // of the commit, RFC 3339
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Rules    int    `json:"rules"`
	// ManagedPolicies and Vocabulary are the months (YYYY-MM) in which AWS's
	// managed policies, and its actions and condition keys, were collected.
	ManagedPolicies string `json:"managedPolicies"`
	Vocabulary      string `json:"vocabulary"`
}

// Of gives what the linker was told, and where it was told nothing ("") what Go recorded
// (https://pkg.go.dev/runtime/debug#BuildSetting).
func Of(version, commit, date string) Info {
	b := Info{
		Version: version, Commit: commit, Date: date,
		Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH,
		ManagedPolicies: reference.Date, Vocabulary: reference.VocabularyDate,
	}
	info, ok := debug.ReadBuildInfo()
	if ok && b.Version == "" && info.Main.Version != "(devel)" {
		b.Version = info.Main.Version
	}
	if b.Version == "" {
		b.Version = "devel"
	}
	if !ok || b.Commit != "" {
		return b
	}
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			b.Commit = setting.Value
		case "vcs.time":
			b.Date = setting.Value
		case "vcs.modified":
			b.Modified = setting.Value == "true"
		}
	}
	return b
}
