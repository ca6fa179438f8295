package rules

import (
	"strconv"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// handles gives out the short names that stand for places in the input.
type handles struct {
	nodes []source.Node
	known map[source.Node]string // handles of once
}

func (h *handles) add(node source.Node) string {
	if !node.Exists() {
		return ""
	}
	h.nodes = append(h.nodes, node)
	return strconv.Itoa(len(h.nodes) - 1)
}

// anchor gives a handle to a node; for an object, to its name or else to the
// first value in it: marking a whole object would say nothing.
func (h *handles) anchor(node source.Node) string {
	if node.Is(source.Object) {
		if name := node.Name(); name.Exists() {
			return h.add(name)
		}
		for _, value := range node.Members() {
			return h.add(value)
		}
	}
	return h.add(node)
}

// once gives a place the same handle each time, so that rules can tell what
// stands at one place.
func (h *handles) once(node source.Node) string {
	handle, ok := h.known[node]
	if !ok {
		if h.known == nil {
			h.known = map[source.Node]string{}
		}
		handle = h.anchor(node)
		h.known[node] = handle
	}
	return handle
}

func (h *handles) node(handle string) source.Node {
	index, err := strconv.Atoi(handle)
	if err != nil || index < 0 || index >= len(h.nodes) {
		return source.Node{}
	}
	return h.nodes[index]
}

// builder turns facts into the input.
type builder struct {
	handles
	facts    *canvas.Facts
	snapshot *snapshot.Snapshot
	config   config.Config
	wanted   func(id string) bool // nil: what every rule reads
	reviews  *Reviews             // nil keeps none
}

func (b *builder) build() *Input {
	return &Input{
		Version: InputVersion, Config: ConfigInput{Guide: b.facts.Guide, CustomerKeys: append([]finding.Purpose{}, b.config.Expect.CustomerKeys...), Models: b.models()},
		Domains: []DomainInput{}, Users: b.users(), Keys: b.keys(), Roles: b.roles(), Needs: b.needs(lacks), Jobs: b.jobs(), Faults: b.faults(),
	}
}

// has reports which parts of the input hold anything, those of documents too,
// which are built only for rules that ask for them: rules that look at other
// parts only need not be compiled.
func (b *builder) has(input *Input) map[string]bool {
	has := input.has()
	has[allNeeds] = b.facts != nil && len(b.facts.Needs) > 0
	for _, part := range documentParts() {
		has[documentsPrefix+part.name] = part.has(b.snapshot)
	}
	return has
}

func (i *Input) has() map[string]bool {
	has := map[string]bool{
		"config.models": len(i.Config.Models) > 0, domainsPart: len(i.Domains) > 0, "users": len(i.Users) > 0, "keys": len(i.Keys) > 0, "roles": len(i.Roles) > 0,
		lackingNeeds: len(i.Needs) > 0, "jobs": len(i.Jobs) > 0, "faults": len(i.Faults) > 0,
	}
	// Of faults a rule looks at one kind, and names it: faults.key-open.
	for j := range i.Faults {
		has["faults."+i.Faults[j].Kind] = true
	}
	return has
}

func subjectOf(user *canvas.User, purpose finding.Purpose) Subject {
	s := Subject{Account: user.Domain.Account, Region: user.Domain.Region, Domain: user.Domain.ID, Principal: user.Role.Value, Purpose: purpose}
	if user.Name != "" {
		s.Profiles = []string{user.Name}
	}
	return s
}

func names(users []*canvas.User) []string {
	names := []string{}
	for _, user := range users {
		if user.Name != "" {
			names = append(names, user.Name)
		}
	}
	return names
}

// sameSettings tells apart the users whose settings differ in anything that a
// rule can see.
type sameSettings struct {
	domain                              *snapshot.Domain
	role, bucket, notebook              string
	storage, place, sharing, timeSeries source.Node
	hidden, uncertain                   bool
}

func (b *builder) users() []UserInput {
	list := []UserInput{}
	groups := map[sameSettings]int{}
	for _, user := range b.facts.Users {
		if !user.InScope {
			continue
		}
		choice := user.StorageKeys[0]
		same := sameSettings{
			domain: user.Domain, role: user.Role.Value, bucket: user.Bucket.Name, notebook: user.Sharing.Output.Value, storage: choice.Setting.Node,
			place: b.storagePlace(user, choice), sharing: user.Sharing.Node, timeSeries: user.TimeSeries.Node,
			hidden: user.StorageHidden, uncertain: len(user.StorageKeys) > 1,
		}
		if index, ok := groups[same]; ok {
			list[index].add(user.Name, b.folder(user))
			continue
		}
		groups[same] = len(list)
		u := UserInput{
			At: b.anchor(same.place), Subject: subjectOf(user, finding.Storage), StorageHidden: same.hidden, Uncertain: same.uncertain, FromSharing: choice.Sharing,
			AppKey: b.keyUseOf(b.facts.AppKeyOf(user), user), StorageKey: b.keyUseOf(b.facts.StorageKeyOf(user), user),
			DomainAt: b.once(user.Domain.Node.Get("DomainId")), Folders: []FolderInput{b.folder(user)},
			Notebook: user.Sharing.Output.Value, Bucket: user.Bucket.Name, BucketARN: user.BucketARN(), Role: user.Role.Value,
			TimeSeries: HelperInput{At: b.anchor(statusNode(user.TimeSeries)), Status: user.TimeSeries.Status.Value, Role: user.TimeSeries.Role.Value},
		}
		if key := user.Sharing.Key; key.IsGiven() {
			u.SharingKey, u.SharingAt = &key.Value, b.add(key.Node)
		}
		if iam.HasStandIn(u.Notebook) {
			u.Notebook = "Allowed" // it may be: nothing to object to
		}
		u.BucketKey = b.keyUseOf(user.BucketKey, user)
		if u.StorageKey != nil && u.BucketKey != nil && iam.Same(u.StorageKey.ARN, u.BucketKey.ARN) == iam.Perhaps {
			u.BucketKey = nil // they may be the same key: nothing to compare
		}
		list = append(list, u)
	}
	return list
}

// folder is where Canvas writes for a user.
func (b *builder) folder(user *canvas.User) FolderInput {
	node, given := user.Domain.Node.Get("DomainId"), user.Bucket.Setting.IsGiven()
	if given {
		node = user.Bucket.Setting.Node
	}
	return FolderInput{At: b.once(node), Given: given, Profile: user.Name, Path: "s3://" + user.Bucket.Path + "/" + user.Bucket.Prefix}
}

func statusNode(helper snapshot.Helper) source.Node {
	if helper.Status.IsGiven() {
		return helper.Status.Node
	}
	return helper.Node
}

// storagePlace is the storage key's setting, else the object that lacks it,
// else the settings, else the domain.
func (b *builder) storagePlace(user *canvas.User, choice canvas.Choice) source.Node {
	if choice.Setting.IsGiven() {
		return choice.Setting.Node
	}
	own, inherited := b.ownSettings(user), &user.Domain.Settings
	for _, node := range []source.Node{
		own.Canvas.Workspace, own.Canvas.Node, inherited.Canvas.Workspace, inherited.Canvas.Node, inherited.Node, own.Node,
	} {
		if node.Exists() {
			return node
		}
	}
	return user.Domain.Node
}

func (b *builder) ownSettings(user *canvas.User) *snapshot.UserSettings {
	if user.Profile != nil {
		return &user.Profile.Settings
	}
	return &user.Domain.Settings
}

func (b *builder) keys() []KeyUseInput {
	list := []KeyUseInput{}
	for _, use := range b.facts.Keys {
		list = append(list, *b.keyUse(use))
	}
	for _, d := range b.facts.DefaultKeys {
		use := b.keyUse(d.Use)
		use.Bucket, use.ExpectedRegion = d.Bucket.Name, d.Bucket.Region
		list = append(list, *use)
	}
	return list
}

// add notes a further profile with the same settings.
func (u *UserInput) add(profile string, folder FolderInput) {
	u.Folders = append(u.Folders, folder)
	u.Subject.Profiles = append(u.Subject.Profiles, profile)
	for _, key := range []*KeyUseInput{u.AppKey, u.StorageKey, u.BucketKey} {
		if key != nil {
			key.Subject.Profiles = u.Subject.Profiles
		}
	}
}

// keyUse gives a setting that names a key with all who take the key from it.
func (b *builder) keyUse(use *canvas.KeyUse) *KeyUseInput {
	if use == nil {
		return nil
	}
	return b.keyUseOf(use, use.Users...)
}

// keyUseOf gives it with some of them. Thousands of users can share a setting:
// to name all of them with each would cost the square of their number.
func (b *builder) keyUseOf(use *canvas.KeyUse, users ...*canvas.User) *KeyUseInput {
	if use == nil {
		return nil
	}
	k := &KeyUseInput{
		At: b.add(use.Place.Node), What: use.Place.What, Purpose: use.Purpose, Value: use.Setting.Value,
		Form: use.Name.Form, Existence: string(use.Existence), ARN: use.ARN, Account: use.Resolution.Account, Region: use.Resolution.Region,
		ExpectedRegion: use.Region, AWSManaged: use.AWSManaged, Foreign: foreign(use),
		Elsewhere: append([]string{}, use.Elsewhere...),
	}
	switch {
	case use.User != nil:
		k.Subject = subjectOf(use.User, use.Purpose)
		k.Subject.Principal = ""
		k.Subject.Profiles = names(users)
	default:
		k.Subject = Subject{Account: use.Account, Region: use.Region, Purpose: use.Purpose}
	}
	k.Subject.Resource = use.ARN
	if iam.Same(k.Account, k.Subject.Account) == iam.Perhaps {
		k.Account = k.Subject.Account // nothing to hold against it
	}
	return k
}

// NewInput gives what rules see of a snapshot, with all documents.
func NewInput(snap *snapshot.Snapshot, facts *canvas.Facts, c config.Config) *Input {
	b := &builder{facts: facts, snapshot: snap, config: c}
	every := &Rule{Inputs: []string{allNeeds, domainsPart}}
	for _, part := range documentParts() {
		every.Inputs = append(every.Inputs, documentsPrefix+part.name)
	}
	return b.withDocuments(b.build(), []*Rule{every})
}
