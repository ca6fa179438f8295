package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/lint/compare"
)

// diffFlags are the flags of diff.
type diffFlags struct {
	asked
	format, failOn, rev string
}

func diffCommand(s streams) *cobra.Command {
	flags := diffFlags{asked: asked{rules: defaultRules()}}
	command := &cobra.Command{
		Use:   "diff OLD NEW | --rev A..B [PATH...]",
		Short: "Compare who has access in two states of an account",
		Long: `Diff compares access, not text. For every key and bucket it shows who gains or loses
which permission, or may have it, with the statement that makes the difference. It also
shows which profiles become ready or stop being ready. OLD and NEW are files, folders or archives, in any format that check
reads; with --rev they are two revisions of the given paths in git.

Exit status: 0 nothing that --fail-on names; 1 something it names; 2 usage error;
3 nothing it names, but something could not be analysed.`,
		RunE: func(_ *cobra.Command, args []string) error { return runDiff(s, flags, args) },
	}
	f := command.Flags()
	f.StringVar(&flags.rev, "rev", "", "compare two git `revisions` of the paths: A..B")
	flags.format, flags.failOn = "text", "not-ready"
	commandline.OneOf(f, &flags.format, "format", "format of the answer: text, markdown, json, html, or sarif for what is gained", compare.Formats()...)
	commandline.OneOf(f, &flags.failOn, "fail-on", "end with 1 where access is gained or lost, a profile becomes not-ready, or something becomes unknown: gained, lost, not-ready, unknown or never", "gained", "lost", "not-ready", "unknown", "never")
	flags.registerConfig(f)
	flags.registerGuide(f)
	return command
}

func runDiff(s streams, flags diffFlags, args []string) error {
	sides, remove, err := compare.Sides(flags.rev, args, archive)
	if err != nil {
		return usageError(err)
	}
	defer remove()
	var states [2]lint.Options
	for i, paths := range sides {
		if states[i], err = flags.options(s, paths); err != nil {
			return usageError(err)
		}
	}
	comparison, err := compare.States(context.Background(), states[0], states[1])
	if err != nil {
		return usageError(err)
	}
	out := s.out
	if flags.format == "text" {
		out = s.text
	}
	if err := comparison.Write(out, flags.format); err != nil {
		return statusError{exitInternal, err}
	}
	problems := comparison.Problems()
	for _, text := range problems {
		fmt.Fprintln(s.err, text)
	}
	return verdict(comparison.Fails(flags.failOn), len(problems) > 0, false)
}

// archive saves the paths of a revision.
func archive(revision, file string, paths []string) error {
	_, said, err := git(append([]string{"archive", "--format=tar", "--output=" + file, revision, "--"}, paths...)...)
	if err != nil {
		return fmt.Errorf("read the revision %s: %s", revision, strings.TrimSpace(said+" "+err.Error()))
	}
	return nil
}

// git runs git, and gives what it answered and what it complained of.
func git(arguments ...string) (out []byte, said string, err error) {
	var complaints bytes.Buffer
	command := exec.Command("git", arguments...)
	command.Stderr = &complaints
	out, err = command.Output()
	return out, complaints.String(), err
}
