package terraform

import (
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// cursor is a place in a resource: the same place in its values, in what of
// them is unknown, and in its configuration.
type cursor struct {
	resource             *resource
	path                 string
	value, unknown, expr source.Node
	// described says that the configuration of the block is there, so that an
	// attribute that it lacks is not set.
	described bool
	// inferred is that of the resource: nothing tells unknown from missing.
	inferred bool
}

func (r *resource) attributes() cursor {
	return cursor{
		resource: r, path: r.address, value: r.values, unknown: r.unknown, expr: r.configured.Get("expressions"),
		described: r.configured.Exists(), inferred: r.inferred,
	}
}

// get gives an attribute or the list of a block.
func (c cursor) get(name string) cursor {
	unknown := c.unknown
	if !isTrue(unknown) {
		unknown = unknown.Get(name)
	}
	c.path += "." + name
	c.value, c.unknown, c.expr = c.value.Get(name), unknown, c.expr.Get(name)
	return c
}

func isTrue(node source.Node) bool { return node.Is(source.Bool) && node.Text() == "true" }

// isGiven reports whether there is a value that is known.
func (c cursor) isGiven() bool { return c.value.Exists() && !c.value.Is(source.Null) }

// isUnknown reports whether there is a value that is known only after apply.
// An attribute that the provider fills in where the configuration does not set
// it is none then: its default is AWS's, and documented.
func (c cursor) isUnknown() bool {
	if c.isGiven() || !isTrue(c.unknown) && !(c.inferred && !c.value.Exists() && c.expr.Exists()) {
		return false
	}
	return !c.described || c.expr.Exists() || !c.resource.fillsIn(c.path[strings.LastIndexByte(c.path, '.')+1:])
}

// fillsIn reports whether the provider gives an attribute a value where the
// configuration has none (https://registry.terraform.io/providers/hashicorp/aws/latest/docs).
func (r *resource) fillsIn(attribute string) bool {
	switch attribute {
	case "arn", "id", "key_id", "unique_id", "name", "bucket", "path", "region", "account_id", "json",
		"inline_policy", "managed_policy_arns", "server_side_encryption_configuration", "multi_region", "key_state", "user_settings":
		return true
	case "policy": // each of the others holds nothing else
		return isKey(r) || r.kind == "aws_s3_bucket" || r.kind == "aws_vpc_endpoint"
	case "key_usage": // so did provider versions before 3
		return isKey(r)
	case "enabled":
		return r.kind == "aws_kms_external_key"
	case "target_key_arn":
		return r.kind == "aws_kms_alias"
	}
	return false
}

// items walks the items of a list, or the blocks of a name. Blocks made by a
// dynamic block have no expressions of their own in a plan.
func (c cursor) items() []cursor {
	if !c.value.Is(source.Array) {
		if c.value.Is(source.Object) {
			return []cursor{c}
		}
		return nil
	}
	paired := !c.expr.Is(source.Array) || c.expr.Len() == c.value.Len()
	items := make([]cursor, 0, c.value.Len())
	next := 0
	for value := range c.value.Items() {
		item := c
		item.value, item.path = value, c.path+"["+strconv.Itoa(next)+"]"
		if !isTrue(c.unknown) {
			item.unknown = nth(c.unknown, next)
		}
		if c.expr.Is(source.Array) {
			item.expr = source.Node{}
			if paired {
				item.expr = nth(c.expr, next)
			}
		}
		item.described = c.described && paired && item.expr.Exists()
		items = append(items, item)
		next++
	}
	return items
}

func nth(list source.Node, index int) source.Node {
	for item := range list.Items() {
		if index == 0 {
			return item
		}
		index--
	}
	return source.Node{}
}

// block gives the only block of a name: Terraform has it as a list of one. One
// that is unknown as a whole is unknown in all that it could hold; a dynamic
// block can be so, and leaves no trace in the configuration of a plan.
func (c cursor) block(name string) (cursor, bool) {
	list := c.get(name)
	if items := list.items(); len(items) > 0 {
		return items[0], items[0].isGiven()
	}
	if list.isOpen() {
		list.described = false
		return list, true
	}
	return list, false
}

// isOpen is isUnknown for blocks that the provider does not make by itself:
// those that are unknown are set, by a dynamic block if by nothing else.
func (c cursor) isOpen() bool { return !c.isGiven() && isTrue(c.unknown) || c.isUnknown() }

// computedBlock is block for one that the provider shows where it is not set.
func (c cursor) computedBlock(name string) (cursor, bool) {
	if list := c.get(name); !list.isGiven() && !list.isUnknown() {
		return list, false
	}
	return c.block(name)
}

// at is the node that stands for the value: itself, the first reference that it
// is made of, or the resource.
func (c cursor) at() source.Node {
	if c.isGiven() {
		return c.value
	}
	if found := heads(c.expr); len(found) > 0 {
		return found[0]
	}
	if c.expr.Exists() {
		return c.expr
	}
	return c.resource.at
}

// meaning says how a value is read that is known only after apply, and which
// attribute is meant where a reference names none.
type meaning struct {
	attribute string
	// kinds are the types of resources that can give the value; none means any.
	kinds []string
	// inText says that the value may be longer than what it refers to: a plan
	// does not tell "${a.arn}/*" from a.arn.
	inText bool
	// isARN says that the value begins with an ARN, so that the id of a key can
	// only be the end of one.
	isARN bool
}

// The meanings of the attributes that name other resources.
func aKey() meaning {
	return meaning{attribute: "arn", kinds: []string{"aws_kms_key", "aws_kms_external_key", "aws_kms_replica_key", "aws_kms_replica_external_key", "aws_kms_alias", "aws_kms_key_policy"}}
}
func aRole() meaning     { return meaning{attribute: "arn", kinds: []string{"aws_iam_role"}} }
func aRoleName() meaning { return meaning{attribute: "name", kinds: []string{"aws_iam_role"}} }
func aBucket() meaning {
	return meaning{attribute: "bucket", kinds: []string{"aws_s3_bucket", "aws_s3_bucket_policy", "aws_s3_bucket_server_side_encryption_configuration"}}
}
func aPolicy() meaning { return meaning{attribute: "arn", kinds: []string{"aws_iam_policy"}} }
func aDomain() meaning { return meaning{attribute: "id", kinds: []string{"aws_sagemaker_domain"}} }
func aPath() meaning {
	return meaning{attribute: "bucket", kinds: []string{"aws_s3_bucket"}, inText: true}
}
func aText() meaning { return meaning{attribute: "arn", inText: true} }

// anARN is a text of a Resource element: IAM refuses what is no ARN there.
func anARN() meaning { return meaning{attribute: "arn", inText: true, isARN: true} }

// text gives the value of an attribute as text; false where it is not set.
func (c cursor) text(m meaning) (source.Value, bool) {
	switch {
	case c.isGiven():
		return source.Copy(c.value), true
	case c.isUnknown():
		return source.Text(c.awaited(m), c.at()), true
	}
	return source.Value{}, false
}

// plain is text as a string of Go.
func (c cursor) plain(m meaning) string {
	switch {
	case c.isGiven():
		return c.value.Text()
	case c.isUnknown():
		return c.awaited(m)
	}
	return ""
}

// awaited is the text of a value that is known only after apply.
func (c cursor) awaited(m meaning) string {
	texts := map[string]bool{}
	for _, head := range heads(c.expr) {
		for _, found := range c.follow(head) {
			text := m.of(found, c.standIn())
			if text == "" && !m.inText && !found.isKnown() {
				return c.standIn() // the value may come from there
			}
			if text != "" {
				texts[text] = true
			}
		}
	}
	if len(texts) == 1 {
		for text := range texts {
			return text
		}
	}
	return c.standIn()
}

func (c cursor) follow(head source.Node) []target {
	r, left := c.resource, maxSteps
	return r.in.scope(r.module).follow(head.Text(), r.index, r.configured.Get("for_each_expression"), &left)
}

// of is the text that a reference stands for, "" where it can't be the value
// or has no text that is worth more than the reference. The stand-in is for
// what may follow it in the value.
func (m meaning) of(found target, standIn string) string {
	r, attribute := found.resource, found.attribute
	if len(m.kinds) > 0 && !slices.Contains(m.kinds, r.kind) {
		return ""
	}
	if attribute == "" {
		attribute = m.attribute
	}
	switch {
	case m.inText && m.attribute == "bucket" && attribute == "arn":
		return r.bucketARN() // no path: the settings take s3:// only
	case m.inText && m.attribute == "bucket":
		return "s3://" + r.attribute("bucket") + "/" + standIn
	case m.inText && r.kind == "aws_s3_bucket" && slices.Contains([]string{"arn", "id", "bucket"}, attribute):
		return r.bucketARN() + standIn
	case m.isARN && isKey(r) && (attribute == "key_id" || attribute == "id"):
		return r.keyARN()
	case m.inText && attribute != "arn" && attribute != "target_key_arn":
		return ""
	}
	return r.attribute(attribute)
}

// standIn names what the value waits for: the references of its expression, and
// where it stands. Two values of the same references may differ, since a plan
// does not tell what is made of them.
func (c cursor) standIn() string {
	var names []string
	for _, head := range heads(c.expr) {
		if name := head.Text(); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	path := c.path
	if c.resource.in.shared[c.resource.address] {
		path += c.resource.in.suffix
	}
	if len(names) == 0 {
		return iam.Unknown(path)
	}
	return iam.Unknown(strings.Join(names, ", ") + " in " + path)
}

// texts gives the items of a list of texts. What is unknown of them is taken
// from the references that lead to something unknown, in their order, if there
// are as many.
func (c cursor) texts(m meaning) []source.Value {
	if c.isUnknown() {
		return []source.Value{source.Text(c.standIn(), c.at())}
	}
	items := c.items()
	count := 0
	for _, item := range items {
		if !item.isGiven() && isTrue(item.unknown) {
			count++
		}
	}
	awaited := c.awaitedReferences(m)
	var list []source.Value
	for _, item := range items {
		switch {
		case item.isGiven():
			list = append(list, source.Copy(item.value))
		case isTrue(item.unknown) && len(awaited) == count:
			list = append(list, source.Text(m.of(awaited[0].target, item.standIn()), awaited[0].head))
			awaited, count = awaited[1:], count-1
		case isTrue(item.unknown):
			list = append(list, source.Text(item.standIn(), item.at()))
		}
	}
	return list
}

// awaitedReference is a reference to something that is known only after apply.
type awaitedReference struct {
	head   source.Node
	target target
}

func (c cursor) awaitedReferences(m meaning) []awaitedReference {
	var list []awaitedReference
	for _, head := range heads(c.expr) {
		for _, found := range c.follow(head) {
			if m.of(found, c.standIn()) != "" && !found.isKnown() {
				list = append(list, awaitedReference{head, found})
			}
		}
	}
	return list
}

// isKnown reports whether the attribute that is referred to is known already:
// it is then no reason for a value to be unknown.
func (t target) isKnown() bool {
	c := t.resource.attributes().get(t.attribute)
	return c.isGiven()
}

// member says how an attribute or block is called in the API.
type member struct {
	attribute, name string
	meaning         meaning
	block           []member // of a block
	list            bool     // a list of texts
}

// object tells a block as the API has it.
func (c cursor) object(members []member) source.Value {
	object := source.Make(c.at())
	for _, m := range members {
		switch {
		case m.block != nil:
			if block, ok := c.block(m.attribute); ok {
				object = object.With(m.name, block.object(m.block))
			}
		case m.list:
			if list := c.get(m.attribute); list.isGiven() {
				object = object.With(m.name, source.Copy(list.value))
			}
		default:
			if text, ok := c.get(m.attribute).text(m.meaning); ok {
				object = object.With(m.name, text)
			}
		}
	}
	return object
}
