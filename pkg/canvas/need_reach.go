package canvas

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// reach finds the buckets that a role may be able to read from without asking
// for each bucket of each account: of the role's and the domain's account those
// whose names the role's policies match, and of all accounts those whose policy
// may let the role in or that the role's policies spell out. It leaves out only
// what is surely denied and named by nothing.
type reach struct {
	buckets  []*snapshot.Bucket       // by name
	owned    map[string][]int         // by account; "" where it is not known
	admitted map[string][]int         // by the account that a bucket policy names
	open     []int                    // whose policy may let anyone in
	unsure   []string                 // accounts that are known only once deployed
	spelled  map[*iam.Policy][]prefix // what an identity policy lets be read
}

// prefix is how the names begin that a statement means; a whole one is the name.
type prefix struct {
	text  string
	whole bool
}

func newReach(s *snapshot.Snapshot) *reach {
	r := &reach{owned: map[string][]int{}, admitted: map[string][]int{}, spelled: map[*iam.Policy][]prefix{}}
	r.buckets = slices.SortedFunc(slices.Values(s.Buckets), func(a, b *snapshot.Bucket) int { return strings.Compare(a.Name, b.Name) })
	for i, bucket := range r.buckets {
		if r.owned[bucket.Account] == nil && iam.HasStandIn(bucket.Account) {
			r.unsure = append(r.unsure, bucket.Account)
		}
		r.owned[bucket.Account] = append(r.owned[bucket.Account], i)
		if bucket.Policy == nil {
			continue
		}
		accounts, open := bucket.Policy.Glance().Admits("s3:GetObject")
		if open {
			r.open = append(r.open, i)
			accounts = []string{bucket.Account} // within it the bucket policy is enough
		}
		for _, account := range accounts {
			r.admitted[account] = append(r.admitted[account], i)
		}
	}
	return r
}

// prefixes gives how the names of the buckets begin that an identity policy
// lets be read from.
func (r *reach) prefixes(policy *iam.Policy) []prefix {
	known, ok := r.spelled[policy]
	if ok {
		return known
	}
	for _, s := range policy.Statements {
		if s.Effect == iam.Deny || !s.MayBeAbout("s3:GetObject") {
			continue
		}
		if len(s.Resources) == 0 {
			known = append(known, prefix{})
		}
		for i := range s.Resources {
			if p, ok := bucketPrefix(&s.Resources[i]); ok && !slices.Contains(known, p) {
				known = append(known, p)
			}
		}
	}
	r.spelled[policy] = known
	return known
}

// bucketPrefix reads the bucket's name off the Resource of a statement; false
// for a resource of another service.
func bucketPrefix(p *iam.Pattern) (prefix, bool) {
	_, rest, ok := strings.Cut(p.Text, ":s3:::")
	if p.Symbolic || p.HasStandIn() {
		return prefix{}, true
	}
	if !ok {
		parts := strings.SplitN(p.Text, ":", 4)
		other := len(parts) == 4 && parts[2] != "s3" && !strings.ContainsAny(parts[0]+parts[1]+parts[2], "*?$")
		return prefix{}, !other
	}
	name, _, _ := strings.Cut(rest, "/")
	if wild := strings.IndexAny(name, "*?$"); wild >= 0 {
		return prefix{text: name[:wild]}, true
	}
	return prefix{text: name, whole: true}, true
}

// within adds those of some buckets, in the order of their names, that a prefix
// means.
func (r *reach) within(some []int, p prefix, found map[int]bool) {
	name := func(i int) string { return r.buckets[some[i]].Name }
	for i := sort.Search(len(some), func(i int) bool { return name(i) >= p.text }); i < len(some); i++ {
		if !strings.HasPrefix(name(i), p.text) || p.whole && name(i) != p.text {
			return
		}
		found[some[i]] = true
	}
}

// readable gives the buckets that a user's role may be able to read from, by name.
func (w *worker) readable(user *User) []*snapshot.Bucket {
	if w.reach == nil {
		w.reach = newReach(w.snapshot)
	}
	r, layer := w.reach, w.identityLayer(user.Role.Value)
	own := iam.AccountOf(user.Role.Value)
	accounts := slices.Concat([]string{own, ""}, r.unsure)
	note(&accounts, user.Domain.Account)
	if iam.HasStandIn(own) {
		accounts = slices.Collect(maps.Keys(r.owned)) // it may be any of them
	}
	found := map[int]bool{}
	for _, doc := range layer.Documents {
		for _, p := range r.prefixes(doc.Policy) {
			for _, account := range accounts {
				r.within(r.owned[account], p, found)
			}
			if bucket := w.snapshot.Bucket(p.text); p.whole && bucket != nil {
				r.within(r.owned[bucket.Account], p, found)
			}
			r.within(r.open, p, found)
		}
	}
	if len(layer.Missing) > 0 {
		r.within(r.open, prefix{}, found)
	}
	for _, account := range accounts {
		for _, i := range r.admitted[account] {
			found[i] = true
		}
	}
	var buckets []*snapshot.Bucket
	for _, i := range slices.Sorted(maps.Keys(found)) {
		buckets = append(buckets, r.buckets[i])
	}
	return buckets
}
