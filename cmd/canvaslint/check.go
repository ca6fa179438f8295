package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/fix"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/lint/past"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem/watch"
	"github.com/canvaslint/canvaslint/pkg/load/objects"
	"github.com/canvaslint/canvaslint/pkg/report/publish"
)

// checkFlags are the flags of check; an empty one leaves the config's word.
type checkFlags struct {
	outputs
	asked
	live                      liveCheck
	changes                   changeFlags
	limits                    lint.Limits
	shard                     string
	exitZero                  bool
	noWaivers, noCache, watch bool
}

func checkCommand(s streams) *cobra.Command {
	var flags checkFlags
	command := &cobra.Command{
		Use:   "check [PATH...] | --changed [PATH...] -- FILE...",
		Short: "Read exported files, check them, report",
		Long: `Check reads the files and folders it is given (the current folder by default, "-" is
standard input, s3://bucket/folder/ is what lies there), decides what every Canvas role can do with every key, and reports.
With --live it first runs "canvaslint fetch", into a temporary folder or --keep.
With --changed it reads the same files, and reports only what the FILEs affect.

Exit status: 0 clean; 1 findings at or above --fail-on; 2 usage or configuration error;
3 no such findings, but something could not be analysed or stayed unknown; 4 internal error.`,
		RunE: func(command *cobra.Command, args []string) error {
			paths, err := flags.changes.split(s, args, command.ArgsLenAtDash())
			if err == nil {
				err = flags.live.refuse(command, paths)
			}
			if err == nil && objects.HasAddress(paths) && (flags.watch || flags.changes.on || flags.changes.from != "") {
				err = errors.New("--watch and --changed work on files of the disk, not on s3://")
			}
			if err == nil && flags.watch {
				err = flags.refuseWatch(paths)
			}
			switch {
			case err != nil:
				return usageError(err)
			case flags.changes.deleted && len(flags.changes.files) == 0:
				return nil // nothing changed that could bear on anything
			case !flags.watch:
				return check(s, flags, paths)
			}
			ctx, stop := interruptible()
			defer stop()
			return flags.checkAgain(ctx, s, paths)
		},
	}
	flags.rules.add(command)
	f := command.Flags()
	flags.changes.register(f)
	flags.register(command)
	flags.registerBaseline(command)
	commandline.OneOf(f, &flags.FailOn, "fail-on", "fail on findings at or above: error (default), warning, info, never", append(finding.Severities(), "never")...)
	flags.registerConfig(f)
	flags.registerGuide(f)
	f.StringSliceVar(&flags.Only, "only", nil, "run only these `rules`")
	f.StringSliceVar(&flags.Skip, "skip", nil, "skip these `rules`")
	commandline.OneOf(f, &flags.PolicyType, "policy-type", "`kind` of policies in files of their own: "+strings.Join(load.PolicyTypes(), ", ")+" (default: recognised by content)", load.PolicyTypes()...)
	f.StringVar(&flags.Account, "account", "", accountHelp)
	f.BoolVar(&flags.AllowUnknown, "allow-unknown", false, "a permission that stays unknown does not change the exit status")
	f.BoolVar(&flags.Read.NoIgnore, "no-ignore", false, "also read files that .gitignore excludes")
	f.BoolVar(&flags.Strict, "strict", false, "a run that checks no domain is a problem, with exit status 3")
	f.BoolVar(&flags.noWaivers, "no-waivers", false, "also report waived findings, for auditors")
	f.BoolVar(&flags.watch, "watch", false, "check again whenever a file changes, until Ctrl-C")
	f.StringVar(&flags.shard, "shard", "", shardHelp)
	f.BoolVar(&flags.exitZero, "exit-zero", false, "with --shard: a report that was written is a success, whatever it says; merge judges the whole")
	flags.live.register(f)
	f.DurationVar(&flags.limits.Time, "timeout", 0, "end after this `time`, such as 90s, with a partial report and exit status 3 (default: none)")
	f.IntVar(&flags.limits.Memory, "max-memory", 0, "end when the run takes more memory than this many `MiB`, in the same way (default: no limit)")
	f.BoolVar(&flags.noCache, "no-cache", false, "neither use nor keep results of earlier runs (docs/performance.md)")
	return command
}

func check(s streams, flags checkFlags, paths []string) error {
	memory := flags.remember(s, paths)
	if found := memory.Find(); found != nil {
		return flags.again(s, found)
	}
	s.files = memory.Files()
	o, err := flags.options(s, paths)
	if err != nil {
		return usageError(err)
	}
	flags.outputs.Options = flags.OfPart(o.Shard.Index)
	batch, err := flags.plan(s, o)
	if err != nil {
		return usageError(err)
	}
	fetched, err := flags.live.fetch(s, &o)
	if err != nil {
		return err
	}
	if flags.live.on {
		batch.Reads("what was fetched", o.Paths...)
	}
	defer fetched.remove()
	given := o.Paths
	from, err := s.obtain(given)
	if err != nil {
		return err
	}
	defer from.remove()
	o.Paths = from.Paths
	from.Read(&o.Read)
	told := commandline.StartProgress(s.screen, s.ticks)
	defer told.Stop()
	o.Progress = told.Step
	outcome, err := flags.limits.Check(context.Background(), o, fix.Attach)
	if err != nil {
		return usageError(err)
	}
	told.Stop()
	from.remove() // who reads the report may go away before its end
	if err := writeOutcome(batch, given, outcome); err != nil {
		return err
	}
	if flags.exitZero && outcome.BrokenOff == "" {
		return nil
	}
	end := fetched.verdict(verdict(outcome.Failed, outcome.Incomplete, outcome.Undecided && !o.Settings.AllowUnknown))
	if len(o.Settings.RuleFolders(flags.rules.folders)) == 0 { // rules of the user's own are not read from there
		memory.Keep(outcome, batch.Guards(), statusOf(end))
	}
	return end
}

// options turns the flags into what is to be checked. Its errors are the user's.
func (f *checkFlags) options(s streams, paths []string) (lint.Options, error) {
	f.Region = f.live.region()
	o, err := f.asked.options(s, paths)
	if err != nil {
		return o, err
	}
	o.NoWaivers, o.Changes = f.noWaivers, f.changed(o.Settings)
	if o.Shard, err = f.readShard(); err != nil {
		return o, err
	}
	o.Baseline, err = f.readBaseline(o.Read.Files)
	return o, err
}

// verdict turns what was found out into the exit status.
func verdict(failed, incomplete, undecided bool) error {
	switch {
	case failed:
		return statusError{status: exitFindings}
	case incomplete, undecided:
		return statusError{status: exitIncomplete}
	}
	return nil
}

// plan lists the files that a check writes, and those that it reads for itself.
// Its errors are the user's.
func (f *checkFlags) plan(s streams, o lint.Options) (*publish.Batch, error) {
	batch, err := f.batch(s)
	if err != nil {
		return nil, err
	}
	batch.Guard(o.Reads(f.rules.folders, f.Parameters)...)
	if f.changes.from != "" && f.changes.from != "-" {
		batch.Reads("the list of changed files", f.changes.from)
	}
	return batch, batch.Check()
}

const shardHelp = "check only part I of N of the accounts, as `I/N`; auto or auto/N takes I from a Kubernetes Indexed Job or an AWS Batch array; {part} in names of reports stands for I"

// shard reads --shard. Arrays count from 0, parts from 1.
func (f *checkFlags) readShard() (lint.Shard, error) {
	if f.shard == "" && f.exitZero {
		return lint.Shard{}, errors.New("--exit-zero works only with --shard: merge judges the whole")
	}
	if f.shard == "" {
		return lint.Shard{}, nil
	}
	for _, with := range []struct {
		flag string
		on   bool
	}{
		{"--baseline and --write-baseline, which canvaslint merge takes", f.baseline+f.Baseline != ""},
		{"--redact, which canvaslint merge takes", f.Redact}, {"--changed", f.changes.on || f.changes.from != ""}, {"--live", f.live.on},
	} {
		if with.on {
			return lint.Shard{}, fmt.Errorf("--shard excludes %s", with.flag)
		}
	}
	return lint.ParseShard(f.shard, os.Getenv)
}

// refuseWatch finds what does not go together with --watch.
func (f *checkFlags) refuseWatch(paths []string) error {
	if f.live.on || slices.Contains(paths, "-") || f.changes.from == "-" {
		return errors.New("--watch needs files: it excludes --live and standard input")
	}
	return nil
}

// watched are the files of a check; the config may name others after a change.
func (f *checkFlags) watched(paths []string) watch.Files {
	files := watch.Files{Paths: slices.Concat(paths, f.Parameters), Own: f.Files()}
	if len(paths) == 0 {
		files.Paths = append(files.Paths, ".")
	}
	if settings, err := openConfig(streams{}, f.Config, paths...); err == nil { // else the check says what is wrong
		files.Paths = append(append(files.Paths, settings.RuleFolders(f.rules.folders)...), settings.Beside(config.FileName))
	}
	return files
}

// checkAgain checks, and again after every change, until the context is done. It ends
// like the last check.
func (f *checkFlags) checkAgain(ctx context.Context, s streams, paths []string) error {
	var last error
	err := watch.Run(ctx, func() watch.Files { return f.watched(paths) }, func() {
		if s.terminal {
			fmt.Fprint(s.screen, "\x1b[2J\x1b[H") // clears the screen
		}
		last = check(s, *f, paths)
		if last != nil && last.Error() != "" {
			fmt.Fprintln(s.err, "canvaslint: "+last.Error())
		}
		fmt.Fprintln(s.err, "canvaslint: waiting for changes; Ctrl-C ends")
	})
	if err != nil {
		return statusError{exitInternal, err}
	}
	if last != nil {
		last = statusError{status: statusOf(last)} // its text was printed
	}
	return last
}

// remember decides whether the result of a check may be kept: not where it rests on
// more than files, and not where it writes a baseline.
func (f *checkFlags) remember(s streams, paths []string) *past.Memory {
	if f.noCache || s.cache == "" || f.live.on || f.watch || f.Baseline != "" || f.shard != "" || f.changes.from != "" || slices.Contains(paths, "-") || objects.HasAddress(paths) {
		return nil
	}
	return past.Open(s.cache, version()+buildCommit, time.Now(), s.args)
}

// again writes the reports of an earlier run anew.
func (f *checkFlags) again(s streams, found *past.Result) error {
	whole, err := found.Whole()
	if err != nil {
		return statusError{exitInternal, err}
	}
	batch, err := f.batch(s)
	if err != nil {
		return usageError(err)
	}
	batch.Guard(found.Guards...)
	if err := write(batch, whole, nil); err != nil {
		return err
	}
	if found.Status != exitClean {
		return statusError{status: found.Status}
	}
	return nil
}
