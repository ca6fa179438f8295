package terraform

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

func (r *resource) bucketPlace(document string) layout.Place {
	place := r.place()
	place.Bucket, place.Document = r.bucketName(), document
	return place
}

// tellBucket tells a bucket: where it is, its tags, and the encryption and
// policy that no resource of their own gives.
func (t *teller) tellBucket(r *resource) {
	if region := r.region(); !iam.HasStandIn(region) {
		constraint := source.Text(region, r.nodeOf("region"))
		t.add(r, r.bucketPlace("location"), source.Make(r.at).With("LocationConstraint", constraint))
	}
	if tags, ok := r.tags("Key", "Value"); ok {
		t.add(r, r.bucketPlace("tags"), source.Make(r.at).With("TagSet", tags))
	}
	if !r.hasOwn("aws_s3_bucket_server_side_encryption_configuration") {
		t.tellOwnEncryption(r)
	}
	if policy, ok := r.attributes().get("policy").policy(); ok && !r.hasOwn("aws_s3_bucket_policy") && !r.loses("aws_s3_bucket_policy") {
		t.add(r, r.bucketPlace("policy"), source.Make(r.at).With("Policy", policy))
	}
}

// hasOwn reports whether a resource of a type belongs to the bucket.
func (r *resource) hasOwn(kind string) bool {
	return len(r.in.directory.ofBuckets()[kind+" "+r.bucketName()]) > 0
}

// loses reports whether the plan deletes a resource of the bucket, whose values
// the bucket's own attributes still show.
func (r *resource) loses(kind string) bool {
	return len(r.in.directory.gone()[kind+" "+r.bucketName()]) > 0
}

// tellOwnEncryption tells the encryption in the bucket's block, as version 3 of
// the provider has it and later ones show it; else what S3 does by itself
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html).
func (t *teller) tellOwnEncryption(r *resource) {
	block, ok := r.attributes().computedBlock("server_side_encryption_configuration")
	rules := source.List(r.at, source.Make(r.at).With("ApplyServerSideEncryptionByDefault",
		source.Make(r.at).With("SSEAlgorithm", source.Text("AES256", r.at))))
	if ok && !r.loses("aws_s3_bucket_server_side_encryption_configuration") {
		rules = encryptionRules(block.get("rule"))
	}
	t.addEncryption(r, rules)
}

func (t *teller) addEncryption(r *resource, rules source.Value) {
	configuration := source.Make(r.at).With("Rules", rules)
	t.add(r, r.bucketPlace("encryption"), source.Make(r.at).With("ServerSideEncryptionConfiguration", configuration))
}

// tellEncryption tells aws_s3_bucket_server_side_encryption_configuration.
func (t *teller) tellEncryption(r *resource) {
	if iam.HasUnknown(r.bucketName()) {
		t.problem(r.at, "%s belongs to a bucket that is known only after apply: how that bucket encrypts was not checked", r.address)
		return
	}
	t.addEncryption(r, encryptionRules(r.attributes().get("rule")))
}

func encryptionRules(list cursor) source.Value {
	members := []member{
		{attribute: "apply_server_side_encryption_by_default", name: "ApplyServerSideEncryptionByDefault", block: []member{
			{attribute: "sse_algorithm", name: "SSEAlgorithm", meaning: aText()},
			{attribute: "kms_master_key_id", name: "KMSMasterKeyID", meaning: aKey()},
		}},
		{attribute: "bucket_key_enabled", name: "BucketKeyEnabled", meaning: aText()},
	}
	rules := list.items()
	if len(rules) == 0 && list.isOpen() {
		list.described = false
		rules = []cursor{list}
	}
	var made []source.Value
	for _, rule := range rules {
		made = append(made, rule.object(members))
	}
	return source.List(list.at(), made...)
}

func (t *teller) tellBucketPolicy(r *resource) {
	policy, ok := r.attributes().get("policy").policy()
	name := r.bucketName()
	if !ok || name == "" || strings.Contains(name, "/") {
		t.problem(r.at, "%s names no bucket or has no policy: it was not checked", r.address)
		return
	}
	place := r.bucketPlace("policy")
	for _, bucket := range r.in.directory.buckets()[name] {
		place.Account, place.Region = bucket.account(), bucket.region()
	}
	t.addPerhaps(r, r.perhaps(name, "this bucket"), place, source.Make(r.at).With("Policy", policy))
}
