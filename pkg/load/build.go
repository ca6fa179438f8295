package load

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/load/shape"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// resourceID is what a resource of SageMaker is known by; in is the domain of a profile.
type resourceID struct{ kind, account, region, in, name string }

// builder puts documents together into a snapshot. Documents that name their
// own resource are taken in at once; the others wait in pending until every
// resource is known.
type builder struct {
	snapshot *snapshot.Snapshot
	cache    *Cache            // of policies that were compiled before; nil is none
	recalled map[policyID]bool // taken from it
	problems []source.Problem
	owners   map[string]owner         // by the name of the file that is shown
	told     map[string]document.Kind // kinds of policies, by the file
	scope    scope

	keys      map[string]*snapshot.Key // by ARN
	keysByID  map[string][]*snapshot.Key
	roles     map[string]*snapshot.Role
	buckets   map[string]*snapshot.Bucket
	profiles  []*snapshot.Profile
	made      map[resourceID]any // domains, profiles and jobs, to know one that is described again
	pending   []document.Document
	roleIndex *roleIndex
	foundKeys bool // the name of a file told of a key that nothing describes
	// unusable are the files that held nothing: they prove no absence.
	unusable []string
	// ignored are documents that turned out to be none of ours.
	ignored []filesystem.Ignored
	// lists are what is known of roles described piece by piece.
	lists map[*snapshot.Role]*roleLists
	// whole are the roles of which a document would show a boundary.
	whole  map[*snapshot.Role]bool
	pages  map[string]*pages // by list
	listed []listing
	// described are the managed policies that get-policy describes, by ARN.
	described map[string]source.Node
	// folders are the buckets that have a folder of their own.
	folders map[string]bool
	// documents counts what was read, by kind.
	documents map[string]int
	manifest  source.Node
	// ways are the VPCs whose routes were read: true for one with a route out of it.
	ways   map[string]bool
	notes  []string
	inputs []Input
	origin // of the current document
	// claims are what the documents say of each attribute, and doubled are the
	// resources that several describe.
	claims  claims
	doubled map[any]bool
	seen    map[any]time.Time // of the first description of a resource
	// pointFolders are the access points that a folder of their own describes.
	pointFolders map[*snapshot.AccessPoint]bool
	// bucketExports are the exports that tell of a bucket, by their folders or
	// items, and loosePolicy the buckets with a policy that lies elsewhere.
	bucketExports map[string][]*bucketExport
	loosePolicy   map[*snapshot.Bucket]bool
	defaults      map[string]member // versions of managed policies, by ARN
	parts         map[*snapshot.Role]*roleParts
	aliases       []*aliasList
	tree          *tree // of the organization
	// pieces wait for the roles that they are added to.
	pieces []piece
	doubts []doubt
	// accountLists remembers which accounts' details are whole, by account.
	accountLists map[string]bool
}

// origin is where a document comes from.
type origin struct {
	// notVisible names what the document can't express, notSelected what its query
	// left out; of and generated say where it comes from.
	notVisible  []string
	of          string
	notSelected []string
	generated   bool
	coded       bool
	translated  bool        // it was made from another format
	at          source.Node // the document
	cut         bool
	when        time.Time
}

func newBuilder() *builder {
	return &builder{
		snapshot: &snapshot.Snapshot{Managed: map[string]*snapshot.Policy{}, Complete: map[string]bool{}},
		made:     map[resourceID]any{}, recalled: map[policyID]bool{},
		keys: map[string]*snapshot.Key{}, keysByID: map[string][]*snapshot.Key{}, roles: map[string]*snapshot.Role{}, buckets: map[string]*snapshot.Bucket{},
		claims: claims{known: map[subject]*attribute{}, folded: map[any]int{}, exported: map[string]time.Time{}}, doubled: map[any]bool{}, seen: map[any]time.Time{},
		pointFolders: map[*snapshot.AccessPoint]bool{}, bucketExports: map[string][]*bucketExport{}, loosePolicy: map[*snapshot.Bucket]bool{},
		defaults: map[string]member{}, parts: map[*snapshot.Role]*roleParts{},
		accountLists: map[string]bool{}, folders: map[string]bool{}, lists: map[*snapshot.Role]*roleLists{}, whole: map[*snapshot.Role]bool{}, described: map[string]source.Node{}, pages: map[string]*pages{}, documents: map[string]int{},
	}
}

func (b *builder) problem(at source.Node, format string, args ...any) {
	b.problems = append(b.problems, source.Problem{Message: fmt.Sprintf(format, args...), Span: at.Span()})
}

// from notes where the current document comes from.
func (b *builder) from(doc document.Document) {
	b.origin = origin{
		notVisible: doc.NotVisible, notSelected: doc.NotSelected, generated: doc.Generated, coded: doc.Coded,
		translated: doc.Of != "", at: doc.Node, cut: doc.Cut, when: doc.When,
	}
	if doc.Coded {
		b.of = doc.Of
	}
}

// add takes in one document.
func (b *builder) add(doc document.Document) {
	place := doc.Place
	b.from(doc)
	doc.Node = b.sound(doc.Kind, doc.Node)
	// roles-read and the like are read one by one: they prove no absence.
	doc.Partial = doc.Partial || strings.HasSuffix(place.Document, "-read")
	if doc.Kind != document.PolicyText && doc.Kind != document.RawPolicy {
		b.count(doc, doc.Kind)
	}
	if doc.Perhaps.Question != "" {
		b.doubts = append(b.doubts, doubt{doc, doc.Perhaps})
		b.read(doc, doc.Kind, "", byNobody)
		return
	}
	switch doc.Kind {
	case document.Domain:
		b.addDomain(doc.Node, place)
	case document.Profile:
		b.addProfile(doc.Node, place)
	case document.Job:
		b.addJob(doc.Node, place)
	case document.App:
		b.addApp(doc.Node)
	case document.Routes:
		b.addRoutes(doc.Node)
	case document.Aliases:
		b.addAliases(doc)
	case document.KeyList:
		b.addKeyList(doc)
	case document.Key:
		b.addKey(doc.Node.Get("KeyMetadata"))
	case document.Grants:
		b.addGrants(doc)
	case document.AccessPoint:
		b.addAccessPoint(doc)
	case document.Endpoints:
		b.addEndpoints(doc)
	case document.Account:
		b.addAccount(doc)
	case document.Role:
		from := b.origin
		if role := b.addRole(doc.Node.Get("Role"), &from); role != nil {
			role.MadeAfter = append(role.MadeAfter, doc.MadeAfter...)
		}
	case document.PolicyDescription:
		b.addPolicyDescription(doc.Node.Get("Policy"))
	case document.DomainList, document.ProfileList:
		b.addListing(doc)
	case document.Organization:
		b.addOrganization(doc)
	case document.ControlPolicy:
		b.addControlPolicy(doc.Node)
	case document.Targets:
		b.addTargets(doc)
	case document.Roots, document.Accounts, document.Parents, document.Children, document.Units, document.PolicyList:
		b.addOrganizationList(doc)
	case document.Manifest:
		b.addManifest(doc.Node)
	case document.Assembly: // its homes are known already
	default:
		b.pending = append(b.pending, doc)
		return
	}
	if doc.Kind != document.Grants || doc.Node.Get("Grants").Len() > 0 {
		b.namesItself(doc) // an empty list of grants waits for its owner
	}
}

// count notes a document that was read.
func (b *builder) count(doc document.Document, kind document.Kind) {
	if b.scope.has(doc.Name) {
		b.documents[string(kind)]++
	}
}

// finish gives every waiting document its owner and joins what belongs together.
func (b *builder) finish() *snapshot.Snapshot {
	b.settle() // owners are told by names, settings and attachments
	b.settlePieces()
	b.joinProfiles()
	// Versions of managed policies come last: they belong to what is attached.
	keys := len(b.snapshot.Keys)
	for _, last := range []bool{false, true} {
		if last {
			b.settle()
		}
		for _, doc := range b.pending {
			if (doc.Kind == document.PolicyVersion) == last {
				b.place(doc)
			}
		}
	}
	b.foundKeys = len(b.snapshot.Keys) > keys
	b.settlePages()
	b.claimNoPolicies()
	b.claimAttachments()
	b.settle()
	b.settlePolicies()
	b.settleOrganization()
	b.settleListings()
	b.settleRoles()
	b.settleBuckets()
	b.settlePoints()
	b.settleLists()
	b.settleDoubts()
	b.noteWays()
	b.problems = append(b.problems, b.claims.problems...)
	return b.snapshot
}

// sound gives a document whose members all have the kind of value that AWS
// prints, and reports what had not.
func (b *builder) sound(kind document.Kind, node source.Node) source.Node {
	expected, ok := expected()[kind]
	if !ok {
		return node
	}
	dialect := shape.Printed()
	if b.translated {
		dialect = shape.Translated()
	}
	node, problems := shape.Sound(node, expected, dialect)
	b.problems = append(b.problems, problems...)
	return node
}

// expected gives the shapes of the documents that are read member by member.
var expected = sync.OnceValue(func() map[document.Kind]shape.Shape {
	return map[document.Kind]shape.Shape{
		document.Domain: shape.Domain(), document.Profile: shape.Profile(), document.Job: shape.Job(),
		document.Key: shape.Key(), document.Rotation: shape.Rotation(), document.KeyTags: shape.KeyTags(), document.Aliases: shape.Aliases(), document.Grants: shape.Grants(),
		document.Encryption: shape.Encryption(), document.BucketTags: shape.BucketTags(), document.Endpoints: shape.Endpoints(),
		document.AccessPoint: shape.AccessPoint(), document.PublicAccess: shape.PublicAccess(),
		document.Account: shape.Account(), document.Role: shape.RoleDescription(), document.Attached: shape.Attached(), document.InlineList: shape.Inline(),
	}
})

// setting reads a member. An empty string is unset: the API takes it for "none".
func setting(object source.Node, name string) snapshot.Setting {
	value := object.Get(name)
	if text, ok := iam.UndecidedText(value); ok {
		return snapshot.Setting{State: snapshot.Symbolic, Value: text, Node: value, Name: name}
	}
	if !value.IsScalar() || value.Text() == "" {
		return snapshot.Setting{State: snapshot.Unset, Node: object, Name: name}
	}
	return snapshot.Setting{State: snapshot.Given, Value: value.Text(), Node: value, Name: name}
}

// policy compiles a policy document, given as an object or as text, and files it.
func (b *builder) policy(node source.Node, kind iam.Kind, name, owner string) *snapshot.Policy {
	found, ok := b.recall(node, kind)
	if !ok {
		document := b.policyDocument(node, name, &found.problems)
		if !document.Exists() {
			return nil
		}
		found.text = iam.NewText(document, kind)
		b.keep(node, kind, found)
	}
	b.problems = append(b.problems, found.problems...)
	policy := &snapshot.Policy{Text: found.text, Name: name, Owner: owner, Generated: b.generated}
	if kind == iam.KeyPolicy || kind == iam.BucketPolicy {
		policy.Of = b.of // roles come several in a document
	}
	b.snapshot.Policies = append(b.snapshot.Policies, policy)
	return policy
}

// policyDocument gives the object of a policy, which may be quoted in a string, with
// the problems of the string. Where there is none it says so itself.
func (b *builder) policyDocument(node source.Node, name string, problems *[]source.Problem) source.Node {
	if node.Is(source.String) {
		inner, wrong := node.Embedded()
		if inner == nil {
			if b.problems = append(b.problems, wrong...); len(wrong) == 0 {
				b.problem(node, "the policy of %s is %s", name, noPolicy(node))
			}
			return source.Node{}
		}
		*problems = wrong
		node = inner.Root()
	}
	if !node.Is(source.Object) {
		b.problems = append(b.problems, *problems...)
		b.problem(node, "the policy of %s is %s, not a policy document", name, node.Kind())
		return source.Node{}
	}
	return node
}

// noPolicy says what a text is that should be a policy. Examples of calls on
// AWS's own pages have "<URL-encoded-JSON>" in place of one.
func noPolicy(text source.Node) string {
	if found := iam.Placeholders(text); len(found) > 0 {
		return "the placeholder " + found[0].Text + ": put the policy itself there, or export it again"
	}
	return "text that holds no policy document: export it again"
}

func (b *builder) addManifest(node source.Node) {
	b.manifest = node
	if when, err := time.Parse(time.RFC3339, node.Get("time").Text()); err == nil {
		b.claims.exported[path.Dir(node.Span().File.Name)] = when
	}
	if status := node.Get("status"); status.Text() == "interrupted" {
		b.problem(status, "this export was interrupted: what it had not read was not checked; continue with canvaslint fetch --resume")
	}
	demanded := node.Path("scope", "organization").Exists()
	if demanded {
		b.organization().Demanded = true
	}
	for list := range b.scope.entries(node.Get("complete"), source.Node.Text) {
		b.snapshot.Complete[list.Text()] = true
	}
	for missing := range b.scope.entries(node.Get("missing"), func(entry source.Node) string { return entry.Get("file").Text() }) {
		text := func(name string) string { return missing.Get(name).Text() }
		b.snapshot.Missing = append(b.snapshot.Missing, snapshot.Missing{
			File: text("file"), Service: text("service"), Operation: text("operation"), Resource: text("resource"),
			Reason: text("reason"), Code: text("code"), Permission: text("permission"), Node: missing,
		})
		b.missing(missing)
		if demanded {
			b.missingGuardrail(missing)
		}
	}
}

// missingGuardrail reports what could not be read of an organization that was to be
// read: only an account with Canvas has decisions that would tell of it.
func (b *builder) missingGuardrail(entry source.Node) {
	text := func(name string) string { return entry.Get(name).Text() }
	if text("service") == "organizations" && text("file") != "" && text("reason") != "not-found" {
		b.problem(entry, "%s of %s failed (%s): the organization policies that %s lists are unknown; %s", text("operation"), text("resource"), text("reason"), text("file"), remedy(text("reason"), text("permission")))
	}
}

// missing reports a description that could not be read: nothing else would
// miss a domain, a profile or a job, the state of a key, or a whole account. Of
// what is missing besides, the decisions tell.
func (b *builder) missing(entry source.Node) {
	text := func(name string) string { return entry.Get(name).Text() }
	file, reason := text("file"), text("reason")
	switch {
	case !slices.Contains([]string{"not-found", "access-denied", "throttled", "unreadable"}, reason):
		b.problem(entry, "the reason %q is not one of: not-found, access-denied, throttled, unreadable", reason)
	case reason == "not-found":
	case file == "":
		b.problem(entry, "%s of %s failed (%s): nothing was read with it; %s", text("operation"), cmp.Or(text("resource"), "the default credentials"), reason, remedy(reason, text("permission")))
	case strings.Contains(file, "/sagemaker/apps/"), strings.Contains(file, "/sagemaker/spaces"): // no answer rests on them
	case strings.Contains(file, "/sagemaker/"):
		b.problem(entry, "%s could not be read (%s): it was not checked; %s", file, reason, remedy(reason, text("permission")))
	case strings.Contains(file, "/kms/keys/") && strings.HasSuffix(file, "/key.json"):
		b.problem(entry, "%s could not be read (%s): the state of the key was not checked; %s", file, reason, remedy(reason, text("permission")))
	}
}

// remedy says what to do about a call that failed.
func remedy(reason, permission string) string {
	switch {
	case reason == "throttled":
		return "AWS throttled the call: export it again later"
	case reason == "unreadable":
		return "the answer was not understood: check the endpoint and any proxy, and export it again"
	case permission == "":
		return "check the credentials, and export it again"
	}
	return "grant " + permission + " and export it again"
}

// complete notes that a list is whole, unless a manifest is there to say so.
func (b *builder) complete(list string) { b.accountLists[list] = true }

// settleLists takes the lists' own word for being whole where no manifest says
// which are.
func (b *builder) settleLists() {
	if b.manifest.Exists() {
		for list := range b.snapshot.Complete {
			// A list that was not read, or says that it is cut short, proves nothing.
			b.snapshot.Complete[list] = b.accountLists[list]
		}
		return
	}
	for list := range b.accountLists {
		b.snapshot.Complete[list] = true
	}
}

// notExported reports whether the manifest says why a file is missing, for
// any reason but not-found.
func (b *builder) notExported(suffix string) bool {
	for _, missing := range b.snapshot.Missing {
		if missing.Reason != "not-found" && strings.HasSuffix(missing.File, suffix) {
			return true
		}
	}
	return slices.ContainsFunc(b.unusable, func(name string) bool { return strings.HasSuffix(name, suffix) })
}

// policyDenied reports whether the manifest says that a bucket's policy could
// not be read.
func (b *builder) policyDenied(bucket string) bool {
	return slices.ContainsFunc(b.snapshot.Missing, func(m snapshot.Missing) bool {
		return m.Reason != "not-found" && m.Operation == "GetBucketPolicy" && (m.Resource == bucket || strings.HasSuffix(m.Resource, ":::"+bucket))
	})
}
