package shape

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// documents are all shapes with the dialects that they are read in.
func documents() map[string]struct {
	Shape
	Dialect
} {
	all := map[string]struct {
		Shape
		Dialect
	}{}
	for name, s := range map[string]Shape{
		"domain": Domain(), "profile": Profile(), "job": Job(), "key": Key(), "rotation": Rotation(), "key tags": KeyTags(), "bucket tags": BucketTags(),
		"aliases": Aliases(), "grants": Grants(), "encryption": Encryption(), "account": Account(), "role": RoleDescription(), "attached": Attached(),
		"inline": Inline(), "endpoints": Endpoints(),
	} {
		all["printed "+name] = struct {
			Shape
			Dialect
		}{s, Printed()}
		all["translated "+name] = struct {
			Shape
			Dialect
		}{s, Translated()}
	}
	add := func(name string, s Shape) {
		all[name] = struct {
			Shape
			Dialect
		}{s, Translated()}
	}
	for _, kind := range []string{"aws_kms_key", "aws_kms_alias", "aws_s3_bucket", "aws_iam_role", "aws_sagemaker_domain"} {
		add("row of "+kind, Row(kind))
	}
	for _, kind := range []string{"aws_sagemaker_domain", "aws_sagemaker_user_profile", "aws_kms_key", "aws_kms_alias", "aws_s3_bucket_server_side_encryption_configuration", "aws_iam_role"} {
		add("attributes of "+kind, Attributes(kind))
	}
	for _, kind := range []string{"AWS::SageMaker::Domain", "AWS::SageMaker::UserProfile", "AWS::KMS::Key", "AWS::KMS::Alias", "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::IAM::Role"} {
		add(kind, Properties(kind))
	}
	return all
}

// sample is a value that fits a shape, with every member that it knows.
func sample(s Shape) any {
	switch s.kind {
	case text:
		if s.fits != nil {
			return "s3://bucket/prefix"
		}
		return "text"
	case truth:
		return true
	case list, block:
		if s.item == nil {
			return []any{}
		}
		return []any{sample(*s.item)}
	case object:
		made := map[string]any{}
		for name, member := range s.members {
			made[name] = sample(member)
		}
		return made
	}
	return "anything"
}

// place is where a value of a shape stands in its sample.
type place struct {
	path string // as Find takes it
	Shape
	change func(root any, change func(parent map[string]any, name string))
}

// places lists the members of a shape, at any depth.
func places(s Shape, path string, find func(root any) any) []place {
	var found []place
	switch s.kind {
	case list, block:
		if s.item != nil {
			found = places(*s.item, path+"/0", func(root any) any { return find(root).([]any)[0] })
		}
	case object:
		for _, name := range slices.Sorted(maps.Keys(s.members)) {
			found = append(found, place{path + "/" + name, s.members[name], func(root any, change func(map[string]any, string)) {
				change(find(root).(map[string]any), name)
			}})
			found = append(found, places(s.members[name], path+"/"+name, func(root any) any { return find(root).(map[string]any)[name] })...)
		}
	}
	return found
}

// wrong gives the ways in which a value can be of the wrong shape.
func wrong(s Shape, d Dialect) map[string]func(any) any {
	ways := map[string]func(any) any{}
	if !d.Null {
		ways["null"] = func(any) any { return nil }
	}
	if s.kind == object || s.kind == list || s.kind == block {
		ways["quoted"] = func(v any) any { data, _ := json.Marshal(v); return string(data) }
		ways["number"] = func(any) any { return 5 }
	}
	if s.kind == object || s.kind == text || s.kind == truth {
		ways["list"] = func(v any) any { return []any{v} }
	}
	if s.kind == list || s.kind == text || s.kind == truth {
		ways["object"] = func(v any) any { return map[string]any{"value": v} }
	}
	if !d.Scalars && (s.kind == text || s.kind == truth) {
		ways["number"] = func(any) any { return 5 }
	}
	if s.kind == truth {
		ways["word"] = func(any) any { return "perhaps" }
	}
	if s.fits != nil {
		ways["ARN"] = func(any) any { return "arn:aws:s3:::bucket/prefix" }
		ways["bare name"] = func(any) any { return "bucket" }
	}
	return ways
}

func parsed(t *testing.T, value any) source.Node {
	t.Helper()
	data, err := json.MarshalIndent(value, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	trees, problems := source.Parse("a.json", data, source.JSON)
	if len(problems) > 0 || len(trees) != 1 {
		t.Fatalf("parse %s: %v", data, problems)
	}
	return trees[0].Root()
}

// TestSound puts every value of every document into every wrong shape, and its
// name into other cases: there is one problem, at the value or name, and the
// setting and all below it are unknown, never absent.
func TestSound(t *testing.T) {
	count := 0
	for name, document := range documents() {
		whole := sample(document.Shape)
		root := parsed(t, whole)
		if got, problems := Sound(root, document.Shape, document.Dialect); got != root || problems != nil {
			t.Errorf("%s: a sample that fits: %v", name, problems)
		}
		for _, p := range places(document.Shape, "", func(root any) any { return root }) {
			if p.kind == anything {
				continue
			}
			path := strings.TrimPrefix(p.path, "/")
			for way, make := range wrong(p.Shape, document.Dialect) {
				count++
				changed := sample(document.Shape)
				p.change(changed, func(parent map[string]any, member string) { parent[member] = make(parent[member]) })
				root := parsed(t, changed)
				sound, problems := Sound(root, document.Shape, document.Dialect)
				holds(t, fmt.Sprintf("%s: %s as %s", name, path, way), sound, p.Shape, path, problems, root.Find(path).Span())
			}
			for _, other := range spellings(path[strings.LastIndex(path, "/")+1:]) {
				count++
				changed := sample(document.Shape)
				p.change(changed, func(parent map[string]any, member string) {
					parent[other] = parent[member]
					delete(parent, member)
				})
				root := parsed(t, changed)
				at := root.Find(strings.TrimSuffix(path, path[strings.LastIndex(path, "/")+1:]) + other)
				sound, problems := Sound(root, document.Shape, document.Dialect)
				holds(t, fmt.Sprintf("%s: %s as %s", name, path, other), sound, p.Shape, path, problems, at.Name().Span())
			}
		}
	}
	if count < 1000 {
		t.Errorf("only %d variants were tried", count)
	}
}

// spellings gives other spellings of a name.
func spellings(name string) []string {
	var other []string
	for _, spelling := range []string{strings.ToLower(name), strings.ToUpper(name), strings.ToLower(name[:1]) + name[1:]} {
		if spelling != name && !slices.Contains(other, spelling) {
			other = append(other, spelling)
		}
	}
	return other
}

func holds(t *testing.T, what string, sound source.Node, s Shape, path string, problems []source.Problem, at source.Span) {
	t.Helper()
	if len(problems) != 1 || problems[0].Span != at || !strings.Contains(problems[0].Message, ": what it sets is unknown; ") {
		t.Errorf("%s: problems %v, want one at %s", what, problems, at)
	}
	unknownBelow(t, what, sound.Find(path), s)
}

// unknownBelow finds a stand-in for everything that a value could have set.
func unknownBelow(t *testing.T, what string, node source.Node, s Shape) {
	t.Helper()
	switch s.kind {
	case anything:
	case text, truth:
		if !iam.HasUnknown(node.Text()) {
			t.Errorf("%s: the value is %q, and no stand-in", what, node.Text())
		}
	case list:
		if !node.Exists() || node.Is(source.Array) || node.Is(source.Null) {
			t.Errorf("%s: %s passes for a list", what, node.Kind())
		}
	case block:
		unknownBelow(t, what, node.Find("0"), *s.item)
	case object:
		if !node.Is(source.Object) {
			t.Errorf("%s: %s in place of an object", what, node.Kind())
		}
		for name, member := range s.members {
			unknownBelow(t, what+"/"+name, node.Get(name), member)
		}
	}
}

// TestTwoSpellings finds neither of two spellings of a name taken for the right one.
func TestTwoSpellings(t *testing.T) {
	for _, text := range []string{`{"KmsKeyId": "a", "kmsKeyId": "b"}`, `{"kmsKeyId": "b", "KmsKeyId": "a"}`} {
		trees, _ := source.Parse("a.json", []byte(text), source.JSON)
		sound, problems := Sound(trees[0].Root(), Domain(), Printed())
		if len(problems) != 1 || !iam.HasUnknown(sound.Get("KmsKeyId").Text()) {
			t.Errorf("%s: %q with %v", text, sound.Get("KmsKeyId").Text(), problems)
		}
	}
}

// TestLeftAlone finds nothing to object to in what is not AWS's own: tags whose
// names look like members, values that a template's condition decides.
func TestLeftAlone(t *testing.T) {
	for _, text := range []string{
		`{"KmsKeyId": {"Fn::If": ["HasKey", "a", "b"]}, "Tags": [{"kmskeyid": 1}]}`, `{"KmsKeyId": ""}`, `{"DomainId": "d-1", "CreationTime": 1.5}`,
	} {
		trees, _ := source.Parse("a.json", []byte(text), source.JSON)
		if _, problems := Sound(trees[0].Root(), Domain(), Printed()); problems != nil {
			t.Errorf("%s: %v", text, problems)
		}
	}
}
