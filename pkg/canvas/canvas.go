// Package canvas knows what SageMaker Canvas needs of a snapshot under an
// edition of the AWS page, and works out whether it gets it: which key each
// setting means, which roles are in play, and for every need the request that
// AWS would see and its decision. It says what is; rules say what is wrong.
//
// Its files go by what they are about: user_ and job_ are who uses Canvas and with
// which settings, key_ which key a setting means, need_ what Canvas must be able to
// do, decide_ the request that AWS would see and the policies that have a say,
// fault_ what stands in the way, fix_ the smallest change, and readiness_ the
// verdict for each profile.
package canvas

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Facts is all that was worked out.
type Facts struct {
	Guide    string
	Users    []*User // every profile, or the domain's defaults where it has none
	Keys     []*KeyUse
	Roles    []*RoleUse
	Broad    []*BroadStatement
	Needs    []*Need
	Wildcard []*WildcardReads
	Jobs     []*JobUse
	// Admission are the roles that may not start AutoML jobs without a key.
	Admission []*Admission
	// Faults are what rules object to in policies.
	Faults []*Fault
	// DefaultKeys are what the default SSE-KMS keys of buckets mean.
	DefaultKeys []*DefaultKey
	// Problems are settings that could not be understood, and so not checked.
	Problems []source.Problem
	// Remarks are notes on what the answers leave out.
	Remarks []finding.Remark
	// Scope counts the domains that were checked.
	Scope finding.Scope
	// leftAt and expectedAt are where the problems of the scope stand.
	leftAt, expectedAt source.Span
	about              func(account string) bool // what is summed up
	// Commands are the commands that save documents which are missing, by their names.
	Commands map[string]string
	// Decisions counts the answers to the actions of Needs.
	Allowed, Denied, Unknown int

	missing map[string]bool // roles that are proven not to exist, by ARN
	// bucketKeys are what the default SSE-KMS keys of Canvas buckets mean to the
	// accounts that work in them, by bucket.
	bucketKeys map[string][]*KeyUse
	// keysAt are Keys by where the setting stands: each user looks there.
	keysAt map[source.Node][]*KeyUse
}

// worker carries what every step needs.
type worker struct {
	snapshot *snapshot.Snapshot
	config   config.Config
	facts    *Facts
	// answers are those that were given; nil to decide each question anew.
	answers map[question]access.Result
	// asked is the request at hand.
	asked    access.Request
	contexts contexts
	actions  map[finding.Purpose][]action
	needs    map[needID]*Need
	roles    map[roleID]*RoleUse
	imports  map[importID][]*Need
	reach    *reach
	wildcard map[string]*WildcardReads // by role
	broad    map[string][]*BroadStatement
	// layers by role ARN, and by account for organization policies.
	identity map[string]access.Layer
	scps     map[string][]access.Level
	rcps     map[string][]access.Level
	grants   map[*snapshot.Key][]access.Grant
	managed  *managedPolicies
	standard map[string]*snapshot.Policy // the key policies that leave all to IAM, by their principal
	// byText finds the policy that a text is of, among those that have a file.
	byText     map[*iam.Text]*snapshot.Policy
	conditions map[faultID]*Fault
	proposed   map[proposal]string // statements of fixes
	catalog    *catalog
	missing    map[string][]snapshot.Missing // what an export could not read, by resource
	why        map[string]string             // a document was not given, by the document's name
}

// Work derives all facts. It does no I/O.
func Work(s *snapshot.Snapshot, c config.Config) *Facts { return WorkFor(s, c, nil) }

// WorkFor is Work where what is summed up is about some of the accounts only; nil is
// all of them.
func WorkFor(s *snapshot.Snapshot, c config.Config, about func(account string) bool) *Facts {
	w := newWorker(s, c)
	if w.facts.about = about; about == nil {
		w.facts.about = func(string) bool { return true }
	}
	w.work()
	return w.facts
}

func newWorker(s *snapshot.Snapshot, c config.Config) *worker {
	return &worker{
		snapshot: s, config: c,
		facts:   &Facts{Guide: c.Guide, Commands: map[string]string{}, bucketKeys: map[string][]*KeyUse{}, missing: map[string]bool{}, keysAt: map[source.Node][]*KeyUse{}},
		answers: map[question]access.Result{}, contexts: newContexts(),
		actions: map[finding.Purpose][]action{}, needs: map[needID]*Need{}, imports: map[importID][]*Need{}, wildcard: map[string]*WildcardReads{}, broad: map[string][]*BroadStatement{}, roles: map[roleID]*RoleUse{},
		identity: map[string]access.Layer{}, scps: map[string][]access.Level{}, rcps: map[string][]access.Level{}, grants: map[*snapshot.Key][]access.Grant{},
		managed: &managedPolicies{of: map[string]*snapshot.Policy{}}, byText: map[*iam.Text]*snapshot.Policy{}, standard: map[string]*snapshot.Policy{}, conditions: map[faultID]*Fault{}, proposed: map[proposal]string{},
	}
}

func (w *worker) work() {
	s := w.snapshot
	for _, policy := range s.Policies {
		w.byText[policy.Text] = policy
	}
	for _, domain := range s.Domains {
		w.users(domain)
	}
	for _, user := range w.facts.Users {
		if user.InScope {
			w.keyUses(user)
			w.bucketKey(user)
			w.roleUses(user)
		}
	}
	w.allNeeds()
	w.jobs()
	w.broadUsers()
	w.admissions()
	w.settle()
	w.faults()
	w.sharedByTag()
	w.defaultKeys()
	w.uncheckedDomains()
	w.notes()
	w.release()
}

// release lets go of what allowed needs were answered with: of thousands of
// roles most are, and nothing asks for the policies of those again.
func (w *worker) release() {
	for _, need := range w.facts.Needs {
		if !slices.ContainsFunc(need.Actions, func(a *Action) bool { return a.Result != access.Allowed }) {
			need.policies, need.bare = nil, nil
		}
	}
}

// notes says what was taken for not being there.
func (w *worker) notes() {
	s := w.snapshot
	if len(s.Domains) == 0 {
		w.remark(finding.NoDomain, finding.NoDomainText, "")
		w.noteUnread()
		return
	}
	w.noteOutOfScope()
	if (s.Organization == nil || !s.Organization.Lists(snapshot.ServiceControl) && len(s.Organization.Enabled) == 0 && !s.Organization.Demanded) && !s.IsNotFound("organization") {
		w.remark(finding.NoGuardrails, "Organization policies were not exported: they count as none", w.because("DescribeOrganization", "ListParents", "ListPoliciesForTarget"))
	}
	if slices.ContainsFunc(w.facts.Needs, func(n *Need) bool { return w.facts.about(n.Domain.Account) && n.LacksGrants() }) {
		w.remark(finding.NoGrants, "The grants of some keys were not exported: they count as none, and a grant could still allow what is reported as denied", w.because("ListGrants"))
	}
	for _, domain := range s.Domains {
		if w.facts.about(domain.Account) && domain.Network.Value == "VpcOnly" && w.endpoint(domain) == nil {
			w.remark(finding.NoEndpoint, "The S3 endpoint policy of the VpcOnly domain "+domain.ID+" was not exported: it counts as none", w.because("DescribeVpcEndpoints"))
		}
	}
	w.noteUnread()
}

// remark adds a note; what has a reason ends behind it.
func (w *worker) remark(rank finding.RemarkRank, text, because string) {
	r := finding.Remark{Rank: rank, Text: text, Because: because}
	if !strings.HasSuffix(text, ".") {
		r.Tail = "."
	}
	w.facts.Remarks = append(w.facts.Remarks, r)
}

// Place is a setting that a finding can stand at.
type Place struct {
	Node source.Node
	// What names the setting in a sentence: "the domain's KmsKeyId".
	What string
}

// settingPlace points at a setting's value, or where it is unset at the object
// that lacks it.
func settingPlace(s snapshot.Setting, what string) Place {
	return Place{Node: s.Node, What: what}
}
