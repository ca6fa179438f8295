// Package awsconfig tells the configuration items of AWS Config as an exported
// folder would have them: those of snapshots, histories, queries, batches,
// notifications and events of rules
// (https://docs.aws.amazon.com/config/latest/developerguide/config-item-table.html).
package awsconfig

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Fits reports whether a tree is one configuration item.
func Fits(root source.Node) bool {
	if !root.Is(source.Object) {
		return false
	}
	if strings.HasPrefix(root.Get("resourceType").Text(), "AWS::") {
		return root.Get("configuration").Exists() || root.Get("configurationItemStatus").Exists()
	}
	// A query selects what it likes; the type is then told by the configuration.
	return root.Get("configuration").Exists() && typeOf(root, open(root.Get("configuration"))) != ""
}

// Translate tells the items that count: of several of one resource the latest,
// and none that says that the resource is deleted.
func Translate(roots []source.Node) ([]layout.Document, []source.Problem) {
	t := &translator{}
	for _, item := range t.latest(roots) {
		if !item.deleted() {
			item.configuration = open(item.root.Get("configuration"))
			t.tell(item)
		}
	}
	return t.documents, t.problems
}

// Notes says what Translate left out.
func Notes(roots []source.Node) []string {
	t := &translator{}
	counting := t.latest(roots)
	deleted, unrecorded, others := 0, 0, map[string]bool{}
	for _, item := range counting {
		switch {
		case item.deleted():
			deleted++
		case !isTold(item.kind):
			others[item.kind] = true
		case item.unrecorded():
			unrecorded++
		}
	}
	var notes []string
	say := func(count int, one, many string) {
		if count == 1 {
			notes = append(notes, "AWS Config: "+one)
		} else if count > 1 {
			notes = append(notes, fmt.Sprintf("AWS Config: %d %s", count, many))
		}
	}
	say(deleted, "1 resource is deleted by its latest item and was left out.", "resources are deleted by their latest items and were left out.")
	say(unrecorded, "1 resource is not recorded (ResourceNotRecorded): it is unknown.", "resources are not recorded (ResourceNotRecorded): they are unknown.")
	say(len(roots)-len(counting), "1 item is older than another one of the same resource and was left out.", "items are older than others of the same resources and were left out.")
	if len(others) > 0 {
		types := make([]string, 0, len(others))
		for kind := range others {
			types = append(types, kind)
		}
		slices.Sort(types)
		if more := len(types) - 5; more > 0 {
			types = append(types[:5], fmt.Sprintf("%d more", more))
		}
		notes = append(notes, "AWS Config: types that decide nothing for Canvas were skipped: "+strings.Join(types, ", ")+".")
	}
	return notes
}

// translator collects what the items tell.
type translator struct {
	documents []layout.Document
	problems  []source.Problem
}

// item is one configuration item with what all types have.
type item struct {
	root                     source.Node
	kind                     string // AWS::KMS::Key
	id, arn, account, region string
	configuration            source.Node // opened, where it was quoted; only of items that are told
	status                   string
	captured                 time.Time // zero where it is missing, or does not tell a moment
	partial                  bool      // a query's row: what it lacks was perhaps not selected
}

func (i item) deleted() bool {
	return i.status == "ResourceDeleted" || i.status == "ResourceDeletedNotRecorded"
}

func (i item) unrecorded() bool { return i.status == "ResourceNotRecorded" }

// read takes apart an item. Events name the ARN and the account differently.
func read(root source.Node) item {
	text := func(names ...string) string {
		for _, name := range names {
			if value := root.Get(name); value.IsScalar() {
				return value.Text()
			}
		}
		return ""
	}
	i := item{
		root: root, id: text("resourceId"), arn: text("arn", "ARN"), account: text("accountId", "awsAccountId"), region: text("awsRegion"),
		status: text("configurationItemStatus"), kind: text("resourceType"), captured: momentOf(root.Get("configurationItemCaptureTime")),
	}
	i.partial = i.status == "" && !root.Get("configurationItemCaptureTime").Exists()
	if i.kind == "" || i.arn == "" { // opening every configuration would cost as much as reading it
		configuration := open(root.Get("configuration"))
		i.kind = typeOf(root, configuration)
		for _, name := range []string{"arn", "DomainArn", "UserProfileArn"} {
			if arn := fold(configuration, name); i.arn == "" {
				i.arn = arn.Text()
			}
		}
	}
	parts := strings.SplitN(i.arn, ":", 6)
	if len(parts) == 6 && i.account == "" {
		i.account = parts[4]
	}
	if len(parts) == 6 && i.region == "" {
		i.region = parts[3]
	}
	return i
}

// open gives what a string quotes, however often, or the node itself.
func open(node source.Node) source.Node {
	for range 4 {
		inner, _ := node.EmbeddedValue()
		if inner == nil {
			return node
		}
		node = inner.Root()
	}
	return node
}

// fold is Get without regard to case: the types differ in it.
func fold(node source.Node, name string) source.Node { return node.GetFold(name) }

// typeOf reads the type, or tells it from a configuration that a query selected.
func typeOf(root, configuration source.Node) string {
	if kind := root.Get("resourceType"); kind.IsScalar() {
		return kind.Text()
	}
	arn := fold(configuration, "arn").Text()
	switch {
	case configuration.Get("DomainId").Exists() && configuration.Get("UserProfileName").Exists():
		return userProfile
	case configuration.Get("DomainId").Exists():
		return domain
	case strings.Contains(arn, ":kms:") && strings.Contains(arn, ":key/"):
		return key
	case configuration.Get("AliasName").Exists():
		return alias
	case configuration.Get("roleName").Exists():
		return role
	case configuration.Get("policyVersionList").Exists():
		return policy
	case strings.Contains(root.Get("arn").Text(), ":s3:::"):
		return bucket
	}
	return ""
}

// latest keeps the items of each resource that may be its latest one, in the
// order of the files: one, where capture times tell, and all that are not proven
// to be older, where they do not.
func (t *translator) latest(roots []source.Node) []item {
	groups := map[string][]item{}
	var names []string
	for _, root := range roots {
		next := read(root)
		// The item of a deletion may lack the ARN, which the ones before it have.
		name := strings.Join([]string{next.kind, next.account, next.region, next.name()}, "\n")
		if groups[name] == nil {
			names = append(names, name)
		}
		groups[name] = append(groups[name], next)
	}
	var items []item
	for _, name := range names {
		items = append(items, t.current(groups[name])...)
	}
	return items
}

// current gives the items of one resource that are not proven to be older than
// another. Where one of them says that the resource is deleted, whether there is
// such a resource is open; it is checked as if there were.
func (t *translator) current(group []item) []item {
	var newest time.Time
	for _, i := range group {
		if i.captured.After(newest) {
			newest = i.captured
		}
	}
	group = slices.DeleteFunc(slices.Clone(group), func(i item) bool { return !i.captured.IsZero() && i.captured.Before(newest) })
	deleted := slices.IndexFunc(group, item.deleted)
	there := slices.DeleteFunc(slices.Clone(group), item.deleted)
	switch {
	case deleted < 0:
		return distinct(there)
	case len(there) == 0:
		return group[:1]
	case isTold(group[deleted].kind):
		t.problem(group[deleted].root, "this item says that %s %s is deleted, the one at %s says that it exists, and no capture time shows which is later: canvaslint assumes that it exists; remove the outdated one", group[deleted].kind, group[deleted].name(), there[0].root.Span())
	}
	return distinct(there)
}

// distinct leaves out items that are saved twice.
func distinct(items []item) []item {
	var list []item
	for _, i := range items {
		if !slices.ContainsFunc(list, func(other item) bool { return other.root.Raw() == i.root.Raw() }) {
			list = append(list, i)
		}
	}
	return list
}

func (i item) name() string {
	if i.id != "" {
		return i.id
	}
	return i.arn
}

func (t *translator) problem(at source.Node, format string, args ...any) {
	t.problems = append(t.problems, source.Problem{Message: fmt.Sprintf(format, args...), Span: at.Span()})
}
