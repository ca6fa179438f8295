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
	"github.com/spf13/pflag"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// liveFlags are the flags of fetch and of check --live.
type liveFlags struct {
	options fetch.Options
	jobs    string
	since   string
}

func (l *liveFlags) register(f *pflag.FlagSet) {
	f.StringSliceVar(&l.options.Regions, "region", nil, "`Regions` to read (default: the profile's)")
	f.StringSliceVar(&l.options.Profiles, "profile", nil, "`profiles` of the AWS configuration, one for each account")
	f.StringSliceVar(&l.options.Roles, "role-arn", nil, "`roles` to assume, one for each account")
	f.StringVar(&l.options.ExternalID, "external-id", "", "external `id` to send with --role-arn")
	f.StringSliceVar(&l.options.Domains, "domain", nil, "read only the domains of these `ids`")
	f.StringSliceVar(&l.options.Datasets, "dataset-bucket", nil, "`buckets` that users import from, besides those that policies name and the config's")
	l.jobs = "canvas"
	commandline.OneOf(f, &l.jobs, "jobs", "AutoML jobs to read: all, canvas (those that Canvas started) or none", "all", "canvas", "none")
	f.StringVar(&l.since, "since", "", "read only AutoML jobs created since a `day` (2027-01-31) or in the last days (90d)")
	f.BoolVar(&l.options.AllKeys, "all-keys", false, "read every customer managed key, not only those that settings name")
	f.BoolVar(&l.options.AllRoles, "all-roles", false, "read the list of all roles: only that proves that a role does not exist")
	f.IntVar(&l.options.Concurrency, "concurrency", fetch.DefaultConcurrency, "calls at a time, for each service")
}

// complete turns the flags into options.
func (l *liveFlags) complete(now time.Time) (fetch.Options, error) {
	o := l.options
	o.Jobs, o.Tool, o.Time = fetch.Jobs(l.jobs), "canvaslint "+version(), now
	var err error
	o.Since, err = fetch.ParseSince(l.since, now)
	return o, err
}

func fetchCommand(s streams) *cobra.Command {
	var flags liveFlags
	var organization organizationFlags
	var out, configFile string
	var resume, dry bool
	command := &cobra.Command{
		Use:   "fetch --out DIR",
		Short: "Save what check needs from live AWS accounts",
		Long: `Fetch reads SageMaker domains with their profiles, roles, keys, buckets and jobs, and saves
what AWS answers in a folder that "canvaslint check" reads offline. It makes read-only calls:
--dry-run lists them, and docs/fetch-policy.json is the IAM policy they need. Endpoints,
credentials, FIPS and dual-stack come from the usual AWS SDK variables and files.

With --organization it reads every account of an organization, each with the role that
--role-name names, and the policies of the organization once.

Exit status: 0 complete; 2 usage or configuration error; 3 something could not be read, or
nothing was found; manifest.json in the folder says what and why.`,
		Args: commandline.AsUsed,
		RunE: func(command *cobra.Command, _ []string) error {
			options, err := flags.complete(time.Now())
			if err == nil {
				err = organization.complete(command, &options, resume)
			}
			if err != nil {
				return usageError(err)
			}
			if dry {
				return options.WritePlan(s.text)
			}
			if options.Datasets, err = datasets(s, options.Datasets, configFile); err != nil {
				return err
			}
			if out == "" {
				return usageError(errors.New("name a folder to write to: --out DIR"))
			}
			if fetch.IsAddress(out) {
				return usageError(errors.New("--out takes a folder of the disk; --organization --archive-to saves archives in S3"))
			}
			options.Folder, options.Resume = out, resume
			result, err := runFetch(s, options)
			if err != nil {
				return err
			}
			result.Summarize(s.text, out)
			if result.Nothing || result.IsPartial() {
				return statusError{status: exitIncomplete}
			}
			return nil
		},
	}
	f := command.Flags()
	flags.register(f)
	organization.register(f)
	f.StringVar(&out, "out", "", "`folder` to write to: a new or an empty one")
	f.StringVar(&configFile, "config", "", "config `file` that names dataset buckets (default: .canvaslint.yaml, found upwards)")
	f.BoolVar(&resume, "resume", false, "continue an interrupted run in its folder: saved answers are not read again")
	f.BoolVar(&dry, "dry-run", false, "list the calls and the permissions they need, and make no call")
	return command
}

// datasets adds the buckets that the config names.
func datasets(s streams, named []string, configFile string) ([]string, error) {
	c, err := openConfig(s, configFile)
	if err != nil {
		return nil, usageError(err)
	}
	return append(slices.Clone(named), c.Datasets...), nil
}

// runFetch fetches until it is done or the user breaks it off.
func runFetch(s streams, options fetch.Options) (*fetch.Result, error) {
	process, err := fetcher(s.err, "reading live accounts")
	if err != nil {
		return nil, usageError(err)
	}
	ctx, stop := interruptible()
	defer stop()
	// A second Ctrl-C ends the program as usual.
	context.AfterFunc(ctx, stop)
	counter := s.counter("reading")
	defer counter.Finish()
	options.Progress = func(steps fetch.Steps) { counter.Show(steps.Done, steps.Known, steps.String()) }
	result, err := fetch.Start(ctx, process, options)
	if err != nil {
		return nil, fetchError(err)
	}
	for _, failure := range result.Failures {
		fmt.Fprintln(s.err, "canvaslint: "+failure)
	}
	return result, nil
}

// organizationFlags are the flags of fetch that are about an organization.
type organizationFlags struct {
	on       bool
	of       fetch.Organization
	parallel int
	names    []string // of the flags that mean nothing without --organization
}

func (o *organizationFlags) register(f *pflag.FlagSet) {
	f.BoolVar(&o.on, "organization", false, "read every account of the organization")
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	own.StringVar(&o.of.RoleName, "role-name", "", "`role` to assume in each account but that of the login")
	own.StringVar(&o.of.Login, "organization-role", "", "`ARN` of a role, or a profile, that may read AWS Organizations (default: the login)")
	own.StringSliceVar(&o.of.Units, "ou", nil, "read only the accounts below these organizational `units`")
	own.StringSliceVar(&o.of.Exclude, "exclude", nil, "`accounts` and organizational units to leave out")
	own.BoolVar(&o.of.Archive, "archive", false, "save each account as an archive of its own: <account>.zip")
	own.StringVar(&o.of.ArchiveTo, "archive-to", "", "save the archives in S3, below an `address` such as s3://bucket/exports/")
	own.IntVar(&o.parallel, "parallel", fetch.DefaultParallel, "accounts at a time")
	own.VisitAll(func(flag *pflag.Flag) {
		flag.Usage = "with --organization: " + flag.Usage
		o.names = append(o.names, flag.Name)
	})
	f.AddFlagSet(own)
}

// complete adds the flags to the options.
func (o *organizationFlags) complete(command *cobra.Command, options *fetch.Options, resume bool) error {
	options.Parallel = o.parallel
	if !o.on {
		names := slices.DeleteFunc(slices.Clone(o.names), func(name string) bool { return resume && name == "parallel" })
		return commandline.Only(command, "organization", names...)
	}
	var err error
	options.Organization, err = o.of.Checked()
	return err
}

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
	if !l.on {
		if err := commandline.Only(command, "live", append([]string{"keep"}, l.names...)...); err != nil {
			return err
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
		o.Read.Display = filesystem.DisplayBelow(folder) // which will be gone
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
