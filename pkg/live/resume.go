package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

func (o *options) scope() fetch.Scope {
	s := fetch.Scope{Regions: []string{}, Domains: []string{}, Datasets: []string{}, Jobs: o.Jobs, AllKeys: o.AllKeys, AllRoles: o.AllRoles}
	for _, list := range []struct {
		into *[]string
		from []string
	}{{&s.Regions, o.Regions}, {&s.Domains, o.Domains}, {&s.Datasets, o.Datasets}} {
		*list.into = append(*list.into, slices.Compact(slices.Sorted(slices.Values(list.from)))...)
	}
	s.Organization = o.Organization
	if !o.Since.IsZero() {
		s.Since = o.Since.UTC().Format(time.RFC3339)
	}
	return s
}

// adopt lets a run that goes on read what the broken one was to read. What the
// user names besides must be the same: a folder of two halves that were asked
// for different things would pass for whole.
func (o *options) adopt() (*fetch.Manifest, error) {
	data, err := os.ReadFile(filepath.Join(o.Folder, "manifest.json"))
	if err != nil {
		return nil, fmt.Errorf("go on with %s: %w: fetch did not start this folder", o.Folder, err)
	}
	var begun fetch.Manifest
	if err := json.Unmarshal(data, &begun); err != nil || begun.Scope == nil {
		return nil, fmt.Errorf("go on with %s: its manifest.json was not written by fetch", o.Folder)
	}
	was, now := *begun.Scope, o.scope()
	since, err := time.Parse(time.RFC3339, was.Since)
	if was.Since != "" && err != nil {
		return nil, fmt.Errorf("go on with %s: its manifest.json has no time in since", o.Folder)
	}
	for _, differs := range []struct {
		what string
		yes  bool
	}{
		{"Regions", len(now.Regions) > 0 && !slices.Equal(was.Regions, now.Regions)},
		{"domains", len(now.Domains) > 0 && !slices.Equal(was.Domains, now.Domains)},
		{"dataset buckets", len(now.Datasets) > 0 && !slices.Equal(was.Datasets, now.Datasets)},
		{"jobs", now.Jobs != fetch.JobsCanvas && was.Jobs != now.Jobs},
		{"keys", now.AllKeys && !was.AllKeys},
		{"roles", now.AllRoles && !was.AllRoles},
		{"accounts", now.Organization != nil && !reflect.DeepEqual(was.Organization, now.Organization)},
	} {
		if differs.yes {
			return nil, fmt.Errorf("go on with %s: it was started for other %s; omit them, or use another folder", o.Folder, differs.what)
		}
	}
	o.Regions, o.Domains, o.Datasets, o.Jobs, o.Since, o.AllKeys, o.AllRoles = was.Regions, was.Domains, was.Datasets, was.Jobs, since, was.AllKeys, was.AllRoles
	o.Organization = was.Organization
	return &begun, nil
}

// sameAccounts refuses to go on in other accounts than those of the broken run.
func (f *fetcher) sameAccounts(begun *fetch.Manifest) error {
	if begun == nil || begun.Caller == "" {
		return nil
	}
	for _, caller := range append([]string{begun.Caller}, begun.Callers...) {
		parts := strings.Split(caller, ":")
		if len(parts) < 6 || f.account(parts[4]) == nil {
			return fetch.UsageError{Err: errors.New("resume the folder: it was started as " + oneLine(caller) + ", and there are no credentials for that account now")}
		}
	}
	return nil
}
