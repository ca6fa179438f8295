package load

import (
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/load/iamcollect"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// bucket gives the bucket of a name, made at its first mention.
func (b *builder) bucket(name string, place layout.Place, partition string) *snapshot.Bucket {
	bucket := b.buckets[name]
	if bucket == nil {
		bucket = &snapshot.Bucket{Name: name, ARN: "arn:" + partition + ":s3:::" + name, PolicyState: snapshot.NotVisible, EncryptionState: snapshot.NotVisible}
		b.buckets[name] = bucket
		b.snapshot.Buckets = append(b.snapshot.Buckets, bucket)
	}
	if bucket.Account == "" {
		bucket.Account = place.Account
	}
	if bucket.Region == "" {
		bucket.Region = place.Region
	}
	return bucket
}

// placeBucket takes one of the documents that describe a bucket.
func (b *builder) placeBucket(doc document.Document, bucket *snapshot.Bucket) {
	if !bucket.Node.Exists() {
		bucket.Node = doc.Node
	}
	if doc.Place.Bucket == bucket.Name && (doc.Kind == document.Encryption || doc.Kind == document.Location) && !slices.Contains(doc.NotVisible, "Policy") {
		b.folders[bucket.Name] = true
		if !doc.Coded {
			b.sayNoPolicy(bucket, doc)
		}
	}
	switch doc.Kind {
	case document.Encryption:
		if bucket.EncryptionState != snapshot.Given {
			bucket.EncryptionState, bucket.Node = snapshot.Given, doc.Node
		}
		d := description{"the bucket " + bucket.Name, doc.Node, doc.When, true}
		for rule := range doc.Node.Path("ServerSideEncryptionConfiguration", "Rules").Items() {
			byDefault := rule.Get("ApplyServerSideEncryptionByDefault")
			b.claimSetting(&bucket.Algorithm, setting(byDefault, "SSEAlgorithm"), d)
			b.claimSetting(&bucket.Key, setting(byDefault, "KMSMasterKeyID"), d)
			b.claimSetting(&bucket.BucketKey, setting(rule, "BucketKeyEnabled"), d)
		}
	case document.Location:
		b.claimLocation(bucket, setting(doc.Node, "LocationConstraint"), doc)
	case document.PublicAccess:
		b.claimSetting(&bucket.Restricts, setting(doc.Node.Get("PublicAccessBlockConfiguration"), "RestrictPublicBuckets"), description{"the bucket " + bucket.Name, doc.Node, doc.When, true})
	case document.NoBucketPolicy:
		b.claimNoPolicy(bucket, doc.Node, doc.When)
	case document.NoEncryption:
		if bucket.EncryptionState == snapshot.NotVisible {
			bucket.EncryptionState = snapshot.Given // S3's own encryption, with no key of anyone's
		}
		b.claimSetting(&bucket.Key, setting(source.Node{}, "KMSMasterKeyID"), description{"the bucket " + bucket.Name, doc.Node, doc.When, true})
	case document.NoBucketTags:
		bucket.TagsKnown = true
		b.enrollTags(bucket, "the bucket "+bucket.Name, roll{node: doc.Node, when: doc.When, whole: true}, &bucket.Tags, &bucket.TagsKnown)
	case document.BucketTags:
		bucket.TagsKnown = true
		b.enrollTags(bucket, "the bucket "+bucket.Name, tagRoll(doc.Node.Get("TagSet"), "Key", "Value", doc), &bucket.Tags, &bucket.TagsKnown)
	}
}

// bucketExport is what one export says of a bucket's policy.
type bucketExport struct {
	bucket *snapshot.Bucket
	node   source.Node
	when   time.Time
	policy bool // it has one
}

// exportOf gives the export that a bucket's document belongs to: the bucket's
// folder, or the item of another format.
func (b *builder) exportOf(bucket *snapshot.Bucket, doc document.Document) *bucketExport {
	name := path.Dir(doc.Name)
	if doc.Of != "" && !iamcollect.IsPlace(doc.Name) {
		name = doc.Name + doc.Of + doc.When.String()
	}
	for _, e := range b.bucketExports[name] {
		if e.bucket == bucket {
			return e
		}
	}
	e := &bucketExport{bucket: bucket, node: doc.Node, when: doc.When}
	b.bucketExports[name] = append(b.bucketExports[name], e)
	return e
}

// sayNoPolicy notes an export that would have the bucket's policy if there were
// one.
func (b *builder) sayNoPolicy(bucket *snapshot.Bucket, doc document.Document) {
	b.exportOf(bucket, doc)
}

// claimNoPolicy claims that a bucket has no policy.
func (b *builder) claimNoPolicy(bucket *snapshot.Bucket, node source.Node, when time.Time) {
	c := claim{node: node, when: when, content: func() string { return absentContent }}
	b.claims.claimPolicy(subject{bucket, "policy"}, "the policy of the bucket "+bucket.Name, c, func(m member) { b.settleBucketPolicy(bucket, m) })
}

// settleBucketPolicy gives a bucket its policy, or notes that it has none.
func (b *builder) settleBucketPolicy(bucket *snapshot.Bucket, m member) {
	if bucket.Policy = b.versions(m); bucket.Policy == nil && m.versions[0].value == nil {
		bucket.PolicyState = snapshot.Unset
	}
}

// claimNoPolicies claims of the exports without a bucket's policy that there is
// none, where other exports have one.
func (b *builder) claimNoPolicies() {
	for _, name := range slices.Sorted(maps.Keys(b.bucketExports)) {
		for _, e := range b.bucketExports[name] {
			if a := b.claims.known[subject{e.bucket, "policy"}]; a != nil && !e.policy && !b.loosePolicy[e.bucket] {
				b.claimNoPolicy(e.bucket, e.node, e.when)
			}
		}
	}
}

// claimLocation claims where a bucket is: for Regions with two names by the
// Region.
func (b *builder) claimLocation(bucket *snapshot.Bucket, location snapshot.Setting, doc document.Document) {
	c := claim{node: doc.Node, when: doc.When, value: location, content: func() string { return locationRegion(location.Value) }}
	b.claims.claim(subject{bucket, "location"}, "the Region of the bucket "+bucket.Name, c, func(m member) {
		bucket.Location = m.versions[0].value.(snapshot.Setting)
		bucket.Region = locationRegion(bucket.Location.Value)
		if m.choice != nil {
			bucket.Region = ""
		}
	})
}

// locationRegion turns a location constraint into a Region: none is us-east-1,
// and EU is the old name of eu-west-1
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html).
func locationRegion(constraint string) string {
	switch constraint {
	case "", "null":
		return "us-east-1"
	case "EU":
		return "eu-west-1"
	}
	return constraint
}

// settleBuckets decides what the absence of a bucket's policy means: the CLI
// prints no file for a bucket without one, so a folder that holds another
// document of the bucket says that there is none, unless the manifest says
// that it could not be read.
func (b *builder) settleBuckets() {
	for _, bucket := range b.snapshot.Buckets {
		if bucket.Policy != nil {
			bucket.PolicyState = snapshot.Given
		}
		unread := b.notExported("s3/"+layout.Escape(bucket.Name)+"/policy.json") || b.policyDenied(bucket.Name)
		if bucket.Policy == nil && bucket.PolicyState == snapshot.NotVisible && b.folders[bucket.Name] && !unread {
			bucket.PolicyState = snapshot.Unset
		}
		if bucket.EncryptionState == snapshot.NotVisible && b.answered("GetBucketEncryption", bucket.Name) {
			bucket.EncryptionState = snapshot.Given // S3's own encryption, with no key of anyone's
		}
		if bucket.Account == "" {
			bucket.Account = b.accountOfBucket(bucket.Name)
		}
	}
}

// answered reports whether the manifest says that AWS has no such document of a
// bucket. Old buckets have no default encryption; S3 encrypts their objects by
// itself
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html).
func (b *builder) answered(operation, bucket string) bool {
	return b.folders[bucket] && slices.ContainsFunc(b.snapshot.Missing, func(m snapshot.Missing) bool {
		return m.Reason == "not-found" && m.Operation == operation && strings.HasSuffix(m.Resource, ":::"+bucket)
	})
}

// accountOfBucket reads the owner out of the name of a default SageMaker bucket,
// sagemaker-{region}-{account}; for others the only account of the run is
// taken, where there is just one.
func (b *builder) accountOfBucket(name string) string {
	if rest, ok := strings.CutPrefix(name, "sagemaker-"); ok && len(rest) > 12 && layout.IsAccount(rest[len(rest)-12:]) {
		return rest[len(rest)-12:]
	}
	account := ""
	for _, domain := range b.snapshot.Domains {
		if account != "" && domain.Account != account {
			return ""
		}
		account = domain.Account
	}
	return account
}
