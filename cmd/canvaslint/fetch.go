package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/fetch"
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
	if l.since == "" {
		return o, nil
	}
	if days, ok := strings.CutSuffix(l.since, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 {
			o.Since = now.AddDate(0, 0, -n)
			return o, nil
		}
	}
	since, err := time.Parse(time.DateOnly, l.since)
	if err != nil {
		return o, fmt.Errorf("--since takes a day like 2027-01-31 or a number of days like 90d, not %q", l.since)
	}
	o.Since = since
	return o, nil
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C ends the program as usual.
	context.AfterFunc(ctx, stop)
	show, remove := showSteps(s, "reading", progressbar.OptionThrottle(100*time.Millisecond))
	defer remove()
	options.Progress = show
	result, err := fetch.Start(ctx, process, options)
	if err != nil {
		return nil, fetchError(err)
	}
	for _, failure := range result.Failures {
		fmt.Fprintln(s.err, "canvaslint: "+failure)
	}
	return result, nil
}
