package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

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
	for _, name := range o.names {
		if !o.on && command.Flags().Changed(name) && !(resume && name == "parallel") {
			return fmt.Errorf("--%s works only with --organization", name)
		}
	}
	options.Parallel = o.parallel
	if !o.on {
		return nil
	}
	if o.of.RoleName == "" {
		return errors.New("name the role to assume in each account: --role-name NAME")
	}
	of := o.of
	if of.ArchiveTo != "" {
		if to, err := fetch.ParseAddress(of.ArchiveTo); err != nil || to.Key != "" && !strings.HasSuffix(to.Key, "/") {
			return fmt.Errorf("--archive-to takes a folder of S3, as in s3://bucket/exports/, not %q", of.ArchiveTo)
		}
		of.Archive = true
	}
	of.Units, of.Exclude = sortedSet(of.Units), sortedSet(of.Exclude)
	options.Organization = &of
	return nil
}

func sortedSet(names []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(names)))
}
