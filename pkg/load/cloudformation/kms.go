package cloudformation

import (
	"cmp"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// key tells a key or a replica with what AWS takes where a property is not set
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html).
func (res resource) key() {
	id := res.keyID(res.id)
	place := res.place()
	place.Key, place.Document = id, "key"
	kind := res.node.Get("Type")
	metadata := source.Make(res.properties).
		WithName("Arn", res.name, source.Text(res.attribute(res.id, "Arn"), res.name)).
		WithName("KeyId", res.name, source.Text(id, res.name)).
		With("KeyManager", source.Text("CUSTOMER", kind))
	metadata = res.keyState(metadata)
	notVisible := []string{"KeySpec", "KeyUsage"} // a replica has those of its primary key
	if res.kind == keyType {
		notVisible = nil
		for _, property := range [][2]string{{"KeySpec", "SYMMETRIC_DEFAULT"}, {"KeyUsage", "ENCRYPT_DECRYPT"}, {"Origin", "AWS_KMS"}} {
			v := res.value(property[0])
			if !v.exists() {
				v = text(kind, property[1])
			}
			metadata = setting(metadata, property[0], v)
		}
		metadata = setting(metadata, "MultiRegion", res.truth(res.value("MultiRegion"), "MultiRegion", false))
	}
	res.tell(place, source.Make(res.properties).With("KeyMetadata", metadata), notVisible...)
	place.Document = "policy"
	res.tell(place, source.Make(res.properties).With("Policy", res.keyPolicy()))
	res.keyTags(place)
	if res.kind == keyType {
		if rotation := res.truth(res.value("EnableKeyRotation"), "EnableKeyRotation", false); rotation.kind == source.Bool {
			place.Document = "rotation"
			res.tell(place, source.Make(res.properties).With("KeyRotationEnabled", rotation.made()))
		}
	}
}

// keyTags tells the tags of a key.
func (res resource) keyTags(place layout.Place) {
	if tags, ok := res.tags("TagKey", "TagValue"); ok {
		place.Document = "tags"
		res.tell(place, source.Make(res.properties).With("Tags", tags), "Tags")
	}
}

// keyState says whether the key will be enabled. One whose material is
// imported waits for it, and no one knows until when.
func (res resource) keyState(metadata source.Value) source.Value {
	enabled, origin := res.truth(res.value("Enabled"), "Enabled", true), res.value("Origin")
	switch state, known := enabled.scalar(); {
	case state == "false":
		return metadata.WithName("KeyState", enabled.at, source.Text("Disabled", enabled.at))
	case known && iam.HasStandIn(state):
		return metadata.WithName("KeyState", enabled.at, source.Text(state, enabled.at))
	case origin.text == "EXTERNAL":
		return metadata
	}
	return metadata.With("KeyState", source.Text("Enabled", enabled.at))
}

// keyPolicy is the policy of the template, else the one that AWS gives a key
// made by program: it lets the account's IAM policies open the key
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
func (res resource) keyPolicy() source.Value {
	return policyDocument(res.orDefault(res.value("KeyPolicy")), "")
}

// orDefault puts the default policy in the place of none, in either branch of
// an open one.
func (res resource) orDefault(v value) value {
	switch {
	case v.open != "":
		return undecided(v.open, v.at, res.orDefault(v.items[0]), res.orDefault(v.items[1]))
	case v.exists():
		return v
	}
	return res.plain(source.Derive(res.defaultPolicy()).Root())
}

func (res resource) defaultPolicy() source.Value {
	kind := res.node.Get("Type")
	word := func(s string) source.Value { return source.Text(s, kind) }
	statement := source.Make(kind).
		With("Sid", word("Enable IAM User Permissions")).With("Effect", word("Allow")).
		With("Principal", source.Make(kind).With("AWS", word(res.arn("iam", "", "root")))).
		With("Action", word("kms:*")).With("Resource", word("*"))
	return source.Make(kind).With("Version", word("2012-10-17")).With("Id", word("key-default-1")).
		With("Statement", source.List(kind, statement))
}

// policyDocument gives a policy. One that depends on an open condition, by itself
// or with its resource, has statements that may be there.
func policyDocument(v value, open string) source.Value {
	if whole, ok := v.scalar(); ok && v.open == "" && (iam.IsStandIn(whole) || iam.HasStandIn(whole) && !strings.HasPrefix(strings.TrimSpace(whole), "{")) {
		return openPolicy(v.at, whole) // not the text of a policy, but for what stands in it
	}
	if v.open == "" && open == "" {
		return v.made()
	}
	statements := v.get("Statement")
	if !statements.exists() {
		return openPolicy(v.at, cmp.Or(open, v.open))
	}
	made := source.Make(v.at)
	if version, ok := v.get("Version").scalar(); ok && !iam.HasStandIn(version) {
		made = made.With("Version", source.Text(version, v.at))
	}
	if open == "" {
		return made.With("Statement", source.List(v.at, statements.made()))
	}
	return made.With("Statement", source.List(v.at, choice(open, v.at, statements, value{})))
}

// openPolicy is a policy with a statement that may be anything, which the
// policy language reads in the form that templates have it.
func openPolicy(at source.Node, why string) source.Value {
	return source.Make(at).With("Statement", source.List(at, source.Make(at).With("Fn::If", source.Text(why, at))))
}

func (res resource) alias() {
	name, target := res.value("AliasName"), res.value("TargetKeyId")
	given, _ := name.scalar()
	key, ok := target.scalar()
	if given == "" || !ok {
		res.r.problem(res.node, "the alias %s lacks AliasName or TargetKeyId: it was not used", res.id)
		return
	}
	item := source.Make(res.properties).
		With("AliasName", source.Text(given, name.at)).
		With("AliasArn", source.Text(res.arn("kms", res.region(), given), name.at)).
		With("TargetKeyId", source.Text(afterKey(key), target.at))
	place := res.place()
	place.Document = "aliases-read"
	res.tell(place, source.Make(res.properties).With("Aliases", source.List(res.properties, item)))
}
