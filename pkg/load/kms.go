package load

import (
	"path"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
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
		b.problem(node, "the key's metadata has no key ARN in Arn: the key was not used")
		return
	}
	says := metadata(node)
	if enabled := node.Get("Enabled"); says.Status.Value == "Enabled" && enabled.Text() == "false" {
		b.problem(enabled, "Enabled is false, and KeyState is Enabled: AWS never prints both, so the state of the key is unknown; export it again")
		says.Status.State, says.Status.Value = snapshot.Symbolic, iam.UnknownSetting("KeyState")
	}
	b.conceal(&says.Status, &says.Spec, &says.Usage)
	if key.Node.Exists() {
		// What AWS always prints and is missing was cut out.
		b.describeAgain("the key "+key.ARN, key, &says, key.Node, node, false)
		return
	}
	b.firstSeen(key)
	key.Node, key.Status, key.Spec, key.Usage = node, says.Status, says.Spec, says.Usage
	key.Manager, key.Origin, key.MultiRegion, key.MultiRegionType, key.DeletionDate = says.Manager, says.Origin, says.MultiRegion, says.MultiRegionType, says.DeletionDate
}

// metadata reads the settings of KeyMetadata.
func metadata(node source.Node) snapshot.Key {
	key := snapshot.Key{
		Status: setting(node, "KeyState"), Spec: setting(node, "KeySpec"), Usage: setting(node, "KeyUsage"),
		Manager: setting(node, "KeyManager"), Origin: setting(node, "Origin"),
		MultiRegion: setting(node, "MultiRegion"), MultiRegionType: setting(node.Get("MultiRegionConfiguration"), "MultiRegionKeyType"), DeletionDate: setting(node, "DeletionDate"),
	}
	if old := setting(node, "CustomerMasterKeySpec"); key.Spec.State == snapshot.Unset && old.State != snapshot.Unset {
		key.Spec = old // its name before 2021
	}
	enabled := node.Get("Enabled")
	if state := map[string]string{"true": "Enabled", "false": "Disabled"}[enabled.Text()]; !key.Status.IsGiven() && state != "" {
		key.Status = snapshot.Setting{State: snapshot.Given, Value: state, Node: enabled, Name: "Enabled"}
	}
	return key
}

// addKeyList reads ListKeys; the keys themselves become known, no more.
func (b *builder) addKeyList(doc document.Document) {
	account, region := doc.Place.Account, doc.Place.Region
	for item := range doc.Node.Get("Keys").Items() {
		if key := b.key(item.Get("KeyArn").Text()); key != nil {
			account, region = key.Account, key.Region
		}
	}
	b.pageOf(account, region, "/kms/keys", doc, "keys")
}

// addAliases reads ListAliases. An alias without a target is one of AWS's own
// whose key was not made yet.
func (b *builder) addAliases(doc document.Document) {
	place := doc.Place
	account, region := place.Account, place.Region
	_, goesOn := truncation(doc.Node, "aliases")
	r := roll{node: doc.Node, when: b.when, open: goesOn || doc.Partial}
	for item := range doc.Node.Get("Aliases").Items() {
		alias := &snapshot.Alias{
			Node: item, Name: item.Get("AliasName").Text(), ARN: item.Get("AliasArn").Text(),
			Account: place.Account, Region: place.Region, Target: item.Get("TargetKeyId").Text(),
		}
		if arn, ok := iam.ParseARN(alias.ARN); ok {
			alias.Account, alias.Region = arn.Account, arn.Region
		}
		account, region = alias.Account, alias.Region
		r.add(claim{name: alias.Name, node: item, value: alias, content: func() string { return "to " + alias.Target }})
	}
	b.pageOf(account, region, "/kms/aliases", doc, "aliases")
	b.enrollAliases(account, region, r, doc)
}

// aliasList is the aliases of an account's Region, or of a folder.
type aliasList struct{ aliases []*snapshot.Alias }

// enrollAliases takes a list of aliases. A disputed alias leads to a key that
// no one knows.
func (b *builder) enrollAliases(account, region string, r roll, doc document.Document) {
	of := account + "/" + region
	if account == "" || region == "" {
		of = path.Dir(doc.Name)
	} else {
		r.whole = !r.open
	}
	what := func(name string) string { return "the alias " + name }
	s := subject{of, "aliases"}
	if b.claims.known[s] != nil {
		b.claims.enroll(s, what, r, nil)
		return
	}
	list := &aliasList{}
	b.aliases = append(b.aliases, list)
	b.claims.enroll(s, what, r, func(members []member) {
		list.aliases = nil
		for _, m := range members {
			if alias := aliasOf(m); alias != nil {
				list.aliases = append(list.aliases, alias)
			}
		}
	})
}

// aliasOf gives the alias of a member, nil where there is none.
func aliasOf(m member) *snapshot.Alias {
	for _, v := range m.versions {
		alias, ok := v.value.(*snapshot.Alias)
		if ok && m.choice != nil {
			disputed := *alias
			disputed.Target = iam.Disputed(m.choice.Question)
			return &disputed
		}
		if ok {
			return alias
		}
	}
	return nil
}

// pageOf is page for a list of an account's Region; where nothing says which
// that is, the list is one of its file's folder and proves nothing.
func (b *builder) pageOf(account, region, list string, doc document.Document, what string) {
	if account == "" || region == "" {
		b.page(path.Dir(doc.Name)+list, doc, what, func() {})
		return
	}
	list = account + "/" + region + list
	b.page(list, doc, what, func() { b.complete(list) })
}

// addGrants reads ListGrants. Each grant names its key; an empty list belongs
// to the key of its folder.
func (b *builder) addGrants(doc document.Document) {
	rolls := map[*snapshot.Key]*roll{}
	var keys []*snapshot.Key
	for grant := range doc.Node.Get("Grants").Items() {
		key := b.key(grant.Get("KeyId").Text())
		if key == nil {
			key = b.keyOfPlace(doc.Place, grant.Get("KeyId").Text())
		}
		if key == nil {
			b.problem(grant, "the grant's KeyId is not a key ARN and its folder names no key: the grant was not used")
			continue
		}
		if rolls[key] == nil {
			rolls[key] = &roll{}
			keys = append(keys, key)
		}
		content := func() string { return contentOf(grant) }
		id := grant.Get("GrantId").Text()
		if id == "" {
			id = content()
		}
		rolls[key].add(claim{name: id, node: grant, value: grant, content: content})
	}
	for _, key := range keys {
		b.enrollGrants(key, rolls[key], doc)
	}
	if doc.Node.Get("Grants").Len() == 0 {
		b.pending = append(b.pending, doc)
	}
}

// enrollGrants takes the grants of a key that a list has.
func (b *builder) enrollGrants(key *snapshot.Key, r *roll, doc document.Document) {
	_, goesOn := truncation(doc.Node, "grants")
	r.node, r.when, r.open, r.whole = doc.Node, doc.When, goesOn || doc.Partial, !goesOn && !doc.Partial
	for i := range r.members {
		r.members[i].when = r.when
	}
	what := func(id string) string { return "the grant " + id + " of the key " + key.ARN }
	b.claims.enroll(subject{key, "grants"}, what, *r, func(members []member) {
		key.Grants = nil
		for i := range members {
			m := &members[i]
			for version, v := range m.versions {
				if node, ok := v.value.(source.Node); ok {
					key.Grants = append(key.Grants, snapshot.Grant{Node: node, Guards: m.guards(version)})
				}
			}
		}
	})
	b.page("grants/"+key.ARN, doc, "grants", func() { key.GrantsKnown = true })
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

func (b *builder) addEndpoints(doc document.Document) {
	place := doc.Place
	for item := range doc.Node.Get("VpcEndpoints").Items() {
		endpoint := &snapshot.Endpoint{
			Node: item, ID: item.Get("VpcEndpointId").Text(), VPC: item.Get("VpcId").Text(),
			Service: item.Get("ServiceName").Text(), Account: place.Account, Region: place.Region, Status: setting(item, "State"),
		}
		if owner := item.Get("OwnerId").Text(); owner != "" {
			endpoint.Account = owner
		}
		b.addEndpoint(endpoint)
	}
	b.page("endpoints/"+path.Dir(doc.Name), doc, "VPC endpoints", func() {})
}

// addEndpoint takes an endpoint, of which several documents may tell.
func (b *builder) addEndpoint(endpoint *snapshot.Endpoint) {
	what, of := "the endpoint "+endpoint.ID, endpoint
	at := slices.IndexFunc(b.snapshot.Endpoints, func(e *snapshot.Endpoint) bool { return e.ID == endpoint.ID && e.ID != "" })
	if at < 0 {
		b.firstSeen(endpoint)
		b.snapshot.Endpoints = append(b.snapshot.Endpoints, endpoint)
	} else {
		of = b.snapshot.Endpoints[at]
		b.describeAgain(what, of, endpoint, of.Node, endpoint.Node, false)
	}
	if document := endpoint.Node.Get("PolicyDocument"); document.Exists() {
		b.claimPolicy(subject{of, "policy"}, "the policy of "+what, policyText{node: document, kind: iam.EndpointPolicy, name: endpoint.ID, owner: endpoint.ID}, &of.Policy)
	}
}
