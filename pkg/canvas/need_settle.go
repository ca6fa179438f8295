package canvas

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
)

// settle finishes the needs when all users are known: what rests on IAM alone,
// the fixes, and the counts.
func (w *worker) settle() {
	sure := w.deniedInEveryReading()
	for _, need := range w.facts.Needs {
		if need.Maybe != "" && !sure[need] {
			for _, a := range need.Actions {
				if a.Result.IsDenied() {
					a.Result = access.Unknown
					a.Missing = append(a.Missing, need.Maybe)
				}
			}
		}
		for _, a := range need.Actions {
			switch a.Result {
			case access.Allowed:
				w.facts.Allowed++
			case access.Unknown:
				w.facts.Unknown++
			default:
				w.facts.Denied++
			}
		}
		need.ViaIAM = need.isMetByIAM()
		need.Fixes = w.fixes(need)
	}
}

// deniedInEveryReading finds the uncertain needs of which it does not matter
// which reading is right: each names a key that all its users may not use.
func (w *worker) deniedInEveryReading() map[*Need]bool {
	type subject struct {
		user    *User
		role    string
		purpose finding.Purpose
	}
	denials := map[subject]int{}
	open := func(need *Need) bool {
		return need.Maybe == inheritance && (need.Purpose == finding.Storage || need.Purpose == finding.Helper)
	}
	for _, need := range w.facts.Needs {
		if !open(need) {
			continue
		}
		for _, user := range need.Users {
			if need.isDeniedTo(user) {
				denials[subject{user, need.Role, need.Purpose}]++
			}
		}
	}
	sure := map[*Need]bool{}
	for _, need := range w.facts.Needs {
		if open(need) {
			sure[need] = !slices.ContainsFunc(need.Users, func(user *User) bool { return denials[subject{user, need.Role, need.Purpose}] < 2 })
		}
	}
	return sure
}

// isDeniedTo reports whether an action whose lack is an error is denied to a user.
func (n *Need) isDeniedTo(user *User) bool {
	return slices.ContainsFunc(n.Actions, func(a *Action) bool { return a.Lack == finding.Error && a.resultFor(user).IsDenied() })
}

// isMetByIAM reports whether the need is met by the identity policies alone.
func (n *Need) isMetByIAM() bool {
	return n.viaIAM && !n.viaKey && n.Maybe == "" && !slices.ContainsFunc(n.Actions, func(a *Action) bool { return a.Group == Use && a.Result != access.Allowed })
}
