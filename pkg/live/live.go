// Package live saves what a check needs from live AWS accounts as files: those
// that the AWS CLI would have printed, in the folders that pkg/layout knows,
// with a manifest that says what is whole and what could not be read. It makes
// read-only calls only; the table of pkg/fetch has them all.
package live

import (
	"context"
	"errors"
	"fmt"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// status judges a run that came to its end. What AWS says it does not have is
// an answer. Organization policies are read where the caller may: only an
// organization's management and delegated accounts may, so a refusal there is
// what most callers get, and no gap that they could close. Who reads an
// organization is to have it.
func (f *fetcher) status() fetch.Status {
	for _, m := range f.manifest.Missing {
		if m.IsGap() && (f.Organization != nil || m.Service != "organizations" || m.Reason != fetch.AccessDenied) {
			return fetch.StatusPartial
		}
	}
	return fetch.StatusComplete
}

// Fetch reads the accounts and writes the folder. It returns an error where it
// could not work at all: a UsageError, or a file that could not be written.
// When ctx is cancelled the folder keeps what was read, and its manifest says
// that the run was interrupted.
func Fetch(ctx context.Context, asked fetch.Options) (*fetch.Result, error) {
	o := options{asked}
	if err := o.defaults(); err != nil {
		return nil, fetch.UsageError{Err: err}
	}
	var begun *fetch.Manifest
	if o.Resume {
		var err error
		if begun, err = o.adopt(); err != nil {
			return nil, fetch.UsageError{Err: err}
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
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	common := &shared{tell: o.Progress}
	if o.Organization != nil {
		return fetchOrganization(ctx, stop, newFetcher(o, common, out), logins[0], begun)
	}
	f := newFetcher(o, common, out)
	if begun != nil {
		f.manifest = *begun
	}
	scope := o.scope()
	f.manifest.Scope = &scope
	runErr := f.run(ctx, stop, logins, begun)
	if ctx.Err() == nil && runErr == nil {
		f.manifest.Status = f.status()
	}
	if err := f.writeManifest(); err != nil {
		return nil, err
	}
	if runErr != nil && !errors.Is(runErr, context.Canceled) {
		return nil, runErr
	}
	if f.manifest.Status == fetch.StatusInterrupted {
		if err := f.reload(); err != nil { // count what there is
			return nil, err
		}
	}
	return f.result(), nil
}

// options are what was asked for, with what only a run needs of them.
type options struct{ fetch.Options }

func (o *options) defaults() error {
	if o.Jobs == "" {
		o.Jobs = fetch.JobsCanvas
	}
	if o.Concurrency == 0 {
		o.Concurrency = fetch.DefaultConcurrency
	}
	switch {
	case o.Folder == "":
		return errors.New("name the folder to write to")
	case o.Jobs != fetch.JobsAll && o.Jobs != fetch.JobsCanvas && o.Jobs != fetch.JobsNone:
		return fmt.Errorf("jobs are one of all, canvas, none, not %q", o.Jobs)
	case o.Concurrency < 1:
		return fmt.Errorf("calls at a time are at least 1, not %d", o.Concurrency)
	case o.ExternalID != "" && len(o.Roles) == 0 && o.Organization == nil:
		return errors.New("an external id is sent with a role to assume: name the role too")
	}
	return o.checkOrganization()
}

// run reads everything, in the order in which one thing names the next. Until
// it comes to its end the manifest says that it was interrupted.
func (f *fetcher) run(ctx context.Context, stop context.CancelFunc, logins []login, begun *fetch.Manifest) error {
	f.manifest.Status = fetch.StatusInterrupted
	if err := f.writeManifest(); err != nil {
		return err
	}
	f.manifest.Caller, f.manifest.Callers = "", nil
	f.enter(ctx, logins)
	f.stopOnExpiry(stop)
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
	return f.readAll(ctx)
}

// readAll reads the accounts of the run.
func (f *fetcher) readAll(ctx context.Context) error {
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
func (o *options) settings() config.Config {
	return config.Config{Datasets: o.Datasets, AllProfiles: true}
}
