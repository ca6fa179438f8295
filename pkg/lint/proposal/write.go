package proposal

import (
	"fmt"
	"io"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/outfile"
)

// Read looks at a folder as a check without a config does.
func Read(folder string, from load.Options) (*Proposal, error) {
	loaded, err := load.Load([]string{folder}, from)
	if err != nil {
		return nil, err
	}
	p := Of(folder, loaded, canvas.Work(loaded.Snapshot, config.Config{}.Defaults()))
	p.inputs = loaded.OnDisk()
	return p, nil
}

// Write writes the config, but never through a link over what was read.
func (s *Proposal) Write(file string) error {
	var plan outfile.Plan
	if err := plan.Writes("the config", file); err != nil {
		return err
	}
	plan.Reads("an input", s.inputs...)
	if err := plan.Check(); err != nil {
		return err
	}
	return outfile.WriteText("the config", file, s.Config())
}

// Summarize says what was written for a folder, and what to do next.
func (s *Proposal) Summarize(w io.Writer, folder, file string) {
	fmt.Fprintf(w, "wrote %s\nfound %s\n", file, s.Found())
	for _, line := range s.Decisions() {
		fmt.Fprintln(w, line)
	}
	next := "canvaslint check"
	if folder != "." {
		next = "cd " + shellWord(folder) + " && " + next // where the config is found
	}
	fmt.Fprintf(w, "next: %s\n", next)
}

// shellWord quotes a word for a POSIX shell where it has to be.
func shellWord(word string) string {
	if plain().MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}
