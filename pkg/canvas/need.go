package canvas

import (
	"crypto/sha256"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// needID is what a finding is about: one domain, role, key or bucket, purpose.
type needID struct {
	domain   *snapshot.Domain
	role     string
	resource string
	purpose  finding.Purpose
	// maybe tells a need that may not be one from a sure one of the same key.
	maybe bool
}

// Need is what one role of one domain must be able to do with one key or bucket.
type Need struct {
	Domain  *snapshot.Domain
	Role    string // ARN
	Purpose finding.Purpose
	// Resource is the key's or bucket's ARN.
	Resource string
	Key      *snapshot.Key
	Bucket   *snapshot.Bucket
	// BucketName is set for purposes bucket and dataset, and for the bucket of a helper.
	BucketName string
	// Service is set where the need is that a service can assume the role:
	// "sagemaker.amazonaws.com". Resource is then the role.
	Service string
	// Kind says whose role it is, where it may be a helper's.
	Kind  RoleKind
	Users []*User
	// Place is where the setting stands, Others are further settings.
	Place  Place
	Others []Place
	// Maybe marks a need that may not be one: the bucket's default key, or one
	// of two readings. Its lack is unknown, never a denial.
	Maybe string
	// Meant marks a dataset bucket that the user or a statement names.
	Meant   bool
	Actions []*Action
	// ViaIAM is set where only the identity policies open the key.
	ViaIAM bool
	// OnlyInGuide names the edition under which alone a write to the bucket is
	// denied, because only that edition takes the key in use from there.
	OnlyInGuide string
	// Fixes are the smallest changes, by the group of actions they settle.
	Fixes map[Group]*finding.Fix
	// Additions are the statements of Fixes.
	Additions []Addition

	// point is the access point that the calls take, nil for none; other is its ARN, or
	// the bucket's where Resource is the access point.
	point *snapshot.AccessPoint
	other string

	policies *access.Policies
	bare     *access.Policies     // policies without those of the role's identity
	places   map[source.Node]bool // of Place and Others
	viaIAM   bool                 // an action is allowed by the identity policies alone
	viaKey   bool                 // an action is allowed without them
	// deniedAnyway is set where both editions of the page have a write denied.
	deniedAnyway bool
}

// Action is one action of a need with its answer.
type Action struct {
	Name   string
	Group  Group
	Lack   finding.Severity
	Result access.Result
	// Reasons are why it is not allowed, of all users who have this answer.
	Reasons []access.Reason
	Missing []string
	// Services are the candidates whose call fails, where some do not.
	Services []string
	// ViaService is set where it is unknown only because some of the candidates
	// are let in by kms:ViaService and some are not.
	ViaService bool
	Users      []*User // for whom it is not allowed

	failures  []failure
	results   map[*User]access.Result // of failures
	explained map[[sha256.Size]byte]bool
}

// need gives the need of an id, made at its first mention; every user who
// shares it is noted.
func (w *worker) need(id needID, user *User, place Place) *Need {
	need := w.needs[id]
	if need == nil {
		need = &Need{Domain: id.domain, Role: id.role, Purpose: id.purpose, Resource: id.resource, Place: place}
		w.needs[id] = need
		w.facts.Needs = append(w.facts.Needs, need)
	}
	if last := len(need.Users) - 1; last < 0 || need.Users[last] != user {
		need.Users = append(need.Users, user)
	}
	if place.Node == need.Place.Node {
		return need
	}
	if need.places == nil {
		need.places = map[source.Node]bool{need.Place.Node: true}
	}
	switch {
	case need.places[place.Node]:
	case ofDomain(place, id.domain) && !ofDomain(need.Place, id.domain):
		need.Others = append(need.Others, need.Place)
		need.Place = place
	default:
		need.Others = append(need.Others, place)
	}
	need.places[place.Node] = true
	return need
}

// ofDomain reports whether a setting stands in the domain's own description.
func ofDomain(place Place, domain *snapshot.Domain) bool {
	return place.Node.Document() == domain.Node.Document() && place.Node.Exists()
}

func worse(a, b access.Result) bool { return rank(a) > rank(b) }

func rank(r access.Result) int {
	switch r {
	case access.Allowed:
		return 0
	case access.Unknown:
		return 1
	}
	return 2
}

// isOfCanvasBucket reports whether the need is one of the bucket that Canvas
// writes to, where the profile's name is part of every object's.
func (n *Need) isOfCanvasBucket() bool { return n.BucketName != "" && n.Purpose != finding.Dataset }

// LacksGrants reports whether the grants of the key were not exported.
func (n *Need) LacksGrants() bool {
	return strings.Contains(n.Resource, ":key/") && (n.Key == nil || !n.Key.GrantsKnown)
}

// iamAlone reports whether key and role are of one account, where the key
// policy could do without the identity policies.
func iamAlone(n *Need) bool { return iam.AccountOf(n.Role) == n.Key.Account }

// short gives the last part of an ARN's resource.
func short(arn string) string { return arn[strings.LastIndexAny(arn, "/:")+1:] }
