package live

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// conclude writes the manifest of the whole run and sums it up.
func (r *organizationRun) conclude(ctx context.Context) (*fetch.Result, error) {
	result := &fetch.Result{Calls: r.calls(), Failures: r.failures}
	for _, u := range r.units {
		if u.done == nil {
			r.manifest.Accounts = append(r.manifest.Accounts, fetch.Member{Account: u.id, Status: fetch.StatusInterrupted})
			continue
		}
		add(result, &u.done.Result)
		status := u.done.Result.Manifest.Status
		if len(u.done.Result.Places) == 0 {
			status = fetch.StatusUnread
		}
		r.manifest.Accounts = append(r.manifest.Accounts, fetch.Member{Account: u.id, Status: status})
	}
	for _, id := range r.closed {
		r.manifest.Accounts = append(r.manifest.Accounts, fetch.Member{Account: id, Status: fetch.StatusClosed})
	}
	r.manifest.Accounts = latest(r.manifest.Accounts)
	if advice := r.expiry(); advice != "" {
		result.Failures = append(result.Failures, advice)
	}
	if ctx.Err() == nil {
		r.manifest.Status = r.verdict()
	}
	if err := r.writeOut(); err != nil {
		return nil, err
	}
	result.Nothing = len(result.Places) == 0 || result.Domains == 0 && !r.AllKeys && !r.AllRoles
	result.Manifest = r.manifest
	for _, u := range r.units {
		if u.done != nil {
			result.Manifest.Missing = append(slices.Clip(result.Manifest.Missing), u.done.Result.Manifest.Missing...)
		}
	}
	result.Manifest.Missing = distinct(result.Manifest.Missing)
	return result, nil
}

// add sums up what was read of an account.
func add(sum, of *fetch.Result) {
	sum.Domains += of.Domains
	sum.Profiles += of.Profiles
	sum.Jobs += of.Jobs
	sum.Keys += of.Keys
	sum.Roles += of.Roles
	sum.Buckets += of.Buckets
	sum.Places = append(sum.Places, of.Places...)
	if len(sum.Failures) == 0 { // what is the matter with one is so with many
		sum.Failures = of.Failures
	}
}

// latest sorts what is said of accounts, and keeps of each what was said last.
func latest(members []fetch.Member) []fetch.Member {
	last := map[string]fetch.Member{}
	for _, m := range members {
		last[m.Account] = m
	}
	return inOrder(last)
}

// verdict is complete where each account is, and those could be found.
func (r *organizationRun) verdict() fetch.Status {
	whole := r.guardrails.lead != nil && r.status() == fetch.StatusComplete
	for _, u := range r.units {
		whole = whole && u.done != nil && u.done.Result.Manifest.Status == fetch.StatusComplete
	}
	if whole {
		return fetch.StatusComplete
	}
	return fetch.StatusPartial
}

// writeOut writes what is of all accounts: the manifest, and in a folder the targets
// of the organization's policies. An archive has its own of both.
func (r *organizationRun) writeOut() error {
	targets := map[string]json.RawMessage{}
	for _, u := range r.units {
		if u.done == nil {
			continue
		}
		m := u.done.Result.Manifest
		if m.Caller != "" {
			r.manifest.Callers = append(r.manifest.Callers, m.Caller)
		}
		if r.Organization.Archive {
			continue
		}
		r.manifest.Complete = append(r.manifest.Complete, m.Complete...)
		r.manifest.Missing = append(r.manifest.Missing, m.Missing...)
		for _, t := range u.done.Targets {
			var of struct {
				ID string `json:"TargetId"`
			}
			if err := json.Unmarshal(t, &of); err != nil {
				return err
			}
			targets[of.ID] = t
		}
	}
	r.manifest.Callers = slices.Compact(slices.Sorted(slices.Values(r.manifest.Callers)))
	r.manifest.Missing = distinct(r.manifest.Missing)
	if len(targets) > 0 {
		if err := r.out.write(targetsFile, object{"Targets": inOrder(targets)}); err != nil {
			return err
		}
	}
	if err := r.writeManifest(); err != nil || r.manifest.Status != fetch.StatusComplete {
		return err
	}
	return r.out.root.RemoveAll(workingFolder)
}

// distinct sorts failed calls; one that stopped several accounts counts once.
func distinct(missing []fetch.Missing) []fetch.Missing {
	return slices.Compact(slices.SortedFunc(slices.Values(missing), inPlace))
}

// inPlace is the order of failed calls in a manifest.
func inPlace(a, b fetch.Missing) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Service, b.Service), cmp.Compare(a.Operation, b.Operation), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Code, b.Code), cmp.Compare(a.RequestID, b.RequestID))
}
