package rules

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// flaws are the faults that stand in the way of what Canvas needs.
func (b *builder) flaws() []FaultInput {
	list := []FaultInput{}
	for _, flaw := range b.facts.Flaws {
		f := FaultInput{
			At: b.anchor(flaw.Node), Kind: flaw.Kind, Subject: ownerSubject(flaw.Policy), Document: document(flaw.Policy),
			PolicyKind: flaw.Policy.Kind.String(), Text: flaw.Text, Actions: texts(flaw.Actions), Roles: texts(flaw.Roles), Services: texts(flaw.Services),
			Keys: []string{}, Buckets: []string{}, Severity: flaw.Severity, Doubt: flaw.Doubt, BucketKey: flaw.BucketKey, Related: []NoteInput{},
		}
		if s := flaw.Statement; s != nil {
			f.Sid, f.Number, f.Effect, f.NoHeader = s.Sid, s.Index+1, s.Effect.String(), s.AsksNoHeader()
		}
		if len(flaw.Roles) == 1 {
			f.Subject.Principal = flaw.Roles[0]
		}
		for i, need := range flaw.Needs {
			b.relate(&f, need)
			if i > 0 && need.Domain != flaw.Needs[0].Domain {
				f.Subject.Domain = "" // it is about several
			}
		}
		if flaw.Kind == canvas.FlawViaService || flaw.Kind == canvas.FlawContext {
			f.OnlyGuide = guideOf(flaw)
		}
		list = append(list, f)
	}
	return list
}

// guideOf names the edition that alone has the needs that a flaw stands in the
// way of, "" where both have one of them.
func guideOf(flaw *canvas.Flaw) string {
	guide := ""
	for i, need := range flaw.Needs {
		own := onlyGuide(need)
		switch {
		case need.Purpose == finding.TimeSeries:
			own = config.GuideCurrent
		case !slices.ContainsFunc(need.Actions, func(a *canvas.Action) bool {
			return a.Group != canvas.Extra && slices.Contains(flaw.Actions, a.Name)
		}):
			own = config.Guide2022
		}
		if i > 0 && own != guide {
			return ""
		}
		guide = own
	}
	return guide
}

// relate names the need that a flaw stands in the way of, and where its own
// finding stands.
func (b *builder) relate(f *FaultInput, need *canvas.Need) {
	if need.Purpose != finding.Bucket && !slices.Contains(f.Keys, need.Resource) {
		f.Keys = append(f.Keys, need.Resource)
	}
	for _, user := range need.Users {
		name := user.Bucket.Name
		if need.BucketName != "" {
			name = need.BucketName
		}
		if need.Purpose != finding.App && !slices.Contains(f.Buckets, name) {
			f.Buckets = append(f.Buckets, name)
		}
	}
	if f.Subject.Domain == "" && len(f.Related) == 0 {
		f.Subject.Account, f.Subject.Region, f.Subject.Domain = need.Domain.Account, need.Domain.Region, need.Domain.ID
	}
	for _, name := range names(need.Users) {
		if !slices.Contains(f.Subject.Profiles, name) {
			f.Subject.Profiles = append(f.Subject.Profiles, name)
		}
	}
	note := NoteInput{At: b.anchor(need.Place.Node), Message: need.Place.What + ": what the role lacks there"}
	for _, known := range f.Related {
		if b.node(known.At) == b.node(note.At) {
			return
		}
	}
	f.Related = append(f.Related, note)
}

func texts(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// document names a policy in a sentence.
func document(policy *snapshot.Policy) string {
	arn, ok := iam.ParseARN(policy.Owner)
	switch {
	case !ok:
		return "the policy " + policy.Name
	case policy.Kind == iam.KeyPolicy:
		return "the policy of the key " + lastPart(arn.Resource)
	case policy.Kind == iam.BucketPolicy:
		return "the policy of the bucket " + arn.Resource
	case policy.Kind == iam.TrustPolicy:
		return "the trust policy of the role " + lastPart(arn.Resource)
	case policy.Owner == policy.Name:
		return "the policy " + lastPart(arn.Resource)
	}
	return "the policy " + policy.Name + " of the role " + lastPart(arn.Resource)
}

// keyTraits are faults of keys themselves.
func (b *builder) keyTraits() []FaultInput {
	var list []FaultInput
	for _, trait := range b.facts.KeyTraits {
		list = append(list, FaultInput{
			At: b.add(trait.Node), Kind: trait.Kind, Roles: texts(trait.Roles),
			Subject: Subject{Account: trait.Key.Account, Region: trait.Key.Region, Resource: trait.Key.ARN},
		})
	}
	return list
}

func (b *builder) bucketRegions() []BucketRegionInput {
	list := []BucketRegionInput{}
	for _, use := range b.facts.BucketRegions {
		subject := subjectOf(use.Users[0], finding.Bucket)
		subject.Principal, subject.Resource, subject.Profiles = "", use.Bucket.ARN, names(use.Users)
		list = append(list, BucketRegionInput{
			At: b.anchor(use.Place.Node), What: use.Place.What, Bucket: use.Bucket.Name, Region: use.Bucket.Region, Subject: subject,
		})
	}
	return list
}

func (b *builder) defaultKeys() []DefaultKeyInput {
	list := []DefaultKeyInput{}
	for _, d := range b.facts.DefaultKeys {
		list = append(list, DefaultKeyInput{Bucket: d.Bucket.Name, Region: d.Bucket.Region, Key: b.keyUse(d.Use)})
	}
	return list
}

// lastPart is the name at the end of an ARN's resource.
func lastPart(resource string) string { return resource[strings.LastIndexAny(resource, "/:")+1:] }
