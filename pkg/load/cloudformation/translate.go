package cloudformation

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/shape"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// The types that are translated.
const (
	domainType        = "AWS::SageMaker::Domain"
	profileType       = "AWS::SageMaker::UserProfile"
	keyType           = "AWS::KMS::Key"
	replicaType       = "AWS::KMS::ReplicaKey"
	aliasType         = "AWS::KMS::Alias"
	bucketType        = "AWS::S3::Bucket"
	bucketPolicyType  = "AWS::S3::BucketPolicy"
	roleType          = "AWS::IAM::Role"
	policyType        = "AWS::IAM::Policy"
	rolePolicyType    = "AWS::IAM::RolePolicy"
	managedPolicyType = "AWS::IAM::ManagedPolicy"
	endpointType      = "AWS::EC2::VPCEndpoint"
	organizationType  = "AWS::Organizations::Policy"
	lambdaType        = "AWS::Lambda::Function"
	serverlessType    = "AWS::Serverless::Function"
)

// resource is one resource of a stack that is or may be made.
type resource struct {
	*stack
	id   string
	kind string
	name source.Node // its logical id
	node source.Node
	// properties is where the resource says the rest: the node of Properties,
	// else the resource's own.
	properties source.Node
	// open is set where it depends on an open condition whether there is one.
	open string
}

// translate tells domains and profiles before what they use: of the parameters
// that conditions depend on, theirs are met first, and are the last to be left open.
func (r *run) translate() {
	for _, t := range r.templates {
		r.notFollowed(t)
	}
	for _, s := range r.stacks {
		for _, res := range s.resources(isCanvas) {
			r.hasDomain = true
			if res.kind == domainType {
				res.domain()
			} else {
				res.profile()
			}
		}
	}
	var rest []resource
	for _, s := range r.stacks {
		s.unread()
		s.unrun()
		rest = append(rest, s.resources(isUsed)...)
	}
	r.collectRoles(rest)
	for _, res := range rest {
		switch res.kind {
		case keyType, replicaType:
			res.key()
		case aliasType:
			res.alias()
		case bucketType:
			res.bucket()
		case bucketPolicyType:
			res.bucketPolicy()
		case endpointType:
			res.endpoint()
		case organizationType:
			res.organizationPolicy()
		case policyType, rolePolicyType, managedPolicyType:
			res.policy()
		case lambdaType, serverlessType:
			res.function()
		}
	}
	r.tellRoles()
}

func isCanvas(kind string) bool { return kind == domainType || kind == profileType }

func isUsed(kind string) bool {
	switch kind {
	case keyType, replicaType, aliasType, bucketType, bucketPolicyType, endpointType, organizationType,
		roleType, policyType, rolePolicyType, managedPolicyType, lambdaType, serverlessType:
		return true
	}
	return false
}

// notFollowed reports what a template leaves to be made by others.
func (r *run) notFollowed(t *template) {
	for transform := range t.root.Get("Transform").Each() {
		name := transform.Text()
		if transform.Is(source.Object) {
			name = transform.Get("Name").Text()
		}
		switch name {
		case "AWS::LanguageExtensions": // its functions are read, and its loops reported where they stand
		case "AWS::Serverless-2016-10-31": // https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
		default:
			r.problem(transform, "the transform %s is not expanded: what it adds or changes was not checked; %s", name, processed)
		}
	}
	resources := t.root.Get("Resources")
	if !resources.Is(source.Object) && !isEmptyCDK(t.root) {
		r.problem(t.root, "the template has no Resources: nothing in it was checked")
	}
}

// unread reports the entries of Resources that stand for resources of others'
// making.
func (s *stack) unread() {
	if there, _ := s.presence(); there == no {
		return
	}
	for _, name := range s.missing {
		resource := s.resource(name.Text())
		at := resource.Path("Properties", "TemplateURL")
		if !at.Exists() {
			at = resource
		}
		if made, _ := s.isMade(resource); made != no {
			s.r.problem(at, "the template of the nested stack %s is not among the files: what it creates was not checked; give its template too, under the name that ends its URL", name.Text())
		}
	}
	for name, node := range s.template.root.Get("Resources").Members() {
		kind := node.Get("Type").Text()
		switch word, isFunction := strings.CutPrefix(name.Text(), "Fn::"); {
		case isFunction:
			word, _, _ = strings.Cut(word, "::")
			s.r.problem(name, "Fn::%s is not expanded: the resources it creates were not checked; %s", word, processed)
		case kind == "AWS::CloudFormation::StackSet":
			s.r.problem(name, "the stacks that the stack set %s creates were not checked: run canvaslint on its template", name.Text())
		case strings.HasSuffix(kind, "::MODULE"):
			s.r.problem(node, "the module %s is not expanded: what it creates was not checked; %s", kind, processed)
		case kind == "AWS::Serverless::Application", kind == "AWS::Serverless::Connector": // policies for others
			s.r.problem(node, "%s is not expanded: what it creates was not checked; %s", kind, processed)
		}
	}
}

// processed is how to get at what CloudFormation makes of a template.
const processed = "run canvaslint on the processed template (aws cloudformation get-template --template-stage Processed)"

// resources lists what a stack makes of some types, in the order of its template.
func (s *stack) resources(wanted func(kind string) bool) []resource {
	var list []resource
	there, condition := s.presence()
	if there == no {
		return nil
	}
	for name, node := range s.template.root.Get("Resources").Members() {
		kind := node.Get("Type").Text()
		if !wanted(kind) {
			continue
		}
		node = s.r.sound(kind, node)
		res := resource{stack: s, id: name.Text(), kind: kind, name: name, node: node, properties: node, open: condition}
		if properties := node.Get("Properties"); properties.Is(source.Object) {
			res.properties = properties
		}
		switch made, condition := s.isMade(node); made {
		case no:
			continue
		case open:
			res.open = condition
		}
		list = append(list, res)
	}
	return list
}

// sound gives a resource whose properties all have the kind of value that
// CloudFormation takes: a scalar for any other, and null, which it refuses when
// the stack is made, as nothing.
func (r *run) sound(kind string, node source.Node) source.Node {
	node, problems := shape.Sound(node, shape.Properties(kind), shape.Dialect{
		Null: true, Scalars: true, Remedy: "correct the template", Open: func(n source.Node) bool {
			_, ok := function(n)
			return ok
		},
	})
	for _, problem := range problems {
		r.report(problem)
	}
	return node
}

// value works out a property, or a member within one: what stands beside it is
// left alone.
func (res resource) value(path ...string) value {
	node := res.node.Get("Properties")
	for i, name := range path {
		if _, ok := function(node); ok {
			return res.eval(node).path(path[i:]...)
		}
		node = node.Get(name)
	}
	if !node.Exists() {
		return value{}
	}
	return res.eval(node)
}

// object gives where an object stands: its node, or for one that is open the
// function that decides; false where there is none.
func (res resource) object(path ...string) (source.Node, bool) {
	node := res.node.Get("Properties")
	for i, name := range path {
		if _, ok := function(node); ok {
			v := res.eval(node).path(path[i:]...)
			return v.at, v.exists()
		}
		node = node.Get(name)
	}
	if _, ok := function(node); ok {
		v := res.eval(node)
		return v.at, v.exists()
	}
	return node, node.Is(source.Object)
}

// claim notes that a resource has a name of its kind, and reports whether no
// other one has it within an account; "" for a name that is no one else's
// anywhere. Templates of one run can be alternatives, never deployed together.
func (res resource) claim(what, name, within string) bool {
	key := what + " " + name
	if first, ok := res.r.claimed[within+" "+key]; ok {
		res.r.problem(res.name, "%s is already created at %s: only that one was used; where templates are alternatives, check them one at a time", key, first.Span())
		return false
	}
	res.r.claimed[within+" "+key] = res.name
	return true
}

// place is where an export would keep what is said of the resource.
func (res resource) place() layout.Place {
	return layout.Place{Account: res.account(), Region: res.region(), Partition: res.partition()}
}

// tell adds a document.
func (res resource) tell(place layout.Place, root source.Value, notVisible ...string) {
	res.r.documents = append(res.r.documents, layout.Document{
		Place: place, Root: source.Derive(root).Root(), Of: res.kind + " " + res.id, NotVisible: notVisible,
	})
}

// with adds a member where there is a value.
func with(object source.Value, name string, v value) source.Value {
	if !v.exists() {
		return object
	}
	return object.With(name, v.made())
}

// tags tells the tags of a resource with the names that a service's own list
// has; false where it has none. The stack's own tags come to them once it is
// deployed, so that the list is never whole.
func (res resource) tags(key, tag string) (source.Value, bool) {
	list := res.value("Tags")
	if list.open != "" || len(list.items) == 0 {
		return source.Value{}, false
	}
	var made []source.Value
	for _, item := range list.items {
		if item.open == "" {
			made = append(made, setting(setting(source.Make(item.at), key, item.get("Key")), tag, item.get("Value")))
		}
	}
	return source.List(list.at, made...), true
}

// setting adds a member that is a text: of an open block too only the text
// counts.
func setting(object source.Value, name string, v value) source.Value {
	if v.open != "" {
		v.block = false
	}
	return with(object, name, v)
}
