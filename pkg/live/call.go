package live

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// fetcher is the state of one run. Its methods may run at the same time.
type fetcher struct {
	options
	*shared
	out      *folder
	accounts []*account // that are read

	work  sync.WaitGroup
	gates map[string]chan struct{} // calls under way, by service
	// atOnce are the roles that are being read: each takes several calls, and a
	// run that breaks off should have finished roles, not many begun ones.
	atOnce chan struct{}

	mutex    sync.Mutex
	manifest fetch.Manifest
	err      error           // the first file that could not be written
	asked    map[string]bool // what follow has asked for
	roles    map[string]*roleBook
	failures []string
	snapshot *snapshot.Snapshot // of the folder, as it was when it was last read
}

func newFetcher(o options, common *shared, out *folder) *fetcher {
	f := &fetcher{options: o, shared: common, out: out, gates: map[string]chan struct{}{}, asked: map[string]bool{}, roles: map[string]*roleBook{}, atOnce: make(chan struct{}, o.Concurrency), snapshot: &snapshot.Snapshot{}}
	for _, op := range fetch.Operations() {
		if f.gates[op.Service] == nil {
			f.gates[op.Service] = make(chan struct{}, o.Concurrency)
		}
	}
	return f
}

// spawn runs work of its own accord; wait waits for all of it, and for what it
// spawned in turn.
func (f *fetcher) spawn(work func()) { f.work.Go(work) }

func (f *fetcher) wait(ctx context.Context) error {
	f.work.Wait()
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if f.err != nil {
		return f.err
	}
	return ctx.Err()
}

// save writes a document. Where the disk is full there is no point in going on:
// the first error ends the run.
func (f *fetcher) save(file string, document any) {
	if err := f.out.write(file, document); err != nil {
		f.mutex.Lock()
		defer f.mutex.Unlock()
		if f.err == nil {
			f.err = err
		}
	}
}

// broken reports whether nothing more is to be asked.
func (f *fetcher) broken(ctx context.Context) bool {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.err != nil || ctx.Err() != nil
}

// subject is what a call is about, for the manifest where it fails.
type subject struct {
	file     string // that the answer goes to
	resource string // ARN, or name
}

// ask makes one call; false where it failed, which is in the manifest then.
func ask[Output any](ctx context.Context, f *fetcher, op fetch.Operation, about subject, call func(context.Context) (Output, error)) (Output, bool) {
	output, err := attempt(ctx, f, op, call)
	if err != nil {
		f.miss(ctx, op, about, err)
	}
	return output, err == nil
}

// attempt makes one call when its service has a place free, and counts it.
func attempt[Output any](ctx context.Context, f *fetcher, op fetch.Operation, call func(context.Context) (Output, error)) (output Output, err error) {
	f.count(func(s *fetch.Steps) { s.Known++ })
	gate := f.gates[op.Service]
	select {
	case gate <- struct{}{}:
		defer func() { <-gate }()
	case <-ctx.Done():
	}
	if f.broken(ctx) {
		return output, context.Canceled
	}
	output, err = call(ctx)
	f.count(func(s *fetch.Steps) {
		s.Done++
		if err != nil && classify(op.Service, err).reason != fetch.NotFound {
			s.Failed++
		}
	})
	if err != nil {
		f.notice(err)
	}
	return output, err
}

// miss notes a call that failed. One that was cut off by the user did not.
func (f *fetcher) miss(ctx context.Context, op fetch.Operation, about subject, err error) {
	if ctx.Err() != nil || errors.Is(err, context.Canceled) {
		return
	}
	found := classify(op.Service, err)
	if found.reason == fetch.NotFound {
		found.requestID = "" // an answer, which must not differ from run to run
	}
	f.record(op, about, found)
}

func (f *fetcher) record(op fetch.Operation, about subject, found failure) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.manifest.Missing = append(f.manifest.Missing, fetch.Missing{
		File: about.file, Service: op.Service, Operation: op.Name, Resource: about.resource,
		Reason: found.reason, Code: found.code, RequestID: found.requestID, Permission: op.Permission,
	})
}

// refuse notes something that no call can give.
func (f *fetcher) refuse(op fetch.Operation, about subject, reason fetch.Reason, code string) {
	f.record(op, about, failure{reason: reason, code: code})
}

// whole notes a list that was read to its end.
func (f *fetcher) whole(list string) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.manifest.Complete = append(f.manifest.Complete, list)
}

// page is one answer of a list.
type page[Item any] struct {
	items []Item
	next  *string // nil or "": there is no more
	more  bool    // the answer says that it is cut short
}

// pages reads a list to its end. It gives what came and whether that is all: a
// server that repeats a token or cuts a list short without one is in the
// manifest, and its list proves no absence.
func pages[Item any](ctx context.Context, f *fetcher, op fetch.Operation, about subject, call func(ctx context.Context, token *string) (page[Item], error)) ([]Item, bool) {
	items, err := collect(ctx, f, op, call)
	if err != nil {
		f.miss(ctx, op, about, err)
	}
	return items, err == nil
}

// collect reads a list to its end, and gives what came up to the first error.
func collect[Item any](ctx context.Context, f *fetcher, op fetch.Operation, call func(ctx context.Context, token *string) (page[Item], error)) ([]Item, error) {
	const most = 100_000
	var items []Item
	var token *string
	seen := map[string]bool{}
	for range most {
		answer, err := attempt(ctx, f, op, func(ctx context.Context) (page[Item], error) { return call(ctx, token) })
		if err != nil {
			return items, err
		}
		items = append(items, answer.items...)
		token = answer.next
		switch {
		case token == nil || *token == "":
			if answer.more {
				return items, missingToken
			}
			return items, nil
		case seen[*token]:
			return items, repeatedToken
		}
		seen[*token] = true
	}
	return items, tooManyPages
}

// counts reports whether what an account owns is counted: of an organization each
// account counts its own.
func (f *fetcher) counts(id string) bool {
	return f.Organization == nil || slices.ContainsFunc(f.accounts, func(a *account) bool { return a.id == id })
}

// result sums a run up.
func (f *fetcher) result() *fetch.Result {
	s := f.snapshot
	if f.expiry() != "" {
		f.failures = append(f.failures, f.expiry())
	}
	r := &fetch.Result{
		Manifest: f.manifest, Calls: f.calls(), Failures: f.failures,
		Domains: len(s.Domains), Jobs: len(s.Jobs), Roles: len(s.Roles),
	}
	for _, domain := range s.Domains {
		r.Profiles += len(domain.Profiles)
	}
	for _, key := range s.Keys {
		if key.Node.Exists() && f.counts(key.Account) { // the others are known by a list only
			r.Keys++
		}
	}
	for _, bucket := range s.Buckets {
		if f.counts(bucket.Account) {
			r.Buckets++
		}
	}
	for _, a := range f.accounts {
		for _, region := range a.regions {
			r.Places = append(r.Places, fmt.Sprintf("%s in %s", a.id, region))
		}
	}
	r.Nothing = r.Domains == 0 && !f.AllKeys && !f.AllRoles || len(f.accounts) == 0
	return r
}
