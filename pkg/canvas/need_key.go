package canvas

import (
	"fmt"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// userNeeds adds what one user needs.
func (w *worker) userNeeds(user *User) {
	role := user.Role.Value
	if !isRoleARN(role) {
		w.facts.Problems = append(w.facts.Problems, source.Problem{
			Span:    user.Role.Node.Span(),
			Message: fmt.Sprintf("the execution role %q is not the ARN of a role, so its permissions were not checked: write the role's ARN", role),
		})
		return
	}
	w.trustNeeds(user)
	w.helperNeeds(user)
	w.forecastNeed(user)
	if w.existenceOf(role) == NotFound {
		return // domain-role-not-found speaks
	}
	if user.AppKey.Setting.IsGiven() {
		w.keyNeed(user, user.AppKey, finding.App, "")
	}
	choices, maybe := w.readings(user)
	for _, choice := range choices {
		if choice.Setting.IsGiven() {
			w.keyNeed(user, choice, finding.Storage, maybe)
			w.keyNeed(user, choice, finding.Output, maybe)
			continue
		}
		if !user.StorageHidden {
			w.defaultKeyNeed(user)
		}
	}
	w.bucketNeed(user)
	w.datasetNeeds(user)
}

// readings are the storage keys to try, with why there is more than one.
func (w *worker) readings(user *User) ([]Choice, string) {
	choices := w.distinct(user)
	if len(choices) > 1 {
		return choices, inheritance
	}
	return choices, ""
}

// distinct gives the readings of a user's storage key that differ: two settings
// of one key are one sure need.
func (w *worker) distinct(user *User) []Choice {
	if len(user.StorageKeys) < 2 || !user.StorageKeys[1].Setting.IsGiven() {
		return user.StorageKeys
	}
	one := w.resolve(user.StorageKeys[0].Setting.Value, user.Domain.Account, user.Domain.Region)
	two := w.resolve(user.StorageKeys[1].Setting.Value, user.Domain.Account, user.Domain.Region)
	if one.ARN != "" && one.ARN == two.ARN {
		return user.StorageKeys[:1]
	}
	return user.StorageKeys
}

// forecastNeed adds what the Forecast role needs of the storage key, where a
// role is named and the setting is not turned off. Only the later editions of
// the page let time-series models use the key at all.
func (w *worker) forecastNeed(user *User) {
	role, choice := user.TimeSeries.Role, user.StorageKeys[0]
	if w.config.Guide != config.GuideCurrent || !role.IsGiven() || user.TimeSeries.Status.Value == "DISABLED" || !choice.Setting.IsGiven() {
		return
	}
	if !w.canBeAsked(role.Value) {
		return
	}
	r := w.resolve(choice.Setting.Value, user.Domain.Account, user.Domain.Region)
	if w.asks(&r, finding.TimeSeries, user, user.Domain.Region) {
		w.resolvedNeed(user, role.Value, r, finding.TimeSeries, settingPlace(role, "AmazonForecastRoleArn"), "")
	}
}

// keyNeed adds the need of a key that a setting names. Values that are
// malformed, proven not to exist, or of another Region have rules of their
// own, and AWS managed keys open themselves to their account.
func (w *worker) keyNeed(user *User, choice Choice, purpose finding.Purpose, maybe string) {
	r := w.resolve(choice.Setting.Value, user.Domain.Account, user.Domain.Region)
	if !w.asks(&r, purpose, user, user.Domain.Region) {
		return
	}
	w.resolvedNeed(user, user.Role.Value, r, purpose, settingPlace(choice.Setting, choice.What), maybe)
}

func (w *worker) resolvedNeed(user *User, role string, r Resolution, purpose finding.Purpose, place Place, maybe string) *Need {
	resource := r.ARN
	if resource == "" {
		resource = r.Text // an alias whose target is not known
	}
	need := w.need(needID{user.Domain, role, resource, purpose, maybe != ""}, user, place)
	need.Key = r.Key
	if !strings.Contains(need.Maybe, maybe) {
		need.Maybe = strings.TrimPrefix(need.Maybe+"; "+maybe, "; ")
	}
	if need.policies == nil {
		need.policies = w.keyPolicies(need.Role, resource, r.Account, r.Key)
	}
	for _, row := range w.keyActions(purpose) {
		lack, ok := row.lack[w.config.Guide]
		if !ok {
			continue
		}
		if strings.HasPrefix(maybe, defaultKey) && lack == finding.Error {
			lack = finding.Warning // it may not be what is used at all
		}
		switch {
		case r.isForeign(user.Domain.Account):
			w.refuseForeign(need, user, row, lack, place, &r)
			continue
		case r.isOpen():
			w.unresolved(need, user, row, lack, r)
			continue
		}
		w.decide(need, user, row, lack, func(service string) access.Request {
			return w.keyRequest(user, need, r, row.name, service)
		})
	}
	return need
}

// unresolved answers for a key that no document tells, that of an alias or of a
// parameter: whatever the policies say of key ARNs, it cannot be told whether
// they mean this key.
func (w *worker) unresolved(n *Need, user *User, row action, lack finding.Severity, r Resolution) {
	missing := w.unread("the aliases of account "+r.Account+" in "+r.Region, r.Account+"/"+r.Region, layout.Place{Account: r.Account, Region: r.Region}, "ListAliases")
	if r.AWSManaged && isAWSAlias(r.Name.ID) {
		missing = "the policy of the AWS managed key " + r.Name.ID + " (list-aliases, get-key-policy)"
	}
	reason := access.Reason{
		Action: row.name, Layer: access.KeyPolicy, Cause: access.DocumentMissing, Node: n.Place.Node, Policy: missing,
		Message: "which key " + r.Text + " names is unknown; missing: " + missing,
	}
	settle := w.explained([]string{missing})
	if len(r.Awaits) > 0 {
		reason.Cause, reason.Awaits, settle = access.ContextUnknown, r.Awaits, r.Awaits
		reason.Message = "which key is used, and whether it can be, depends on " + strings.Join(r.Awaits, " and ")
	}
	w.leaveOpen(n.actionOf(row, lack), user, []access.Reason{reason}, settle)
}

// leaveOpen notes that an action is unknown for a user, where there was no
// request that could be asked.
func (w *worker) leaveOpen(a *Action, user *User, reasons []access.Reason, missing []string) {
	w.fail(nil, a, failure{user: user, result: access.Unknown})
	if a.Result == access.Unknown {
		a.because(reasons, missing)
	}
}

// defaultKeyNeed tries the Canvas bucket's own default key where no storage
// key is set: it may be what is used; AWS does not say what Canvas sends then.
func (w *worker) defaultKeyNeed(user *User) {
	r, place, ok := w.bucketDefault(user)
	if !ok {
		return
	}
	w.resolvedNeed(user, user.Role.Value, r, finding.Storage, place, defaultKey)
	w.resolvedNeed(user, user.Role.Value, r, finding.Output, place, defaultKey)
}

// bucketDefault gives the customer's key that a user's Canvas bucket has by
// default; false where there is none, or none that access could be asked for.
func (w *worker) bucketDefault(user *User) (Resolution, Place, bool) {
	bucket := w.snapshot.Bucket(user.Bucket.Name)
	if bucket == nil || !bucket.Key.IsGiven() {
		return Resolution{}, Place{}, false
	}
	r := w.resolve(bucket.Key.Value, user.Domain.Account, bucket.Region)
	place := settingPlace(bucket.Key, "the default key of the bucket "+bucket.Name)
	return r, place, w.asks(&r, finding.Storage, user, r.Region)
}
