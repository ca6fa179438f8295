package live

import (
	"slices"
	"time"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

func (f *fetcher) writeManifest() error {
	f.mutex.Lock()
	m := f.manifest
	m.Complete = slices.Compact(slices.Sorted(slices.Values(m.Complete)))
	m.Missing = slices.Clone(m.Missing)
	f.mutex.Unlock()
	m.Version, m.Tool, m.Time = 1, f.Tool, f.Time.UTC().Format(time.RFC3339)
	if m.Complete == nil {
		m.Complete = []string{}
	}
	if m.Missing == nil {
		m.Missing = []fetch.Missing{}
	}
	slices.SortStableFunc(m.Missing, inPlace)
	f.mutex.Lock()
	f.manifest = m
	f.mutex.Unlock()
	return f.out.write("manifest.json", m)
}
