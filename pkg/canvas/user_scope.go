package canvas

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// inScope decides whether Canvas is in play for a user.
func (w *worker) inScope(user *User, own, inherited snapshot.UserSettings) (bool, string) {
	hidden := own.HiddenApps
	if hidden == nil { // an empty list is a setting of its own
		hidden = inherited.HiddenApps
	}
	settings := own.Canvas.State != snapshot.Unset || inherited.Canvas.State != snapshot.Unset
	page := user.Domain.AppKey.State != snapshot.Unset || own.Sharing.Key.State != snapshot.Unset || inherited.Sharing.Key.State != snapshot.Unset
	user.Trace = settings || page
	switch {
	case !user.Role.IsGiven():
		user.Trace = true
		return false, "neither the profile nor the domain names an execution role"
	case w.config.AllProfiles:
		return true, ""
	case slices.Contains(hidden, "Canvas"):
		return false, "Canvas is hidden in its Studio portal settings"
	case settings || w.hasCanvasPolicy(user.Role.Value):
		return true, ""
	case page && w.config.Guide == config.Guide2022:
		// What the page of 2022 sets up is a key of the domain and a key for
		// sharing; CanvasAppSettings came later.
		return true, ""
	}
	return false, "no Canvas settings, and its role has no AmazonSageMakerCanvas policy"
}

// hasCanvasPolicy reports whether a role has a policy that AWS publishes for
// Canvas, or may have one: policies that were not exported may be any.
func (w *worker) hasCanvasPolicy(arn string) bool {
	role := w.snapshot.Role(arn)
	if role == nil || !role.PoliciesKnown {
		return true
	}
	return slices.ContainsFunc(role.Attached, func(attached snapshot.Attachment) bool {
		parsed, ok := iam.ParseARN(attached.ARN)
		name := parsed.Resource[strings.LastIndex(parsed.Resource, "/")+1:]
		return ok && strings.HasPrefix(name, "AmazonSageMakerCanvas") || w.policy(attached.ARN) == nil
	})
}

// uncheckedDomains counts the domains that were checked. Where domains were read, a
// setting speaks of Canvas, and yet no profile was checked, that is a problem, and
// so is it where fewer domains were checked than the config expects. A domain
// without any trace of Canvas is no problem: it was read, and there is nothing to
// check.
func (w *worker) uncheckedDomains() {
	checked := map[*snapshot.Domain]bool{}
	var left *User
	domains := 0
	for _, domain := range w.snapshot.Domains {
		if w.facts.about(domain.Account) {
			domains++
		}
	}
	for _, user := range w.facts.Users {
		switch {
		case !w.facts.about(user.Domain.Account):
		case user.InScope:
			checked[user.Domain] = true
		case user.Trace && left == nil:
			left = user
		}
	}
	w.facts.expectedAt = w.config.Expect.DomainsAt
	w.facts.Scope = finding.Scope{
		Domains: domains, Checked: len(checked), Advice: w.widen(),
		Expected: w.config.Expect.Domains, ExpectedAt: finding.PlaceOf(w.config.Expect.DomainsAt),
	}
	if left != nil {
		w.facts.leftAt = left.Domain.Node.Get("DomainId").Span()
		at := finding.PlaceOf(w.facts.leftAt)
		w.facts.Scope.Left = &finding.Problem{
			File: at.File, Start: at.Start,
			Message: fmt.Sprintf("no profile of any domain was checked: %s; %s", left.Reason, w.widen()),
		}
	}
}

// widen names the settings that take more profiles in.
func (w *worker) widen() string {
	if w.config.AllProfiles {
		return "add the domain's description and a role to the input"
	}
	advice := "canvas: all in the config takes every profile in"
	if w.config.Guide != config.Guide2022 {
		advice += `, and so does guide: "2022" for a domain with keys and no Canvas settings`
	}
	return advice
}

// noteOutOfScope names the users that were not checked, a few of them, with why.
func (w *worker) noteOutOfScope() {
	var names []string
	for _, user := range w.facts.Users {
		switch {
		case user.InScope || !w.facts.about(user.Domain.Account):
		case user.Name == "":
			names = append(names, "the defaults of "+user.Domain.ID)
		default:
			names = append(names, user.Name+" of "+user.Domain.ID)
		}
	}
	if len(names) == 0 {
		return
	}
	w.facts.Remarks = append(w.facts.Remarks, finding.About(finding.OutOfScope, "Out of scope, and not checked: ", names, " (canvas: all in the config checks everything)."))
}
