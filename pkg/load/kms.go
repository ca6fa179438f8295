package load

import (
	"path"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// key gives the key of an ARN, made at its first mention; nil for no key ARN.
func (b *builder) key(arn string) *snapshot.Key {
	if key := b.keys[arn]; key != nil {
		return key
	}
	name := snapshot.ParseKeyName(arn)
	if name.Form != snapshot.KeyARN {
		return nil
	}
	key := &snapshot.Key{ARN: arn, ID: name.ID, Partition: name.Partition, Account: name.Account, Region: name.Region}
	b.keys[arn] = key
	b.keysByID[key.ID] = append(b.keysByID[key.ID], key)
	b.snapshot.Keys = append(b.snapshot.Keys, key)
	return key
}

// addKey reads KeyMetadata
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html).
func (b *builder) addKey(node source.Node) {
	arn := node.Get("Arn")
	key := b.key(arn.Text())
	if key == nil {
		b.problem(node, "the key's metadata has no key ARN in Arn: the key was not taken in")
		return
	}
	if key.Node.Exists() {
		if key.Node.Raw() == node.Raw() {
			return // the same answer, saved twice
		}
		b.problem(node, "the key %s was described already in %s: only that description counts; remove one", key.ARN, key.Node.Span())
		return
	}
	key.Node = node
	key.Status = setting(node, "KeyState")
	key.Spec, key.Usage = setting(node, "KeySpec"), setting(node, "KeyUsage")
	if !key.Spec.IsGiven() {
		key.Spec = setting(node, "CustomerMasterKeySpec") // its name before 2021
	}
	b.conceal(&key.Status)
	key.Manager, key.Origin = setting(node, "KeyManager"), setting(node, "Origin")
	key.MultiRegion, key.DeletionDate = setting(node, "MultiRegion"), setting(node, "DeletionDate")
	enabled := node.Get("Enabled")
	if state := map[string]string{"true": "Enabled", "false": "Disabled"}[enabled.Text()]; !key.Status.IsGiven() && state != "" {
		key.Status = snapshot.Setting{State: snapshot.Given, Value: state, Node: enabled, Name: "Enabled"}
	}
}

// addKeyList reads ListKeys; the keys themselves become known, no more.
func (b *builder) addKeyList(doc document) {
	account, region := doc.place.Account, doc.place.Region
	for item := range doc.node.Get("Keys").Items() {
		if key := b.key(item.Get("KeyArn").Text()); key != nil {
			account, region = key.Account, key.Region
		}
	}
	b.pageOf(account, region, "/kms/keys", doc, "keys")
}

// addAliases reads ListAliases. An alias without a target is one of AWS's own
// whose key was not made yet.
func (b *builder) addAliases(doc document) {
	place := doc.place
	account, region := place.Account, place.Region
	for item := range doc.node.Get("Aliases").Items() {
		alias := &snapshot.Alias{
			Node: item, Name: item.Get("AliasName").Text(), ARN: item.Get("AliasArn").Text(),
			Account: place.Account, Region: place.Region, Target: item.Get("TargetKeyId").Text(),
		}
		if arn, ok := iam.ParseARN(alias.ARN); ok {
			alias.Account, alias.Region = arn.Account, arn.Region
		}
		account, region = alias.Account, alias.Region
		b.snapshot.Aliases = append(b.snapshot.Aliases, alias)
	}
	b.pageOf(account, region, "/kms/aliases", doc, "aliases")
}

// pageOf is page for a list of an account's Region; where nothing says which
// that is, the list is one of its file's folder and proves nothing.
func (b *builder) pageOf(account, region, list string, doc document, what string) {
	if account == "" || region == "" {
		b.page(path.Dir(doc.name)+list, doc, what, func() {})
		return
	}
	list = account + "/" + region + list
	b.page(list, doc, what, func() { b.complete(list) })
}

// addGrants reads ListGrants. Each grant names its key; an empty list belongs
// to the key of its folder.
func (b *builder) addGrants(doc document) {
	found := map[*snapshot.Key]bool{}
	for grant := range doc.node.Get("Grants").Items() {
		key := b.key(grant.Get("KeyId").Text())
		if key == nil {
			key = b.keyOfPlace(doc.place, grant.Get("KeyId").Text())
		}
		if key == nil {
			b.problem(grant, "the grant's KeyId is no key ARN and its folder names no key: the grant was not taken in")
			continue
		}
		key.Grants = append(key.Grants, grant)
		if !found[key] {
			found[key] = true
			b.page("grants/"+key.ARN, doc, "grants", func() { key.GrantsKnown = true })
		}
	}
	if doc.node.Get("Grants").Len() == 0 {
		b.pending = append(b.pending, doc)
	}
}

// keyOfPlace gives the key that a folder or a bare id names.
func (b *builder) keyOfPlace(place layout.Place, id string) *snapshot.Key {
	if id == "" {
		id = place.Key
	}
	if id == "" {
		return nil
	}
	var found *snapshot.Key
	for _, key := range b.keysByID[id] {
		if place.Account != "" && key.Account != place.Account || place.Region != "" && key.Region != place.Region {
			continue
		}
		if found != nil {
			return nil // a multi-Region key, and nothing says which Region's
		}
		found = key
	}
	if found == nil && place.Account != "" && place.Region != "" {
		return b.key("arn:" + place.PartitionName() + ":kms:" + place.Region + ":" + place.Account + ":key/" + id)
	}
	return found
}

func (b *builder) addEndpoints(doc document) {
	place := doc.place
	for item := range doc.node.Get("VpcEndpoints").Items() {
		endpoint := &snapshot.Endpoint{
			Node: item, ID: item.Get("VpcEndpointId").Text(), VPC: item.Get("VpcId").Text(),
			Service: item.Get("ServiceName").Text(), Account: place.Account, Region: place.Region, Status: setting(item, "State"),
		}
		if owner := item.Get("OwnerId").Text(); owner != "" {
			endpoint.Account = owner
		}
		if document := item.Get("PolicyDocument"); document.Exists() {
			endpoint.Policy = b.policy(document, iam.EndpointPolicy, endpoint.ID, endpoint.ID)
		}
		b.snapshot.Endpoints = append(b.snapshot.Endpoints, endpoint)
	}
	b.page("endpoints/"+path.Dir(doc.name), doc, "VPC endpoints", func() {})
}
