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
	var foreign func(p *Pattern) string
	switch l.policy.Kind {
	case KeyPolicy:
		foreign = func(p *Pattern) string { return l.foreign(p, "kms", "KMS", "key") }
	case BucketPolicy:
		foreign = func(p *Pattern) string { return l.foreign(p, "s3", "S3", "bucket", "object") }
	case TrustPolicy:
		foreign = func(p *Pattern) string { return l.foreign(p, "sts", "STS") }
	default:
		return
	}
	all := len(l.s.Actions) > 0
	for i := range l.s.Actions {
		all = all && foreign(&l.s.Actions[i]) != ""
	}
	for i := range l.s.Actions {
		p := &l.s.Actions[i]
		why := foreign(p)
		if why == "" {
			continue
		}
		switch {
		case l.policy.Kind == TrustPolicy:
			l.fault(FaultKindOfAction, p.Node, "", "a trust policy takes actions of STS, and %s %s", p.Text, why)
		case l.policy.Kind == BucketPolicy:
			l.fault(FaultBucketStatement, p.Node, "", "a bucket policy is about its bucket, and %s %s: S3 refuses the policy", p.Text, why)
		case all:
			l.fault(FaultKeyStatement, p.Node, "", "a key policy applies to its key, and %s %s: the statement has no effect", p.Text, why)
		default:
			l.fault(FaultKeyStatement, p.Node, Warning, "a key policy applies to its key, and %s %s: it has no effect", p.Text, why)
		}
	}
}

// foreign says why an action is none of a service, or none that is done to one
// of these types of resources, "" if it is
// (https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html:
// kms:CreateKey, kms:ListKeys and others count in IAM policies only).
func (l *look) foreign(p *Pattern, service, name string, types ...string) string {
	prefix, _, ok := strings.Cut(p.Text, ":")
	switch {
	case !ok || !isPlain(p) || isWild(prefix) || p.Malformed:
		return ""
	case !strings.EqualFold(prefix, service):
		return "is no action of " + name
	}
	full := l.vocabulary.Full(service)
	if len(types) == 0 || full == nil {
		return ""
	}
	if known, on := resourceTypes(full, p, types...); known && !slices.Contains(on, true) {
		return "is about the account"
	}
	return ""
}

// ownResources looks for resources that the policy is not of.
func (l *look) ownResources() {
	told := func(f Fault) bool { return f.Kind == FaultKeyStatement || f.Kind == FaultBucketStatement }
	if slices.ContainsFunc(l.faults[l.first:], told) {
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
			l.fault(FaultKeyStatement, p.Node, "", `a key policy applies to its key, and %s is %s: the statement has no effect; write "*" for this key`, p.Text, what)
		} else {
			l.fault(FaultKeyStatement, p.Node, Warning, "a key policy applies to its key, and %s is %s: it has no effect", p.Text, what)
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
			l.fault(FaultBucketStatement, p.Node, "", "a bucket policy applies to its bucket, and %s is not a bucket: S3 refuses the policy", p.Text)
		case l.owner.Service == "s3" && !HasStandIn(l.owner.Resource) && !mayBeIn(p, l.owner):
			l.fault(FaultBucketStatement, p.Node, "", "a bucket policy applies to its bucket, and %s belongs to another bucket than %s: S3 refuses the policy", p.Text, l.owner.Resource)
		}
	}
	if !slices.ContainsFunc(l.s.Resources, func(p Pattern) bool { return l.hasFault(p.Node) }) {
		l.levels()
	}
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
		_, on := resourceTypes(full, p, "bucket", "object")
		switch {
		case !isPlain(p) || !slices.Contains(on, true):
		case bucket && !on[0]:
			l.fault(FaultBucketStatement, p.Node, "", "%s applies to objects, and the Resource names only the bucket: S3 refuses the policy; add /* to the bucket's ARN", p.Text)
		case object && !on[1]:
			l.fault(FaultBucketStatement, p.Node, "", "%s applies to the bucket, and the Resource names only objects: S3 refuses the policy; name the bucket without /*", p.Text)
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

// resourceTypes tells whether there are actions of a pattern, and whether they
// are for each of some types of resources.
func resourceTypes(full *reference.Service, p *Pattern, types ...string) (known bool, on []bool) {
	_, name, _ := strings.Cut(p.Text, ":")
	glob, on := WildcardGlob(name, true), make([]bool, len(types))
	for i := range full.Actions {
		if !glob.Matches(full.Actions[i].Name) {
			continue
		}
		known = true
		for j, kind := range types {
			on[j] = on[j] || slices.Contains(full.Actions[i].Resources, kind)
		}
	}
	return known, on
}
