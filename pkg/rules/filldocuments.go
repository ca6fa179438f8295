package rules

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// documentPart is a member of input.documents.
type documentPart struct {
	name string
	// has reports, without building it, whether the part holds anything.
	has   func(*snapshot.Snapshot) bool
	build func(*builder, *DocumentsInput)
}

const documentsPrefix = "documents."

// documentParts are all of them. A part with a dot in its name is what some rules need
// of the part before the dot: domains in a failed state or with a profile in one, and
// documents without policies, which are the most of them. The whole follows its parts,
// for rules that ask for either.
func documentParts() []documentPart {
	keys, buckets := func(s *snapshot.Snapshot) bool { return len(s.Keys) > 0 }, func(s *snapshot.Snapshot) bool { return len(s.Buckets) > 0 }
	return []documentPart{
		{"domains.failed", func(s *snapshot.Snapshot) bool { return slices.ContainsFunc(s.Domains, hasFailed) }, func(b *builder, d *DocumentsInput) {
			d.Domains = documentsOf(slices.DeleteFunc(slices.Clone(b.snapshot.Domains), func(d *snapshot.Domain) bool { return !hasFailed(d) }), b.domainDocument)
		}},
		{"keys.settings", keys, func(b *builder, d *DocumentsInput) {
			d.Keys = b.keyDocuments(func(*snapshot.Policy) *PolicyDocument { return nil })
		}},
		{"buckets.settings", buckets, func(b *builder, d *DocumentsInput) {
			d.Buckets = documentsOf(b.snapshot.Buckets, b.bucketSettings)
		}},
		{"domains", func(s *snapshot.Snapshot) bool { return len(s.Domains) > 0 }, func(b *builder, d *DocumentsInput) { d.Domains = documentsOf(b.snapshot.Domains, b.domainDocument) }},
		{"roles", func(s *snapshot.Snapshot) bool { return len(s.Roles) > 0 }, func(b *builder, d *DocumentsInput) { d.Roles = documentsOf(b.snapshot.Roles, b.roleDocument) }},
		{"managed_policies", func(s *snapshot.Snapshot) bool { return len(attachedPolicies(s)) > 0 }, func(b *builder, d *DocumentsInput) { d.Managed = b.managedDocuments() }},
		{"keys", keys, func(b *builder, d *DocumentsInput) { d.Keys = b.keyDocuments(b.policyDocument) }},
		{"buckets", buckets, func(b *builder, d *DocumentsInput) { d.Buckets = documentsOf(b.snapshot.Buckets, b.bucketDocument) }},
		{"jobs", func(s *snapshot.Snapshot) bool { return len(s.Jobs) > 0 }, func(b *builder, d *DocumentsInput) { d.Jobs = documentsOf(b.snapshot.Jobs, b.jobDocument) }},
		{"endpoints", func(s *snapshot.Snapshot) bool { return len(s.Endpoints) > 0 }, func(b *builder, d *DocumentsInput) {
			d.Endpoints = documentsOf(b.snapshot.Endpoints, b.endpointDocument)
		}},
		{"organization", func(s *snapshot.Snapshot) bool { return s.Organization != nil }, func(b *builder, d *DocumentsInput) { d.Organization = b.organizationDocuments() }},
	}
}

// hasFailed reports whether a domain or one of its profiles is in a failed state.
func hasFailed(d *snapshot.Domain) bool {
	failed := func(status snapshot.Setting) bool { return strings.HasSuffix(status.Value, "Failed") }
	return failed(d.Status) || slices.ContainsFunc(d.Profiles, func(p *snapshot.Profile) bool { return failed(p.Status) })
}

// withDocuments gives the input with the documents that rules ask for, and with all
// needs where one of them does. All else is shared.
func (b *builder) withDocuments(input *Input, rules []*Rule) *Input {
	whole := *input
	if slices.ContainsFunc(rules, func(r *Rule) bool { return r.own || len(r.Inputs) == 0 || slices.Contains(r.Inputs, allNeeds) }) {
		whole.Needs = b.needs(func(*canvas.Need) bool { return true })
	}
	if slices.ContainsFunc(rules, func(r *Rule) bool { return r.own || slices.Contains(r.Inputs, domainsPart) }) {
		whole.Domains = b.domains()
	}
	for _, part := range documentParts() {
		if slices.ContainsFunc(rules, func(r *Rule) bool { return slices.Contains(r.Inputs, documentsPrefix+part.name) }) {
			part.build(b, &whole.Documents)
		}
	}
	return &whole
}

// documentsOf makes a list that is never nil: what was asked for and is not
// there is an empty list.
func documentsOf[T, D any](items []T, document func(T) D) []D {
	list := make([]D, 0, len(items))
	for _, item := range items {
		list = append(list, document(item))
	}
	return list
}

// setting gives a setting of a document that was read; or is the place of one
// that has no place of its own, since the object that could hold it is missing.
func (b *builder) setting(s snapshot.Setting, or string) SettingInput {
	state, value := s.State, s.Value
	if state == snapshot.Symbolic || iam.HasStandIn(value) {
		state, value = snapshot.Symbolic, ""
	}
	if s.Node.Is(source.Object) && !s.Node.Name().Exists() && or != "" {
		return SettingInput{At: or, State: state.String(), Value: value} // a whole document says less
	}
	return SettingInput{At: cmp.Or(b.anchor(s.Node), or), State: state.String(), Value: value}
}

// settingIn gives a setting of a document that may not have been read.
func (b *builder) settingIn(read bool, s snapshot.Setting, or string) SettingInput {
	if !read && s.State == snapshot.Unset {
		s.State = snapshot.NotVisible
	}
	return b.setting(s, or)
}

func visible(known bool) string {
	if known {
		return snapshot.Given.String()
	}
	return snapshot.NotVisible.String()
}

func tagsOf(tags map[string]string, known bool) TagsInput {
	if tags == nil {
		tags = map[string]string{}
	}
	return TagsInput{State: visible(known), Values: tags}
}

func (b *builder) domainDocument(d *snapshot.Domain) DomainDocument {
	at := b.once(d.Node.Get("DomainId"))
	return DomainDocument{
		At: at, ID: d.ID, ARN: d.ARN, Account: d.Account, Region: d.Region,
		KmsKeyID: b.setting(d.AppKey, at), Network: b.setting(d.Network, at), VPC: b.setting(d.VPC, at), Status: b.setting(d.Status, at), Failure: b.setting(d.FailureReason, at),
		Defaults: b.userSettings(&d.Settings, at),
		Profiles: documentsOf(d.Profiles, func(p *snapshot.Profile) ProfileDocument {
			at := b.anchor(p.Node.Get("UserProfileName"))
			return ProfileDocument{At: at, Name: p.Name, Status: b.setting(p.Status, at), Failure: b.setting(p.FailureReason, at), Settings: b.userSettings(&p.Settings, at)}
		}),
	}
}

func (b *builder) userSettings(s *snapshot.UserSettings, or string) UserSettingsDocument {
	at := cmp.Or(b.anchor(s.Node), or)
	block := cmp.Or(b.anchor(s.Canvas.Node), at)
	helper := func(h snapshot.Helper) HelperDocument {
		at := cmp.Or(b.anchor(h.Node), block)
		return HelperDocument{At: at, Status: b.setting(h.Status, at), RoleARN: b.setting(h.Role, at)}
	}
	return UserSettingsDocument{
		At: at, ExecutionRole: b.setting(s.ExecutionRole, at), HiddenApps: append([]string{}, s.HiddenApps...),
		Sharing: SharingDocument{NotebookOutputOption: b.setting(s.Sharing.Output, at), S3KmsKeyID: b.setting(s.Sharing.Key, at)},
		Canvas: CanvasDocument{
			At: block, State: s.Canvas.State.String(),
			Workspace:  WorkspaceDocument{S3ArtifactPath: b.setting(s.Canvas.ArtifactPath, block), S3KmsKeyID: b.setting(s.Canvas.Key, block)},
			TimeSeries: helper(s.Canvas.TimeSeries), Bedrock: helper(s.Canvas.Bedrock), EMR: helper(s.Canvas.EMR),
		},
	}
}

func (b *builder) roleDocument(r *snapshot.Role) RoleDocument {
	at := cmp.Or(b.anchor(r.Node.Get("RoleName")), b.anchor(r.Node))
	boundary := SettingInput{At: at, State: snapshot.Unset.String()}
	if len(r.Boundaries) > 0 {
		first := r.Boundaries[0]
		boundary = b.setting(snapshot.Setting{State: snapshot.Given, Value: first.ARN, Node: first.Node}, at)
		switch {
		case first.ARN == iam.UnknownSetting("PermissionsBoundary"):
			boundary.State = snapshot.NotVisible.String()
		case len(first.Guards) > 0:
			boundary.State = snapshot.Symbolic.String()
		}
	}
	return RoleDocument{
		At: at, ARN: r.ARN, Name: r.Name, Path: r.Path, Account: r.Account,
		PoliciesState: visible(r.PoliciesKnown), Trust: b.policyDocument(r.Trust), Boundary: boundary, Tags: tagsOf(r.Tags, r.TagsKnown),
		Inline: documentsOf(r.Inline, func(p *snapshot.Policy) PolicyDocument { return *b.policyDocument(p) }),
		Attached: documentsOf(r.Attached, func(a snapshot.Attachment) AttachmentInput {
			return AttachmentInput{At: b.anchor(a.Node), ARN: a.ARN, InDoubt: len(a.Guards) > 0}
		}),
	}
}

// managedDocuments are the attached policies that were read or that AWS publishes.
func (b *builder) managedDocuments() []PolicyDocument {
	list := []PolicyDocument{}
	for _, arn := range attachedPolicies(b.snapshot) {
		if policy := b.policyDocument(canvas.ManagedPolicy(b.snapshot, arn)); policy != nil {
			policy.ARN = arn
			list = append(list, *policy)
		}
	}
	return list
}

// attachedPolicies are the ARNs of what roles have attached, boundaries too.
func attachedPolicies(s *snapshot.Snapshot) []string {
	arns := map[string]bool{}
	for _, role := range s.Roles {
		for _, attachment := range slices.Concat(role.Attached, role.Boundaries) {
			arns[attachment.ARN] = true
		}
	}
	return slices.Sorted(maps.Keys(arns))
}

func (b *builder) policyDocument(p *snapshot.Policy) *PolicyDocument {
	if p == nil || p.Text == nil {
		return nil
	}
	compiled := p.Glance()
	place := b.anchor
	if p.AWSManaged {
		place = func(source.Node) string { return "" }
	}
	return &PolicyDocument{
		At: place(p.Node), Name: p.Name, Kind: p.Kind.String(), Version: compiled.Version, AWSManaged: p.AWSManaged, InDoubt: len(p.Guards) > 0,
		Statements: documentsOf(compiled.Statements, func(s *iam.Statement) StatementDocument { return statementDocument(s, place) }),
	}
}

func statementDocument(s *iam.Statement, place func(source.Node) string) StatementDocument {
	patterns := func(list []iam.Pattern) []TextInput {
		return documentsOf(list, func(p iam.Pattern) TextInput { return TextInput{place(p.Node), p.Text} })
	}
	principals := func(list []iam.Principal) []PrincipalDocument {
		return documentsOf(list, func(p iam.Principal) PrincipalDocument { return PrincipalDocument{place(p.Node), p.Type, p.Value} })
	}
	unknown := append([]string{}, s.Awaits...)
	for _, why := range []string{s.Uncertain, s.PrincipalDoubt} {
		if why != "" && !slices.Contains(unknown, why) {
			unknown = append(unknown, why)
		}
	}
	return StatementDocument{
		At: place(s.Node), Number: s.Index + 1, Sid: s.Sid, Effect: s.Effect.String(),
		Actions: patterns(s.Actions), NotActions: patterns(s.NotActions), Resources: patterns(s.Resources), NotResources: patterns(s.NotResources),
		Principals: principals(s.Principals), NotPrincipals: principals(s.NotPrincipals), Unknown: unknown,
		Conditions: documentsOf(s.Conditions, func(c iam.Condition) ConditionDocument {
			return ConditionDocument{At: place(c.Node), Operator: c.Operator, Key: c.Key, Values: documentsOf(slices.Collect(c.Node.Each()), func(n source.Node) TextInput {
				return TextInput{place(n), n.Text()}
			})}
		}),
	}
}

func (b *builder) keyDocuments(policyOf func(*snapshot.Policy) *PolicyDocument) []KeyDocument {
	aliases := map[string][]*snapshot.Alias{}
	of := func(account, region, id string) string { return strings.Join([]string{account, region, id}, "/") }
	for _, alias := range b.snapshot.Aliases {
		id := of(alias.Account, alias.Region, alias.Target)
		aliases[id] = append(aliases[id], alias)
	}
	return documentsOf(b.snapshot.Keys, func(k *snapshot.Key) KeyDocument {
		place := k.Node.Get("KeyId")
		if !place.Exists() && k.Policy != nil {
			place = k.Policy.Node
		}
		at := b.anchor(place)
		described := func(s snapshot.Setting) SettingInput { return b.settingIn(k.Node.Exists(), s, at) }
		return KeyDocument{
			At: at, ARN: k.ARN, ID: k.ID, Account: k.Account, Region: k.Region,
			Aliases: documentsOf(aliases[of(k.Account, k.Region, k.ID)], func(a *snapshot.Alias) TextInput {
				return TextInput{b.anchor(a.Node.Get("AliasName")), a.Name}
			}),
			AliasesState: visible(b.snapshot.IsComplete(k.Account, k.Region, "kms/aliases")),
			KeyState:     described(k.Status), KeySpec: described(k.Spec), KeyUsage: described(k.Usage), KeyManager: described(k.Manager),
			Origin: described(k.Origin), MultiRegion: described(k.MultiRegion), MultiType: described(k.MultiRegionType), DeletionDate: described(k.DeletionDate),
			Rotation:    b.settingIn(k.Rotation.Node.Exists(), k.Rotation, at),
			PolicyState: visible(k.Policy != nil), Policy: policyOf(k.Policy), Tags: tagsOf(k.Tags, k.TagsKnown),
		}
	})
}

func (b *builder) bucketDocument(bucket *snapshot.Bucket) BucketDocument {
	document := b.bucketSettings(bucket)
	document.Policy = b.policyDocument(bucket.Policy)
	return document
}

// bucketSettings is the document of a bucket without its policy.
func (b *builder) bucketSettings(bucket *snapshot.Bucket) BucketDocument {
	at := b.anchor(bucket.Node)
	encryption := func(s snapshot.Setting) SettingInput {
		return b.settingIn(bucket.EncryptionState == snapshot.Given, s, at)
	}
	return BucketDocument{
		At: at, Name: bucket.Name, ARN: bucket.ARN, Account: bucket.Account, Region: bucket.Region,
		PolicyState: bucket.PolicyState.String(),
		Algorithm:   encryption(bucket.Algorithm), KeyID: encryption(bucket.Key), BucketKey: encryption(bucket.BucketKey),
		Location: b.settingIn(bucket.Location.Node.Exists(), bucket.Location, at), Tags: tagsOf(bucket.Tags, bucket.TagsKnown),
	}
}

func (b *builder) jobDocument(j *snapshot.Job) JobDocument {
	at := b.anchor(j.Node.Get("AutoMLJobName"))
	return JobDocument{
		At: at, Name: j.Name, ARN: j.ARN, Account: j.Account, Region: j.Region, TimeSeries: j.TimeSeries,
		RoleARN: b.setting(j.Role, at), OutputKey: b.setting(j.OutputKey, at), OutputPath: b.setting(j.OutputPath, at), VolumeKey: b.setting(j.VolumeKey, at),
	}
}

func (b *builder) endpointDocument(e *snapshot.Endpoint) EndpointDocument {
	at := b.anchor(e.Node.Get("VpcEndpointId"))
	return EndpointDocument{
		At: at, ID: e.ID, VPC: e.VPC, Service: e.Service, Account: e.Account, Region: e.Region,
		State: b.setting(e.Status, at), Policy: b.policyDocument(e.Policy),
	}
}

func (b *builder) organizationDocuments() []OrganizationDocument {
	o := b.snapshot.Organization
	if o == nil {
		return []OrganizationDocument{}
	}
	document := OrganizationDocument{At: b.anchor(o.Node), ID: o.ID, Management: o.Management, Policies: []ControlPolicyDocument{}}
	for _, id := range slices.Sorted(maps.Keys(o.Policies)) {
		p := o.Policies[id]
		document.Policies = append(document.Policies, ControlPolicyDocument{ID: p.ID, Type: p.Type, Policy: b.policyDocument(p.Policy)})
	}
	document.Targets = documentsOf(o.Targets, func(t snapshot.Target) TargetDocument {
		target := TargetDocument{At: b.anchor(t.Node), ID: t.ID, Type: t.Type(), Path: append([]string{}, t.Path...), Policies: []string{}}
		for _, policy := range t.Policies {
			if len(policy.Guards) == 0 {
				target.Policies = append(target.Policies, policy.ID)
			}
		}
		return target
	})
	return []OrganizationDocument{document}
}
