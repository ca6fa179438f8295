// Package fetch is what canvaslint and canvaslint-fetch, the program that reads live
// AWS accounts, say to each other: what to read, which calls that takes, how far it
// is and what came of it. It has nothing of the AWS SDK, so that who checks files
// neither compiles nor starts it.
package fetch

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Jobs says which AutoML jobs are read.
type Jobs string

// The choices: jobs that Canvas started have names that begin with "Canvas".
const (
	JobsCanvas Jobs = "canvas"
	JobsAll    Jobs = "all"
	JobsNone   Jobs = "none"
)

// Options say what to read and how. Folder and Time are needed; of the rest the
// zero value is what the SDK's own configuration says, and little of it.
type Options struct {
	Folder string // to write to; empty or new, unless Resume is set
	Resume bool   // go on with a folder that a broken run left

	Regions    []string // none: the profile's, or AWS_REGION
	Profiles   []string // of the shared config; none: the default chain
	Roles      []string // ARNs to assume, each from each profile
	ExternalID string   // sent with Roles

	// Organization has every account of an organization read, nil those of the logins.
	Organization *Organization
	Parallel     int // accounts at a time; 0 is DefaultParallel

	Domains     []string // ids; none: all
	Datasets    []string // buckets that users import from
	Jobs        Jobs     // "" is JobsCanvas
	Since       time.Time
	AllKeys     bool // every customer key, not only those that settings name
	AllRoles    bool // GetAccountAuthorizationDetails
	Concurrency int  // calls at a time and service; 0 is DefaultConcurrency

	Tool string    // for the manifest: "canvaslint 0.1.0"
	Time time.Time // of the run, for the manifest
	// Progress is told, one step at a time, how far the run is.
	Progress func(Steps) `json:"-"`
}

// Steps say how far a run is: how many calls are done and known, and how many
// failed; of an organization, how many accounts are done and there.
type Steps struct {
	Done     int `json:"done"`
	Known    int `json:"known"`
	Failed   int `json:"failed"`
	Accounts int `json:"accounts,omitempty"`
	Members  int `json:"members,omitempty"`
}

// Organization says which accounts of an organization are read, and how each is
// entered.
type Organization struct {
	// RoleName is the role that is assumed in every account but that of the login.
	RoleName string `json:"roleName"`
	// Login is the profile, or the ARN of the role to assume, that AWS Organizations
	// is asked as; "" is the login itself.
	Login   string   `json:"login,omitempty"`
	Units   []string `json:"units,omitempty"`   // with all below them; none: the whole organization
	Exclude []string `json:"exclude,omitempty"` // accounts and units
	Archive bool     `json:"archive,omitempty"` // one zip for each account
	// ArchiveTo is the address in S3 that archives go below; "" is the folder.
	ArchiveTo string `json:"archiveTo,omitempty"`
}

// DefaultParallel is how many accounts are read at a time.
const DefaultParallel = 8

// DefaultConcurrency is how many calls a service gets at a time.
const DefaultConcurrency = 8

// UsageError is a request that cannot be carried out as it is put: the user has
// to change the command line or the AWS configuration.
type UsageError struct{ Err error }

func (e UsageError) Error() string { return e.Err.Error() }
func (e UsageError) Unwrap() error { return e.Err }

// Result is what a run did.
type Result struct {
	Manifest Manifest
	Calls    int // answered, with an error or without one
	Domains  int
	Profiles int
	Jobs     int
	Keys     int
	Roles    int
	Buckets  int
	// Places are the accounts and Regions that were asked: "111122223333 in eu-west-1".
	Places []string
	// Failures say in the SDK's words why an account could not be entered.
	Failures []string
	// Nothing is set where nothing of Canvas was found, or nothing answered.
	Nothing bool
}

// IsPartial reports whether something could not be read that is there, or may be.
func (r *Result) IsPartial() bool { return r.Manifest.Status != StatusComplete }

// String says in words how far a run is, to follow what it does.
func (s Steps) String() string {
	text := ""
	if s.Members > 0 {
		text = fmt.Sprintf(", %d of %d accounts", s.Accounts, s.Members)
	}
	if s.Failed > 0 {
		text += fmt.Sprintf(", %d failed", s.Failed)
	}
	return text
}

// Checked gives the same with each account and unit once, in order. Its errors are the
// user's.
func (o Organization) Checked() (*Organization, error) {
	if o.RoleName == "" {
		return nil, errors.New("name the role to assume in each account: --role-name NAME")
	}
	if o.ArchiveTo != "" {
		if to, err := ParseAddress(o.ArchiveTo); err != nil || to.Key != "" && !strings.HasSuffix(to.Key, "/") {
			return nil, fmt.Errorf("--archive-to takes a folder of S3, as in s3://bucket/exports/, not %q", o.ArchiveTo)
		}
		o.Archive = true
	}
	o.Units = slices.Compact(slices.Sorted(slices.Values(o.Units)))
	o.Exclude = slices.Compact(slices.Sorted(slices.Values(o.Exclude)))
	return &o, nil
}
