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

// bucketNeed adds what a user needs of the Canvas bucket, and of the access point
// that leads there.
func (w *worker) bucketNeed(user *User) {
	for _, side := range w.sides(user.Bucket, user.Domain, user.Role.Value) {
		w.bucketNeedOn(user, side)
	}
}

func (w *worker) bucketNeedOn(user *User, on side) {
	use := user.Bucket
	place := Place{Node: user.Domain.Node.Get("DomainId"), What: "the default SageMaker bucket of the Region"}
	if use.Setting.IsGiven() {
		place = settingPlace(use.Setting, "S3ArtifactPath")
	}
	need := w.need(needID{user.Domain, user.Role.Value, on.arn, finding.Bucket, false}, user, place)
	need.Bucket, need.BucketName, need.point, need.other = w.snapshot.Bucket(use.Name), use.Name, use.Point, on.other
	if need.policies == nil {
		need.policies = on.policies()
	}
	for _, row := range bucketActions() {
		w.bucketAction(user, need, row)
	}
}

func (w *worker) bucketAction(user *User, need *Need, row action) {
	request := func(string) access.Request { return w.bucketRequest(user, need, row.name, Choice{}) }
	if row.group == Write {
		// Each reading of the storage key is a candidate for what the write names.
		row.services = nil
		for i := range user.StorageKeys {
			row.services = append(row.services, strconv.Itoa(i))
		}
		request = func(reading string) access.Request {
			i, _ := strconv.Atoi(reading)
			return w.bucketRequest(user, need, row.name, user.StorageKeys[i])
		}
	}
	if w.namesOneSide(need, user, row, request) {
		return
	}
	result := w.decide(need, user, row, finding.Error, request)
	if row.group != Write {
		return
	}
	if result.IsDenied() && !w.isAllowedElsewhere(user, need, row.name) {
		need.deniedAnyway = true
	}
	need.OnlyInGuide = ""
	if a := need.action(row.name); a.Result.IsDenied() && !need.deniedAnyway {
		need.OnlyInGuide = w.config.Guide
	}
}

// isAllowedElsewhere reports whether the other edition of the page would not have
// a user's write denied: it takes the sharing key for the storage key, or does not.
func (w *worker) isAllowedElsewhere(user *User, need *Need, action string) bool {
	if len(user.StorageKeys) > 1 {
		return false
	}
	choice := user.StorageKeys[0]
	var other Choice
	switch {
	case choice.Sharing: // the other edition knows no key then
	case !choice.Setting.IsGiven() && user.Sharing.Key.IsGiven():
		other.Setting = user.Sharing.Key
	default:
		return false
	}
	request := w.bucketRequest(user, need, action, other)
	return !w.ask(need, request, need.policies).IsDenied()
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
	if isPoint(need.Resource) {
		owner = iam.AccountOf(need.Resource)
	}
	v := variant{call: call{service: "s3", region: region, owner: owner}, user: user, need: need}
	if action == "s3:PutObject" {
		v.what, v.setting = action, choice.Setting.Value
	}
	c := w.variantOf(need.Role, v, func() *access.Context {
		c := access.Over(w.roleContext(need.Role, region, owner), w.bucketCall(owner))
		setPoint(c, need.point)
		const header, key = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
		if action == "s3:PutObject" {
			w.setEncryption(c, user, choice, need.Bucket, header, key)
		} else {
			c.SetAbsent(header)
			c.SetAbsent(key)
		}
		return c
	})
	request := access.Request{Principal: w.callerOf(need.Role).principal, Action: action, ResourceAccount: owner, Context: c}
	request.Resource, request.Set = bucketResource(user, need, need.Resource, action)
	return request
}

// bucketResource gives what an action is about: the bucket or access point, or the
// objects that a user has there, as a set.
func bucketResource(user *User, need *Need, arn, action string) (resource string, set bool) {
	switch {
	case slices.Contains([]string{"s3:ListBucket", "s3:GetBucketLocation"}, action):
		return arn, false
	case need.Purpose == finding.Dataset:
		return objectsOf(arn) + "object", false
	}
	return iam.EscapeSet(objectsOf(arn)+user.Bucket.Prefix) + "*", true
}

// bucketCall is what any call of S3 on a bucket of an account says.
func (w *worker) bucketCall(owner string) *access.Context {
	of := call{service: "s3", owner: owner}
	return w.callSays(of, func(c *access.Context) {
		c.Set("s3:ResourceAccount", owner)
		w.setClient(c)
	})
}

// setEncryption says how an object will be encrypted: with the storage key,
// which Canvas must name in the header, else as the bucket does by default.
// The key-id condition sees the key in use, the other one the header alone
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html).
func (w *worker) setEncryption(c *access.Context, user *User, choice Choice, bucket *snapshot.Bucket, header, key string) {
	if choice.Setting.IsGiven() {
		c.Set(header, "aws:kms")
		setKeyInUse(c, key, w.resolve(choice.Setting.Value, user.Domain.Account, user.Domain.Region))
		return
	}
	if user.StorageHidden {
		c.SetUnknown(header)
		c.SetUnknown(key)
		return
	}
	c.SetAbsent(header)
	switch {
	case bucket == nil || bucket.EncryptionState != snapshot.Given || iam.HasStandIn(bucket.Algorithm.Value):
		c.SetUnknown(key)
	case !strings.HasPrefix(bucket.Algorithm.Value, "aws:kms"):
		c.SetAbsent(key)
	case !bucket.Key.IsGiven():
		c.SetPresent(key) // the AWS managed key aws/s3, whose ARN no document gives
	default:
		setKeyInUse(c, key, w.resolve(bucket.Key.Value, user.Domain.Account, bucket.Region))
	}
}

// setKeyInUse gives the ARN of the key in use. A parameter may hold a key's ARN,
// id or alias: that its ARN is the same text is not known.
func setKeyInUse(c *access.Context, key string, r Resolution) {
	switch {
	case r.ARN != "":
		c.Set(key, r.ARN)
	case iam.IsStandIn(r.Text):
		c.Set(key, strings.TrimSuffix(r.Text, "›")+" as an ARN›")
	default:
		c.SetPresent(key)
	}
}
