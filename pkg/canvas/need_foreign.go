package canvas

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// ForeignBucket is a Canvas bucket of another account than the domain's.
type ForeignBucket struct {
	Name, Account string
	// Maybe marks that another key may be what is used there: AWS does not say
	// whether the profile inherits this one.
	Maybe bool
}

// noteForeign notes the bucket of a user with a storage key, where it is
// another account's.
func (w *worker) noteForeign(use *KeyUse, user *User) {
	bucket := w.snapshot.Bucket(user.Bucket.Name)
	if use.Purpose != finding.Storage || bucket == nil || bucket.Account == "" || !differ(bucket.Account, user.Domain.Account) {
		return
	}
	foreign := ForeignBucket{Name: bucket.Name, Account: bucket.Account, Maybe: len(w.distinct(user)) > 1}
	at := slices.IndexFunc(use.Foreign, func(f ForeignBucket) bool { return f.Name == foreign.Name })
	if at < 0 {
		use.Foreign = append(use.Foreign, foreign)
		return
	}
	use.Foreign[at].Maybe = use.Foreign[at].Maybe && foreign.Maybe
}
