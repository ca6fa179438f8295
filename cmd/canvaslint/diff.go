package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	sides, remove, err := flags.sides(args)
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
	problems := false
	for _, side := range []struct {
		name string
		of   *lint.Result
	}{{"old", comparison.Old}, {"new", comparison.New}} {
		for _, p := range side.of.Report.Problems {
			problems = true
			fmt.Fprintf(s.err, "%s side: %s:%s: %s\n", side.name, p.File, p.Start, p.Message)
		}
	}
	return verdict(comparison.Fails(flags.failOn), problems, false)
}

// sides gives the paths of both sides: the two arguments, or the archives of two
// revisions, which remove takes away.
func (f *diffFlags) sides(args []string) (sides [2][]string, remove func(), err error) {
	remove = func() {}
	if f.rev == "" {
		if len(args) != 2 {
			return sides, remove, errors.New("diff takes two paths, OLD and NEW, or --rev A..B and the paths to compare")
		}
		return [2][]string{{args[0]}, {args[1]}}, remove, nil
	}
	before, after, ok := strings.Cut(f.rev, "..")
	if !ok || before == "" || after == "" || strings.HasPrefix(after, ".") || strings.HasPrefix(f.rev, "-") {
		return sides, remove, fmt.Errorf("--rev takes two revisions, as in main..HEAD, not %q", f.rev)
	}
	folder, err := os.MkdirTemp("", "canvaslint-diff-")
	if err != nil {
		return sides, remove, err
	}
	remove = func() { _ = os.RemoveAll(folder) } // temporary: nothing depends on it
	for i, revision := range []string{before, after} {
		file := filepath.Join(folder, []string{"old", "new"}[i]+".tar")
		if err := archive(revision, file, args); err != nil {
			remove()
			return sides, func() {}, err
		}
		sides[i] = []string{file}
	}
	return sides, remove, nil
}

// archive saves the paths of a revision.
func archive(revision, file string, paths []string) error {
	arguments := append([]string{"archive", "--format=tar", "--output=" + file, revision, "--"}, paths...)
	command := exec.Command("git", arguments...)
	var said bytes.Buffer
	command.Stderr = &said
	if err := command.Run(); err != nil {
		return fmt.Errorf("read the revision %s: %s", revision, strings.TrimSpace(said.String()+" "+err.Error()))
	}
	return nil
}
