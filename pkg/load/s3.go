package load

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
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
func (b *builder) placeBucket(doc document, bucket *snapshot.Bucket) {
	if !bucket.Node.Exists() {
		bucket.Node = doc.node
	}
	if doc.place.Bucket == bucket.Name && (doc.kind == encryptionDoc || doc.kind == locationDoc) && !slices.Contains(doc.notVisible, "Policy") {
		b.folders[bucket.Name] = true
	}
	switch doc.kind {
	case encryptionDoc:
		if bucket.EncryptionState == snapshot.Given {
			b.problem(doc.node, "the encryption of the bucket %s was read already: only the first description counts; remove one", bucket.Name)
			return
		}
		bucket.EncryptionState = snapshot.Given
		for rule := range doc.node.Path("ServerSideEncryptionConfiguration", "Rules").Items() {
			byDefault := rule.Get("ApplyServerSideEncryptionByDefault")
			bucket.Algorithm = setting(byDefault, "SSEAlgorithm")
			bucket.Key = setting(byDefault, "KMSMasterKeyID")
			bucket.BucketKey = setting(rule, "BucketKeyEnabled")
		}
		bucket.Node = doc.node
	case locationDoc:
		if bucket.Location.Node.Exists() {
			b.problem(doc.node, "the location of the bucket %s was read already: only the first description counts; remove one", bucket.Name)
			return
		}
		bucket.Location = setting(doc.node, "LocationConstraint")
		bucket.Region = locationRegion(bucket.Location.Value)
	case noBucketPolicyDoc:
		if bucket.Policy == nil {
			bucket.PolicyState = snapshot.Unset
		}
	case noEncryptionDoc:
		if bucket.EncryptionState == snapshot.NotVisible {
			bucket.EncryptionState = snapshot.Given // S3's own encryption, with no key of anybody's
		}
	case noBucketTagsDoc:
		bucket.TagsKnown = true
	case bucketTagsDoc:
		bucket.Tags, bucket.TagsKnown = tags(doc.node.Get("TagSet"), "Key", "Value"), true
	}
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
		unread := b.notExported("s3/"+layout.Escape(bucket.Name)+"/policy.json") || b.policyDenied(bucket.Name)
		if bucket.Policy == nil && bucket.PolicyState == snapshot.NotVisible && b.folders[bucket.Name] && !unread {
			bucket.PolicyState = snapshot.Unset
		}
		if bucket.EncryptionState == snapshot.NotVisible && b.answered("GetBucketEncryption", bucket.Name) {
			bucket.EncryptionState = snapshot.Given // S3's own encryption, with no key of anybody's
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
