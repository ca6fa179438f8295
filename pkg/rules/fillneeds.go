package rules

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Of thousands of profiles nearly all get what they need. A rule that looks at
// needs in which something is wrong asks for these alone; where every rule does, the
// others are not built.
const (
	allNeeds     = "needs"
	lackingNeeds = "needs.lacking"
)

// lacks reports whether a rule could object to a need: an action is not allowed, or
// IAM policies alone allow it.
func lacks(need *canvas.Need) bool {
	return need.ViaIAM || slices.ContainsFunc(need.Actions, func(a *canvas.Action) bool { return a.Result != access.Allowed })
}

func (b *builder) needs(chosen func(*canvas.Need) bool) []NeedInput {
	list := []NeedInput{}
	for _, need := range b.facts.Needs {
		if !chosen(need) {
			continue
		}
		n := NeedInput{
			At: b.anchor(placeOf(need)), What: need.Place.What, Purpose: need.Purpose, Role: need.Role, Resource: need.Resource,
			Kind: need.Kind, Service: need.Service,
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
			n.Actions = append(n.Actions, b.action(need, a))
		}
		list = append(list, n)
	}
	return list
}

// placeOf gives the setting that makes a need; where a format has no place for it,
// the domain.
func placeOf(need *canvas.Need) source.Node {
	if need.Place.Node.Span().IsZero() {
		return need.Domain.Node
	}
	return need.Place.Node
}

// encryption tells the key that is used for writing to a Canvas bucket, of the
// first user who may not write with it.
func (b *builder) encryption(need *canvas.Need) string {
	if need.Purpose != finding.Bucket {
		return ""
	}
	users := need.Users
	for _, a := range need.Actions {
		if a.Group == canvas.Write && len(a.Users) > 0 {
			users = a.Users
		}
	}
	if len(users) == 0 {
		return ""
	}
	if use := b.facts.StorageKeyOf(users[0]); use != nil {
		return use.Setting.Value
	}
	if use := users[0].BucketKey; use != nil {
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
	if need.Purpose != finding.Storage && need.Purpose != finding.Output && need.Purpose != finding.Helper || need.BucketName != "" {
		return ""
	}
	for _, user := range need.Users {
		if !user.StorageKeys[0].Sharing {
			return ""
		}
	}
	return config.Guide2022
}

func (b *builder) action(need *canvas.Need, a *canvas.Action) ActionInput {
	input := ActionInput{
		Action: a.Name, Group: a.Group, Lack: a.Lack, Verdict: verdict(a.Result), Missing: a.Missing,
		Causes: b.causes(a.Name, a.Reasons), Profiles: names(a.Users), ViaService: a.ViaService,
		Matters: need.Matters(a),
	}
	if input.Missing == nil {
		input.Missing = []string{}
	}
	if a.Result == access.Allowed {
		input.Causes = []CauseInput{}
	}
	if len(a.Users) < len(need.Users) {
		for i := range input.Causes {
			input.Causes[i].Profiles = names(a.Users)
		}
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
		if c.DemandsKey {
			c.Demanded = canvas.DemandedKey(reason)
		}
		if reason.Cause == access.DocumentMissing {
			c.Missing, c.Command = reason.Policy, b.facts.Commands[reason.Policy]
		}
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
			Output:  b.keyUse(use.Output), Volume: b.keyUse(use.Volume), User: jobUser(use), Lacks: b.lacks(use),
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
