package canvas

import (
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
)

// question is everything that an answer rests on: the request with all that is
// known of its context, and the policies of every layer with the grants, which
// do not change once they were asked.
type question struct {
	policies *access.Policies
	request  [sha256.Size]byte
}

// ask decides a request of a need. An answer is given again only to the very same
// question, whoever's it is. The first user's questions cannot have been asked before.
func (w *worker) ask(need *Need, r access.Request, p *access.Policies) access.Result {
	w.asked = r // and not a new one for each question
	if w.answers == nil || len(need.Users) < 2 {
		return access.Decide(&w.asked, p)
	}
	q := question{p, w.asked.Digest()}
	answer, ok := w.answers[q]
	if !ok {
		answer = access.Decide(&w.asked, p)
		w.answers[q] = answer
	}
	return answer
}

// failure is the answer to an action for one user, where it is not yes.
type failure struct {
	user     *User
	result   access.Result
	services []string // the candidates that are not allowed
	// request is nil where there was nothing to ask.
	request func(service string) access.Request
}

// decide answers an action for a user and merges the answer into the need: the
// worst answer of all users counts, with the reasons of all who have it.
func (w *worker) decide(need *Need, user *User, row action, lack finding.Severity, request func(service string) access.Request) access.Result {
	known := need.actionOf(row, lack)
	result, failing := w.tryServices(need, row, request)
	if result == access.Allowed {
		if row.group == Use {
			alone := w.restsOnIAM(need, row, request)
			need.viaIAM, need.viaKey = need.viaIAM || alone, need.viaKey || !alone
		}
		return result
	}
	w.fail(need, known, failure{user, result, failing, request})
	return result
}

// fail notes an answer other than yes.
func (w *worker) fail(need *Need, a *Action, f failure) {
	if worse(f.result, a.Result) {
		a.Result, a.Services, a.Reasons, a.Missing, a.explained = f.result, f.services, nil, nil, map[[sha256.Size]byte]bool{}
	}
	if last := len(a.Users) - 1; last < 0 || a.Users[last] != f.user {
		a.Users = append(a.Users, f.user)
	}
	a.failures = append(a.failures, f)
	if f.request == nil || rank(f.result) < rank(a.Result) {
		return
	}
	request := f.request(f.services[0])
	digest := request.Digest()
	if a.explained[digest] {
		return
	}
	a.explained[digest] = true
	decision := w.explain(&request, need.policies)
	if decision.Result == access.Allowed && need.isKeyUnread() {
		reason, missing := w.keyUnread(need, a.Name)
		a.because([]access.Reason{reason}, missing)
		return
	}
	missing := w.explained(decision.Missing)
	if decision.Result != access.Unknown && f.result == access.Unknown {
		missing = append(missing, doubt(need))
	}
	a.because(decision.Reasons, missing)
}

// because adds reasons, each once: two users who are stopped by the same
// statement are stopped for one reason.
func (a *Action) because(reasons []access.Reason, missing []string) {
	for _, r := range reasons {
		if !slices.ContainsFunc(a.Reasons, func(known access.Reason) bool { return isSame(known, r) }) {
			a.Reasons = append(a.Reasons, r)
		}
	}
	for _, text := range missing {
		note(&a.Missing, text)
	}
}

func isSame(a, b access.Reason) bool {
	return a.Layer == b.Layer && a.Cause == b.Cause && a.Policy == b.Policy && a.Statement == b.Statement && a.Node == b.Node &&
		(a.Statement != nil || a.Message == b.Message)
}

// actionOf gives the action of a row, made at its first mention.
func (n *Need) actionOf(row action, lack finding.Severity) *Action {
	known := n.action(row.name)
	if known == nil {
		known = &Action{Name: row.name, Group: row.group, Lack: lack, Result: access.Allowed}
		n.Actions = append(n.Actions, known)
	}
	return known
}

// resultFor gives the answer for one user of the need.
func (a *Action) resultFor(user *User) access.Result {
	if len(a.failures) == 0 {
		return access.Allowed
	}
	if a.results == nil {
		a.results = map[*User]access.Result{}
		for _, f := range a.failures {
			if old, ok := a.results[f.user]; !ok || worse(f.result, old) {
				a.results[f.user] = f.result
			}
		}
	}
	result, fails := a.results[user]
	switch {
	case !fails:
		return access.Allowed
	case a.Result == access.Unknown: // whether it is a need at all is not known
		return access.Unknown
	}
	return result
}

// requestFor gives the request of the first user whose answer is that of all;
// false where there was nothing to ask.
func (a *Action) requestFor(service string) (access.Request, bool) {
	for _, f := range a.failures {
		if f.request != nil && rank(f.result) == rank(a.Result) {
			return f.request(service), true
		}
	}
	return access.Request{}, false
}

// isUndecided reports whether it is unknown for any user.
func (a *Action) isUndecided() bool {
	return a.Result == access.Unknown || slices.ContainsFunc(a.failures, func(f failure) bool { return f.result == access.Unknown })
}

// canBeAsked reports whether there is a request for everyone who was denied.
func (a *Action) canBeAsked() bool {
	return len(a.failures) > 0 && !slices.ContainsFunc(a.failures, func(f failure) bool { return f.request == nil && f.result.IsDenied() })
}

// isAllowedBy decides again for everyone who was denied.
func (a *Action) isAllowedBy(policies *access.Policies) bool {
	for _, f := range a.failures {
		if f.request == nil || !f.result.IsDenied() {
			continue
		}
		for _, service := range f.services {
			if r := f.request(service); access.Decide(&r, policies) != access.Allowed {
				return false
			}
		}
	}
	return true
}

const defaultKey = "no storage key is set, and AWS does not document whether Canvas then writes with the bucket's default key"

const inheritance = "AWS does not document whether the profile inherits the domain's WorkspaceSettings when its own CanvasAppSettings has none"

// doubt says why several candidates were tried.
func doubt(need *Need) string {
	switch {
	case need.Purpose == finding.Bucket:
		return inheritance
	case need.isOfCanvasBucket():
		return "whether the helper names the storage key when it writes: AWS does not document it, and the bucket accepts only some keys"
	}
	return "which service calls KMS (kms:ViaService): AWS does not document it, and only some candidates are allowed"
}

// tryServices asks once per candidate: all allowed is allowed, none is denied,
// some is unknown. It gives back the candidates that are not allowed.
func (w *worker) tryServices(need *Need, row action, request func(service string) access.Request) (access.Result, []string) {
	var failing []string
	denied := 0
	result := access.Allowed
	for _, service := range row.services {
		switch answer := w.ask(need, request(service), need.policies); answer {
		case access.Allowed:
			continue
		case access.ImplicitlyDenied, access.ExplicitlyDenied:
			denied++
			result = answer
		}
		failing = append(failing, service)
	}
	switch {
	case len(failing) == 0 && need.isKeyUnread():
		return access.Unknown, row.services
	case len(failing) == 0:
		return access.Allowed, nil
	case denied == len(row.services):
		return result, failing
	}
	return access.Unknown, failing
}

// restsOnIAM reports whether an allowed action would not be without the role's
// identity policies: the way that the page calls less preferred. Across
// accounts there is no other.
func (w *worker) restsOnIAM(need *Need, row action, request func(service string) access.Request) bool {
	if need.Key == nil || !iamAlone(need) {
		return false
	}
	if need.bare == nil {
		bare := *need.policies
		bare.Identity = access.Layer{}
		need.bare = &bare
	}
	return !slices.ContainsFunc(row.services, func(service string) bool {
		return w.ask(need, request(service), need.bare) == access.Allowed
	})
}

// isKeyUnread reports whether nothing says if the key can be used at all:
// policies that allow everything do not open a key that is disabled, or one that
// is not for symmetric encryption
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html).
func (n *Need) isKeyUnread() bool { return n.Key != nil && n.Key.Unread() != nil }

// keyUnread says that only a setting of the key is missing, and what tells it.
func (w *worker) keyUnread(n *Need, action string) (access.Reason, []string) {
	unread := n.Key.Unread()
	question, what := "whether the key is enabled", "the state"
	switch unread {
	case &n.Key.Spec:
		question, what = "whether the key is symmetric", "the kind"
	case &n.Key.Usage:
		question, what = "whether the key is for encryption", "the purpose"
	}
	reason := access.Reason{Action: action, Layer: access.KeyPolicy, Cause: access.DocumentMissing, Node: n.Place.Node}
	if iam.HasStandIn(unread.Value) {
		reason.Cause, reason.Awaits = access.ContextUnknown, iam.Awaited(unread.Value)
		reason.Message = "the policies allow it, and " + question + " is not known: " + strings.Join(reason.Awaits, ", ")
		return reason, reason.Awaits
	}
	reason.Policy = w.unread(what+" of the key "+n.Key.ARN, n.Key.ARN, layout.Place{}, "DescribeKey")
	missing := w.explained([]string{reason.Policy})
	reason.Message = "the policies allow it, and no document says " + question
	return reason, missing
}
