package terraform

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/shape"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// input is one plan or state.
type input struct {
	problems []source.Problem // values that no provider writes
	root     source.Node
	name     string // of the file
	form     form
	// resources are those that will be there, in the order of the file.
	resources []*resource
	byAddress map[string]*resource
	// byName lists the instances of a block by its address without an index.
	byName map[string][]*resource
	// deferred are the resources that the plan may make only later: they are among
	// resources, and so are those that Terraform is told to forget, which stay.
	deferred map[*resource]bool
	// deleted are the resources that the plan takes away, by address too.
	deleted   []*resource
	deletedAt map[string]bool
	directory directory
	shapes    map[string]shape.Shape // of attributes, by type
	scopes    map[string]*scope
	// suffix tells stand-ins of this input from those of the others, and shared
	// has the addresses that others have as well.
	suffix string
	shared map[string]bool
	// walked counts the references that were followed, and documents the policy
	// documents that one policy was made of.
	walked, documents int
	home              layout.Home
	// known are account, Region and partition of the providers.
	known map[string]string
}

const (
	managed = "managed"
	data    = "data"
)

// resource is one instance of a resource or data source.
type resource struct {
	in      *input
	address string // "module.m[\"a\"].aws_kms_key.app[0]"
	module  string // address of its module instance, "" for the root
	mode    string // managed or data
	kind    string // "aws_kms_key"
	name    string
	index   string // with its brackets: [0], ["a"]; empty without count and for_each
	// at is the node that stands for the whole: its address.
	at     source.Node
	values source.Node
	// unknown mirrors values, with true where a value is known only after apply.
	unknown source.Node
	// configured is the block of the configuration; absent in states.
	configured source.Node
	provider   string // key in provider_config
	// inferred says that nothing tells unknown values from missing ones: what the
	// configuration sets and values lacks is unknown.
	inferred bool
	// worked are attributes that were worked out already.
	worked map[string]string
}

func read(root source.Node, form form) *input {
	in := &input{root: root, name: root.Span().File.Name, form: form, byAddress: map[string]*resource{}, byName: map[string][]*resource{}, deletedAt: map[string]bool{}, shapes: map[string]shape.Shape{}, scopes: map[string]*scope{}}
	in.index()
	switch form {
	case plan:
		in.readChanges(root.Get("resource_changes"))
		in.readDeferred(root.Get("deferred_changes"))
		in.readModule(root.Path("planned_values", "root_module"), true)
		in.readModule(root.Path("prior_state", "values", "root_module"), false)
	case state:
		in.readModule(root.Path("values", "root_module"), true)
	case rawState:
		in.readStateFile(root.Get("resources"))
	}
	return in
}

// readChanges reads what a plan does: what a resource will be is in after.
func (in *input) readChanges(list source.Node) {
	for item := range list.Items() {
		if item.Get("deposed").Exists() {
			continue // what is left of a replaced resource: it goes away
		}
		change := item.Get("change")
		r := in.resource(item)
		r.values, r.unknown = change.Get("after"), change.Get("after_unknown")
		switch onlyAction(change.Get("actions")) {
		case "delete":
			r.values, r.unknown = change.Get("before"), source.Node{}
			in.deleted, in.deletedAt[r.address] = append(in.deleted, r), true
			continue
		case "forget": // AWS still has it
			r.values, r.unknown = change.Get("before"), source.Node{}
		}
		in.addResource(r)
	}
}

// readDeferred reads the changes that a plan puts off until more is known
// (https://developer.hashicorp.com/terraform/internals/json-format#plan-representation).
func (in *input) readDeferred(list source.Node) {
	in.deferred = map[*resource]bool{}
	for item := range list.Items() {
		item = item.Get("resource_change")
		change := item.Get("change")
		r := in.resource(item)
		r.values, r.unknown = change.Get("after"), change.Get("after_unknown")
		if r.mode == managed && onlyAction(change.Get("actions")) != "delete" && in.byAddress[r.address] == nil {
			in.addResource(r)
			in.deferred[r] = true
		}
	}
}

// onlyAction is the action where there is one.
func onlyAction(actions source.Node) string {
	if actions.Len() != 1 {
		return ""
	}
	for action := range actions.Items() {
		return action.Text()
	}
	return ""
}

// readModule reads the values of a module and of all below it. Of the state
// before a plan only data sources count: what else there is, the plan lists.
func (in *input) readModule(module source.Node, all bool) {
	for item := range module.Get("resources").Items() {
		if item.Get("deposed_key").Exists() {
			continue
		}
		r := in.resource(item)
		r.values, r.inferred = item.Get("values"), true
		r.module = scalar(module.Get("address"))
		if all || r.mode == data {
			in.addResource(r)
		}
	}
	for child := range module.Get("child_modules").Items() {
		in.readModule(child, all)
	}
}

// readStateFile reads the resources of a state file.
func (in *input) readStateFile(list source.Node) {
	for item := range list.Items() {
		for instance := range item.Get("instances").Items() {
			if instance.Get("deposed").Exists() {
				continue
			}
			r := in.resource(item)
			r.module, r.index = scalar(item.Get("module")), indexText(instance.Get("index_key"))
			r.values, r.at = instance.Get("attributes"), item.Get("name")
			r.address = r.blockAddress() + r.index
			in.addResource(r)
		}
	}
}

func (in *input) resource(item source.Node) *resource {
	r := &resource{
		in: in, address: scalar(item.Get("address")), module: scalar(item.Get("module_address")), mode: item.Get("mode").Text(),
		kind: item.Get("type").Text(), name: item.Get("name").Text(), index: indexText(item.Get("index")), at: item.Get("address"),
	}
	if !r.at.Exists() {
		r.at = item
	}
	return r
}

// indexText gives the key of an instance as addresses have it.
func indexText(key source.Node) string {
	switch {
	case !key.IsScalar():
		return ""
	case key.Is(source.String):
		return `["` + key.Text() + `"]`
	}
	return "[" + key.Text() + "]"
}

// blockAddress is the address of the resource's block, without an index of its own.
func (r *resource) blockAddress() string {
	var b strings.Builder
	if r.module != "" {
		b.WriteString(r.module + ".")
	}
	if r.mode == data {
		b.WriteString("data.")
	}
	b.WriteString(r.kind + "." + r.name)
	return b.String()
}

// addResource takes in a resource; the first description of an address counts.
func (in *input) addResource(r *resource) {
	if in.byAddress[r.address] != nil || in.deletedAt[r.address] || r.kind == "" {
		return
	}
	var problems []source.Problem
	r.values, problems = shape.Sound(r.values, in.shapeOf(r.kind), shape.Dialect{
		Null: true, Scalars: true, Open: func(source.Node) bool { return false }, Remedy: "write the plan or state again",
	})
	in.problems = append(in.problems, problems...)
	in.resources = append(in.resources, r)
	in.byAddress[r.address] = r
	block := r.blockAddress()
	in.byName[block] = append(in.byName[block], r)
	r.configured = in.scope(r.module).resources[strings.TrimPrefix(block, prefix(r.module))]
	r.provider = scalar(r.configured.Get("provider_config_key"))
}

// shapeOf is what the attributes of a type look like, made once for all of them.
func (in *input) shapeOf(kind string) shape.Shape {
	known, ok := in.shapes[kind]
	if !ok {
		known = shape.Attributes(kind)
		in.shapes[kind] = known
	}
	return known
}

func prefix(module string) string {
	if module == "" {
		return ""
	}
	return module + "."
}

// given is the text of an attribute that is known, else "".
func (r *resource) given(name string) string { return scalar(r.values.Get(name)) }

// scalar is the text of a value, "" for null.
func scalar(node source.Node) string {
	if !node.IsScalar() {
		return ""
	}
	return node.Text()
}

// title is the name that a stand-in has for the resource: its address without
// quotes, which no stand-in can hold, and with its file where another input has
// a resource of that address.
func (r *resource) title() string {
	title := strings.ReplaceAll(strings.ReplaceAll(r.address, `"`, ""), "'", "%27")
	if r.in.shared[r.address] {
		title += r.in.suffix
	}
	return title
}
