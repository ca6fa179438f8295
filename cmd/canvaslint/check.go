package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/source"
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

// settings is the config with the folder its paths are relative to.
type settings struct {
	config.Config
	file, folder string // of the config; "" where there is none
}

// readConfig reads the config file and lays the flags over it, and loads the
// rules that both name.
func readConfig(flags checkFlags) (settings, *rules.Set, error) {
	c, err := openConfig(flags.config)
	if err != nil {
		return c, nil, err
	}
	set, err := flags.rules.load(c)
	if err != nil {
		return c, nil, err
	}
	if err := c.readWaivers(set); err != nil {
		return c, nil, err
	}
	for id, span := range c.RuleAt {
		if set.Find(id) == nil {
			return c, nil, fmt.Errorf("read the config: %s: there is no rule %q; \"canvaslint rules\" lists them", span, id)
		}
	}
	for _, id := range append(slices.Clone(flags.only), flags.skip...) {
		if set.Find(id) == nil {
			return c, nil, fmt.Errorf("there is no rule %q; \"canvaslint rules\" lists them", id)
		}
	}
	for _, word := range []struct {
		flag, value string
		into        *string
		known       []string
	}{
		{"--guide", flags.guide, &c.Guide, []string{config.Guide2022, config.GuideCurrent}},
		{"--fail-on", flags.failOn, &c.FailOn, []string{"error", "warning", "info", "never"}},
	} {
		if word.value == "" {
			continue
		}
		if !slices.Contains(word.known, word.value) {
			return c, nil, fmt.Errorf("%s takes one of %s, not %q", word.flag, strings.Join(word.known, ", "), word.value)
		}
		*word.into = word.value
	}
	c.AllowUnknown = c.AllowUnknown || flags.allowUnknown
	c.Config = c.Defaults()
	return c, set, nil
}

// openConfig reads the config file that is named, else the one that is found.
func openConfig(file string) (settings, error) {
	var c settings
	if file == "" {
		file = findConfig()
	}
	if file == "" {
		return c, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return c, fmt.Errorf("read the config: %w", err)
	}
	if c.Config, err = config.Parse(display(file), data); err != nil {
		return c, fmt.Errorf("read the config:\n%w", err)
	}
	c.file, c.folder = file, filepath.Dir(file)
	return c, nil
}

// findConfig looks for the config file in the current folder and upwards.
func findConfig() string {
	folder, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		file := filepath.Join(folder, config.FileName)
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return ""
		}
		folder = parent
	}
}

func loadPaths(s streams, c settings, from inputs, parameters []string) (*load.Result, error) {
	owners, at := map[string]string{}, map[string]source.Span{}
	for _, document := range c.Documents {
		if full, err := filepath.Abs(filepath.Join(c.folder, document.File)); err == nil {
			owners[full], at[full] = document.Owner, document.At
		}
	}
	values, err := readParameters(parameters)
	if err != nil {
		return nil, err
	}
	return load.Load(from.paths, load.Options{Stdin: s.in, Owners: owners, OwnerAt: at, Display: from.display, Parameters: values})
}

const parametersHelp = "`file` with values for the parameters of templates: parameter JSON as CloudFormation takes it, samconfig.toml or .yaml, or a map; later files win"

// readParameters reads the files with values for parameters; later ones win.
func readParameters(files []string) (map[string]string, error) {
	values := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the parameters: %w", err)
		}
		given, err := cloudformation.ReadParameters(display(file), data)
		if err != nil {
			return nil, fmt.Errorf("read the parameters: %w", err)
		}
		maps.Copy(values, given)
	}
	return values, nil
}

// display shows a path relative to the current folder where it lies below it,
// else as given, with forward slashes.
func display(path string) string {
	if here, err := os.Getwd(); err == nil {
		if full, err := filepath.Abs(path); err == nil {
			if relative, err := filepath.Rel(here, full); err == nil && !strings.HasPrefix(relative, "..") {
				return filepath.ToSlash(relative)
			}
		}
	}
	return filepath.ToSlash(filepath.Clean(path))
}

// assemble puts the report together.
func assemble(set *rules.Set, flags checkFlags, c config.Config, loaded *load.Result, facts canvas.Worlds, j judged) *finding.Report {
	r := &finding.Report{
		Version: 1, Tool: finding.Tool{Name: "canvaslint", Version: version()}, Guide: c.Guide,
		Findings: j.left, Waived: j.waived, Waivers: j.waivers, Baseline: j.baseline,
		Problems: problems(slices.Concat(loaded.Problems, facts.Problems(), j.problems)),
		Summary:  triage.Summary(j.left),
	}
	if len(flags.only)+len(flags.skip) > 0 {
		r.Partial = &finding.Partial{Only: append([]string{}, flags.only...), Skip: append([]string{}, flags.skip...)}
	}
	r.Coverage.Files, r.Coverage.Documents, r.Coverage.Notes = loaded.Files, loaded.Documents, slices.Concat(loaded.Notes, facts.Notes())
	r.Coverage.Decisions.Allowed, r.Coverage.Decisions.Denied, r.Coverage.Decisions.Unknown = facts.Decisions()
	for _, input := range loaded.Inputs {
		at := finding.PlaceOf(input.Span)
		r.Coverage.Inputs = append(r.Coverage.Inputs, finding.Input{File: at.File, Start: at.Start, Kind: input.Kind, Of: input.Of, Owner: input.Owner, How: input.How})
	}
	for _, ignored := range loaded.Ignored {
		r.Coverage.Ignored = append(r.Coverage.Ignored, finding.Ignored{File: ignored.File, Reason: ignored.Reason})
	}
	for _, rule := range set.Rules {
		if slices.ContainsFunc(j.all, func(f finding.Finding) bool { return f.Rule == rule.ID }) {
			r.Rules = append(r.Rules, finding.Rule{
				ID: rule.ID, Title: rule.Title, Severity: rule.Severity, Help: rule.Help(),
				Description: rule.Description, Why: rule.Why, Fix: rule.Fix, Sources: rule.Sources,
			})
		}
	}
	return r
}

func problems(found []source.Problem) []finding.Problem {
	var list []finding.Problem
	for _, p := range found {
		problem := finding.Problem{Message: p.Message, File: p.Path}
		if !p.Span.IsZero() {
			problem.File = p.Span.File.Name
			problem.Start, _ = p.Span.Positions()
		}
		list = append(list, problem)
	}
	return list
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
