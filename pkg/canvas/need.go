package canvas

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// action is a row of the table of needs: what Canvas does, through which
// services it is called, and how bad its lack is.
type action struct {
	name  string
	group Group
	// services call KMS for Canvas; AWS does not always say which, then each
	// is a candidate. "" is a direct call.
	services []string
	// lack is how bad it is where the action is not allowed, by guide.
	lack map[string]finding.Severity
}

// Group tells apart the actions of a need that different rules speak of.
type Group string

// The groups.
const (
	Use    Group = "use"    // read and write with the key
	Start  Group = "start"  // start the application
	Output Group = "output" // write job output
	Extra  Group = "extra"  // what only the 2022 page lists for datasets
	Write  Group = "write"  // s3:PutObject
	Read   Group = "read"   // the other calls of the bucket
)

// keyActions is the table of what Canvas does with keys
// (https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html; the start
// group and output from .../sagemaker-roles.html; ReEncrypt* of the 2022 page
// is kms:ReEncryptFrom and kms:ReEncryptTo). Which service the calls for the
// application's volumes come through is not documented.
func keyActions(purpose finding.Purpose) []action {
	always := func(s finding.Severity) map[string]finding.Severity {
		return map[string]finding.Severity{config.Guide2022: s, config.GuideCurrent: s}
	}
	volumes := []string{"sagemaker", "ec2", "elasticfilesystem"}
	s3 := []string{"s3"}
	switch purpose {
	case finding.App:
		start := map[string]finding.Severity{config.Guide2022: finding.Warning, config.GuideCurrent: finding.Error}
		return []action{
			{"kms:Decrypt", Use, volumes, always(finding.Error)},
			{"kms:GenerateDataKey", Use, volumes, always(finding.Error)},
			{"kms:CreateGrant", Start, volumes, start},
			{"kms:DescribeKey", Start, append([]string{""}, volumes...), start},
		}
	case finding.Storage:
		return []action{
			{"kms:Decrypt", Use, s3, always(finding.Error)},
			{"kms:GenerateDataKey", Use, s3, always(finding.Error)},
		}
	case finding.Output:
		return []action{{"kms:Encrypt", Output, []string{"s3", "sagemaker"}, always(finding.Warning)}}
	case finding.Helper:
		// The Bedrock and the EMR Serverless role read and write the objects
		// of the Canvas bucket.
		return []action{
			{"kms:Decrypt", Use, s3, always(finding.Error)},
			{"kms:GenerateDataKey", Use, s3, always(finding.Error)},
		}
	case finding.Dataset:
		only2022 := map[string]finding.Severity{config.Guide2022: finding.Warning}
		return []action{
			{"kms:Decrypt", Use, s3, always(finding.Error)},
			{"kms:GenerateDataKey", Use, s3, always(finding.Error)},
			{"kms:Encrypt", Extra, s3, only2022},
			{"kms:ReEncryptFrom", Extra, s3, only2022},
			{"kms:ReEncryptTo", Extra, s3, only2022},
			{"kms:GenerateDataKeyWithoutPlaintext", Extra, s3, only2022},
			{"kms:DescribeKey", Extra, s3, only2022},
		}
	case finding.TimeSeries:
		// The Forecast role's six actions of the guide of 2022-12 and later
		// (https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html); through
		// which service they come is not documented.
		only := map[string]finding.Severity{config.GuideCurrent: finding.Error}
		through := []string{"", "forecast", "s3"}
		var rows []action
		for _, name := range []string{"DescribeKey", "CreateGrant", "RetireGrant", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext", "Decrypt"} {
			rows = append(rows, action{"kms:" + name, Use, through, only})
		}
		return rows
	}
	return nil
}

// needID is what a finding is about: one domain, role, key or bucket, purpose.
type needID struct {
	domain   *snapshot.Domain
	role     string
	resource string
	purpose  finding.Purpose
	// maybe tells a need that may not be one from a sure one of the same key.
	maybe bool
}

// Need is what one role of one domain must be able to do with one key or bucket.
type Need struct {
	Domain  *snapshot.Domain
	Role    string // ARN
	Purpose finding.Purpose
	// Resource is the key's or bucket's ARN.
	Resource string
	Key      *snapshot.Key
	Bucket   *snapshot.Bucket
	// BucketName is set for purposes bucket and dataset, and for the bucket of a helper.
	BucketName string
	// Service is set where the need is that a service can assume the role:
	// "sagemaker.amazonaws.com". Resource is then the role.
	Service string
	// Kind says whose role it is, where it may be a helper's.
	Kind  RoleKind
	Users []*User
	// Place is where the setting stands, Others are further settings.
	Place  Place
	Others []Place
	// Maybe marks a need that may not be one: the bucket's default key, or one
	// of two readings. Its lack is unknown, never a denial.
	Maybe string
	// Meant marks a dataset bucket that the user or a statement names.
	Meant   bool
	Actions []*Action
	// ViaIAM is set where only the identity policies open the key.
	ViaIAM bool
	// OnlyInGuide names the edition under which alone a write to the bucket is
	// denied, because only that edition takes the key in use from there.
	OnlyInGuide string
	// Fixes are the smallest changes, by the group of actions they settle.
	Fixes map[Group]*finding.Fix

	policies *access.Policies
	requests map[string]access.Request
	places   map[source.Node]bool // of Place and Others
	// perUser is set where a policy asks for the object, whose name holds the
	// profile's: else all users of the need get the same answers.
	perUser bool
}

// Action is one action of a need with its answer.
type Action struct {
	Name   string
	Group  Group
	Lack   finding.Severity
	Result access.Result
	// Reasons are why it is not allowed, of the first user it fails for.
	Reasons []access.Reason
	Missing []string
	// Services are the candidates whose call fails, where some do not.
	Services []string
	// ViaService is set where it is unknown only because some of the candidates
	// are let in by kms:ViaService and some are not.
	ViaService bool
	Request    access.Request
	Users      []*User // for whom it is not allowed
	users      map[*User]bool
}

// need gives the need of an id, made at its first mention; every user who
// shares it is noted.
func (w *worker) need(id needID, user *User, place Place) *Need {
	need := w.needs[id]
	if need == nil {
		need = &Need{Domain: id.domain, Role: id.role, Purpose: id.purpose, Resource: id.resource, Place: place, places: map[source.Node]bool{place.Node: true}}
		w.needs[id] = need
		w.facts.Needs = append(w.facts.Needs, need)
	}
	if last := len(need.Users) - 1; last < 0 || need.Users[last] != user {
		need.Users = append(need.Users, user)
	}
	switch {
	case need.places[place.Node]:
	case ofDomain(place, id.domain) && !ofDomain(need.Place, id.domain):
		need.Others = append(need.Others, need.Place)
		need.Place = place
	default:
		need.Others = append(need.Others, place)
	}
	need.places[place.Node] = true
	return need
}

// ofDomain reports whether a setting stands in the domain's own description.
func ofDomain(place Place, domain *snapshot.Domain) bool {
	return place.Node.Document() == domain.Node.Document() && place.Node.Exists()
}

// userNeeds adds what one user needs.
func (w *worker) userNeeds(user *User) {
	role := user.Role.Value
	if !isRoleARN(role) {
		w.facts.Problems = append(w.facts.Problems, source.Problem{
			Span:    user.Role.Node.Span(),
			Message: fmt.Sprintf("the execution role %q is no ARN of a role: what it may do was not checked; put the role's ARN there", role),
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
		need.requests = map[string]access.Request{}
		need.perUser = len(familyKeys("kms:EncryptionContext:aws:s3:arn", need.policies)) > 0
	}
	for _, row := range keyActions(purpose) {
		lack, ok := row.lack[w.config.Guide]
		if !ok {
			continue
		}
		if strings.HasPrefix(maybe, defaultKey) && lack == finding.Error {
			lack = finding.Warning // it may not be what is used at all
		}
		switch {
		case r.isForeign(user.Domain.Account):
			need.add(user, foreignAction(user, row, lack, place, &r))
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
	missing := w.unread("the aliases of account "+r.Account+" in "+r.Region, r.Account+"/"+r.Region, "ListAliases")
	if r.AWSManaged && isAWSAlias(r.Name.ID) {
		missing = "the policy of the AWS managed key " + r.Name.ID + " (list-aliases, get-key-policy)"
	}
	reason := access.Reason{
		Action: row.name, Layer: access.KeyPolicy, Cause: access.DocumentMissing, Node: n.Place.Node,
		Message: "which key " + r.Text + " names is not known: not at hand are " + missing,
	}
	action := &Action{Name: row.name, Group: row.group, Lack: lack, Result: access.Unknown, Users: []*User{user}, Missing: w.explained([]string{missing})}
	if len(r.Awaits) > 0 {
		reason.Cause, reason.Awaits, action.Missing = access.ContextUnknown, r.Awaits, r.Awaits
		reason.Message = "which key is used, and whether it can be, depends on " + strings.Join(r.Awaits, " and ")
	}
	action.Reasons = []access.Reason{reason}
	n.add(user, action)
}

// add adds an answer that is the same for all users.
func (n *Need) add(user *User, answer *Action) {
	if known := n.action(answer.Name); known != nil {
		known.Users = append(known.Users, user)
		return
	}
	n.Actions = append(n.Actions, answer)
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

// decide answers an action for a user and merges the answer into the need: the
// worst answer of all users counts, with the reasons of the first who has it.
func (w *worker) decide(need *Need, user *User, row action, lack finding.Severity, request func(service string) access.Request) {
	known := need.action(row.name)
	if known != nil && !need.isOfCanvasBucket() && !need.perUser {
		if known.Result != access.Allowed {
			known.Users = append(known.Users, user)
		}
		return
	}
	result, failing := w.tryServices(need, row, request)
	if known == nil {
		known = &Action{Name: row.name, Group: row.group, Lack: lack, Result: access.Allowed}
		need.Actions = append(need.Actions, known)
	}
	if result == access.Allowed {
		return
	}
	known.Users = append(known.Users, user)
	if worse(result, known.Result) {
		known.Result, known.Services = result, failing
		known.Request = request(failing[0])
		decision := access.Explain(&known.Request, need.policies)
		known.Reasons, known.Missing = decision.Reasons, w.explained(decision.Missing)
		if decision.Result == access.Allowed && need.awaitsState() {
			reason, missing := w.stateUnknown(need, row.name)
			known.Reasons, known.Missing = []access.Reason{reason}, missing
			return
		}
		if decision.Result != access.Unknown && result == access.Unknown {
			known.Missing = append(known.Missing, doubt(need))
		}
	}
}

const defaultKey = "no storage key is set, and AWS does not say whether Canvas then writes with the bucket's default key"

const inheritance = "AWS does not say whether the profile inherits the domain's WorkspaceSettings when its own CanvasAppSettings has none"

// doubt says why several candidates were tried.
func doubt(need *Need) string {
	switch {
	case need.Purpose == finding.Bucket:
		return inheritance
	case need.isOfCanvasBucket():
		return "whether the helper names the storage key when it writes: AWS does not say, and the bucket takes only some keys"
	}
	return "which service calls KMS (kms:ViaService): AWS does not say, and only some candidates are allowed"
}

// tryServices asks once per candidate: all allowed is allowed, none is denied,
// some is unknown. It gives back the candidates that are not allowed.
func (w *worker) tryServices(need *Need, row action, request func(service string) access.Request) (access.Result, []string) {
	var failing []string
	denied := 0
	result := access.Allowed
	for _, service := range row.services {
		r := request(service)
		switch answer := access.Decide(&r, need.policies); answer {
		case access.Allowed:
			continue
		case access.ImplicitlyDenied, access.ExplicitlyDenied:
			denied++
			result = answer
		}
		failing = append(failing, service)
	}
	switch {
	case len(failing) == 0 && need.awaitsState():
		return access.Unknown, row.services
	case len(failing) == 0:
		return access.Allowed, nil
	case denied == len(row.services):
		return result, failing
	}
	return access.Unknown, failing
}

// awaitsState reports whether nothing says if the key is enabled: policies that
// allow everything do not open a key that is disabled
// (https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html).
func (n *Need) awaitsState() bool { return n.Key != nil && n.Key.IsStateUnknown() }

// stateUnknown says that only the key's state is missing, and what tells it.
func (w *worker) stateUnknown(n *Need, action string) (access.Reason, []string) {
	status := n.Key.Status
	reason := access.Reason{Action: action, Layer: access.KeyPolicy, Cause: access.DocumentMissing, Node: n.Place.Node}
	if iam.HasStandIn(status.Value) {
		reason.Cause, reason.Awaits = access.ContextUnknown, iam.Awaited(status.Value)
		reason.Message = "the policies allow it, and whether the key is enabled is not known: " + strings.Join(reason.Awaits, ", ")
		return reason, reason.Awaits
	}
	missing := w.explained([]string{w.unread("the state of the key "+n.Key.ARN+" (describe-key)", n.Key.ARN, "DescribeKey")})
	reason.Message = "the policies allow it, and no document says whether the key is enabled"
	return reason, missing
}

func worse(a, b access.Result) bool { return rank(a) > rank(b) }

func rank(r access.Result) int {
	switch r {
	case access.Allowed:
		return 0
	case access.Unknown:
		return 1
	}
	return 2
}

func (n *Need) action(name string) *Action {
	for _, a := range n.Actions {
		if a.Name == name {
			return a
		}
	}
	return nil
}

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
		need.ViaIAM = w.viaIAM(need)
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
		if open(need) && need.isDenied() {
			for _, user := range need.Users {
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

// isDenied reports whether an action whose lack is an error is denied.
func (n *Need) isDenied() bool {
	return slices.ContainsFunc(n.Actions, func(a *Action) bool { return a.Result.IsDenied() && a.Lack == finding.Error })
}

// isOfCanvasBucket reports whether the need is one of the bucket that Canvas
// writes to, where the profile's name is part of every object's.
func (n *Need) isOfCanvasBucket() bool { return n.BucketName != "" && n.Purpose != finding.Dataset }

// LacksGrants reports whether the grants of the key were not exported.
func (n *Need) LacksGrants() bool {
	return strings.Contains(n.Resource, ":key/") && (n.Key == nil || !n.Key.GrantsKnown)
}

// viaIAM reports whether the need is met, and would not be without the role's
// identity policies: the way that the page calls less preferred. Across
// accounts there is no other.
func (w *worker) viaIAM(need *Need) bool {
	if need.Key == nil || need.Maybe != "" {
		return false
	}
	if iam.AccountOf(need.Role) != need.Key.Account {
		return false
	}
	bare := *need.policies
	bare.Identity = access.Layer{}
	via := false
	for _, row := range keyActions(need.Purpose) {
		a := need.action(row.name)
		if a == nil || row.group != Use {
			continue
		}
		if a.Result != access.Allowed {
			return false
		}
		via = via || !slices.ContainsFunc(row.services, func(service string) bool {
			r := need.requests[row.name+" "+service]
			return access.Decide(&r, &bare) == access.Allowed
		})
	}
	return via
}

// short gives the last part of an ARN's resource.
func short(arn string) string { return arn[strings.LastIndexAny(arn, "/:")+1:] }
