package canvas

import (
	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// keyRequest is the request that KMS sees for an action of a need.
func (w *worker) keyRequest(user *User, need *Need, r Resolution, action, service string) access.Request {
	v := variant{call: call{service: "kms", account: iam.AccountOf(need.Role), via: service, region: r.Region, what: action, alias: namesAlias(r.Text), owner: r.Account}, key: r.Key}
	if action != "kms:CreateGrant" && action != "kms:DescribeKey" {
		v.what = "" // with the algorithm, as all others
	}
	if service == "s3" {
		v.user, v.need = user, need
	}
	c := w.variantOf(need.Role, v, func() *access.Context {
		c := access.Over(w.roleContext(need.Role, r.Region, r.Account), w.keyContext(r.Key), w.keyCall(v.call))
		if service == "s3" {
			w.setObjectContext(c, user, need)
		}
		return c
	})
	return access.Request{
		Principal: w.callerOf(need.Role).principal, Action: action, Resource: need.Resource, ResourceAccount: r.Account, Context: c,
	}
}

// keyCall is what a call of KMS says.
func (w *worker) keyCall(v call) *access.Context {
	return w.callSays(v, func(c *access.Context) {
		c.Set("kms:CallerAccount", v.account)
		setForwarded(c, v.via)
		if v.via == "" {
			c.SetAbsent("kms:ViaService")
		} else {
			// The suffix is the same in all partitions
			// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
			c.Set("kms:ViaService", v.via+"."+v.region+".amazonaws.com")
		}
		if !v.alias {
			// The key exists where the call names an alias; whether Canvas passes
			// one on as it stands is not documented
			// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-request-alias).
			c.SetAbsent("kms:RequestAlias")
		}
		switch v.what {
		case "kms:CreateGrant":
			c.Set("kms:GrantIsForAWSResource", "true")
		case "kms:DescribeKey":
			c.SetAbsent("kms:GrantIsForAWSResource")
		default:
			c.SetAbsent("kms:GrantIsForAWSResource") // only CreateGrant, ListGrants and RevokeGrant carry it
			c.Set("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT")
		}
	})
}

// keyContext is what the key's own description tells.
func (w *worker) keyContext(key *snapshot.Key) *access.Context {
	if c := w.contexts.keys[key]; c != nil {
		return c
	}
	c := access.NewContext(true)
	w.contexts.keys[key] = c
	if key == nil {
		return c
	}
	if aliases, ok := w.aliasesOf(key); ok {
		c.SetMulti("kms:ResourceAliases", aliases...)
	}
	setTags(c, "aws:ResourceTag/", key.TagsKnown, key.Tags)
	for name, s := range map[string]snapshot.Setting{
		"kms:KeySpec": key.Spec, "kms:KeyUsage": key.Usage, "kms:KeyOrigin": key.Origin, "kms:MultiRegion": key.MultiRegion,
	} {
		if s.IsGiven() {
			c.Set(name, s.Value)
		}
	}
	return c
}

// setObjectContext sets the encryption context that S3 gives: the object's
// ARN, or the bucket's where S3 Bucket Keys are on
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context).
func (w *worker) setObjectContext(c *access.Context, user *User, need *Need) {
	name, prefix := user.Bucket.Name, user.Bucket.Prefix
	if need.Purpose == finding.Dataset {
		name, prefix = need.BucketName, ""
	}
	arn := "arn:" + user.Domain.Partition + ":s3:::" + name
	c.SetMulti("kms:EncryptionContextKeys", "aws:s3:arn")
	const key = "kms:EncryptionContext:aws:s3:arn"
	bucket := w.snapshot.Bucket(name)
	switch {
	case need.point != nil, need.Purpose != finding.Dataset && !snapshot.ParsePoint(user.Bucket.Path).IsZero():
		// Which ARN S3 takes for an object behind an access point is not documented.
	case bucket == nil || bucket.EncryptionState != snapshot.Given || iam.HasStandIn(bucket.BucketKey.Value):
		c.SetPrefix(key, arn)
	case bucket.BucketKey.Value == "true":
		c.Set(key, arn)
	default:
		setObjects(c, key, arn+"/"+prefix, need)
	}
}

// setObjects asks for every object below a prefix. Which objects of a dataset
// are read is not known.
func setObjects(c *access.Context, key, prefix string, need *Need) {
	if need.Purpose == finding.Dataset {
		c.SetPrefix(key, prefix)
		return
	}
	c.SetEvery(key, iam.EscapeSet(prefix)+"*")
}
