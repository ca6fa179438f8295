// Package live saves what a check needs from live AWS accounts as files: those
// that the AWS CLI would have printed, in the folders that pkg/layout knows,
// with a manifest that says what is whole and what could not be read. It makes
// read-only calls only; the table in operations.go has them all.
package live

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/canvaslint/canvaslint/pkg/config"
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

	Domains     []string // ids; none: all
	Datasets    []string // buckets that users import from
	Jobs        Jobs     // "" is JobsCanvas
	Since       time.Time
	AllKeys     bool // every customer key, not only those that settings name
	AllRoles    bool // GetAccountAuthorizationDetails
	Concurrency int  // calls at a time and service; 0 is DefaultConcurrency

	Tool string    // for the manifest: "canvaslint 0.1.0"
	Time time.Time // of the run, for the manifest
	// Progress is told, one call at a time, how many calls are done and known,
	// and how many failed.
	Progress func(done, known, failed int)
}

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

// status judges a run that came to its end. What AWS says it does not have is
// an answer. Organization policies are read where the caller may: only an
// organization's management and delegated accounts may, so a refusal there is
// what most callers get, and no gap that they could close.
func (f *fetcher) status() Status {
	for _, m := range f.manifest.Missing {
		if m.IsGap() && (m.Service != "organizations" || m.Reason != AccessDenied) {
			return StatusPartial
		}
	}
	return StatusComplete
}

// Fetch reads the accounts and writes the folder. It returns an error where it
// could not work at all: a UsageError, or a file that could not be written.
// When ctx is cancelled the folder keeps what was read, and its manifest says
// that the run was interrupted.
func Fetch(ctx context.Context, o Options) (*Result, error) {
	if err := o.defaults(); err != nil {
		return nil, UsageError{err}
	}
	var begun *Manifest
	if o.Resume {
		var err error
		if begun, err = o.adopt(); err != nil {
			return nil, UsageError{err}
		}
	}
	logins, err := o.logins(ctx)
	if err != nil {
		return nil, err
	}
	out, err := openFolder(o.Folder, o.Resume)
	if err != nil {
		return nil, err
	}
	defer out.close()
	f := newFetcher(o, out)
	if begun != nil {
		f.manifest = *begun
	}
	scope := o.scope()
	f.manifest.Scope = &scope
	runErr := f.run(ctx, logins, begun)
	if ctx.Err() == nil && runErr == nil {
		f.manifest.Status = f.status()
	}
	if err := f.writeManifest(); err != nil {
		return nil, err
	}
	if runErr != nil && !errors.Is(runErr, context.Canceled) {
		return nil, runErr
	}
	if f.manifest.Status == StatusInterrupted {
		if err := f.reload(); err != nil { // count what there is
			return nil, err
		}
	}
	return f.result(), nil
}

func (o *Options) defaults() error {
	if o.Jobs == "" {
		o.Jobs = JobsCanvas
	}
	if o.Concurrency == 0 {
		o.Concurrency = DefaultConcurrency
	}
	switch {
	case o.Folder == "":
		return errors.New("name the folder to write to")
	case o.Jobs != JobsAll && o.Jobs != JobsCanvas && o.Jobs != JobsNone:
		return fmt.Errorf("jobs are one of all, canvas, none, not %q", o.Jobs)
	case o.Concurrency < 1:
		return fmt.Errorf("calls at a time are at least 1, not %d", o.Concurrency)
	case o.ExternalID != "" && len(o.Roles) == 0:
		return errors.New("an external id is sent with a role to assume: name the role too")
	}
	return nil
}

// run reads everything, in the order in which one thing names the next. Until
// it comes to its end the manifest says that it was interrupted.
func (f *fetcher) run(ctx context.Context, logins []login, begun *Manifest) error {
	f.manifest.Status = StatusInterrupted
	if err := f.writeManifest(); err != nil {
		return err
	}
	f.manifest.Caller, f.manifest.Callers = "", nil
	f.enter(ctx, logins)
	if err := f.sameAccounts(begun); err != nil {
		f.manifest.Caller, f.manifest.Callers = begun.Caller, begun.Callers
		return err
	}
	if begun != nil { // what was missing then is asked for again
		failed := len(begun.Missing)
		f.manifest.Missing, f.manifest.Complete = f.manifest.Missing[failed:], nil
	}
	if err := f.writeManifest(); err != nil { // now it names the callers
		return err
	}
	for _, a := range f.accounts {
		for _, region := range a.regions {
			f.spawn(func() { f.sagemaker(ctx, a, region) })
			f.spawn(func() { f.keyLists(ctx, a, region) })
		}
		if f.AllRoles {
			f.spawn(func() { f.allRoles(ctx, a) })
		}
	}
	if err := f.wait(ctx); err != nil {
		return err
	}
	if err := f.follow(ctx); err != nil {
		return err
	}
	f.organization(ctx)
	return f.wait(ctx)
}

// settings is the config under which wants are worked out: every profile, not
// only those that surely use Canvas.
func (o *Options) settings() config.Config {
	return config.Config{Datasets: o.Datasets, AllProfiles: true}
}
