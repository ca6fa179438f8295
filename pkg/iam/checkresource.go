package iam

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/reference"
)

// ownActions looks for actions that the kind of policy is not for: a policy of a
// key, a bucket or a role is about that alone
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html).
func (l *look) ownActions() {
	service, ok := map[Kind]string{KeyPolicy: "kms", BucketPolicy: "s3", TrustPolicy: "sts"}[l.policy.Kind]
	if !ok {
		return
	}
	foreign := func(p *Pattern) bool {
		prefix, _, ok := strings.Cut(p.Text, ":")
		return ok && isPlain(p) && !isWild(prefix) && !strings.EqualFold(prefix, service)
	}
	all := len(l.s.Actions) > 0
	for i := range l.s.Actions {
		all = all && foreign(&l.s.Actions[i])
	}
	for i := range l.s.Actions {
		p := &l.s.Actions[i]
		if !foreign(p) {
			continue
		}
		switch {
		case service == "sts":
			l.fault(FaultKindOfAction, p.Node, "", "a trust policy takes actions of STS, and %s is none", p.Text)
		case service == "s3":
			l.fault(FaultBucketStatement, p.Node, "", "a bucket policy takes actions of S3, and %s is none: S3 refuses the policy", p.Text)
		case all:
			l.fault(FaultKeyStatement, p.Node, "", "a key policy is about its key, and %s is no action of KMS: the statement has no effect", p.Text)
		default:
			l.fault(FaultKeyStatement, p.Node, Warning, "a key policy is about its key, and %s is no action of KMS: it has no effect", p.Text)
		}
	}
}

// ownResources looks for resources that the policy is not of.
func (l *look) ownResources() {
	told := func(f Fault) bool {
		return f.Statement == l.s.Index && (f.Kind == FaultKeyStatement || f.Kind == FaultBucketStatement)
	}
	if slices.ContainsFunc(l.faults, told) {
		return // its actions are not about the resource either
	}
	switch l.policy.Kind {
	case KeyPolicy:
		l.ofKey()
	case BucketPolicy:
		l.ofBucket()
	}
}

// ofKey looks for resources of a key policy that are not its key: "*" is
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html).
func (l *look) ofKey() {
	foreign := func(p *Pattern) string {
		arn, ok := ParseARN(p.Text)
		switch {
		case !ok || p.Symbolic || p.open || !isPlain(p):
			return ""
		case !isWild(arn.Service) && arn.Service != "kms":
			return "no key"
		case strings.HasPrefix(arn.Resource, "alias/"):
			return "an alias"
		case l.owner.Service == "kms" && !HasStandIn(l.owner.String()) && !p.Matches(l.owner.String()):
			return "another key"
		}
		return ""
	}
	others := 0
	for i := range l.s.Resources {
		if foreign(&l.s.Resources[i]) != "" {
			others++
		}
	}
	for i := range l.s.Resources {
		p := &l.s.Resources[i]
		what := foreign(p)
		if what == "" {
			continue
		}
		if others == len(l.s.Resources) {
			l.fault(FaultKeyStatement, p.Node, "", `a key policy is about its key, and %s is %s: the statement has no effect; write "*" for this key`, p.Text, what)
		} else {
			l.fault(FaultKeyStatement, p.Node, Warning, "a key policy is about its key, and %s is %s: it has no effect", p.Text, what)
		}
	}
}

// ofBucket looks for resources of a bucket policy that are not its bucket or an
// object in it, and for actions that none of the resources takes: S3 refuses both
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html,
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html).
func (l *look) ofBucket() {
	for i := range l.s.Resources {
		p := &l.s.Resources[i]
		arn, ok := ParseARN(p.Text)
		switch {
		case !ok || p.Symbolic || p.open || !isPlain(p) || isWild(arn.Service):
		case arn.Service != "s3" && !strings.HasPrefix(arn.Service, "s3-"), arn.Account != "" && !strings.Contains(arn.Account, "*"):
			l.fault(FaultBucketStatement, p.Node, "", "a bucket policy is about its bucket, and %s is none: S3 refuses the policy", p.Text)
		case l.owner.Service == "s3" && !HasStandIn(l.owner.Resource) && !mayBeIn(p, l.owner):
			l.fault(FaultBucketStatement, p.Node, "", "a bucket policy is about its bucket, and %s is another's, not that of %s: S3 refuses the policy", p.Text, l.owner.Resource)
		}
	}
	l.levels()
}

// mayBeIn reports whether a pattern takes in the bucket or any object of it.
func mayBeIn(p *Pattern, bucket ARN) bool {
	if p.Matches(bucket.String()) {
		return true
	}
	objects := ARNGlob(bucket.String() + "/*")
	return p.Glob().Overlaps(&objects)
}

// levels looks for actions on objects where only buckets are named, and the
// reverse.
func (l *look) levels() {
	bucket, object := l.levelsOfResources()
	full := l.vocabulary.Full("s3")
	if bucket == object || full == nil {
		return
	}
	for i := range l.s.Actions {
		p := &l.s.Actions[i]
		onBucket, onObject := resourceTypes(full, p)
		switch {
		case !isPlain(p) || !onBucket && !onObject:
		case bucket && !onBucket:
			l.fault(FaultBucketStatement, p.Node, "", "%s is for objects, and the Resource names the bucket alone: S3 refuses the policy; add /* to the bucket's ARN", p.Text)
		case object && !onObject:
			l.fault(FaultBucketStatement, p.Node, "", "%s is for the bucket, and the Resource names objects alone: S3 refuses the policy; name the bucket without /*", p.Text)
		}
	}
}

// levelsOfResources tells whether resources are buckets, objects, or may be
// either, which is both.
func (l *look) levelsOfResources() (bucket, object bool) {
	if len(l.s.Resources) == 0 {
		return true, true
	}
	for i := range l.s.Resources {
		p := &l.s.Resources[i]
		arn, ok := ParseARN(p.Text)
		name, _, slash := strings.Cut(arn.Resource, "/")
		switch {
		case !ok || p.Symbolic || len(p.variables) > 0 && !slash || isWild(name) && !slash || arn.Account != "" || HasStandIn(arn.Resource) && !slash && !isBucketStandIn(arn.Resource):
			return true, true
		case slash:
			object = true
		default:
			bucket = true
		}
	}
	return bucket, object
}

// isBucketStandIn reports whether a resource is a stand-in for a name: a bucket's.
func isBucketStandIn(resource string) bool { return isBareIdentity(resource) }

// resourceTypes tells whether the actions of a pattern are for buckets and for
// objects.
func resourceTypes(full *reference.Service, p *Pattern) (bucket, object bool) {
	_, name, _ := strings.Cut(p.Text, ":")
	glob := WildcardGlob(name, true)
	for i := range full.Actions {
		if glob.Matches(full.Actions[i].Name) {
			bucket = bucket || slices.Contains(full.Actions[i].Resources, "bucket")
			object = object || slices.Contains(full.Actions[i].Resources, "object")
		}
	}
	return bucket, object
}
