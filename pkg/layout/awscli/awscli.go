// Package awscli writes the commands of the AWS CLI that save what a check
// reads, in the folders that pkg/layout knows: a script for a whole account, and
// the one command that settles one missing document.
package awscli

import (
	_ "embed" // the scripts
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/layout"
)

// Shell is what runs a script.
type Shell string

// The shells that there are scripts for.
const (
	Bash       Shell = "bash"
	PowerShell Shell = "powershell"
)

// Options say what a script saves. The zero value is everything that the
// settings of the account's domains name, in the Region of the AWS
// configuration.
type Options struct {
	// Account is the id that the credentials must be of, "" for any.
	Account  string
	Regions  []string
	Domains  []string // ids; none: all of the Region
	Datasets []string // buckets that users import from
	AllKeys  bool     // every key of the Region, not only those that settings name
	Jobs     bool     // AutoML jobs of Canvas too
	Folder   string   // to write to
}

//go:embed export.bash
var bashScript string

//go:embed export.ps1
var powerShellScript string

// The forms of what a script holds: none has a character that a shell takes for
// more than itself.
var (
	accountForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[0-9]{12}$`)
	})
	domainForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^d-[a-z0-9-]{1,61}$`)
	})
	bucketForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	})
	folderForm = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[A-Za-z0-9_./][A-Za-z0-9_./+=@,-]*$`)
	})
)

// Script gives a script that saves an account. The error says which of the
// options cannot be what it has to be.
func Script(shell Shell, o Options) (string, error) {
	if err := o.check(); err != nil {
		return "", err
	}
	switch shell {
	case Bash:
		return o.bashHead() + bashScript, nil
	case PowerShell:
		return o.powerShellHead() + powerShellScript, nil
	}
	return "", fmt.Errorf("there is no script for the shell %q: choose %s or %s", shell, Bash, PowerShell)
}

func (o Options) check() error {
	if o.Account != "" && !accountForm().MatchString(o.Account) {
		return fmt.Errorf("%q is not an account id: it has 12 digits", o.Account)
	}
	for _, region := range o.Regions {
		if !layout.IsRegion(region) {
			return fmt.Errorf("%q is not a Region: write it as eu-central-1", region)
		}
	}
	for _, domain := range o.Domains {
		if !domainForm().MatchString(domain) {
			return fmt.Errorf("%q is not the id of a domain: write it as d-1a2b3c4d5e6f", domain)
		}
	}
	for _, bucket := range o.Datasets {
		if !bucketForm().MatchString(bucket) {
			return fmt.Errorf("%q is not the name of a bucket", bucket)
		}
	}
	if !folderForm().MatchString(o.Folder) {
		return fmt.Errorf("%q cannot be the folder of the export: use letters, digits and . _ - / only", o.Folder)
	}
	return nil
}

func (o Options) bashHead() string {
	return fmt.Sprintf(`#!/usr/bin/env bash
# Saves what "canvaslint check" needs of an AWS account, with read-only calls of
# the AWS CLI:  bash SCRIPT [FOLDER]
set -u

out=${1:-%s}
expected_account='%s'
regions='%s'   # none: the Region of the AWS configuration
domains='%s'   # none: all of the Region
datasets='%s'  # buckets that users import from
all_keys=%s
jobs=%s
`, o.Folder, o.Account, strings.Join(o.Regions, " "), strings.Join(o.Domains, " "), strings.Join(o.Datasets, " "), yesNo(o.AllKeys), yesNo(o.Jobs))
}

func (o Options) powerShellHead() string {
	return fmt.Sprintf(`# Saves what "canvaslint check" needs of an AWS account, with read-only calls of
# the AWS CLI:  powershell -File SCRIPT [FOLDER]
param([string]$out = '%s')

$expectedAccount = '%s'
$regions = @(%s)   # none: the Region of the AWS configuration
$domains = @(%s)   # none: all of the Region
$datasets = @(%s)  # buckets that users import from
$allKeys = $%t
$jobs = $%t
`, o.Folder, o.Account, quoted(o.Regions), quoted(o.Domains), quoted(o.Datasets), o.AllKeys, o.Jobs)
}

func yesNo(yes bool) string {
	if yes {
		return "yes"
	}
	return "no"
}

func quoted(texts []string) string {
	list := make([]string, len(texts))
	for i, text := range texts {
		list[i] = "'" + text + "'"
	}
	return strings.Join(list, ", ")
}
