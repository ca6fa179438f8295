package canvas

import (
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// DefaultKey is the default SSE-KMS key of a bucket, as one account means it.
type DefaultKey struct {
	Bucket *snapshot.Bucket
	Use    *KeyUse
}

// defaultKeys records the default keys of the buckets whose Region is known.
func (w *worker) defaultKeys() {
	for _, bucket := range w.snapshot.Buckets {
		if !bucket.Key.IsGiven() || bucket.Region == "" {
			continue
		}
		for _, use := range w.defaultKeysOf(bucket) {
			w.facts.DefaultKeys = append(w.facts.DefaultKeys, &DefaultKey{bucket, use})
		}
	}
}

// defaultKeysOf says what a bucket's default key means to each account that
// Canvas writes to it from, else to the bucket's own.
func (w *worker) defaultKeysOf(bucket *snapshot.Bucket) []*KeyUse {
	if uses := w.facts.bucketKeys[bucket.Name]; len(uses) > 0 {
		return uses
	}
	return []*KeyUse{{
		Setting: bucket.Key, Place: settingPlace(bucket.Key, "the default key of the bucket "+bucket.Name), Purpose: finding.Bucket,
		Account: bucket.Account, Region: bucket.Region, Resolution: w.resolve(bucket.Key.Value, bucket.Account, bucket.Region),
	}}
}
