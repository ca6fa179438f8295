package canvas

import (
	"maps"
	"runtime"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/parallel"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// fewUsers are decided sooner than they are spread over processors.
const fewUsers = 64

// allNeeds adds what all users need. A need is of one role in one domain, so that
// workers can decide for users of their own; what they found is joined in the users'
// order, as one worker finds it.
func (w *worker) allNeeds() {
	users := slices.DeleteFunc(slices.Clone(w.facts.Users), func(u *User) bool { return !u.InScope })
	if len(users) < fewUsers {
		w.needsOf(users)
		return
	}
	spread := cutByRole(users, len(users)/(4*runtime.GOMAXPROCS(0)))
	workers := make([]*worker, len(spread))
	parallel.Do(len(spread), func(i int) {
		workers[i] = w.fork()
		workers[i].needsOf(spread[i])
	})
	for _, other := range workers {
		w.join(other)
	}
}

func (w *worker) needsOf(users []*User) {
	for _, user := range users {
		w.userNeeds(user)
		w.findBroad(user)
	}
}

// cutByRole gives the users in parts of at least a size. All of a domain who have a
// role in common are in one: they share needs.
func cutByRole(users []*User, size int) [][]*User {
	type place struct {
		domain *snapshot.Domain
		role   string
	}
	last := map[place]int{}
	for i, user := range users {
		for _, named := range user.roles() {
			last[place{user.Domain, named.setting.Value}] = i
		}
	}
	var parts [][]*User
	start, end := 0, 0 // of what has to be together
	for i, user := range users {
		for _, named := range user.roles() {
			end = max(end, last[place{user.Domain, named.setting.Value}])
		}
		if i+1 == len(users) || i+1-start >= size && end <= i {
			parts = append(parts, users[start:i+1])
			start = i + 1
		}
	}
	return parts
}

// fork gives a worker that decides on the same snapshot, and notes what it finds apart.
func (w *worker) fork() *worker {
	other := newWorker(w.snapshot, w.config)
	other.managed, other.byText = w.managed, w.byText
	other.facts.about = w.facts.about
	return other
}

// join adds what another worker found out about other users. Of what both know the
// first counts.
func (w *worker) join(other *worker) {
	f, o := w.facts, other.facts
	f.Needs = append(f.Needs, o.Needs...)
	f.Problems = append(f.Problems, o.Problems...)
	w.joinBroad(other)
	for _, reads := range o.Wildcard {
		w.joinWildcard(reads)
	}
	w.failures("")
	isNew := func(what string) bool { return w.why[what] == "" && f.Commands[what] == "" }
	for what, command := range o.Commands {
		if isNew(what) {
			f.Commands[what] = command
		}
	}
	for what, why := range other.why {
		if isNew(what) {
			w.why[what] = why
		}
	}
	maps.Copy(w.needs, other.needs)
	maps.Copy(w.imports, other.imports)
	keepFirst(w.identity, other.identity)
	keepFirst(w.scps, other.scps)
	keepFirst(w.rcps, other.rcps)
	keepFirst(w.grants, other.grants)
}

// joinWildcard adds the buckets that a role reads through a wildcard.
func (w *worker) joinWildcard(more *WildcardReads) {
	reads := w.wildcard[more.Role]
	if reads == nil {
		w.wildcard[more.Role] = more
		w.facts.Wildcard = append(w.facts.Wildcard, more)
		return
	}
	reads.needs = append(reads.needs, more.needs...)
	for _, bucket := range more.Buckets {
		if !slices.Contains(reads.Buckets, bucket) {
			reads.Buckets = append(reads.Buckets, bucket)
		}
	}
}

func keepFirst[K comparable, V any](known, more map[K]V) {
	for key, value := range more {
		if _, ok := known[key]; !ok {
			known[key] = value
		}
	}
}
