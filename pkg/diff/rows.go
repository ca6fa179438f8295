package diff

import (
	"fmt"
	"strings"
)

// row is changes that differ for the same reason. Of the other fields of a change it
// has those of the first.
type row struct {
	Change
	principals, actions, resources []string
}

// few is how many names are listed. As many rows that differ in one name alone stand
// by themselves; more are one, so that a statement that opens every key to every role
// is not a row for each pair.
const few = 5

// grouped puts the changes that differ for the same reason into one row: all actions,
// and where they are more than a few, resources and principals.
func grouped(changes []Change) []row {
	rows := make([]row, len(changes))
	for i, c := range changes {
		rows[i] = row{c, []string{c.Principal}, []string{c.Action}, []string{c.Resource}}
	}
	rows = joined(rows, 0, func(r *row) *[]string { return &r.actions })
	rows = joined(rows, few, func(r *row) *[]string { return &r.resources })
	return joined(rows, few, func(r *row) *[]string { return &r.principals })
}

// joined makes one row of those that differ in one list alone, if they are more than
// the least.
func joined(rows []row, least int, list func(*row) *[]string) []row {
	members := map[string][]int{}
	keys := make([]string, len(rows))
	for i, r := range rows {
		*list(&r) = nil
		keys[i] = fmt.Sprintf("%q %q %q %q %q %+v", r.principals, r.actions, r.resources, r.Via, r.Because, r.Place)
		members[keys[i]] = append(members[keys[i]], i)
	}
	var made []row
	for i, r := range rows {
		alike := members[keys[i]]
		switch {
		case len(alike) <= least:
			made = append(made, r)
		case alike[0] == i:
			for _, other := range alike[1:] {
				*list(&r) = append(*list(&r), *list(&rows[other])...)
			}
			made = append(made, r)
		}
	}
	return made
}

// some lists names, of many the first few.
func some(names []string) string {
	if more := len(names) - few; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:few], ", "), more)
	}
	return strings.Join(names, ", ")
}
