package rules

import (
	"strconv"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Input is what rules see as `input`, version 1. Every object that a finding
// can stand at has a handle in `at`.
type Input struct {
	Guide      string           `json:"guide"`
	Expect     ExpectInput      `json:"expect"`
	Domains    []DomainInput    `json:"domains"`
	Users      []UserInput      `json:"users"`
	Keys       []KeyUseInput    `json:"keys"`
	Needs      []NeedInput      `json:"needs"`
	Wildcards  []WildcardInput  `json:"wildcards"`
	Jobs       []JobInput       `json:"jobs"`
	Models     []ModelInput     `json:"models"`
	Admissions []AdmissionInput `json:"admissions"`
	Faults     []FaultInput     `json:"faults"`
}

// Subject is what a finding is about; rules hand it on as it is.
type Subject struct {
	Account   string          `json:"account,omitempty"`
	Region    string          `json:"region,omitempty"`
	Domain    string          `json:"domain,omitempty"`
	Profiles  []string        `json:"profiles,omitempty"`
	Principal string          `json:"principal,omitempty"`
	Resource  string          `json:"resource,omitempty"`
	Purpose   finding.Purpose `json:"purpose,omitempty"`
}

// ExpectInput is what the config demands.
type ExpectInput struct {
	CustomerKeys []finding.Purpose `json:"customer_keys"`
}

// DomainInput is a domain with the users in scope.
type DomainInput struct {
	At      string       `json:"at"`
	ID      string       `json:"id"`
	Subject Subject      `json:"subject"`
	AppKey  *KeyUseInput `json:"app_key"` // null: unset
	InScope bool         `json:"in_scope"`
}

// UserInput is the profiles in scope that have the very same settings, or a
// domain's default settings where it has no profiles.
type UserInput struct {
	At            string       `json:"at"`      // the setting that holds or could hold the storage key
	Subject       Subject      `json:"subject"` // purpose storage
	AppKey        *KeyUseInput `json:"app_key"`
	StorageKey    *KeyUseInput `json:"storage_key"` // null: unset
	StorageHidden bool         `json:"storage_hidden"`
	Uncertain     bool         `json:"uncertain"` // AWS does not say whether the storage key is inherited
	FromSharing   bool         `json:"from_sharing"`
	SharingKey    *string      `json:"sharing_key"` // SharingSettings.S3KmsKeyId as written
	SharingAt     string       `json:"sharing_at"`
	Notebook      string       `json:"notebook_output"` // NotebookOutputOption, "" if unset
	TimeSeries    HelperInput  `json:"time_series"`
	Bucket        string       `json:"bucket"`
	BucketKey     *KeyUseInput `json:"bucket_key"` // the default SSE-KMS key of the Canvas bucket
	Role          string       `json:"role"`
}

// HelperInput is a setting with a role of its own.
type HelperInput struct {
	At     string `json:"at"`
	Status string `json:"status"`
	Role   string `json:"role"`
}

// KeyUseInput is a setting that names a key, and what it means.
type KeyUseInput struct {
	At             string          `json:"at"`
	What           string          `json:"what"` // in words: "the domain's KmsKeyId"
	Purpose        finding.Purpose `json:"purpose"`
	Subject        Subject         `json:"subject"`
	Value          string          `json:"value"`
	Form           snapshot.Form   `json:"form"`
	Existence      string          `json:"existence"`
	ARN            string          `json:"arn"`
	Account        string          `json:"account"`
	Region         string          `json:"region"`
	ExpectedRegion string          `json:"expected_region"`
	AWSManaged     bool            `json:"aws_managed"`
	State          string          `json:"state"`
	Spec           string          `json:"spec"`
	Usage          string          `json:"usage"`
	DeletionDate   string          `json:"deletion_date"`
	KeyAt          string          `json:"key_at"` // KeyState in the key's description
}

// NeedInput is what one role must be able to do with one key or bucket.
type NeedInput struct {
	At       string          `json:"at"`
	What     string          `json:"what"`
	Purpose  finding.Purpose `json:"purpose"`
	Subject  Subject         `json:"subject"`
	Role     string          `json:"role"`
	Resource string          `json:"resource"`
	Bucket   string          `json:"bucket"`
	Meant    bool            `json:"meant"`
	Maybe    string          `json:"maybe"`
	ViaIAM   bool            `json:"via_iam"`
	Actions  []ActionInput   `json:"actions"`
	Related  []NoteInput     `json:"related"`
	// Fixes are by group of actions; for a bucket: demand, bucket-policy, missing.
	Fixes     map[canvas.Group]*finding.Fix `json:"fixes"`
	OnlyGuide string                        `json:"only_in_guide"`
	NoGrants  bool                          `json:"grants_not_exported"`
	// Encryption is the key that Canvas will write with, "" for none.
	Encryption string `json:"encryption"`
}

// ActionInput is an action with its answer.
type ActionInput struct {
	Action   string           `json:"action"`
	Group    canvas.Group     `json:"group"`
	Lack     finding.Severity `json:"lack"`
	Verdict  string           `json:"verdict"` // allowed, denied, unknown
	Causes   []CauseInput     `json:"causes"`
	Missing  []string         `json:"missing"`
	Profiles []string         `json:"profiles"`
}

// CauseInput is a cause with a handle in place of a position.
type CauseInput struct {
	Action  string `json:"action"`
	Layer   string `json:"layer"`
	Cause   string `json:"cause"`
	Message string `json:"message"`
	Policy  string `json:"policy"`
	At      string `json:"at"`
	// DemandsKey marks a denial because a policy demands a KMS key.
	DemandsKey bool `json:"demands_key"`
}

// NoteInput is a related place.
type NoteInput struct {
	At      string `json:"at"`
	Message string `json:"message"`
}

// WildcardInput is a role with the encrypted buckets it reads by wildcard.
type WildcardInput struct {
	At      string   `json:"at"`
	Subject Subject  `json:"subject"`
	Role    string   `json:"role"`
	Buckets []string `json:"buckets"`
}

// JobInput is an AutoML job.
type JobInput struct {
	At         string       `json:"at"`
	Name       string       `json:"name"`
	Subject    Subject      `json:"subject"`
	TimeSeries bool         `json:"time_series"`
	Output     *KeyUseInput `json:"output_key"`
	Volume     *KeyUseInput `json:"volume_key"`
}

// ModelInput is an expected model of the config.
type ModelInput struct {
	At      string  `json:"at"`
	Name    string  `json:"name"`
	Problem string  `json:"problem"`
	Key     string  `json:"key"`
	Subject Subject `json:"subject"`
}

// AdmissionInput is a role that may not start jobs without a key.
type AdmissionInput struct {
	At      string       `json:"at"`
	Role    string       `json:"role"`
	Subject Subject      `json:"subject"`
	Causes  []CauseInput `json:"causes"`
}

// FaultInput is something in a policy document that is no business of access.
type FaultInput struct {
	At      string  `json:"at"`
	Kind    string  `json:"kind"`
	Text    string  `json:"text"`
	Policy  string  `json:"policy"`
	Subject Subject `json:"subject"`
}

// handles gives out the short names that stand for places in the input.
type handles struct{ nodes []source.Node }

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
}

func (b *builder) build() *Input {
	input := &Input{
		Guide: b.facts.Guide, Expect: ExpectInput{CustomerKeys: b.config.Expect.CustomerKeys},
		Domains: b.domains(), Users: b.users(), Keys: b.keys(), Needs: b.needs(), Wildcards: b.wildcards(),
		Jobs: b.jobs(), Models: b.models(), Admissions: b.admissions(), Faults: b.faults(),
	}
	return input
}

// has reports which parts of the input hold anything: rules that look at other
// parts only need not be compiled.
func (i *Input) has() map[string]bool {
	return map[string]bool{
		"domains": len(i.Domains) > 0, "users": len(i.Users) > 0, "keys": len(i.Keys) > 0, "needs": len(i.Needs) > 0,
		"wildcards": len(i.Wildcards) > 0, "jobs": len(i.Jobs) > 0, "models": len(i.Models) > 0,
		"admissions": len(i.Admissions) > 0, "faults": len(i.Faults) > 0,
	}
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

func (b *builder) domains() []DomainInput {
	list := []DomainInput{}
	seen := map[*snapshot.Domain]int{}
	for _, user := range b.facts.Users {
		index, ok := seen[user.Domain]
		if !ok {
			index = len(list)
			seen[user.Domain] = index
			d := user.Domain
			list = append(list, DomainInput{
				At: b.anchor(d.Node.Get("DomainId")), ID: d.ID,
				Subject: Subject{Account: d.Account, Region: d.Region, Domain: d.ID, Purpose: finding.App, Profiles: []string{}},
			})
		}
		if user.InScope {
			list[index].InScope, list[index].AppKey = true, b.keyUse(b.facts.AppKeyOf(user))
			if user.Name != "" {
				list[index].Subject.Profiles = append(list[index].Subject.Profiles, user.Name)
			}
		}
	}
	return list
}

// sameSettings tells apart the users whose settings differ in anything that a
// rule can see.
type sameSettings struct {
	domain                              *snapshot.Domain
	role, bucket, notebook              string
	storage, place, sharing, timeSeries source.Node
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
		}
		if index, ok := groups[same]; ok {
			list[index].Subject.Profiles = append(list[index].Subject.Profiles, user.Name)
			continue
		}
		groups[same] = len(list)
		u := UserInput{
			At: b.anchor(same.place), Subject: subjectOf(user, finding.Storage), StorageHidden: user.StorageHidden, Uncertain: len(user.StorageKeys) > 1, FromSharing: choice.Sharing,
			AppKey: b.keyUse(b.facts.AppKeyOf(user)), StorageKey: b.keyUse(b.facts.StorageKeyOf(user)),
			Notebook: user.Sharing.Output.Value, Bucket: user.Bucket.Name, Role: user.Role.Value,
			TimeSeries: HelperInput{At: b.anchor(statusNode(user.TimeSeries)), Status: user.TimeSeries.Status.Value, Role: user.TimeSeries.Role.Value},
		}
		if key := user.Sharing.Key; key.IsGiven() {
			u.SharingKey, u.SharingAt = &key.Value, b.add(key.Node)
		}
		u.BucketKey = b.keyUse(b.facts.BucketKeys[user.Bucket.Name])
		list = append(list, u)
	}
	return list
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
	return list
}

func (b *builder) keyUse(use *canvas.KeyUse) *KeyUseInput {
	if use == nil {
		return nil
	}
	k := &KeyUseInput{
		At: b.add(use.Place.Node), What: use.Place.What, Purpose: use.Purpose, Value: use.Setting.Value,
		Form: use.Name.Form, Existence: string(use.Existence), ARN: use.ARN, Account: use.Resolution.Account, Region: use.Resolution.Region,
		ExpectedRegion: use.Region, AWSManaged: use.AWSManaged,
	}
	switch {
	case use.User != nil:
		k.Subject = subjectOf(use.User, use.Purpose)
		k.Subject.Principal = ""
		k.Subject.Profiles = names(use.Users)
	default:
		k.Subject = Subject{Account: use.Account, Region: use.Region, Purpose: use.Purpose}
	}
	k.Subject.Resource = use.ARN
	k.ExpectedRegion = use.Region
	if key := use.Key; key != nil {
		k.State, k.Spec, k.Usage, k.DeletionDate = key.Status.Value, key.Spec.Value, key.Usage.Value, key.DeletionDate.Value
		k.KeyAt = b.anchor(key.Status.Node)
	}
	return k
}

func (b *builder) needs() []NeedInput {
	list := []NeedInput{}
	for _, need := range b.facts.Needs {
		n := NeedInput{
			At: b.anchor(need.Place.Node), What: need.Place.What, Purpose: need.Purpose, Role: need.Role, Resource: need.Resource,
			Bucket: need.BucketName, Meant: need.Meant, Maybe: need.Maybe, ViaIAM: need.ViaIAM, Fixes: need.Fixes,
			Subject: Subject{
				Account: need.Domain.Account, Region: need.Domain.Region, Domain: need.Domain.ID, Profiles: names(need.Users),
				Principal: need.Role, Resource: need.Resource, Purpose: need.Purpose,
			},
			Actions: []ActionInput{}, Related: []NoteInput{}, OnlyGuide: onlyGuide(need),
			NoGrants:   need.LacksGrants(),
			Encryption: b.encryption(need),
		}
		for _, place := range need.Others {
			n.Related = append(n.Related, NoteInput{At: b.anchor(place.Node), Message: place.What + " names it too"})
		}
		for _, a := range need.Actions {
			n.Actions = append(n.Actions, b.action(a))
		}
		list = append(list, n)
	}
	return list
}

// encryption tells the key that is used for writing to a Canvas bucket.
func (b *builder) encryption(need *canvas.Need) string {
	if need.Purpose != finding.Bucket || len(need.Users) == 0 {
		return ""
	}
	if use := b.facts.StorageKeyOf(need.Users[0]); use != nil {
		return use.Setting.Value
	}
	if use := b.facts.BucketKeys[need.BucketName]; use != nil {
		return use.Setting.Value
	}
	return ""
}

// onlyGuide is 2022 for a storage key that only that edition takes from the
// sharing settings.
func onlyGuide(need *canvas.Need) string {
	if need.Purpose == finding.Bucket {
		return need.OnlyInGuide
	}
	if need.Purpose != finding.Storage && need.Purpose != finding.Output {
		return ""
	}
	for _, user := range need.Users {
		if !user.StorageKeys[0].Sharing {
			return ""
		}
	}
	return config.Guide2022
}

func (b *builder) action(a *canvas.Action) ActionInput {
	input := ActionInput{
		Action: a.Name, Group: a.Group, Lack: a.Lack, Verdict: verdict(a.Result), Missing: a.Missing,
		Causes: b.causes(a.Name, a.Reasons), Profiles: names(a.Users),
	}
	if input.Missing == nil {
		input.Missing = []string{}
	}
	if a.Result == access.Allowed {
		input.Causes = []CauseInput{}
	}
	return input
}

func verdict(r access.Result) string {
	switch {
	case r == access.Allowed:
		return "allowed"
	case r.IsDenied():
		return "denied"
	}
	return "unknown"
}

func (b *builder) causes(action string, reasons []access.Reason) []CauseInput {
	list := []CauseInput{}
	for _, reason := range reasons {
		c := CauseInput{DemandsKey: canvas.IsDemand(reason), Action: action, Layer: string(reason.Layer), Cause: string(reason.Cause), Message: reason.Message}
		node := reason.Node
		if !node.Exists() && reason.Statement != nil {
			node = reason.Statement.Node
		}
		if span := node.Span(); !span.IsZero() && IsPublished(span.File.Name) {
			c.Policy = span.File.Name
		} else {
			c.At = b.anchor(node)
		}
		if c.At == "" && c.Policy == "" {
			c.Policy = reason.Policy
		}
		list = append(list, c)
	}
	return list
}

func (b *builder) wildcards() []WildcardInput {
	list := []WildcardInput{}
	for _, reads := range b.facts.Wildcard {
		w := WildcardInput{
			At: b.add(reads.Users[0].Role.Node), Role: reads.Role, Buckets: []string{},
			Subject: Subject{
				Account: reads.Domain.Account, Region: reads.Domain.Region, Domain: reads.Domain.ID,
				Profiles: names(reads.Users), Principal: reads.Role, Purpose: finding.Dataset,
			},
		}
		for _, bucket := range reads.Buckets {
			w.Buckets = append(w.Buckets, bucket.Name)
		}
		list = append(list, w)
	}
	return list
}

func (b *builder) jobs() []JobInput {
	list := []JobInput{}
	for _, use := range b.facts.Jobs {
		job := use.Job
		node := job.Problem
		if !node.Exists() {
			node = job.Node.Get("AutoMLJobName")
		}
		list = append(list, JobInput{
			At: b.anchor(node), Name: job.Name, TimeSeries: job.TimeSeries,
			Subject: Subject{Account: job.Account, Region: job.Region, Principal: job.Role.Value, Purpose: finding.TimeSeries},
			Output:  b.keyUse(use.Output), Volume: b.keyUse(use.Volume),
		})
	}
	return list
}

func (b *builder) models() []ModelInput {
	list := []ModelInput{}
	for _, model := range b.config.Expect.Models {
		list = append(list, ModelInput{
			At: b.anchor(model.Node.Get("problem")), Name: model.Name, Problem: model.Problem, Key: model.Key,
			Subject: Subject{Domain: model.Domain, Resource: model.Key, Purpose: finding.TimeSeries},
		})
	}
	return list
}

func (b *builder) admissions() []AdmissionInput {
	list := []AdmissionInput{}
	for _, admission := range b.facts.Admission {
		list = append(list, AdmissionInput{
			At: b.anchor(statusNode(admission.User.TimeSeries)), Role: admission.User.Role.Value,
			Subject: subjectOf(admission.User, finding.TimeSeries),
			Causes:  b.causes("sagemaker:CreateAutoMLJobV2", admission.Reasons),
		})
	}
	return list
}

func (b *builder) faults() []FaultInput {
	list := []FaultInput{}
	for _, policy := range b.snapshot.Policies {
		for _, placeholder := range iam.Placeholders(policy.Node) {
			list = append(list, FaultInput{
				At: b.add(placeholder.Node), Kind: "placeholder", Text: placeholder.Text, Policy: policy.Name, Subject: ownerSubject(policy),
			})
		}
	}
	return list
}

// ownerSubject says whose a policy is.
func ownerSubject(policy *snapshot.Policy) Subject {
	arn, ok := iam.ParseARN(policy.Owner)
	if !ok {
		return Subject{}
	}
	s := Subject{Account: arn.Account, Region: arn.Region, Resource: policy.Owner}
	if arn.Service == "iam" {
		s.Resource, s.Principal = "", policy.Owner
	}
	return s
}
