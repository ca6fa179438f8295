package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/triage"
)

// checkFlags are the flags of check; an empty one leaves the config's word.
type checkFlags struct {
	outputs
	failOn, config, guide   string
	baseline, writeBaseline string
	only, skip, parameters  []string
	allowUnknown, noWaivers bool
	rules                   rulesFlags
	live                    liveCheck
	changes                 changeFlags
}

func checkCommand(s streams) *cobra.Command {
	var flags checkFlags
	command := &cobra.Command{
		Use:   "check [PATH...] | --changed [PATH...] -- FILE...",
		Short: "Read exported files, check them, report",
		Long: `Check reads the files and folders it is given (the current folder by default, "-" is
standard input), works out what every Canvas role may do with every key, and reports.
With --live it first does what "canvaslint fetch" does, into a temporary folder or --keep.
With --changed it reads the same, and reports only what the FILEs bear on.

Exit status: 0 clean; 1 findings at or above --fail-on; 2 usage or configuration error;
3 no such findings, but something could not be analysed or stayed unknown; 4 internal error.`,
		RunE: func(command *cobra.Command, args []string) error {
			paths, err := flags.changes.split(s, args, command.ArgsLenAtDash())
			if err == nil {
				err = flags.live.refuse(command, paths)
			}
			if err != nil {
				return usageError(err)
			}
			return check(s, flags, paths)
		},
	}
	flags.rules.add(command)
	f := command.Flags()
	flags.changes.register(f)
	flags.register(command)
	f.StringVar(&flags.failOn, "fail-on", "", "fail on findings at or above: error (default), warning, info, never")
	f.StringVar(&flags.config, "config", "", "config `file` (default: .canvaslint.yaml, found upwards)")
	f.StringVar(&flags.guide, "guide", "", "edition of the AWS page: 2022 (default) or current")
	f.StringSliceVar(&flags.only, "only", nil, "run only these `rules`")
	f.StringSliceVar(&flags.skip, "skip", nil, "leave these `rules` out")
	f.StringArrayVar(&flags.parameters, "parameters", nil, parametersHelp)
	f.BoolVar(&flags.allowUnknown, "allow-unknown", false, "a permission that stays unknown does not change the exit status")
	f.BoolVar(&flags.noWaivers, "no-waivers", false, "report waived findings too: for auditors")
	f.StringVar(&flags.baseline, "baseline", "", "report only findings that a baseline `file` does not have")
	f.StringVar(&flags.writeBaseline, "write-baseline", "", "write a baseline `file` of today's findings")
	flags.live.register(f)
	return command
}

func check(s streams, flags checkFlags, paths []string) error {
	c, set, err := readConfig(flags)
	if err != nil {
		return usageError(err)
	}
	if _, err := flags.targets(); err != nil {
		return usageError(err)
	}
	from, err := flags.live.fetch(s, c, paths)
	if err != nil {
		return err
	}
	defer from.remove()
	told := startProgress(s)
	defer told.stop()
	told.step("reading files")
	loaded, err := loadPaths(s, c, from, flags.parameters)
	if err != nil {
		return usageError(err)
	}
	enforced, err := enforce(flags, c.Config, set)
	if err != nil {
		return usageError(err)
	}
	told.step("working out what Canvas needs, and what rules object to")
	facts, worlds, err := work(set, c, enforced, loaded)
	if err != nil {
		return usageError(err)
	}
	j, err := judge(flags, c, set, loaded, enforced, triage.Merge(worlds))
	if err != nil {
		return err
	}
	r := assemble(set, flags, c.Config, loaded, facts, j)
	r.Readiness = triage.MergeReadiness(worlds, j.all)
	r.Coverage.Notes = append(r.Coverage.Notes, enforced.note(c.RulesAsOf)...)
	settled := flags.changes.restrict(r, c, loaded, from.paths, j.settled)
	told.stop()
	if err := flags.writeReports(s, r); err != nil {
		return err
	}
	return from.verdict(verdict(c.Config, facts.Undecided(settled), r))
}

// work finds out the needs of every world and what rules object to in it. Who
// waives a finding has not mended it: readiness is the same with all of them.
func work(set *rules.Set, c settings, enforced enforcement, loaded *load.Result) (canvas.Worlds, []triage.World, error) {
	var all canvas.Worlds
	var worlds []triage.World
	for _, world := range loaded.Worlds {
		facts := canvas.Work(world.Snapshot, c.Config)
		findings, err := set.Evaluate(context.Background(), world.Snapshot, facts, c.Config, enforced.wants)
		if err != nil {
			return nil, nil, err
		}
		findings = triage.Apply(cloudformation.Advise(loaded.Templates, findings), &c.Config, c.relative)
		all = append(all, facts)
		worlds = append(worlds, triage.World{
			Assumptions: world.Assumptions, Findings: findings, Readiness: triage.Attach(facts.Readiness(), findings),
		})
	}
	return all, worlds, nil
}

// wants reports whether the flags leave a rule in.
func (f checkFlags) wants(id string) bool {
	return (len(f.only) == 0 || slices.Contains(f.only, id)) && !slices.Contains(f.skip, id)
}

// verdict turns a report into the exit status.
func verdict(c config.Config, undecided bool, r *finding.Report) error {
	switch {
	case triage.Fails(r.Findings, c.FailOn):
		return statusError{status: exitFindings}
	case len(r.Problems) > 0, undecided && !c.AllowUnknown:
		return statusError{status: exitIncomplete}
	}
	return nil
}
