package load

import (
	"path"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// roleIndex finds the roles that a file may belong to by its name and its folder. An
// account has ten thousand roles, and a repository a thousand policies: to hold each
// against each takes longer than all the rest of a check.
type roleIndex struct {
	roles    []*snapshot.Role
	byName   map[string][]int
	byFolder map[string][]int // what a template will make is no neighbour
	all      []candidate
}

// rolesByName gives the index of the roles that there are.
func (b *builder) rolesByName() *roleIndex {
	if i := b.roleIndex; i != nil && len(i.roles) == len(b.snapshot.Roles) {
		return i
	}
	i := &roleIndex{roles: slices.Clone(b.snapshot.Roles), byName: map[string][]int{}, byFolder: map[string][]int{}}
	for at, role := range i.roles {
		i.byName[role.Name] = append(i.byName[role.Name], at)
		if c := candidateOfRole(role); !iam.HasStandIn(role.ARN) {
			i.byFolder[c.folder] = append(i.byFolder[c.folder], at)
			i.all = append(i.all, c)
		}
	}
	i.all = byARN(i.all)
	b.roleIndex = i
	return i
}

func candidateOfRole(role *snapshot.Role) candidate {
	return candidateOf(role.ARN, role.Name, role.Node)
}

// called are the roles of a name.
func (i *roleIndex) called(name string) []*snapshot.Role { return i.pick(i.byName[name]) }

// beside are the roles that are described in the folder of a file.
func (i *roleIndex) beside(file string) []*snapshot.Role { return i.pick(i.byFolder[path.Dir(file)]) }

// mentioned are the roles that the path of a file Mentions.
func (i *roleIndex) mentioned(file string) []*snapshot.Role {
	var found []int
	for _, name := range mentions(file) {
		found = append(found, i.byName[name]...)
	}
	slices.Sort(found)
	return i.pick(slices.Compact(found))
}

func (i *roleIndex) pick(places []int) []*snapshot.Role {
	var roles []*snapshot.Role
	for _, at := range places {
		roles = append(roles, i.roles[at])
	}
	return roles
}

// likely is likely of all roles.
func (i *roleIndex) likely(doc document.Document) []candidate {
	for _, roles := range [][]*snapshot.Role{i.mentioned(doc.Name), i.beside(doc.Name)} {
		var found []candidate
		for _, role := range roles {
			if !iam.HasStandIn(role.ARN) {
				found = append(found, candidateOfRole(role))
			}
		}
		if len(found) > 0 {
			return byARN(found)
		}
	}
	return i.all
}

// mentions are all names that a file Mentions.
func mentions(file string) []string {
	folder, base := path.Split(file)
	var names []string
	for part := range strings.SplitSeq(folder, "/") {
		names = append(names, layout.Unescape(part))
	}
	base = layout.Unescape(base)
	for from := range len(base) {
		if continues(base, from-1) {
			continue
		}
		for to := from + 1; to <= len(base); to++ {
			if !continues(base, to) {
				names = append(names, base[from:to])
			}
		}
	}
	return names
}
