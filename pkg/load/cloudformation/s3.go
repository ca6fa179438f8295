package cloudformation

import (
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// bucket tells a bucket's encryption and Region. A bucket without a
// BucketPolicy in the run has none.
func (res resource) bucket() {
	place := res.place()
	place.Bucket, place.Document = res.reference(res.id), "encryption"
	if !res.claim("the bucket", place.Bucket, "") {
		return
	}
	rules := res.value("BucketEncryption", "ServerSideEncryptionConfiguration")
	switch {
	case rules.open != "":
		// How it encrypts is not known; that there is the bucket is.
		place.Document = "location"
		res.tell(place, source.Make(res.properties).WithName("LocationConstraint", res.name, source.Text(place.Region, res.name)))
		return
	case !rules.exists():
		// S3 encrypts every object since January 2023
		// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html).
		byDefault := source.Make(res.properties).With("SSEAlgorithm", source.Text("AES256", res.node.Get("Type")))
		rule := source.Make(res.properties).With("ApplyServerSideEncryptionByDefault", byDefault)
		res.tell(place, encryptionOf(source.List(res.properties, rule), res.properties))
		return
	}
	var made []source.Value
	for _, rule := range rules.each() {
		byDefault := rule.get("ServerSideEncryptionByDefault")
		if !byDefault.exists() {
			byDefault = value{kind: source.Object, at: rule.at}
		}
		settings := setting(source.Make(byDefault.at), "SSEAlgorithm", byDefault.get("SSEAlgorithm"))
		settings = setting(settings, "KMSMasterKeyID", byDefault.get("KMSMasterKeyID"))
		one := source.Make(rule.at).With("ApplyServerSideEncryptionByDefault", settings)
		if enabled := rule.get("BucketKeyEnabled"); enabled.exists() {
			one = setting(one, "BucketKeyEnabled", res.truth(enabled, "BucketKeyEnabled", false))
		}
		made = append(made, one)
	}
	res.tell(place, encryptionOf(source.List(rules.at, made...), rules.at))
}

func encryptionOf(rules source.Value, at source.Node) source.Value {
	return source.Make(at).With("ServerSideEncryptionConfiguration", source.Make(at).With("Rules", rules))
}

func (res resource) bucketPolicy() {
	name, ok := res.value("Bucket").scalar()
	policy := res.value("PolicyDocument")
	if !ok || !policy.exists() {
		res.r.problem(res.node, "the bucket policy %s lacks Bucket or PolicyDocument: it was not used", res.id)
		return
	}
	isOurs := res.r.makesBucket(name)
	if (isOurs || !iam.HasUnknown(name)) && !res.claim("a policy of the bucket", name, "") {
		return
	}
	place := res.place()
	place.Bucket, place.Document = name, "policy"
	res.tell(place, source.Make(res.properties).With("Policy", policyDocument(policy, res.open)))
	if iam.HasUnknown(name) && !isOurs {
		res.doubt("this bucket", bucketType)
	}
}

// makesBucket reports whether a template of the run makes a bucket of exactly
// that name, known or not.
func (r *run) makesBucket(name string) bool {
	for _, s := range r.stacks {
		for id, node := range s.template.root.Get("Resources").Members() {
			if node.Get("Type").Text() == bucketType && s.reference(id.Text()) == name {
				return true
			}
		}
	}
	return false
}
