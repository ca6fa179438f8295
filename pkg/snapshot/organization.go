package snapshot

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// The kinds of an organization's policies that decide access.
const (
	ServiceControl  = "SERVICE_CONTROL_POLICY"
	ResourceControl = "RESOURCE_CONTROL_POLICY"
)

// Organization is what AWS Organizations was asked.
type Organization struct {
	Node       source.Node
	ID         string
	Management string // account id
	Policies   map[string]*ControlPolicy
	Targets    []Target
	// Attachments are what a policy is attached to, as the policy's own list or
	// someone's code has it.
	Attachments []PolicyAttachment
	// Enabled says of a kind of policy whether the root has it enabled; a kind
	// that is missing is unknown.
	Enabled map[string]bool
	// Demanded says that the export was to hold all of it: what is missing is
	// unknown, and does not count as none.
	Demanded bool
}

// ControlPolicy is an SCP or RCP.
type ControlPolicy struct {
	Node     source.Node
	ID, Type string
	Policy   *Policy // nil: only its name was listed
	// TargetsKnown says that all that it is attached to is among the attachments.
	TargetsKnown bool
}

// Name is what messages call the policy.
func (p *ControlPolicy) Name() string {
	if p.Policy != nil {
		return p.Policy.Name
	}
	return p.ID
}

// Target is a root, organizational unit or account with the policies attached to it.
type Target struct {
	Node source.Node
	ID   string
	// Path leads from the root down to the target itself. Whole is false where
	// what is above its first step is not known.
	Path     []string
	Whole    bool
	Policies []TargetPolicy
	// Listed are the kinds of which all attached policies are known.
	Listed map[string]bool
}

// Type is the kind of target as AWS Organizations names it, told by the form of
// its id.
func (t *Target) Type() string {
	switch {
	case strings.HasPrefix(t.ID, "r-"):
		return "ROOT"
	case strings.HasPrefix(t.ID, "ou-"):
		return "ORGANIZATIONAL_UNIT"
	}
	return "ACCOUNT"
}

// TargetPolicy is a policy that is attached to a target.
type TargetPolicy struct {
	ID string
	// Guards say when it is attached: empty, as nearly always, for sure.
	Guards iam.Guards
}

// PolicyAttachment is one thing that a policy is attached to.
type PolicyAttachment struct {
	Node   source.Node
	Policy string
	// Target is the id of a root, unit or account; "" or a stand-in where it is
	// not known.
	Target string
	// Guards say when it is attached: empty, as nearly always, for sure.
	Guards iam.Guards
}

// Target gives the target of an id, nil for one of which nothing is known.
func (o *Organization) Target(id string) *Target {
	for i := range o.Targets {
		if o.Targets[i].ID == id {
			return &o.Targets[i]
		}
	}
	return nil
}

// Lists reports whether the policies of a kind were listed for any target.
func (o *Organization) Lists(kind string) bool {
	for i := range o.Targets {
		if o.Targets[i].Listed[kind] {
			return true
		}
	}
	return false
}

// IsOff reports whether no policy of a kind has a say in the organization: the
// root does not have the kind enabled, or no target has any and none was
// written. Where service control policies are enabled, each target has at least one
// (https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html).
func (o *Organization) IsOff(kind string) bool {
	if enabled, told := o.Enabled[kind]; told {
		return !enabled
	}
	if !o.Lists(kind) || len(o.Attachments) > 0 {
		return false
	}
	for id, policy := range o.Policies {
		if policy.Type == kind && id != FullAccess(kind) {
			return false
		}
	}
	for i := range o.Targets {
		for _, attached := range o.Targets[i].Policies {
			if o.IsOf(attached.ID, kind) {
				return false
			}
		}
	}
	return true
}

// IsOf reports whether a policy is, or may be, of a kind.
func (o *Organization) IsOf(id, kind string) bool {
	if p := o.Policies[id]; p != nil {
		return p.Type == kind
	}
	switch id {
	case FullAccess(ServiceControl):
		return kind == ServiceControl
	case FullAccess(ResourceControl):
		return kind == ResourceControl
	}
	return true
}

// FullAccess is the id of the policy of a kind that AWS attaches by itself.
func FullAccess(kind string) string {
	if kind == ResourceControl {
		return "p-RCPFullAWSAccess"
	}
	return "p-FullAWSAccess"
}

// IsAccountID reports whether the id of a target is that of an account, not of
// a root or an organizational unit.
func IsAccountID(id string) bool { return len(id) == 12 && strings.Trim(id, "0123456789") == "" }
