package diff

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// concern is whose access a change of a resource's policy can bear on.
type concern struct {
	everyone bool
	names    map[string]bool // principals as questions name them
	accounts map[string]bool // of which every principal is concerned
}

// concerns looks at the statements that only one side's policy of a resource has:
// whom none of them names has the access that he had. Where anything but the
// policy differs, or it is not one for sure, everyone is concerned.
func (d *comparison) concerns(resource string) concern {
	c := concern{names: map[string]bool{}, accounts: map[string]bool{}}
	before, after := d.old.policies[resource], d.new.policies[resource]
	if d.old.rests[resource] != d.new.rests[resource] || !isSure(before) || !isSure(after) || before.Policy().Version != after.Policy().Version {
		c.everyone = true
		return c
	}
	c.add(before, after)
	c.add(after, before)
	return c
}

// isSure reports whether a policy is there, whole, and no other one in its place.
func isSure(p *snapshot.Policy) bool {
	return p != nil && len(p.Others) == 0 && len(p.Guards) == 0 && p.Unread == "" && len(p.Policy().Faults) == 0
}

// add takes the principals of the statements that another policy does not have.
func (c *concern) add(p, other *snapshot.Policy) {
	known := map[uint64]bool{}
	for _, s := range other.Policy().Statements {
		known[printOf(s.Node)] = true
	}
	for _, s := range p.Policy().Statements {
		if known[printOf(s.Node)] {
			continue
		}
		if len(s.Principals) == 0 {
			c.everyone = true
		}
		for i := range s.Principals {
			switch principal := &s.Principals[i]; principal.Form {
			case iam.AccountForm:
				c.accounts[principal.Account] = true
			case iam.RoleForm, iam.UserForm, iam.SessionForm, iam.ServiceForm:
				c.names[principal.Value] = true
			default:
				c.everyone = true
			}
			if s.Principals[i].Symbolic || s.Principals[i].HasStandIn() {
				c.everyone = true
			}
		}
	}
}

// is reports whether a principal is concerned. One of a session concerns its role,
// and a role its sessions.
func (c *concern) is(principal string) bool {
	return c.everyone || c.names[principal] || c.accounts[iam.AccountOf(principal)] || strings.Contains(principal, ":assumed-role/") || c.ofSession(principal)
}

func (c *concern) ofSession(principal string) bool {
	name := principal[strings.LastIndexByte(principal, '/')+1:]
	for other := range c.names {
		if strings.Contains(other, ":assumed-role/"+name+"/") {
			return true
		}
	}
	return false
}
