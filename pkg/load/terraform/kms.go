package terraform

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// tellKey tells a key: its metadata, policy, rotation and tags.
func (t *teller) tellKey(r *resource) {
	metadata := source.Make(r.at).
		With("Arn", source.Text(r.keyARN(), r.nodeOf("arn"))).
		With("KeyId", source.Text(r.keyID(), r.nodeOf("key_id"))).
		With("AWSAccountId", source.Text(r.account(), r.at)).
		With("KeyState", r.keyState()).
		With("KeyManager", source.Text("CUSTOMER", r.at)).
		With("KeySpec", r.orDefault("customer_master_key_spec", "SYMMETRIC_DEFAULT")).
		With("KeyUsage", r.orDefault("key_usage", "ENCRYPT_DECRYPT")).
		With("Origin", r.origin()).
		With("MultiRegion", r.multiRegion())
	t.add(r, r.keyPlace("key"), source.Make(r.at).With("KeyMetadata", metadata))
	t.tellOwnKeyPolicy(r)
	if rotation := r.attributes().get("enable_key_rotation"); r.kind == "aws_kms_key" && !rotation.isUnknown() {
		value := source.Truth(false, r.at)
		if rotation.isGiven() {
			value = source.Copy(rotation.value)
		}
		t.add(r, r.keyPlace("rotation"), source.Make(r.at).With("KeyRotationEnabled", value))
	}
	if tags, ok := r.tags("TagKey", "TagValue"); ok {
		t.add(r, r.keyPlace("tags"), source.Make(r.at).With("Tags", tags).With("Truncated", source.Truth(false, r.at)))
	}
}

func (r *resource) keyPlace(document string) layout.Place {
	place := r.place()
	place.Key, place.Document = r.keyID(), document
	return place
}

// orDefault is an attribute, or what AWS takes where it is not set
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html).
func (r *resource) orDefault(attribute, otherwise string) source.Value {
	c := r.attributes().get(attribute)
	if text, ok := c.text(aText()); ok && !isEmpty(c.value) {
		return text
	}
	return source.Text(otherwise, r.at)
}

// keyState tells whether a key can be used. A key for external material waits
// for it (https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html).
func (r *resource) keyState() source.Value {
	c := r.attributes()
	if state := c.get("key_state"); state.isGiven() {
		return source.Copy(state.value)
	}
	if material := c.get("key_material_base64"); r.kind == "aws_kms_external_key" && !material.isUnknown() && !material.isGiven() {
		return source.Text("PendingImport", r.at)
	}
	name := "is_enabled"
	if r.kind != "aws_kms_key" {
		name = "enabled"
	}
	switch enabled := c.get(name); {
	case enabled.isUnknown():
		return source.Text(enabled.standIn(), enabled.at())
	case enabled.isGiven() && iam.HasStandIn(enabled.value.Text()):
		return source.Copy(enabled.value)
	case enabled.isGiven() && enabled.value.Text() == "false":
		return source.Text("Disabled", enabled.value)
	case enabled.isGiven():
		return source.Text("Enabled", enabled.value)
	}
	return source.Text("Enabled", r.at)
}

// origin says where a key's material is
// (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-origin).
func (r *resource) origin() source.Value {
	c := r.attributes()
	switch store, external := c.get("custom_key_store_id"), c.get("xks_key_id"); {
	case strings.HasSuffix(r.kind, "external_key"):
		return source.Text("EXTERNAL", r.at)
	case external.isGiven() && !isEmpty(external.value) || external.isUnknown():
		return source.Text("EXTERNAL_KEY_STORE", external.at())
	case store.isGiven() && !isEmpty(store.value) || store.isUnknown():
		return source.Text("AWS_CLOUDHSM", store.at())
	}
	return source.Text("AWS_KMS", r.at)
}

func (r *resource) multiRegion() source.Value {
	if text, ok := r.attributes().get("multi_region").text(aText()); ok {
		return text
	}
	return source.Truth(strings.Contains(r.kind, "_replica_"), r.at)
}

// tellOwnKeyPolicy tells the policy in the key's own block. A resource
// aws_kms_key_policy for the key takes its place.
func (t *teller) tellOwnKeyPolicy(r *resource) {
	if len(r.in.directory.keyPolicies()[r.keyID()]) > 0 {
		return
	}
	policy, ok := r.attributes().get("policy").policy()
	if !ok || r.losesPolicy() {
		policy = r.defaultKeyPolicy()
	}
	t.add(r, r.keyPlace("policy"), source.Make(r.at).With("Policy", policy))
}

// losesPolicy reports whether the plan deletes the key's policy, which the key's
// own attribute still shows: KMS gives it the default one then
// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kms_key_policy).
func (r *resource) losesPolicy() bool {
	return len(r.in.directory.gone()["aws_kms_key_policy "+r.keyID()]) > 0
}

// defaultKeyPolicy is what AWS gives to a key that is made without a policy:
// the account may do everything, and IAM policies count
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html).
func (r *resource) defaultKeyPolicy() source.Value {
	text := func(text string) source.Value { return source.Text(text, r.at) }
	root := "arn:" + r.partition() + ":iam::" + r.account() + ":root"
	return source.Make(r.at).
		With("Version", text("2012-10-17")).
		With("Id", text("key-default-1")).
		With("Statement", source.List(r.at, source.Make(r.at).
			With("Sid", text("Enable IAM User Permissions")).
			With("Effect", text("Allow")).
			With("Principal", source.Make(r.at).With("AWS", text(root))).
			With("Action", text("kms:*")).
			With("Resource", text("*"))))
}

// policysKey is the id of the key that a resource aws_kms_key_policy is for.
func (r *resource) policysKey() string { return idOfKey(r.attributes().get("key_id").plain(aKey())) }

// idOfKey takes the id out of a key's ARN.
func idOfKey(text string) string {
	if _, id, ok := strings.Cut(text, ":key/"); ok {
		return id
	}
	return text
}

func (t *teller) tellKeyPolicy(r *resource) {
	policy, ok := r.attributes().get("policy").policy()
	place := r.place()
	place.Key, place.Document = r.policysKey(), "policy"
	if !ok || place.Key == "" {
		t.problem(r.at, "%s names no key or has no policy: it was not checked", r.address)
		return
	}
	if key := r.keyNamed(place.Key); key != nil {
		place.Account, place.Region = key.account(), key.region()
	}
	t.addPerhaps(r, r.perhaps(place.Key, "this key"), place, source.Make(r.at).With("Policy", policy))
}

// keyNamed gives the key of the input that has an id.
func (r *resource) keyNamed(id string) *resource {
	for _, key := range r.in.directory.keys()[id] {
		return key
	}
	return nil
}

// tellAlias tells aws_kms_alias. Terraform knows some aliases of an account,
// never whether there are others.
func (t *teller) tellAlias(r *resource) {
	target := r.attributes().get("target_key_id")
	if !target.isGiven() && !target.isUnknown() {
		target = r.attributes().get("target_key_arn")
	}
	alias := source.Make(r.at).
		With("AliasName", source.Text(r.aliasName(), r.nodeOf("name"))).
		With("AliasArn", source.Text(r.attribute("arn"), r.nodeOf("arn"))).
		With("TargetKeyId", source.Text(idOfKey(target.plain(aKey())), target.at()))
	place := r.place()
	place.Document = "aliases-read"
	t.add(r, place, source.Make(r.at).With("Aliases", source.List(r.at, alias)))
}

// tellGrant tells aws_kms_grant as ListGrants does.
func (t *teller) tellGrant(r *resource) {
	c := r.attributes()
	keyText, ok := c.get("key_id").text(aKey())
	if id := c.get("key_id").plain(aKey()); ok && !strings.HasPrefix(id, "arn:") {
		keyText = source.Text(r.arn("kms", "key/"+id), c.get("key_id").at())
		if key := r.keyNamed(id); key != nil {
			keyText = source.Text(key.keyARN(), c.get("key_id").at())
		}
	}
	grant := source.Make(r.at).With("KeyId", keyText)
	for _, m := range []member{
		{attribute: "grantee_principal", name: "GranteePrincipal", meaning: aRole()},
		{attribute: "retiring_principal", name: "RetiringPrincipal", meaning: aRole()},
		{attribute: "grant_id", name: "GrantId", meaning: aText()},
		{attribute: "name", name: "Name", meaning: aText()},
	} {
		if text, ok := c.get(m.attribute).text(m.meaning); ok {
			grant = grant.With(m.name, text)
		}
	}
	grant = grant.With("Operations", source.List(c.get("operations").at(), c.get("operations").texts(aText())...))
	if constraints, ok := c.block("constraints"); ok {
		grant = grant.With("Constraints", constraints.constraints())
	}
	place := r.place()
	place.Document = "grants-read"
	key := idOfKey(c.get("key_id").plain(aKey()))
	doubt := r.perhaps(key, "this key")
	if doubt.Question != "" {
		place.Key = key
	}
	t.addPerhaps(r, doubt, place, source.Make(r.at).With("Grants", source.List(r.at, grant)))
}

// constraints tells what a grant asks of the encryption context. One that is
// unknown asks for something that no request is known to have.
func (c cursor) constraints() source.Value {
	object := source.Make(c.at())
	for _, m := range []member{{attribute: "encryption_context_equals", name: "EncryptionContextEquals"}, {attribute: "encryption_context_subset", name: "EncryptionContextSubset"}} {
		context := c.get(m.attribute)
		if context.isOpen() {
			pairs := source.Make(context.at())
			return object.With(m.name, pairs.With(context.standIn(), source.Text(context.standIn(), context.at())))
		}
		if context.value.Len() == 0 {
			continue
		}
		pairs := source.Make(context.value)
		for name, value := range context.value.Members() {
			text, _ := context.get(name.Text()).text(aText())
			if value.Is(source.Null) {
				text = source.Text(context.standIn(), context.at())
			}
			pairs = pairs.WithName(name.Text(), name, text)
		}
		object = object.With(m.name, pairs)
	}
	return object
}

// tags tells the tags of a resource, its provider's default tags included where
// they are known.
func (r *resource) tags(key, value string) (source.Value, bool) {
	for _, name := range []string{"tags_all", "tags"} {
		c := r.attributes().get(name)
		if c.isUnknown() {
			return source.Value{}, false
		}
		if !c.isGiven() {
			continue
		}
		var list []source.Value
		for tag, text := range c.value.Members() {
			if text.Is(source.Null) {
				return source.Value{}, false // known only after apply
			}
			list = append(list, source.Make(tag).With(key, source.Text(tag.Text(), tag)).With(value, source.Copy(text)))
		}
		return source.List(c.value, list...), true
	}
	return source.List(r.at), true
}
