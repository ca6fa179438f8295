package canvas

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// RoleKind says what a setting names a role for.
type RoleKind string

// The kinds: the role that Canvas runs with, and its helpers.
const (
	CanvasRole   RoleKind = "Canvas"
	ForecastRole RoleKind = "Forecast"
	BedrockRole  RoleKind = "Bedrock"
	EMRRole      RoleKind = "EMR Serverless"
)

// RoleUse is a setting that names a role, one entry per setting however many
// profiles take the role from it.
type RoleUse struct {
	Kind    RoleKind
	Domain  *snapshot.Domain
	ARN     string
	Place   Place
	Purpose finding.Purpose // of what does not work without the role
	Users   []*User
	// Existence is Found, NotFound (the list of roles is complete) or Unproven.
	Existence Existence
	// Similar is the ARN of a role of the account that has the same name with
	// another path or in another case, "" if there is none.
	Similar string
}

// namedRole is a role that the settings of a user name.
type namedRole struct {
	kind    RoleKind
	setting snapshot.Setting
	what    string
	// service is the part of the service principal's name before
	// ".amazonaws.com": the service that assumes the role.
	service string
	purpose finding.Purpose
	// maybe says why the setting may not hold for the user, "" where it does.
	maybe string
}

// helpers are the roles that Canvas hands to other services, where one is
// named and its setting is not turned off. EMR Serverless comes first: of two
// helpers with one role it is bound by more.
func (u *User) helpers() []namedRole {
	var named []namedRole
	for _, h := range []struct {
		helper snapshot.Helper
		named  namedRole
	}{
		{u.TimeSeries, namedRole{kind: ForecastRole, what: "AmazonForecastRoleArn", service: "forecast", purpose: finding.TimeSeries}},
		{u.EMR, namedRole{kind: EMRRole, what: "EmrServerlessSettings.ExecutionRoleArn", service: "emr-serverless", purpose: finding.LargeData}},
		{u.Bedrock, namedRole{kind: BedrockRole, what: "GenerativeAiSettings.AmazonBedrockRoleArn", service: "bedrock", purpose: finding.GenerativeAI}},
	} {
		if h.helper.Role.IsGiven() && h.helper.Status.Value != "DISABLED" {
			h.named.setting, h.named.maybe = h.helper.Role, u.mayInherit(h.helper)
			named = append(named, h.named)
		}
	}
	return named
}

// mayInherit says why a helper that the domain names may not be the profile's:
// whether a block of settings replaces the domain's is not documented
// (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateDomain.html, DefaultUserSettings).
func (u *User) mayInherit(helper snapshot.Helper) string {
	if u.Profile == nil || u.Profile.Settings.Canvas.State != snapshot.Given || helper.Node.Document() == u.Profile.Node.Document() {
		return ""
	}
	return "AWS does not document whether the profile inherits the domain's " + helper.Node.Name().Text() + " when its own CanvasAppSettings has none"
}

// roles are the user's own role and its helpers.
func (u *User) roles() []namedRole {
	own := namedRole{kind: CanvasRole, setting: u.Role, what: "the execution role", service: "sagemaker", purpose: finding.App}
	return append([]namedRole{own}, u.helpers()...)
}

// isRoleARN reports whether a setting's value is the ARN of a role.
func isRoleARN(text string) bool {
	p, err := access.ParsePrincipal(text)
	return err == nil && p.Kind == access.Role
}

// existenceOf says whether a role exists.
func (w *worker) existenceOf(role string) Existence {
	arn, _ := iam.ParseARN(role)
	switch {
	case w.snapshot.Role(role) != nil:
		return Found
	case iam.HasStandIn(role): // it may be any role, or one that is still to be made
		return Unproven
	case w.snapshot.IsComplete(arn.Account, "", "iam/roles") || w.snapshot.IsNotFound(role):
		return NotFound
	}
	return Unproven
}

// canBeAsked reports whether access of a role is the question: one that is no
// role's ARN is a problem, and one that is proven not to exist has a rule of
// its own.
func (w *worker) canBeAsked(role string) bool {
	return isRoleARN(role) && w.existenceOf(role) != NotFound
}

// roleUses records the roles that the settings of a user name.
func (w *worker) roleUses(user *User) {
	for _, named := range user.roles() {
		id := roleID{user.Domain, named.setting.Node, named.kind}
		if w.roles[id] == nil {
			w.roles[id] = w.newRoleUse(user, named)
		}
		w.roles[id].Users = append(w.roles[id].Users, user)
	}
}

// roleID tells apart the settings that name roles.
type roleID struct {
	domain  *snapshot.Domain
	setting source.Node
	kind    RoleKind
}

func (w *worker) newRoleUse(user *User, named namedRole) *RoleUse {
	use := &RoleUse{
		Kind: named.kind, Domain: user.Domain, ARN: named.setting.Value, Place: settingPlace(named.setting, named.what),
		Purpose: named.purpose, Existence: Unproven,
	}
	w.facts.Roles = append(w.facts.Roles, use)
	if !isRoleARN(use.ARN) {
		use.Existence = NotResolved
		if named.kind != CanvasRole { // of which userNeeds speaks
			w.facts.Problems = append(w.facts.Problems, source.Problem{
				Span:    named.setting.Node.Span(),
				Message: fmt.Sprintf("the %s role %q is not the ARN of a role, so it was not checked: write the role's ARN", named.kind, use.ARN),
			})
		}
		return use
	}
	use.Existence = w.existenceOf(use.ARN)
	if use.Existence == NotFound {
		w.facts.missing[use.ARN] = true
		use.Similar = w.similarRole(use.ARN)
	}
	return use
}

// similarRole finds a role whose ARN was probably meant.
func (w *worker) similarRole(role string) string {
	arn, _ := iam.ParseARN(role)
	at := slices.IndexFunc(w.snapshot.Roles, func(r *snapshot.Role) bool {
		return r.Account == arn.Account && strings.EqualFold(short(r.ARN), short(role))
	})
	if at < 0 {
		return ""
	}
	return w.snapshot.Roles[at].ARN
}
