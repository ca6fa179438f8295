package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/canvaslint/canvaslint/pkg/lint"
)

// liveCheck are the flags of check that make it fetch first.
type liveCheck struct {
	on    bool
	keep  string
	flags liveFlags
	names []string // of the flags that mean nothing without --live
}

func (l *liveCheck) register(f *pflag.FlagSet) {
	f.BoolVar(&l.on, "live", false, "read live AWS accounts first, as \"canvaslint fetch\" does, and check that")
	f.StringVar(&l.keep, "keep", "", "with --live: keep the saved answers in a `folder`")
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	l.flags.register(own)
	own.VisitAll(func(flag *pflag.Flag) {
		flag.Usage = "with --live: " + flag.Usage
		if flag.Name == "region" {
			flag.Usage += "; otherwise the Region of plans and templates that do not name one"
			return
		}
		l.names = append(l.names, flag.Name)
	})
	f.AddFlagSet(own)
}

// refuse finds flags and paths that do not go together.
func (l *liveCheck) refuse(command *cobra.Command, paths []string) error {
	if l.on && len(paths) > 0 {
		return errors.New("--live reads accounts, not paths: remove the paths or --live")
	}
	for _, name := range append([]string{"keep"}, l.names...) {
		if !l.on && command.Flags().Changed(name) {
			return fmt.Errorf("--%s works only with --live", name)
		}
	}
	if regions := l.flags.options.Regions; !l.on && len(regions) > 1 {
		return fmt.Errorf("without --live, --region takes the one Region of plans and templates, not %s", strings.Join(regions, ", "))
	}
	return nil
}

// region is the Region of plans and templates, "" where none is given.
func (l *liveCheck) region() string {
	if l.on || len(l.flags.options.Regions) == 0 {
		return ""
	}
	return l.flags.options.Regions[0]
}

// fetched is what a live check read first.
type fetched struct {
	remove func() // takes away what was read for this check alone
	empty  bool   // the accounts held nothing of Canvas, or could not be read
}

// fetch has a check read the folder that it reads the accounts into. Without
// --live it does nothing.
func (l *liveCheck) fetch(s streams, o *lint.Options) (fetched, error) {
	from := fetched{remove: func() {}}
	if !l.on {
		return from, nil
	}
	options, err := l.flags.complete(time.Now())
	if err != nil {
		return from, usageError(err)
	}
	options.Datasets = append(slices.Clone(options.Datasets), o.Settings.Datasets...)
	if options.Folder = l.keep; options.Folder == "" {
		if options.Folder, err = os.MkdirTemp("", "canvaslint-"); err != nil {
			return from, statusError{exitInternal, fmt.Errorf("make a temporary folder: %w", err)}
		}
		folder := options.Folder
		from.remove = func() { _ = os.RemoveAll(folder) }
		o.Read.Display = func(path string) string { // the folder itself will be gone
			inside, err := filepath.Rel(folder, path)
			if err != nil {
				return display(path)
			}
			return filepath.ToSlash(inside)
		}
	}
	o.Paths = []string{options.Folder}
	result, err := runFetch(s, options)
	if err != nil {
		from.remove()
		return from, err
	}
	from.empty = result.Nothing
	if result.Nothing && !result.IsPartial() {
		fmt.Fprintf(s.err, "canvaslint: no SageMaker domain found in account %s; name other Regions with --region\n", strings.Join(result.Places, ", "))
	}
	return from, nil
}

// verdict makes a clean check of nothing incomplete.
func (c fetched) verdict(err error) error {
	if err == nil && c.empty {
		return statusError{status: exitIncomplete}
	}
	return err
}
