package canvas

import (
	"slices"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Readiness gives a row for every user and purpose, judged by the decisions
// alone; findings of errors make more of them not ready.
func (f *Facts) Readiness() []finding.Readiness {
	needs := map[*User][]*Need{}
	for _, need := range f.Needs {
		for _, user := range need.Users {
			needs[user] = append(needs[user], need)
		}
	}
	var rows []finding.Readiness
	for _, user := range f.Users {
		roles := user.roles()
		row := finding.Readiness{
			Account: user.Domain.Account, Region: user.Domain.Region, Domain: user.Domain.ID, DomainName: user.Domain.Name, Profile: user.Name,
			Role: user.Role.Value, Findings: []string{}, Verdict: finding.NotChecked, Reason: user.Reason,
		}
		for _, purpose := range []finding.Purpose{
			finding.App, finding.Storage, finding.Bucket, finding.Dataset, finding.TimeSeries, finding.GenerativeAI, finding.LargeData,
		} {
			row := row
			row.Purpose = purpose
			if user.InScope {
				f.judge(&row, user, roles, needs[user])
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// judge fills in the verdict of one row: the role must be there and the service
// must be able to assume it, then the keys and buckets count.
func (f *Facts) judge(row *finding.Readiness, user *User, roles []namedRole, all []*Need) {
	row.Reason = ""
	if row.Purpose == finding.GenerativeAI || row.Purpose == finding.LargeData {
		f.judgeHelper(row, user, namedFor(roles, row.Purpose), all)
		return
	}
	f.judgeNeeds(row, user, withoutTrust(all, row.Purpose))
	if row.Purpose == finding.TimeSeries {
		f.judgeRole(row, user, namedFor(roles, finding.TimeSeries), all)
		return
	}
	f.judgeRole(row, user, namedFor(roles, finding.App), all)
}

// judgeNeeds fills in what keys and buckets make of a row.
func (f *Facts) judgeNeeds(row *finding.Readiness, user *User, needs []*Need) {
	if row.Purpose == finding.Bucket || row.Purpose == finding.Storage {
		row.Bucket = user.Bucket.Name
	}
	for _, need := range needs {
		if row.Purpose == finding.App || row.Purpose == finding.Storage {
			row.Key = need.Resource
		}
	}
	if len(needs) > 0 && (row.Purpose != finding.Dataset || anyMeant(needs)) {
		row.Verdict, row.Reason = verdictOf(needs, user)
		return
	}
	switch row.Purpose {
	case finding.App:
		row.Verdict, row.Reason = f.keyless(f.AppKeyOf(user), "no app key is set, so AWS's own key is used")
	case finding.Storage:
		if user.StorageHidden {
			row.Verdict, row.Reason = finding.NotChecked, "this format cannot show the workspace settings"
			return
		}
		row.Verdict, row.Reason = f.keyless(f.StorageKeyOf(user), "no storage key is set")
	case finding.Dataset:
		row.Verdict, row.Reason = finding.NotChecked, "no policy or config entry names an encrypted dataset bucket"
	case finding.TimeSeries:
		row.Verdict, row.Reason = f.timeSeries(user)
	}
}

func anyMeant(needs []*Need) bool {
	for _, need := range needs {
		if need.Meant {
			return true
		}
	}
	return false
}

// verdictOf is the worst answer to an action whose lack is an error.
func verdictOf(needs []*Need, user *User) (finding.Verdict, string) {
	verdict, reason := finding.Ready, ""
	for _, need := range needs {
		if need.Purpose == finding.Dataset && !need.Meant {
			continue
		}
		for _, a := range need.Actions {
			switch result := a.resultFor(user); {
			case result == access.Allowed:
			case result == access.Unknown && verdict == finding.Ready && (a.Lack == finding.Error || need.Maybe != ""):
				verdict, reason = finding.Unknown, a.Name+": unknown"
			case result.IsDenied() && a.Lack == finding.Error:
				return finding.NotReady, a.Name + " is not allowed"
			}
		}
	}
	return verdict, reason
}

// keyless judges a setting that makes no need: unset, AWS's own, or with a
// value that a rule of its own objects to.
func (f *Facts) keyless(use *KeyUse, unset string) (finding.Verdict, string) {
	switch {
	case use == nil:
		return finding.Ready, unset
	case use.AWSManaged && use.Existence == Found:
		return finding.Ready, "AWS's own key is used: " + use.Setting.Value
	case use.Existence == NotResolved, use.Existence == NotFound, use.Resolution.Region != use.Region:
		return finding.NotReady, "the key value " + use.Setting.Value + " cannot work"
	}
	return finding.Unknown, "its role could not be checked"
}

func (f *Facts) timeSeries(user *User) (finding.Verdict, string) {
	switch user.TimeSeries.Status.Value {
	case "ENABLED":
		if f.Guide == config.Guide2022 {
			return finding.Ready, "according to the 2022 guide, Canvas uses an AWS managed key"
		}
		return finding.Ready, ""
	case "":
		if user.canvasHidden() {
			return finding.NotChecked, canvasHidden
		}
		return finding.NotChecked, "time-series forecasting is not set"
	}
	return finding.NotChecked, "time-series forecasting is " + user.TimeSeries.Status.Value
}

// Matters reports whether a run must not pass while it is unknown if an action of
// the need is allowed: where its lack would be an error, or would be one if the need
// is one.
func (n *Need) Matters(a *Action) bool {
	return a.Lack == finding.Error || n.Maybe != "" && a.Lack == finding.Warning && a.Group == Use
}

// Undecided gives the needs with a permission that matters, that stayed unknown, and that no one settled for: then the exit status is no pass.
func (f *Facts) Undecided(settled func(*Need) bool) []*Need {
	var undecided []*Need
	for _, need := range f.Needs {
		open := slices.ContainsFunc(need.Actions, func(a *Action) bool { return a.isUndecided() && need.Matters(a) })
		if open && !settled(need) {
			undecided = append(undecided, need)
		}
	}
	return undecided
}
