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

// obstacles are the faults that stand in the way of what Canvas needs.
func (b *builder) obstacles() []FaultInput {
	list := []FaultInput{}
	for _, fault := range b.facts.Faults {
		f := FaultInput{
			At: b.anchor(fault.Node), Kind: fault.Kind, Subject: ownerSubject(fault.Policy), Document: document(fault.Policy),
			PolicyKind: fault.Policy.Kind.String(), Text: fault.Text, Actions: texts(fault.Actions), Roles: texts(fault.Roles), Services: texts(fault.Services),
			Keys: []string{}, Buckets: []string{}, Severity: fault.Severity, Doubt: fault.Doubt, BucketKey: fault.BucketKey, Related: []NoteInput{},
		}
		if s := fault.Statement; s != nil {
			f.Sid, f.Number, f.Effect, f.NoHeader = s.Sid, s.Index+1, s.Effect.String(), s.AsksNoHeader()
		}
		if len(fault.Roles) == 1 && fault.Statement != nil {
			f.Subject.Principal = fault.Roles[0]
		}
		for i, need := range fault.Needs {
			b.relate(&f, need)
			if i > 0 && need.Domain != fault.Needs[0].Domain {
				f.Subject.Domain = "" // it is about several
			}
		}
		if fault.Kind == canvas.FaultViaService || fault.Kind == canvas.FaultContext {
			f.OnlyGuide = guideOf(fault)
		}
		list = append(list, f)
	}
	return list
}

// guideOf names the edition that alone has the needs that a fault stands in the
// way of, "" where both have one of them.
func guideOf(fault *canvas.Fault) string {
	guide := ""
	for i, need := range fault.Needs {
		own := onlyGuide(need)
		switch {
		case need.Purpose == finding.TimeSeries:
			own = config.GuideCurrent
		case !slices.ContainsFunc(need.Actions, func(a *canvas.Action) bool {
			return a.Group != canvas.Extra && slices.Contains(fault.Actions, a.Name)
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

// relate names the need that a fault stands in the way of, and where its own
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

// wildcardReads are the roles that read encrypted buckets through a wildcard, and
// may not be able to use their keys.
func (b *builder) wildcardReads() []FaultInput {
	var list []FaultInput
	for _, reads := range b.facts.Wildcard {
		users := reads.Users()
		f := FaultInput{
			At: b.add(users[0].Role.Node), Kind: "wildcard-read", Roles: []string{reads.Role}, Buckets: []string{},
			Subject: Subject{
				Account: reads.Domain.Account, Region: reads.Domain.Region, Domain: reads.Domain.ID,
				Profiles: names(users), Principal: reads.Role, Purpose: finding.Dataset,
			},
		}
		for _, bucket := range reads.Buckets {
			f.Buckets = append(f.Buckets, bucket.Name)
		}
		list = append(list, f)
	}
	return list
}

// jobsDenied are the roles that may not start a job without a key.
func (b *builder) jobsDenied() []FaultInput {
	var list []FaultInput
	for _, admission := range b.facts.Admission {
		list = append(list, FaultInput{
			At: b.anchor(statusNode(admission.User.TimeSeries)), Kind: "job-without-key-denied", Roles: []string{admission.User.Role.Value},
			Subject: subjectOf(admission.User, finding.TimeSeries),
			Causes:  b.causes("sagemaker:CreateAutoMLJobV2", admission.Reasons),
		})
	}
	return list
}

// lastPart is the name at the end of an ARN's resource.
func lastPart(resource string) string { return resource[strings.LastIndexAny(resource, "/:")+1:] }
