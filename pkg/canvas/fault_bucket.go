package canvas

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// BucketRegion is a Canvas bucket outside of its domain's Region.
type BucketRegion struct {
	Bucket *snapshot.Bucket
	Place  Place
	Users  []*User
}

// bucketTraits looks at where Canvas buckets are, and at the default keys of
// all buckets.
func (w *worker) bucketTraits() {
	type id struct {
		domain *snapshot.Domain
		bucket *snapshot.Bucket
	}
	seen := map[id]*BucketRegion{}
	for _, user := range w.facts.Users {
		bucket := w.snapshot.Bucket(user.Bucket.Name)
		if !user.InScope || bucket == nil || bucket.Region == "" || !differ(bucket.Region, user.Domain.Region) {
			continue
		}
		use := seen[id{user.Domain, bucket}]
		if use == nil {
			place := Place{Node: bucket.Location.Node, What: "the bucket's location"}
			if user.Bucket.Setting.IsGiven() {
				place = settingPlace(user.Bucket.Setting, "S3ArtifactPath")
			}
			if !place.Node.Exists() {
				place.Node = bucket.Node
			}
			use = &BucketRegion{Bucket: bucket, Place: place}
			seen[id{user.Domain, bucket}] = use
			w.facts.BucketRegions = append(w.facts.BucketRegions, use)
		}
		use.Users = append(use.Users, user)
	}
	for _, bucket := range w.snapshot.Buckets {
		if !bucket.Key.IsGiven() || bucket.Region == "" {
			continue
		}
		for _, use := range w.defaultKeysOf(bucket) {
			if !use.works(bucket.Region) {
				w.facts.DefaultKeys = append(w.facts.DefaultKeys, &DefaultKey{bucket, use})
			}
		}
	}
}

// DefaultKey is the default SSE-KMS key of a bucket, one that S3 cannot use.
type DefaultKey struct {
	Bucket *snapshot.Bucket
	Use    *KeyUse
}

// works reports whether S3 could use the key in a Region, or may: S3 takes
// enabled symmetric keys of the bucket's Region only, and does not look when the
// default is set
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html).
func (u *KeyUse) works(region string) bool {
	switch {
	case u.Existence == NotFound || u.Existence == NotResolved || differ(u.Resolution.Region, region):
		return false
	case u.Key == nil:
		return true
	}
	among := func(s snapshot.Setting, good ...string) bool {
		return !s.IsGiven() || iam.HasStandIn(s.Value) || slices.Contains(good, s.Value)
	}
	return among(u.Key.Status, "Enabled", "Updating") && among(u.Key.Spec, "SYMMETRIC_DEFAULT") && among(u.Key.Usage, "ENCRYPT_DECRYPT")
}

// differ reports whether two texts are surely not the same: one that is known
// only once a template is deployed may be any.
func differ(a, b string) bool {
	return a != b && !iam.HasUnknown(a) && !iam.HasUnknown(b)
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
