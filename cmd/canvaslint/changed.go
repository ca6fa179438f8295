package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/canvaslint/canvaslint/pkg/lint"
)

// changeFlags restrict what is reported to what changed files bear on. What is
// read stays the same: a policy is judged with the documents it belongs to.
type changeFlags struct {
	on   bool
	from string
	// deleted takes in files whose deletion git knows of: hooks are not told of them.
	deleted bool
	files   []string // that changed
}

func (c *changeFlags) register(f *pflag.FlagSet) {
	f.BoolVar(&c.on, "changed", false, "report only what the FILEs after -- affect; unrelated files are ignored")
	f.StringVar(&c.from, "changed-from", "", "like --changed, with names from a `file` (- is standard input), one per line or separated by NUL")
	f.BoolVar(&c.deleted, "deleted", false, "with --changed: also what git is about to delete (staged, or between the commits that pre-commit names)")
}

// split tells the paths to read from the files that changed. Dash is the number
// of arguments before "--", -1 where there is none.
func (c *changeFlags) split(s streams, args []string, dash int) ([]string, error) {
	if !c.on && c.from == "" {
		if c.deleted {
			return nil, errors.New("--deleted works only with --changed or --changed-from")
		}
		return args, nil
	}
	if c.on && dash < 0 {
		return nil, errors.New("--changed needs -- before the changed files, for example: check --changed exports -- a.json b.json")
	}
	if c.from != "" {
		if c.from == "-" && slices.Contains(args, "-") {
			return nil, errors.New("standard input is either the list of --changed-from or a document, not both")
		}
		data, err := s.read(c.from)
		if err == nil {
			c.files, err = lint.SplitNames(data)
		}
		if err != nil {
			return nil, fmt.Errorf("read the list of changed files: %w", err)
		}
	}
	if c.on {
		c.files = append(c.files, args[dash:]...)
		args = args[:dash]
	}
	if c.deleted {
		names, err := deletedFiles()
		if err != nil {
			return nil, fmt.Errorf("ask git for deleted files: %w", err)
		}
		c.files = append(c.files, names...)
	}
	c.on = true
	return args, nil
}

// deletedFiles asks git for the files that a commit deletes: the one that is staged,
// or those between two commits where pre-commit says so
// (https://pre-commit.com/#pre-commit-during-push).
func deletedFiles() ([]string, error) {
	ask := []string{"diff", "--name-only", "--no-renames", "--relative", "--diff-filter=D", "-z"}
	if from, to := os.Getenv("PRE_COMMIT_FROM_REF"), os.Getenv("PRE_COMMIT_TO_REF"); from != "" && to != "" {
		ask = append(ask, from+"..."+to, "--")
	} else {
		ask = append(ask, "--cached", "--")
	}
	out, said, err := git(ask...)
	if err != nil {
		return nil, fmt.Errorf("%s %w", strings.TrimSpace(said), err)
	}
	return lint.SplitNames(out)
}

// changed is what the flags say, for a check; nil reports everything.
func (f *checkFlags) changed(s lint.Settings) *lint.Changes {
	if !f.changes.on {
		return nil
	}
	return &lint.Changes{Files: f.changes.files, Parameters: f.Parameters, RuleDirs: s.RuleFolders(f.rules.folders)}
}
