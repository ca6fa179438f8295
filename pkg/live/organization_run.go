package live

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// organizationRun reads the accounts of an organization, each by itself in a working
// folder of its own, as the fetch of a single account does, and hands it over when it
// is done. Its own fetcher is for what belongs to no account.
type organizationRun struct {
	*fetcher
	base     login
	units    []*unit
	closed   []string
	delivery delivery
}

// unit is one account.
type unit struct {
	*fetcher
	id      string
	way     login
	buckets []string // the names of its own
	// done is set once there is nothing more to read, in this run or an earlier one.
	done *record
}

// record is what is kept of an account that was read.
type record struct {
	Result  fetch.Result      `json:"result"`
	Targets []json.RawMessage `json:"targets"` // of its targets.json
}

// fetchOrganization discovers the accounts and reads those that an earlier run did
// not read to their end.
func fetchOrganization(ctx context.Context, stop context.CancelFunc, f *fetcher, base login, begun *fetch.Manifest) (*fetch.Result, error) {
	r := &organizationRun{fetcher: f, base: base, delivery: intoFolder{f.out}}
	if f.Organization.Archive {
		r.delivery = intoArchives{f.out.create}
	}
	if f.Organization.ArchiveTo != "" {
		put, err := f.intoBucket(ctx, f.Organization.ArchiveTo)
		if err != nil {
			return nil, err
		}
		r.delivery = intoArchives{put}
	}
	if begun != nil {
		f.manifest.Caller, f.manifest.Accounts = begun.Caller, begun.Accounts
	}
	scope := f.scope()
	f.manifest.Scope, f.manifest.Status = &scope, fetch.StatusInterrupted
	if err := f.writeManifest(); err != nil {
		return nil, err
	}
	err := r.run(ctx, stop, begun)
	if err != nil && (!errors.Is(err, context.Canceled) || ctx.Err() == nil) {
		return nil, err
	}
	return r.conclude(ctx)
}

func (r *organizationRun) run(ctx context.Context, stop context.CancelFunc, begun *fetch.Manifest) error {
	r.manifest.Caller = ""
	own := r.login(ctx, r.base)
	if own == nil {
		return ctx.Err()
	}
	r.accounts = []*account{own}
	if begun != nil {
		if err := r.sameAccounts(&fetch.Manifest{Caller: begun.Caller}); err != nil {
			return err
		}
	}
	if err := r.writeManifest(); err != nil { // now it names the caller
		return err
	}
	lead, err := r.lead(ctx, own)
	if lead == nil || err != nil {
		return err
	}
	r.stopOnExpiry(stop)
	r.guardrails.lead = lead
	if err := r.plan(ctx, own, lead); err != nil {
		return err
	}
	if err := r.inParallel(ctx, r.enterUnit); err != nil {
		return err
	}
	r.introduce()
	return r.inParallel(ctx, r.readUnit)
}

// lead gives the login that AWS Organizations is asked as; nil where it does not get
// in.
func (r *organizationRun) lead(ctx context.Context, own *account) (*account, error) {
	if r.Organization.Login == "" {
		return own, nil
	}
	way, err := r.leading(ctx, r.base)
	if err != nil {
		return nil, err
	}
	return r.login(ctx, way), nil
}

// plan finds the accounts, and what an earlier run left of them.
func (r *organizationRun) plan(ctx context.Context, own, lead *account) error {
	found, whole := r.discover(ctx, lead)
	if !whole {
		return ctx.Err()
	}
	for _, id := range slices.Sorted(maps.Keys(found)) {
		if !isOpen(found[id]) {
			r.closed = append(r.closed, id)
			continue
		}
		u := &unit{id: id, way: r.enterable(r.base, own, id)}
		if err := r.prepare(u); err != nil {
			return err
		}
		r.units = append(r.units, u)
	}
	r.count(func(s *fetch.Steps) { s.Members = len(r.units) })
	return nil
}

// prepare gives a unit its fetcher, and takes up what there is of it: an account that
// was read whole is left alone, of another what is there is not read again.
func (r *organizationRun) prepare(u *unit) error {
	o := r.options
	o.Folder, o.Resume = r.out.working(u.id), true
	u.fetcher = newFetcher(o, r.shared, nil)
	u.manifest.Scope, u.manifest.Status = r.manifest.Scope, fetch.StatusInterrupted
	old, err := r.out.readRecord(u.id)
	if err != nil {
		return err
	}
	if old == nil || old.Result.Manifest.Status != fetch.StatusComplete {
		return r.delivery.takeBack(r.out, u.id)
	}
	u.done = old
	return r.handOver(u) // where it was broken off
}

// inParallel does the work for each account, so many at a time as are allowed, and
// gives the first error. When ctx ends nothing more is begun.
func (r *organizationRun) inParallel(ctx context.Context, work func(context.Context, *unit) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	next := make(chan *unit)
	var workers sync.WaitGroup
	for range min(r.Parallel, len(r.units)) {
		workers.Go(func() {
			for u := range next {
				if ctx.Err() == nil {
					if err := work(ctx, u); err != nil {
						stop(err)
					}
				}
			}
		})
	}
	for _, u := range r.units {
		next <- u
	}
	close(next)
	workers.Wait()
	return context.Cause(ctx)
}

// enterUnit logs into an account, and lists its buckets.
func (r *organizationRun) enterUnit(ctx context.Context, u *unit) error {
	u.enter(ctx, []login{u.way})
	for _, a := range u.accounts {
		u.buckets = u.listBuckets(ctx, a)
		a.forget()
	}
	return nil
}

// introduce lets each account ask for what another one owns, as that one.
func (r *organizationRun) introduce() {
	r.members, r.owners = map[string]*account{}, map[string]string{}
	for _, u := range r.units {
		for _, a := range u.accounts {
			r.members[a.id] = a
		}
		for _, name := range u.buckets {
			r.owners[name] = u.id
		}
	}
}

// readUnit reads an account and hands over what was read.
func (r *organizationRun) readUnit(ctx context.Context, u *unit) error {
	if u.done == nil {
		if err := r.fill(ctx, u); err != nil {
			return err
		}
		if err := r.out.writeRecord(u.id, u.done); err != nil {
			return err
		}
		if err := r.handOver(u); err != nil {
			return err
		}
	}
	r.count(func(s *fetch.Steps) { s.Accounts++ })
	return nil
}

// fill reads an account into its working folder.
func (r *organizationRun) fill(ctx context.Context, u *unit) error {
	var err error
	if u.out, err = r.out.enter(r.out.local(u.id)); err != nil {
		return err
	}
	defer u.out.close()
	if err := u.writeManifest(); err != nil {
		return err
	}
	if err := u.readAll(ctx); err != nil {
		return err
	}
	if u.manifest.Status = u.status(); len(u.accounts) == 0 {
		u.manifest.Status = fetch.StatusPartial
	}
	if err := u.writeManifest(); err != nil {
		return err
	}
	u.done = &record{Result: *u.result()}
	u.done.Targets, err = u.out.targets()
	u.snapshot, u.roles = &snapshot.Snapshot{}, nil // thousands more come
	for _, a := range u.accounts {
		a.forget()
	}
	return err
}

// handOver puts an account's documents where the user wants them, unless that was
// done: the manifest goes first of what is removed.
func (r *organizationRun) handOver(u *unit) error {
	folder := r.out.local(u.id)
	if r.out.has(folder + "/manifest.json") {
		if err := r.delivery.deliver(r.out, u.id); err != nil {
			return err
		}
		r.out.remove(folder + "/manifest.json")
	}
	return r.out.root.RemoveAll(folder)
}
