package cloudformation

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

func (s *stack) pseudoText(name string) string {
	text, _ := s.pseudo(name, source.Node{}).scalar()
	return text
}

func (s *stack) account() string { return s.pseudoText("AWS::AccountId") }
func (s *stack) region() string  { return s.pseudoText("AWS::Region") }

// partition is that of the stack's Region where its home says it.
func (s *stack) partition() string {
	if s.home.Region != "" {
		return layout.PartitionOf(s.home.Region)
	}
	return s.r.partition
}

// isBeside reports whether two stacks are in one account and Region, as far as
// that is known: names that are the account's own mean the same in both.
func (s *stack) isBeside(other *stack) bool {
	return s.account() == other.account() && s.region() == other.region()
}

// arn puts an ARN of this account together.
func (s *stack) arn(service, region, resource string) string {
	return "arn:" + s.partition() + ":" + service + ":" + region + ":" + s.account() + ":" + resource
}

// property gives a property of a resource as text, "" where it has none.
func (s *stack) property(id, name string) string {
	node := s.resource(id).Path("Properties", name)
	v := s.once("the property "+name+" of "+id, node, func() value { return s.eval(node) })
	text, ok := v.scalar()
	if !ok && v.exists() {
		s.r.problem(node, "%s of %s is %s but must be text: it was not understood", name, id, v.kind)
		return iam.Unknown(s.qualify(id + "." + name))
	}
	return text
}

// named gives the name that a property sets, else the one that AWS makes up.
func (s *stack) named(id, property string) string {
	if name := s.property(id, property); name != "" {
		return name
	}
	return s.identity(id)
}

// keyID is the id of a key. A replica has that of its primary key
// (https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html).
func (s *stack) keyID(id string) string {
	if primary := s.property(id, "PrimaryKeyArn"); primary != "" {
		return afterKey(primary)
	}
	return s.identity(id)
}

// afterKey gives the key id of a key ARN; a text that is none is given back.
func afterKey(arn string) string {
	if _, id, ok := strings.Cut(arn, ":key/"); ok {
		return id
	}
	return arn
}

// slashed gives a path with a slash at both ends, "/" where none is set.
func (s *stack) slashed(id string) string {
	if path := s.property(id, "Path"); path != "" {
		return path
	}
	return "/"
}

// reference is what Ref gives for a resource
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html).
func (s *stack) reference(id string) string {
	kind := s.resource(id).Get("Type").Text()
	switch kind {
	case keyType, replicaType:
		return s.keyID(id)
	case aliasType:
		// A name that no one gave cannot be looked up; the key it names can.
		if name := s.property(id, "AliasName"); !iam.HasStandIn(name) {
			return name
		}
		return s.property(id, "TargetKeyId")
	case bucketType:
		return s.named(id, "BucketName")
	case roleType:
		return s.named(id, "RoleName")
	case managedPolicyType:
		return s.arn("iam", "", "policy"+s.slashed(id)+s.named(id, "ManagedPolicyName"))
	case policyType:
		return s.property(id, "PolicyName")
	case domainType:
		return s.identity(id)
	case profileType:
		return s.named(id, "UserProfileName")
	case "AWS::IAM::User":
		return s.named(id, "UserName")
	}
	if !strings.HasPrefix(kind, "AWS::") || kind == "AWS::CloudFormation::CustomResource" {
		return iam.Unknown(s.qualify(id)) // of someone's own making: it can name anything
	}
	return s.identity(id)
}

// attributeOf is Fn::GetAtt.
func (s *stack) attributeOf(id, attribute string, at source.Node) value {
	if !s.resource(id).Exists() {
		s.r.problem(at, "the template has no resource %s: the value is unknown", id)
		return text(at, iam.Unknown(s.qualify(id+"."+attribute)))
	}
	if child := s.children[id]; child != nil {
		if name, ok := strings.CutPrefix(attribute, "Outputs."); ok {
			return child.output(name, at)
		}
	}
	return text(at, s.attribute(id, attribute))
}

func (s *stack) attribute(id, attribute string) string {
	resource := s.resource(id)
	switch kind := resource.Get("Type").Text(); kind + " " + attribute {
	case keyType + " Arn", replicaType + " Arn":
		return s.arn("kms", s.region(), "key/"+s.keyID(id))
	case keyType + " KeyId", replicaType + " KeyId":
		return s.keyID(id)
	case bucketType + " Arn":
		return "arn:" + s.r.partition + ":s3:::" + s.reference(id)
	case roleType + " Arn":
		return s.arn("iam", "", "role"+s.slashed(id)+s.reference(id))
	case roleType + " RoleId":
		return s.identity(id + ".RoleId")
	case "AWS::IAM::User Arn":
		return s.arn("iam", "", "user"+s.slashed(id)+s.reference(id))
	case managedPolicyType + " PolicyArn":
		return s.reference(id)
	case domainType + " DomainArn":
		return s.arn("sagemaker", s.region(), "domain/"+s.identity(id))
	case domainType + " DomainId":
		return s.identity(id)
	case profileType + " UserProfileArn":
		return s.arn("sagemaker", s.region(), "user-profile/"+s.property(id, "DomainId")+"/"+s.reference(id))
	default:
		// The ARN of a resource that is none of ours is equal to itself only;
		// any other attribute can be anything.
		if strings.HasPrefix(kind, "AWS::") && kind != "AWS::CloudFormation::CustomResource" && attribute == "Arn" {
			return s.identity(id + "." + attribute)
		}
		return iam.Unknown(s.qualify(id + "." + attribute))
	}
}

// output gives an output of a nested stack.
func (s *stack) output(name string, at source.Node) value {
	if made, _ := s.isMade(s.template.root.Path("Outputs", name)); made == no {
		return value{}
	}
	node := s.template.root.Path("Outputs", name, "Value")
	if !node.Exists() {
		s.r.problem(at, "the template %s has no output %s: the value is unknown", s.template.root.Span().File.Name, name)
		return text(at, iam.Unknown(s.name+"."+name))
	}
	v := s.once("the output "+name, node, func() value { return s.eval(node) })
	if !v.exists() {
		return text(at, iam.Unknown(s.name+"."+name))
	}
	return v.moved(at)
}

// export is an output that other stacks import by its name.
type export struct {
	name  string
	stack *stack
	value source.Node
}

// importValue finds the export of a name among the templates of the run. Names
// that hold the names of stacks are compared as far as they are known.
func (s *stack) importValue(c call) value {
	name, ok := s.evalArg(c).scalar()
	if !ok {
		return s.malformed(c, "the name of an export")
	}
	s.r.listExports()
	var found []export
	for _, e := range s.r.exports {
		if !s.isBeside(e.stack) {
			continue // each Region of an account has exports of its own
		}
		if e.name == name {
			found = []export{e}
			break
		}
		if mayBe(e.name, name) {
			found = append(found, e)
		}
	}
	switch {
	case len(found) == 0: // by a stack that is not of this run: what depends on it says so
	case len(found) > 1:
		s.r.problem(c.at, "%d exports of this run can be the one that is imported as %s: its value is unknown; give the names of the stacks with --parameters", len(found), bare(name))
	default:
		source := found[0]
		if v := source.stack.once("the export "+name, source.value, func() value { return source.stack.eval(source.value) }); v.exists() {
			return v.moved(c.at)
		}
	}
	return text(c.at, iam.Unknown("import of "+bare(name)))
}

// listExports works out the names of all exports, once.
func (r *run) listExports() {
	if r.exported {
		return
	}
	r.exported = true
	for _, s := range r.stacks {
		if there, _ := s.presence(); there == no {
			continue
		}
		for _, output := range s.template.root.Get("Outputs").Members() {
			node := output.Path("Export", "Name")
			if made, _ := s.isMade(output); !node.Exists() || made == no {
				continue
			}
			if name, ok := s.eval(node).scalar(); ok {
				r.exports = append(r.exports, export{name, s, output.Get("Value")})
			}
		}
	}
}
