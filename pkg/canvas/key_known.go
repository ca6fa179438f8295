package canvas

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// catalog is what is known to exist beyond the index of the snapshot, made at
// the first question.
type catalog struct {
	checker *iam.Checker               // of actions
	ids     map[string]bool            // unique ids of roles
	keys    map[string][]*snapshot.Key // by key id
	aliases map[string][]*snapshot.Alias
}

func (w *worker) known() *catalog {
	if w.catalog != nil {
		return w.catalog
	}
	n := &catalog{
		checker: iam.NewChecker(&reference.Vocabulary{}), ids: map[string]bool{},
		keys: map[string][]*snapshot.Key{}, aliases: map[string][]*snapshot.Alias{},
	}
	for _, role := range w.snapshot.Roles {
		n.ids[role.ID] = true
	}
	for _, key := range w.snapshot.Keys {
		n.keys[key.ID] = append(n.keys[key.ID], key)
	}
	for _, alias := range w.snapshot.Aliases {
		n.aliases[alias.Name] = append(n.aliases[alias.Name], alias)
	}
	w.catalog = n
	return n
}

// isKnown reports whether there is an action, principal or resource of a name.
func (w *worker) isKnown(name string) bool {
	if !strings.HasPrefix(name, "arn:") {
		if strings.Count(name, ":") == 1 {
			return w.known().checker.Action(name) == ""
		}
		return w.known().ids[name]
	}
	_, object, isBucket := strings.Cut(name, ":s3:::")
	bucket, _, _ := strings.Cut(object, "/")
	return w.snapshot.Role(name) != nil || w.snapshot.Key(name) != nil || isBucket && w.snapshot.Bucket(bucket) != nil
}

// elsewhere gives the ARNs of what has the id or the name that a setting gives
// in other accounts and Regions.
func (w *worker) elsewhere(r *Resolution) []string {
	var found []string
	for _, key := range w.known().keys[r.Name.ID] {
		note(&found, key.ARN)
	}
	for _, alias := range w.known().aliases[r.Name.ID] {
		if alias.Account != r.Account || alias.Region != r.Region {
			note(&found, alias.ARN)
		}
	}
	return found
}

// namesake names, of a key that was not read, those that were and have the same
// id in other accounts and Regions: one of them may be meant.
func (w *worker) namesake(arn string, key *snapshot.Key) string {
	_, id, _ := strings.Cut(arn, ":key/")
	if key != nil || id == "" || len(w.known().keys[id]) == 0 {
		return ""
	}
	return " (not that of " + w.known().keys[id][0].ARN + ", which has the same id)"
}

// differ reports whether two texts are surely not the same: one that is known
// only once a template is deployed may be any.
func differ(a, b string) bool {
	return a != b && !iam.HasUnknown(a) && !iam.HasUnknown(b)
}
