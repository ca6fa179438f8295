package canvas

import (
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// bucketActions are the calls that Canvas makes on its bucket
// (https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-storage-configuration.html,
// .../canvas-permissions-cross-account.html).
func bucketActions() []action {
	errors := map[string]finding.Severity{config.Guide2022: finding.Error, config.GuideCurrent: finding.Error}
	direct := []string{""}
	return []action{
		{"s3:PutObject", Write, direct, errors},
		{"s3:GetObject", Read, direct, errors},
		{"s3:DeleteObject", Read, direct, errors},
		{"s3:ListBucket", Read, direct, errors},
		{"s3:GetBucketLocation", Read, direct, errors},
	}
}

// bucketNeed adds what a user needs of the Canvas bucket.
func (w *worker) bucketNeed(user *User) {
	use := user.Bucket
	bucket := w.snapshot.Bucket(use.Name)
	arn := "arn:" + user.Domain.Partition + ":s3:::" + use.Name
	place := Place{Node: user.Domain.Node.Get("DomainId"), What: "the default SageMaker bucket of the Region"}
	if use.Setting.IsGiven() {
		place = settingPlace(use.Setting, "S3ArtifactPath")
	}
	need := w.need(needID{user.Domain, user.Role.Value, arn, finding.Bucket, false}, user, place)
	need.Bucket, need.BucketName = bucket, use.Name
	if need.policies == nil {
		need.policies = w.bucketPolicies(user.Domain, need.Role, use.Name, bucket)
	}
	for _, row := range bucketActions() {
		if row.group != Write {
			w.decide(need, user, row, finding.Error, func(string) access.Request { return w.bucketRequest(user, need, row.name, Choice{}) })
			continue
		}
		// Each reading of the storage key is a candidate for what the write names.
		row.services = nil
		for i := range user.StorageKeys {
			row.services = append(row.services, strconv.Itoa(i))
		}
		w.decide(need, user, row, finding.Error, func(reading string) access.Request {
			i, _ := strconv.Atoi(reading)
			return w.bucketRequest(user, need, row.name, user.StorageKeys[i])
		})
		w.compareEditions(user, need, row.name)
	}
}

// compareEditions notes where the other edition of the page would not have the
// write denied: it takes the sharing key for the storage key, or does not.
func (w *worker) compareEditions(user *User, need *Need, action string) {
	known := need.action(action)
	if known == nil || !known.Result.IsDenied() || len(user.StorageKeys) > 1 || need.OnlyInGuide != "" {
		return
	}
	choice := user.StorageKeys[0]
	var other Choice
	switch {
	case choice.Sharing: // the other edition knows no key then
	case !choice.Setting.IsGiven() && user.Sharing.Key.IsGiven():
		other.Setting = user.Sharing.Key
	default:
		return
	}
	request := w.bucketRequest(user, need, action, other)
	if !access.Decide(&request, need.policies).IsDenied() {
		need.OnlyInGuide = w.config.Guide
	}
}

// bucketRequest is the request that S3 sees.
func (w *worker) bucketRequest(user *User, need *Need, action string, choice Choice) access.Request {
	owner := user.Domain.Account
	region := user.Domain.Region
	if need.Bucket != nil {
		if need.Bucket.Account != "" {
			owner = need.Bucket.Account
		}
		if need.Bucket.Region != "" {
			region = need.Bucket.Region
		}
	}
	c := w.callContext(need.Role, region, owner, need.policies)
	c.Set("s3:ResourceAccount", owner)
	resource := need.Resource
	if !slices.Contains([]string{"s3:ListBucket", "s3:GetBucketLocation"}, action) {
		prefix := user.Bucket.Prefix
		if need.Purpose == finding.Dataset {
			prefix = ""
		}
		resource += "/" + prefix + "object"
	}
	const header, key = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
	if action == "s3:PutObject" {
		w.setEncryption(c, user, choice, need.Bucket, header, key)
	} else {
		c.SetAbsent(header)
		c.SetAbsent(key)
	}
	return access.Request{
		Principal: w.principal(need.Role), Action: action, Resource: resource, ResourceAccount: owner, Context: c,
	}
}

// setEncryption says how an object will be encrypted: with the storage key,
// which Canvas must name in the header, else as the bucket does by default.
// The key-id condition sees the key in use, the other one the header alone
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html).
func (w *worker) setEncryption(c *access.Context, user *User, choice Choice, bucket *snapshot.Bucket, header, key string) {
	if choice.Setting.IsGiven() {
		c.Set(header, "aws:kms")
		if r := w.resolve(choice.Setting.Value, user.Domain.Account, user.Domain.Region); r.ARN != "" {
			c.Set(key, r.ARN)
		} else {
			c.SetPresent(key)
		}
		return
	}
	if user.StorageHidden {
		c.SetUnknown(header)
		c.SetUnknown(key)
		return
	}
	c.SetAbsent(header)
	switch {
	case bucket == nil || bucket.EncryptionState != snapshot.Given:
		c.SetUnknown(key)
	case !strings.HasPrefix(bucket.Algorithm.Value, "aws:kms"):
		c.SetAbsent(key)
	case !bucket.Key.IsGiven():
		c.SetPresent(key) // the AWS managed key aws/s3, whose ARN no document gives
	default:
		if r := w.resolve(bucket.Key.Value, user.Domain.Account, bucket.Region); r.ARN != "" {
			c.Set(key, r.ARN)
		} else {
			c.SetPresent(key)
		}
	}
}

// WildcardReads are the encrypted buckets that a role reads only through a
// wildcard, and whose keys it may not use.
type WildcardReads struct {
	Domain  *snapshot.Domain
	Role    string
	Users   []*User
	Buckets []*snapshot.Bucket
}

// datasetNeeds adds the keys of the buckets that a user can import from: those
// on which the role is proven to have s3:GetObject, the Canvas bucket apart.
func (w *worker) datasetNeeds(user *User) {
	for _, bucket := range w.snapshot.Buckets {
		if bucket.Name == user.Bucket.Name || !strings.HasPrefix(bucket.Algorithm.Value, "aws:kms") {
			continue
		}
		id := needID{user.Domain, user.Role.Value, bucket.ARN, finding.Dataset, false}
		if known := w.needs[id]; known != nil {
			known.Users = append(known.Users, user)
			continue
		}
		w.datasetNeed(user, bucket, id)
	}
}

func (w *worker) datasetNeed(user *User, bucket *snapshot.Bucket, id needID) {
	probe := &Need{Domain: user.Domain, Role: user.Role.Value, Purpose: finding.Dataset, Resource: bucket.ARN, Bucket: bucket, BucketName: bucket.Name}
	probe.policies = w.bucketPolicies(user.Domain, probe.Role, bucket.Name, bucket)
	read := w.bucketRequest(user, probe, "s3:GetObject", Choice{})
	if access.Decide(&read, probe.policies) != access.Allowed {
		return
	}
	r := w.resolve(bucket.Key.Value, user.Domain.Account, bucket.Region)
	place := settingPlace(bucket.Key, "the default key of the bucket "+bucket.Name)
	if !bucket.Key.IsGiven() {
		r = Resolution{Text: "alias/aws/s3", Existence: Found, AWSManaged: true, Account: bucket.Account, Region: bucket.Region}
		place = settingPlace(bucket.Algorithm, "the default encryption of the bucket "+bucket.Name)
	}
	foreign := r.AWSManaged && r.Account != user.Domain.Account
	if r.Existence == NotResolved || r.Existence == NotFound || r.AWSManaged && !foreign {
		return
	}
	resource := r.ARN
	if resource == "" {
		resource = r.Text
	}
	need := w.need(id, user, place)
	need.Resource, need.Key, need.BucketName, need.Bucket = resource, r.Key, bucket.Name, bucket
	need.Meant = slices.Contains(w.config.Datasets, bucket.Name) || isNamed(bucket.Name, &read, probe.policies)
	need.policies = w.keyPolicies(need.Role, resource, r.Account, r.Key)
	need.requests = map[string]access.Request{}
	for _, row := range keyActions(finding.Dataset) {
		lack, ok := row.lack[w.config.Guide]
		if !ok {
			continue
		}
		if !need.Meant {
			lack = finding.Info
		}
		if foreign {
			// Principals of other accounts cannot use an AWS managed key
			// (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk).
			need.Actions = append(need.Actions, &Action{Name: row.name, Group: row.group, Lack: lack, Result: access.ImplicitlyDenied, Users: []*User{user}, Reasons: []access.Reason{{
				Action: row.name, Layer: access.KeyPolicy, Cause: access.NoStatement, Node: place.Node,
				Message: "the bucket is encrypted with the AWS managed key aws/s3 of account " + r.Account + ", which no other account can use",
			}}})
			continue
		}
		if r.ARN == "" {
			need.unresolved(user, row, lack, r)
			continue
		}
		w.decide(need, user, row, lack, func(service string) access.Request {
			return w.keyRequest(user, need, r, row.name, service)
		})
	}
	if !need.Meant {
		w.noteWildcard(need, bucket)
	}
}

// isNamed reports whether a statement lets the role read from the bucket by a
// name that has no wildcard: that shows the bucket is meant.
func isNamed(bucket string, read *access.Request, policies *access.Policies) bool {
	for _, layer := range access.Trace(read, policies) {
		if layer.Layer != access.IdentityPolicy && layer.Layer != access.BucketPolicy {
			continue
		}
		for _, trace := range layer.Statements {
			if trace.Match == access.Matched && trace.Statement.Effect == iam.Allow && names(trace.Statement, bucket) {
				return true
			}
		}
	}
	return false
}

// names reports whether a resource of a statement spells a bucket out.
func names(statement *iam.Statement, bucket string) bool {
	for i := range statement.Resources {
		_, rest, _ := strings.Cut(statement.Resources[i].Text, ":s3:::")
		if name, _, _ := strings.Cut(rest, "/"); name == bucket {
			return true
		}
	}
	return false
}

// noteWildcard adds a bucket to the list of its role where its key fails.
func (w *worker) noteWildcard(need *Need, bucket *snapshot.Bucket) {
	fails := false
	for _, a := range need.Actions {
		fails = fails || a.Group == Use && a.Result != access.Allowed
	}
	if !fails {
		return
	}
	for _, reads := range w.facts.Wildcard {
		if reads.Role != need.Role {
			continue
		}
		if !slices.Contains(reads.Buckets, bucket) {
			reads.Buckets = append(reads.Buckets, bucket)
		}
		return
	}
	w.facts.Wildcard = append(w.facts.Wildcard, &WildcardReads{Domain: need.Domain, Role: need.Role, Users: need.Users, Buckets: []*snapshot.Bucket{bucket}})
}
