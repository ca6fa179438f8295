package terraform

import (
	"cmp"
	"strings"
	"sync"
)

// index lists resources, in the order of the file, by what others call them.
type index map[string][]*resource

func indexed(resources []*resource, names func(*resource) []string) index {
	found := index{}
	for _, r := range resources {
		for _, name := range names(r) {
			found[name] = append(found[name], r)
		}
	}
	return found
}

// directory finds the resources of an input by what others call them. A plan may
// have tens of thousands that belong to each other, so that each is looked up
// and none is searched for. An index is made when it is first asked for, since titles are
// settled only when all inputs are read.
type directory struct {
	keys        func() index // by id
	aliases     func() index // by name, and by ARN
	roles       func() index // by account and name
	buckets     func() index // by name
	ofBuckets   func() index // by type, and the name of the bucket that it is for
	keyPolicies func() index // by the id of the key that it is for
	gone        func() index // what the plan deletes, by type and the bucket, key or role that it was for
}

func (in *input) index() {
	of := func(resources *[]*resource, names func(*resource) []string) func() index {
		return sync.OnceValue(func() index { return indexed(*resources, names) })
	}
	all := &in.resources
	in.directory = directory{
		keys:    of(all, when(isKey, (*resource).keyID)),
		aliases: of(all, when(isManaged("aws_kms_alias"), (*resource).aliasName, (*resource).aliasARN)),
		roles:   of(all, when(isManaged("aws_iam_role"), func(r *resource) string { return r.account() + " " + r.roleName() })),
		buckets: of(all, when(func(r *resource) bool { return r.kind == "aws_s3_bucket" }, (*resource).bucketName)),
		ofBuckets: of(all, when(
			func(r *resource) bool { return r.isCertain() && strings.HasPrefix(r.kind, "aws_s3_bucket_") },
			func(r *resource) string { return r.kind + " " + bucketOf(r.attribute("bucket")) },
		)),
		keyPolicies: of(all, when(
			func(r *resource) bool { return r.isCertain() && r.kind == "aws_kms_key_policy" },
			(*resource).policysKey,
		)),
		gone: of(&in.deleted, func(r *resource) []string {
			return []string{r.kind + " " + cmp.Or(r.given("bucket"), idOfKey(r.given("key_id")), r.given("role"))}
		}),
	}
}

// when names the resources that fit, by each of their names.
func when(fits func(*resource) bool, names ...func(*resource) string) func(*resource) []string {
	return func(r *resource) []string {
		if !fits(r) {
			return nil
		}
		var list []string
		for _, name := range names {
			list = append(list, name(r))
		}
		return list
	}
}

func isManaged(kind string) func(*resource) bool {
	return func(r *resource) bool { return r.kind == kind && r.mode == managed }
}

// isCertain reports whether the plan does not put the resource off.
func (r *resource) isCertain() bool { return !r.in.deferred[r] }
