package load

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// claim is what one document says of one attribute of a resource: the policy of
// a key, the target of an alias, one of the grants. Several documents may claim
// the same attribute; where they say the same it is said once, and where they
// do not, either the time of both tells which one is right or nothing does.
type claim struct {
	name string // of the member; "" of an attribute with one value
	node source.Node
	// when is the time at which AWS was asked, zero where nothing tells.
	when time.Time
	// content is what is claimed, the same text for the same; nil where only the
	// name is known. It costs something and is asked for only where there are
	// several claims.
	content func() string
	value   any // nil for the claim that there is no such thing
}

// roll is what one document says of an attribute with several members, such as
// the grants of a key. An attribute with one value is a roll with one member,
// whose name is "".
type roll struct {
	node    source.Node
	when    time.Time
	members []claim
	// whole says that what is not on the roll does not exist.
	whole bool
	// open says that the roll adds to others: a page of a list that goes on
	// elsewhere, or what a template adds to an exported role.
	open bool
}

func (r *roll) add(c claim) {
	c.when = r.when
	r.members = append(r.members, c)
}

// lacks tells which members a whole roll does not have.
func (r *roll) lacks(members []member) []bool {
	if !r.whole {
		return nil
	}
	has := map[string]bool{}
	for _, c := range r.members {
		has[c.name] = true
	}
	lacking := make([]bool, len(members))
	for i := range members {
		lacking[i] = !has[members[i].name]
	}
	return lacking
}

// member is one member of an attribute with the versions of it that differ: one
// as a rule. Several depend on the choice, with a case each; the version without
// a value says that there is no such member.
type member struct {
	name     string
	versions []claim
	choice   *iam.Choice
}

// guards are those of the version of an index.
func (m *member) guards(version int) iam.Guards {
	if m.choice == nil {
		return nil
	}
	return m.choice.In(version)
}

// attribute is an attribute of a resource with all that was said of it.
type attribute struct {
	subject
	what   func(name string) string
	rolls  []roll
	settle func([]member)
	// policies are settled last, when all that tells which of them count is known.
	policies bool
}

// subject names an attribute: the resource by its pointer or name.
type subject struct {
	resource  any
	attribute string
}

// claims are all that the documents say.
type claims struct {
	known map[subject]*attribute
	list  []mention // in the order in which they were first met
	// folded are the resources of which one document alone told so far, with their
	// places in the list.
	folded map[any]int
	// exported are the times at which folders were exported, by the folder.
	exported map[string]time.Time
	problems []source.Problem
	notes    []string
}

// mention holds attributes that were first met together. Those of a resource that one
// document alone describes are folded: they are claimed when they are settled, and let
// go of, since claims take many times the memory of what they are read from, and
// accounts have tens of thousands of roles.
type mention struct {
	attributes []*attribute
	tell       teller // nil of one that is not folded
	settled    bool   // of one that is, without its policies
}

// teller claims what a document says of a resource: its policies, or all the rest.
type teller func(policies bool)

// enroll takes what one document says of an attribute. What names a member in
// messages, and settle takes all members into the snapshot; it may be called
// again when more was read.
func (c *claims) enroll(s subject, what func(name string) string, r roll, settle func([]member)) {
	c.attribute(s, what, settle).add(r)
}

// enrollPolicies is enroll for policies, which are settled after everything else.
func (c *claims) enrollPolicies(s subject, what func(name string) string, r roll, settle func([]member)) {
	a := c.attribute(s, what, settle)
	a.policies = true
	a.add(r)
}

func (a *attribute) add(r roll) { a.rolls = append(a.rolls, r) }

// attribute gives the attribute of a subject, made at its first mention.
func (c *claims) attribute(s subject, what func(name string) string, settle func([]member)) *attribute {
	c.unfold(s.resource)
	a := c.known[s]
	if a == nil {
		a = &attribute{subject: s, what: what, settle: settle}
		c.known[s] = a
		c.list = append(c.list, mention{attributes: []*attribute{a}})
	}
	return a
}

// fold notes a resource of which nothing was claimed so far.
func (c *claims) fold(resource any, tell teller) {
	c.folded[resource] = len(c.list)
	c.list = append(c.list, mention{tell: tell})
}

// unfold has the claims made that a resource is described with, since another document
// tells of it too.
func (c *claims) unfold(resource any) {
	i, ok := c.folded[resource]
	if !ok {
		return
	}
	delete(c.folded, resource)
	tell := c.list[i].tell
	c.list[i] = mention{attributes: slices.Concat(c.told(tell, false), c.told(tell, true))}
	for _, a := range c.list[i].attributes {
		c.known[a.subject] = a
	}
}

// told gives the attributes that a document tells of, apart from all others.
func (c *claims) told(tell teller, policies bool) []*attribute {
	all := *c
	*c = claims{known: map[subject]*attribute{}}
	tell(policies)
	var attributes []*attribute
	for _, m := range c.list {
		attributes = append(attributes, m.attributes...)
	}
	*c = all
	return attributes
}

// claim is enroll for an attribute with one value.
func (c *claims) claim(s subject, what string, one claim, settle func(member)) {
	r := roll{node: one.node, when: one.when}
	r.add(one)
	c.enroll(s, func(string) string { return what }, r, func(members []member) { settle(members[0]) })
}

// claimPolicy is claim for a policy.
func (c *claims) claimPolicy(s subject, what string, one claim, settle func(member)) {
	c.claim(s, what, one, settle)
	c.known[s].policies = true
}

// settle takes what was claimed into the snapshot, policies apart.
func (c *claims) settle() {
	c.problems, c.notes = nil, nil
	c.settleThose(false)
}

// settlePolicies takes the policies into the snapshot, after everything else.
func (c *claims) settlePolicies() { c.settleThose(true) }

func (c *claims) settleThose(policies bool) {
	for i := range c.list {
		m := &c.list[i]
		attributes := m.attributes
		if m.tell != nil && (policies || !m.settled) {
			attributes, m.settled = c.told(m.tell, policies), true
		}
		said := len(c.problems) + len(c.notes)
		for _, a := range attributes {
			if a.policies == policies {
				a.settle(c.membersOf(a))
			}
		}
		if m.tell != nil && len(attributes) > 0 && len(c.problems)+len(c.notes) > said {
			c.unfold(attributes[0].resource) // so that it is said each time
		}
	}
}

// membersOf puts the rolls of an attribute together.
func (c *claims) membersOf(a *attribute) []member {
	if len(a.rolls) == 1 && len(a.rolls[0].members) == 1 {
		one := a.rolls[0].members
		return []member{{name: one[0].name, versions: one[:1:1]}}
	}
	var members []member
	var said [][]claim
	var added []bool
	at := map[string]int{}
	for _, r := range a.rolls {
		for _, one := range r.members {
			i, ok := at[one.name]
			if !ok {
				i, at[one.name] = len(members), len(members)
				members, said, added = append(members, member{name: one.name}), append(said, nil), append(added, false)
			}
			said[i], added[i] = append(said[i], one), added[i] || r.open
		}
	}
	if len(a.rolls) > 1 {
		for _, r := range a.rolls {
			for i, lacks := range r.lacks(members) {
				if lacks && !added[i] {
					said[i] = append(said[i], claim{name: members[i].name, node: r.node, when: r.when, content: func() string { return absentContent }})
				}
			}
		}
	}
	for i := range members {
		m := &members[i]
		if m.versions = said[i]; len(said[i]) > 1 {
			c.compare(a.what(m.name), m, said[i])
		}
	}
	return members
}

// absentContent is what a whole roll says of a member that it does not have;
// presentContent is what a name alone says.
const absentContent, presentContent = "none", "there"

// compare finds the versions of a member that differ, and which one is right.
func (c *claims) compare(what string, m *member, said []claim) {
	said = slices.Clone(said)
	slices.SortStableFunc(said, func(a, b claim) int { return comparePlaces(a.node, b.node) })
	told := slices.ContainsFunc(said, func(one claim) bool { return one.content != nil && one.value != nil })
	var versions [][]claim
	at := map[string]int{}
	for _, one := range said {
		text := presentContent
		switch {
		case one.content != nil:
			text = one.content()
		case told:
			continue // the name alone says nothing against any content
		}
		if _, ok := at[text]; !ok {
			at[text] = len(versions)
			versions = append(versions, nil)
		}
		versions[at[text]] = append(versions[at[text]], one)
	}
	if len(versions) == 1 {
		m.versions = versions[0][:1]
		return
	}
	if newest := c.newest(versions); newest >= 0 {
		m.versions = versions[newest][:1]
		c.notes = append(c.notes, fmt.Sprintf("What %s says of %s counts; %s older.", place(versions[newest][0]), what, olderWords(versions, newest)))
		return
	}
	var places []string
	for _, v := range versions {
		m.versions = append(m.versions, v[0])
		places = append(places, place(v[0]))
	}
	m.choice = &iam.Choice{Question: "which of " + wording.List(places, "and") + " is right", Cases: len(versions)}
	last := m.versions[len(m.versions)-1]
	c.problems = append(c.problems, source.Problem{Span: last.node.Span(), Message: fmt.Sprintf("%s differs between %s, and nothing shows which is newer: what depends on it is unknown; remove the outdated one", what, wording.List(places, "and"))})
}

// newest gives the version that is younger than all others for certain, or -1:
// the time of each claim has to be known.
func (c *claims) newest(versions [][]claim) int {
	newest, latest, tie := -1, time.Time{}, false
	for i, v := range versions {
		var own time.Time
		for _, one := range v {
			when := c.timeOf(one)
			if when.IsZero() {
				return -1
			}
			if when.After(own) {
				own = when
			}
		}
		switch {
		case own.After(latest):
			newest, latest, tie = i, own, false
		case own.Equal(latest):
			tie = true
		}
	}
	if tie {
		return -1
	}
	return newest
}

// timeOf is the time of a claim: its own, else that of the export in whose
// folder the document lies.
func (c *claims) timeOf(one claim) time.Time {
	if !one.when.IsZero() || len(c.exported) == 0 {
		return one.when
	}
	folder := fileOf(one.node.Span())
	for folder != "" {
		at := strings.LastIndexByte(folder, '/')
		folder = folder[:max(at, 0)]
		if when, ok := c.exported[folder]; ok {
			return when
		}
	}
	return time.Time{}
}

func place(c claim) string { return c.node.Span().String() }

// olderWords names the versions that do not count.
func olderWords(versions [][]claim, newest int) string {
	var places []string
	for i, v := range versions {
		if i != newest {
			places = append(places, place(v[0]))
		}
	}
	if len(places) == 1 {
		return places[0] + " says otherwise and is"
	}
	return wording.List(places, "and") + " say otherwise and are"
}

func comparePlaces(a, b source.Node) int {
	x, y := a.Span(), b.Span()
	return cmp.Or(cmp.Compare(fileOf(x), fileOf(y)), cmp.Compare(x.Start, y.Start), cmp.Compare(x.End, y.End))
}

// fileOf names the file of a span; a value that a format makes up has none.
func fileOf(s source.Span) string {
	if s.File == nil {
		return ""
	}
	return s.File.Name
}
