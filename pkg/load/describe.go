package load

import (
	"reflect"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// description is what one document says of a resource that has settings: a
// domain, a profile, a job, the metadata of a key, an endpoint.
type description struct {
	what string // "the domain d-1"
	node source.Node
	when time.Time
	// unset says that a setting which is missing is one that is not set: AWS
	// leaves it out then. Else what is missing was perhaps cut out.
	unset bool
}

// describe claims every setting of a further description of a resource. Of is
// the one in the snapshot, which has what the first description says, and both
// point to structs of one type. The structs are walked so that no setting can
// be forgotten.
func (b *builder) describe(of, says any, first, further description) {
	if !b.doubled[of] {
		b.doubled[of] = true
		b.claimSettings(reflect.ValueOf(of).Elem(), reflect.ValueOf(of).Elem(), "", first)
	}
	b.claimSettings(reflect.ValueOf(of).Elem(), reflect.ValueOf(says).Elem(), "", further)
}

// firstSeen remembers the time of a resource's first description.
func (b *builder) firstSeen(of any) {
	if !b.when.IsZero() {
		b.seen[of] = b.when
	}
}

// describeAgain is describe with the current document for the further one.
func (b *builder) describeAgain(what string, of, says any, first, further source.Node, unset bool) {
	b.describe(of, says, description{what, first, b.seen[of], unset}, description{what, further, b.when, unset})
}

func (b *builder) claimSettings(of, says reflect.Value, path string, d description) {
	if user, ok := says.Interface().(snapshot.UserSettings); ok && !user.Node.Exists() {
		return // this document does not show the settings of the user at all
	}
	for i := range of.NumField() {
		if !of.Type().Field(i).IsExported() {
			continue
		}
		name := of.Type().Field(i).Name
		if path != "" {
			name = path + "." + name
		}
		b.claimField(of.Field(i).Addr().Interface(), says.Field(i).Interface(), name, d)
		if of.Field(i).Kind() == reflect.Struct {
			if _, leaf := says.Field(i).Interface().(snapshot.Setting); !leaf && of.Field(i).Type() != reflect.TypeFor[source.Node]() {
				b.claimSettings(of.Field(i), says.Field(i), name, d)
			}
		}
	}
}

// claimField claims one field, by the pointer to it.
func (b *builder) claimField(of, says any, name string, d description) {
	c := claim{node: d.node, when: d.when, value: says}
	switch value := says.(type) {
	case snapshot.Setting:
		b.claimSetting(of.(*snapshot.Setting), value, d)
		return
	case source.Node:
		if node := of.(*source.Node); !node.Exists() {
			*node = value
		}
		return
	case snapshot.State:
		if value == snapshot.NotVisible {
			return
		}
		c.content = value.String
	case string:
		if value == "" {
			return
		}
		c.content = func() string { return value }
	case bool:
		c.content = func() string { return map[bool]string{true: "true", false: "false"}[value] }
	case []string:
		c.content = func() string { return strings.Join(value, "\n") }
	default:
		return
	}
	b.claims.claim(subject{of, ""}, name+" of "+d.what, c, func(m member) { settleField(of, m) })
}

// settleField takes a field's value into the snapshot. One that is disputed
// becomes what leads to the most being checked.
func settleField(of any, m member) {
	value := m.versions[0].value
	switch field := of.(type) {
	case *snapshot.State:
		*field = value.(snapshot.State)
		if m.choice != nil {
			*field = snapshot.Given
		}
	case *string:
		*field = value.(string)
		if m.choice != nil {
			*field = iam.Disputed(m.choice.Question)
		}
	case *bool:
		*field = value.(bool) || m.choice != nil
	case *[]string:
		*field = value.([]string)
		if m.choice != nil {
			*field = nil
		}
	}
}

// claimSetting claims a setting. Disputed, it has a stand-in for its value,
// which never reads as the good one.
func (b *builder) claimSetting(of *snapshot.Setting, says snapshot.Setting, d description) {
	if says.State == snapshot.NotVisible || says.State == snapshot.Unset && !d.unset {
		return
	}
	c := claim{node: says.Node, when: d.when, value: says, content: func() string { return contentOfSetting(says) }}
	if !c.node.Exists() || says.State == snapshot.Unset {
		c.node = d.node
	}
	name := says.Name
	if name == "" {
		return // a field that no document of this kind fills
	}
	b.claims.claim(subject{of, ""}, name+" of "+d.what, c, func(m member) {
		*of = m.versions[0].value.(snapshot.Setting)
		if m.choice != nil {
			*of = snapshot.Setting{State: snapshot.Symbolic, Value: iam.Disputed(m.choice.Question), Node: m.versions[0].node, Name: name}
		}
	})
}

func contentOfSetting(s snapshot.Setting) string {
	if s.State == snapshot.Symbolic && s.Value == "" {
		return contentOf(s.Node)
	}
	return s.State.String() + " " + s.Value
}
