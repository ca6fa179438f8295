// Package cases reads and answers access questions as lines of JSON: one
// request with its policies in, one decision out.
package cases

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Case is one question with the policies that it is asked of.
type Case struct {
	ID       source.Node
	Root     source.Node
	Request  access.Request
	Policies access.Policies

	known   *library
	lent    []lent
	choices map[string]*iam.Choice // by question
}

// Parse reads a line. It is a closed world: a layer that is not given does not
// exist, and a context key that is not listed is absent. Members that it does
// not know are left alone. Text is text: only where the member standIns is true
// do ‹Region› and {AppKey} stand for what a deployment gives.
func Parse(name string, line []byte) (*Case, error) { return parse(name, line, nil) }

// parse is Parse with a library, nil for none.
func parse(name string, line []byte, known *library) (*Case, error) {
	documents, problems := source.Parse(name, line, source.JSON)
	if len(problems) > 0 {
		return &Case{}, errors.New("read case: " + problems[0].Message)
	}
	if len(documents) != 1 || !documents[0].Root().Is(source.Object) {
		return &Case{}, errors.New("read case: a case is one JSON object")
	}
	root := documents[0].Root()
	if root.Get("standIns").Text() == "true" {
		known = nil // what it keeps has none
	} else {
		documents[0].Literal()
	}
	c := &Case{ID: root.Get("id"), Root: root, known: known}
	if err := c.readRequest(root.Get("request")); err != nil {
		return c, err
	}
	if err := c.readContext(root); err != nil {
		return c, err
	}
	return c, c.readPolicies(root)
}

func (c *Case) readRequest(node source.Node) error {
	if !node.Is(source.Object) {
		return errors.New("read case: it has no request")
	}
	principal, err := readPrincipal(node.Get("principal"))
	if err != nil {
		return err
	}
	action, resource := node.Get("action"), node.Get("resource")
	if !action.Is(source.String) || !strings.Contains(action.Text(), ":") {
		return errors.New("read request: its action is not written service:Action")
	}
	arn := resource
	if resource.Is(source.Object) {
		arn = resource.Get("arn")
	}
	c.Request = access.Request{
		Principal: principal, Action: action.Text(), Resource: arn.Text(),
		ResourceAccount: resource.Get("accountId").Text(),
	}
	if pattern := resource.Get("pattern"); pattern.Is(source.String) && pattern.Text() != "" && !arn.Exists() {
		return c.Request.Over(pattern.Text())
	}
	if !arn.Is(source.String) || arn.Text() == "" {
		return errors.New("read request: it has no resource ARN")
	}
	return nil
}

func readPrincipal(node source.Node) (access.Principal, error) {
	switch {
	case node.Is(source.String):
		return access.ParsePrincipal(node.Text())
	case strings.EqualFold(node.Get("type").Text(), "Anonymous"):
		return access.ParsePrincipal("*")
	}
	return access.Principal{}, errors.New(`read request: its principal is neither an ARN nor {"type":"Anonymous"}`)
}

func (c *Case) readContext(root source.Node) error {
	request := root.Get("request")
	context := access.NewContext(false)
	c.Request.Context = context
	given := request.Get("context")
	if given.Exists() && !given.Is(source.Object) && !given.Is(source.Null) {
		return errors.New("read context: it is not an object")
	}
	seen := map[string]string{}
	for name, value := range given.Members() {
		lower := strings.ToLower(name.Text())
		if other, twice := seen[lower]; twice && other != value.Raw() {
			context.SetUnknown(name.Text()) // which of the spellings counts is not known
			continue
		}
		seen[lower] = value.Raw()
		switch {
		case value.Is(source.Array):
			values := []string{}
			for item := range value.Items() {
				if !item.IsScalar() {
					return fmt.Errorf("read context: %s holds %s", name.Text(), item.Kind())
				}
				values = append(values, item.Text())
			}
			context.SetMulti(name.Text(), values...)
		case value.IsScalar():
			context.Set(name.Text(), value.Text())
		case !value.Is(source.Null):
			return fmt.Errorf("read context: %s is %s", name.Text(), value.Kind())
		}
	}
	return c.readUnknowns(root, request)
}

func (c *Case) readUnknowns(root, request source.Node) error {
	if !root.Get("unknownKeys").Exists() && !root.Get("presentKeys").Exists() && !request.Get("unknownKeys").Exists() && !request.Get("presentKeys").Exists() {
		return nil
	}
	lists := map[string]map[string]bool{}
	for _, name := range [...]string{"multiKeys", "presentKeys", "unknownKeys"} {
		lists[name] = map[string]bool{}
		for _, owner := range [...]source.Node{root, request} {
			for item := range owner.Get(name).Each() {
				if item.Is(source.Null) {
					continue
				}
				if !item.Is(source.String) {
					return fmt.Errorf("read %s: it is not a list of key names", name)
				}
				lists[name][strings.ToLower(item.Text())] = true
				c.markUnknown(name, item.Text(), lists)
			}
		}
	}
	return nil
}

// markUnknown relies on the order of the lists: what is multivalued or present
// is known before what is unknown.
func (c *Case) markUnknown(list, key string, lists map[string]map[string]bool) {
	lower := strings.ToLower(key)
	multi := lists["multiKeys"][lower]
	context := c.Request.Context
	switch {
	case list == "multiKeys":
	case list == "unknownKeys" && !lists["presentKeys"][lower] && multi:
		context.SetUnknownMulti(key)
	case list == "unknownKeys" && !lists["presentKeys"][lower]:
		context.SetUnknown(key)
	case multi:
		context.SetPresentMulti(key)
	default:
		context.SetPresent(key)
	}
}

func (c *Case) readPolicies(root source.Node) (err error) {
	p := &c.Policies
	identity, err := c.readLayer(root.Get("identityPolicies"), iam.IdentityPolicy, "identity policy")
	if err != nil {
		return err
	}
	if identity != nil {
		p.Identity = *identity
	}
	if p.Boundary, err = c.readLayer(root.Get("permissionBoundaryPolicies"), iam.BoundaryPolicy, "boundary"); err != nil {
		return err
	}
	if p.Session, err = c.readLayer(root.Get("sessionPolicy"), iam.SessionPolicy, "session policy"); err != nil {
		return err
	}
	if p.Resource, err = c.readLayer(root.Get("resourcePolicy"), c.resourceKind(), "resource policy"); err != nil {
		return err
	}
	if p.Endpoint, err = c.readLayer(root.Get("vpcEndpointPolicies"), iam.EndpointPolicy, "endpoint policy"); err != nil {
		return err
	}
	if p.SCPs, err = c.readLevels(root.Get("serviceControlPolicies"), iam.ServiceControlPolicy, "SCP"); err != nil {
		return err
	}
	if p.RCPs, err = c.readLevels(root.Get("resourceControlPolicies"), iam.ResourceControlPolicy, "RCP"); err != nil {
		return err
	}
	for item := range root.Get("grants").Each() {
		if item.Is(source.Null) {
			continue
		}
		if !item.Is(source.Object) {
			return fmt.Errorf("read grants: a grant is an object, not %s", item.Kind())
		}
		grant := access.ParseGrant(item)
		if grant.Guards, err = c.readGuards(item.Get("onlyIf")); err != nil {
			return err
		}
		p.Grants = append(p.Grants, grant)
	}
	return nil
}

func (c *Case) resourceKind() iam.Kind {
	service, _, _ := strings.Cut(strings.ToLower(c.Request.Action), ":")
	switch service {
	case "kms":
		return iam.KeyPolicy
	case "sts":
		return iam.TrustPolicy
	}
	return iam.BucketPolicy
}

// readLayer reads policies, each alone or as {name, policy}; nil where none is
// given.
func (c *Case) readLayer(node source.Node, kind iam.Kind, name string) (*access.Layer, error) {
	if !node.Exists() || node.Is(source.Null) {
		return nil, nil
	}
	layer := &access.Layer{}
	number := 0
	for item := range node.Each() {
		number++
		policy, title := item, ""
		if inner := item.Get("policy"); inner.Exists() && !item.Get("Statement").Exists() {
			policy, title = inner, item.Get("name").Text()
		}
		if title == "" {
			title = name
			if node.Is(source.Array) {
				title += " " + strconv.Itoa(number)
			}
		}
		guards, err := c.readGuards(item.Get("onlyIf"))
		switch {
		case err != nil:
			return nil, err
		case policy.Is(source.Null) && len(guards) == 1:
			layer.Guards = layer.Guards.And(guards[0].Choice.Not(guards[0].Cases...))
		case !policy.Is(source.Object):
			return nil, fmt.Errorf("read %s: a policy is an object, not %s", title, policy.Kind())
		default:
			layer.Documents = append(layer.Documents, access.Document{Name: title, Policy: c.compile(policy, kind), Guards: guards})
		}
	}
	if number == 0 {
		return nil, nil
	}
	return layer, nil
}

// readGuards reads {"unknown": QUESTION, "is": CASE, "of": CASES}: what has it is
// in force in that case of the question and in no other. Cases count from 0,
// and there are two where "of" is not given.
func (c *Case) readGuards(node source.Node) (iam.Guards, error) {
	if !node.Exists() {
		return nil, nil
	}
	question, of := node.Get("unknown").Text(), 2
	at, err := strconv.Atoi(node.Get("is").Text())
	if text := node.Get("of"); text.Exists() && err == nil {
		of, err = strconv.Atoi(text.Text())
	}
	choice := c.choices[question]
	if err != nil || question == "" || at < 0 || at >= of || of > maxAnswers || choice != nil && choice.Cases != of {
		return nil, fmt.Errorf(`read onlyIf: it is not {"unknown": a question, "is": 0 to "of" less 1, "of": at most %d, the same wherever that question is asked}`, maxAnswers)
	}
	if choice == nil {
		if c.choices == nil {
			c.choices = map[string]*iam.Choice{}
		}
		choice = &iam.Choice{Question: question, Cases: of}
		c.choices[question] = choice
	}
	return choice.In(at), nil
}

// maxAnswers bounds the answers that a question can have.
const maxAnswers = 64

func (c *Case) readLevels(node source.Node, kind iam.Kind, name string) ([]access.Level, error) {
	var levels []access.Level
	for item := range node.Each() {
		if item.Is(source.Null) {
			continue
		}
		if !item.Is(source.Object) {
			return nil, fmt.Errorf("read %ss: a level is an object with policies, not %s", name, item.Kind())
		}
		level := access.Level{Name: item.Get("orgIdentifier").Text()}
		layer, err := c.readLayer(item.Get("policies"), kind, name)
		if err != nil {
			return nil, err
		}
		if layer != nil {
			level.Layer = *layer
		}
		levels = append(levels, level)
	}
	return levels, nil
}
