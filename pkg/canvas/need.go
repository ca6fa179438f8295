package canvas

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
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
	// Additions are the statements of Fixes.
	Additions []Addition

	policies *access.Policies
	bare     *access.Policies     // policies without those of the role's identity
	places   map[source.Node]bool // of Place and Others
	viaIAM   bool                 // an action is allowed by the identity policies alone
	// deniedAnyway is set where both editions of the page have a write denied.
	deniedAnyway bool
}

// Action is one action of a need with its answer.
type Action struct {
	Name   string
	Group  Group
	Lack   finding.Severity
	Result access.Result
	// Reasons are why it is not allowed, of all users who have this answer.
	Reasons []access.Reason
	Missing []string
	// Services are the candidates whose call fails, where some do not.
	Services []string
	// ViaService is set where it is unknown only because some of the candidates
	// are let in by kms:ViaService and some are not.
	ViaService bool
	Users      []*User // for whom it is not allowed

	failures  []failure
	results   map[*User]access.Result // of failures
	explained map[[sha256.Size]byte]bool
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
		Action: row.name, Layer: access.KeyPolicy, Cause: access.DocumentMissing, Node: n.Place.Node,
		Message: "which key " + r.Text + " names is unknown: missing are " + missing,
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

// isOfCanvasBucket reports whether the need is one of the bucket that Canvas
// writes to, where the profile's name is part of every object's.
func (n *Need) isOfCanvasBucket() bool { return n.BucketName != "" && n.Purpose != finding.Dataset }

// LacksGrants reports whether the grants of the key were not exported.
func (n *Need) LacksGrants() bool {
	return strings.Contains(n.Resource, ":key/") && (n.Key == nil || !n.Key.GrantsKnown)
}

// isMetByIAM reports whether the need is met by the identity policies alone.
func (n *Need) isMetByIAM() bool {
	return n.viaIAM && n.Maybe == "" && !slices.ContainsFunc(n.Actions, func(a *Action) bool { return a.Group == Use && a.Result != access.Allowed })
}

// iamAlone reports whether key and role are of one account, where the key
// policy could do without the identity policies.
func iamAlone(n *Need) bool { return iam.AccountOf(n.Role) == n.Key.Account }

// short gives the last part of an ARN's resource.
func short(arn string) string { return arn[strings.LastIndexAny(arn, "/:")+1:] }
