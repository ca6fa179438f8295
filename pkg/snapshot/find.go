package snapshot

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// index finds resources by their names; an account has thousands of roles.
type index struct {
	keys    map[string]*Key
	roles   map[string]*Role
	buckets map[string]*Bucket
	named   map[roleName]*Role
}

// roleName is what a session says about its role: not the path.
type roleName struct{ account, name string }

// lookup makes the index at the first question, when loading is over.
func (s *Snapshot) lookup() *index {
	s.once.Do(func() {
		s.index = index{map[string]*Key{}, map[string]*Role{}, map[string]*Bucket{}, map[roleName]*Role{}}
		for _, key := range s.Keys {
			s.index.keys[key.ARN] = key
		}
		for _, role := range s.Roles {
			s.index.roles[role.ARN], s.index.named[roleName{role.Account, role.Name}] = role, role
		}
		for _, bucket := range s.Buckets {
			s.index.buckets[bucket.Name] = bucket
		}
	})
	return &s.index
}

// Key gives the key of an ARN, nil if it is not in the snapshot.
func (s *Snapshot) Key(arn string) *Key {
	return s.lookup().keys[arn]
}

// Role gives the role of an ARN, nil if it is not in the snapshot.
func (s *Snapshot) Role(arn string) *Role {
	return s.lookup().roles[arn]
}

// RoleNamed gives the role of a name in an account, nil if it is not in the
// snapshot. Names are unique within an account, whatever their paths.
func (s *Snapshot) RoleNamed(account, name string) *Role {
	return s.lookup().named[roleName{account, name}]
}

// Bucket gives the bucket of a name, nil if nothing of it was read. Names are
// unique within a partition, so the name alone identifies a bucket.
func (s *Snapshot) Bucket(name string) *Bucket {
	return s.lookup().buckets[name]
}

// AccessPoint gives the access point that a name means, nil if it is not in the
// snapshot.
func (s *Snapshot) AccessPoint(name PointName) *AccessPoint {
	for _, point := range s.AccessPoints {
		if name.ARN != "" && point.ARN == name.ARN || name.Alias != "" && point.Alias == name.Alias {
			return point
		}
	}
	return nil
}

// Domain gives the domain of an account, Region and id; empty account and
// Region match any.
func (s *Snapshot) Domain(account, region, id string) *Domain {
	for _, domain := range s.Domains {
		if domain.ID == id && (account == "" || domain.Account == account) && (region == "" || domain.Region == region) {
			return domain
		}
	}
	return nil
}

// IsComplete reports whether a list is known to be complete: "iam/roles" of an
// account, "kms/keys" of an account and Region.
func (s *Snapshot) IsComplete(account, region, list string) bool {
	if region == "" {
		return s.Complete[account+"/"+list]
	}
	return s.Complete[account+"/"+region+"/"+list]
}

// IsNotFound reports whether an export recorded that AWS has no such resource.
func (s *Snapshot) IsNotFound(resource string) bool {
	for _, missing := range s.Missing {
		if missing.Reason == "not-found" && missing.Resource != "" && missing.Resource == resource {
			return true
		}
	}
	return false
}

// Form is the spelling of a key identifier.
type Form string

// The four spellings KMS takes, Unseen for a stand-in that may be any of them,
// and Malformed for anything else
// (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id).
const (
	KeyID     Form = "key id"
	KeyARN    Form = "key ARN"
	AliasName Form = "alias"
	AliasARN  Form = "alias ARN"
	Unseen    Form = "known once deployed"
	Malformed Form = "malformed"
)

// KeyName is a key identifier taken apart.
type KeyName struct {
	Form                       Form
	Partition, Account, Region string // of an ARN
	ID                         string // key id, or alias name with its "alias/"
}

// ParseKeyName takes a key identifier apart. Key ids are the UUID form or the
// mrk- form of multi-Region keys, or the identity of a template's key; account,
// Region and partition of an ARN may be stand-ins. Any other text that holds
// unknown text is Unseen: the whole may still be any of the spellings.
func ParseKeyName(text string) KeyName {
	name := parseKeyName(text)
	if name.Form == Malformed && iam.HasUnknown(text) {
		name.Form = Unseen
	}
	return name
}

func parseKeyName(text string) KeyName {
	if strings.HasPrefix(text, "alias/") && len(text) > len("alias/") && isAliasText(text) {
		return KeyName{Form: AliasName, ID: text}
	}
	if isKeyID(text) || isIdentity(text) {
		return KeyName{Form: KeyID, ID: text}
	}
	arn, ok := iam.ParseARN(text)
	// The AWS page's example ARN is of "example-region-1": no one has a key there.
	if !ok || arn.Service != "kms" || arn.Region == "" || strings.HasPrefix(arn.Region, "example-region") || !isAccount(arn.Account) || !strings.HasPrefix(arn.Partition, "aws") && !iam.IsStandIn(arn.Partition) {
		return KeyName{Form: Malformed}
	}
	name := KeyName{Partition: arn.Partition, Account: arn.Account, Region: arn.Region}
	if id, ok := strings.CutPrefix(arn.Resource, "key/"); ok && (isKeyID(id) || iam.IsStandIn(id)) {
		name.Form, name.ID = KeyARN, id
		return name
	}
	if strings.HasPrefix(arn.Resource, "alias/") && len(arn.Resource) > len("alias/") && isAliasText(arn.Resource) {
		name.Form, name.ID = AliasARN, arn.Resource
		return name
	}
	return KeyName{Form: Malformed}
}

// isIdentity reports whether a text is the identity of one resource.
func isIdentity(text string) bool { return iam.IsStandIn(text) && !iam.HasUnknown(text) }

func isAccount(text string) bool {
	if iam.IsStandIn(text) {
		return true
	}
	if len(text) != 12 {
		return false
	}
	return strings.Trim(text, "0123456789") == ""
}

func isAliasText(text string) bool {
	if iam.HasStandIn(text) {
		return true // what else stands there may be part of what KMS takes
	}
	for _, c := range []byte(text) {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '/', c == '_', c == '-':
		default:
			return false
		}
	}
	return true
}

// isKeyID accepts the UUID of a single-Region key and mrk- with 32 digits.
// Hexadecimal is not demanded: documentation and emulators use other letters,
// and whether such a key exists is another question.
func isKeyID(text string) bool {
	if digits, ok := strings.CutPrefix(text, "mrk-"); ok {
		return len(digits) == 32 && isAlphanumeric(digits)
	}
	groups := strings.Split(text, "-")
	if len(groups) != 5 {
		return false
	}
	for i, length := range []int{8, 4, 4, 4, 12} {
		if len(groups[i]) != length || !isAlphanumeric(groups[i]) {
			return false
		}
	}
	return true
}

func isAlphanumeric(text string) bool {
	for _, c := range []byte(text) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9') {
			return false
		}
	}
	return true
}
