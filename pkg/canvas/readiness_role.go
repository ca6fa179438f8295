package canvas

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// namedFor gives the role that a purpose depends on, nil where none is named.
func namedFor(roles []namedRole, purpose finding.Purpose) *namedRole {
	for i := range roles {
		if roles[i].purpose == purpose {
			return &roles[i]
		}
	}
	return nil
}

// withoutTrust gives the needs of a purpose but those that are about a role itself.
func withoutTrust(all []*Need, purpose finding.Purpose) []*Need {
	var needs []*Need
	for _, need := range all {
		if need.Purpose == purpose && need.Service == "" {
			needs = append(needs, need)
		}
	}
	return needs
}

// judgeRole lets a role that is missing, or that its service cannot assume,
// outweigh what its keys and buckets say. Of the purposes that the Canvas role
// serves only the application is said to fail for want of trust: without it
// there is no other.
func (f *Facts) judgeRole(row *finding.Readiness, user *User, named *namedRole, all []*Need) {
	if named == nil {
		return
	}
	if f.missing[named.setting.Value] {
		row.Verdict, row.Reason = finding.NotReady, "the "+string(named.kind)+" role "+named.setting.Value+" does not exist"
		return
	}
	if row.Purpose != named.purpose {
		return
	}
	for _, need := range all {
		if need.Purpose != named.purpose || need.Service == "" {
			continue
		}
		verdict, _ := verdictOf([]*Need{need}, user)
		switch {
		case verdict == finding.NotReady:
			row.Verdict, row.Reason = verdict, "the role does not trust "+need.Service
		case verdict == finding.Unknown && row.Verdict != finding.NotReady:
			row.Verdict, row.Reason = verdict, "it is unknown whether the role trusts "+need.Service
		}
	}
}

// judgeHelper fills in the row of a capability that a helper role serves.
func (f *Facts) judgeHelper(row *finding.Readiness, user *User, named *namedRole, all []*Need) {
	if named == nil {
		row.Verdict, row.Reason = finding.NotChecked, unnamed(row.Purpose, user)
		return
	}
	row.Role, row.Bucket = named.setting.Value, user.Bucket.Name
	var needs []*Need
	if row.Role == user.Role.Value {
		needs = slices.Concat(withoutTrust(all, finding.Storage), withoutTrust(all, finding.Bucket))
	} else {
		needs = slices.DeleteFunc(withoutTrust(all, finding.Helper), func(need *Need) bool { return need.Role != row.Role })
	}
	for _, need := range needs {
		if !need.isOfCanvasBucket() {
			row.Key = need.Resource
		}
	}
	switch key := f.StorageKeyOf(user); {
	case !isRoleARN(row.Role):
		row.Verdict, row.Reason = finding.Unknown, "its role could not be checked"
	default:
		row.Verdict, row.Reason = verdictOf(needs, user)
		if key != nil && row.Key == "" && row.Verdict != finding.NotReady {
			if verdict, reason := f.keyless(key, ""); verdict == finding.NotReady {
				row.Verdict, row.Reason = verdict, reason
			}
		}
	}
	f.judgeRole(row, user, named, all)
}

// canvasHidden is why settings of Canvas were not checked.
const canvasHidden = "this format cannot show the settings of Canvas"

// canvasHidden reports whether the format of the profile, or of its domain,
// cannot show the settings of Canvas: what is missing may be set anyway.
func (u *User) canvasHidden() bool {
	return u.Domain.Settings.Canvas.State == snapshot.NotVisible || u.Profile != nil && u.Profile.Settings.Canvas.State == snapshot.NotVisible
}

// unnamed says why a capability was not checked.
func unnamed(purpose finding.Purpose, user *User) string {
	switch {
	case user.canvasHidden():
		return canvasHidden
	case purpose == finding.GenerativeAI:
		return "no Bedrock role is named"
	case user.EMR.Status.Value == "DISABLED":
		return "large data processing is DISABLED"
	}
	return "no EMR Serverless role is named"
}
