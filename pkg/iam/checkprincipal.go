package iam

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// principals looks at whom the current statement names
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html).
func (l *look) principals() {
	node := l.s.PrincipalNode
	if !l.policy.Kind.NamesPrincipals() || !node.Exists() {
		return
	}
	if isObject(node) && node.Len() == 0 {
		l.fault(FaultEmpty, node.Name(), Warning, "the %s is empty: the statement applies to no one", node.Name().Text())
		return
	}
	for kind, value := range node.Members() {
		if isObject(node) && value.Is(source.Array) && value.Len() == 0 {
			l.fault(FaultEmpty, kind, Warning, "the list of principals of the type %s is empty", kind.Text())
		}
	}
	for _, list := range [...][]Principal{l.s.Principals, l.s.NotPrincipals} {
		for i := range list {
			if p := &list[i]; !p.Symbolic && !p.open && isPlainText(p.Value) {
				l.principal(p)
			}
		}
	}
	if l.policy.Kind == TrustPolicy {
		l.assuming()
	}
}

// servicePattern takes the names of services
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services).
var servicePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.(com|com\.cn|eu)|aws\.internal|aws|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$` +
		`|^alexa-[a-z-]+\.amazon\.com$`)
})

func (l *look) principal(p *Principal) {
	switch {
	case p.Type != "AWS" && p.Type != "*" && strings.ContainsAny(p.Value, "*?"):
		l.fault(FaultPrincipalWildcard, p.Node, "", "a principal of the type %s takes no wildcard: %q matches no one", p.Type, p.Value)
	case p.Form == ServiceForm && !servicePattern().MatchString(p.Value):
		l.fault(FaultPrincipalValue, p.Node, "", "%q is no service: a service is written %s", p.Value, serviceLike(p.Value))
	case p.Type == "Federated" && (l.policy.Kind == KeyPolicy || l.policy.Kind == BucketPolicy):
		l.fault(FaultPrincipalValue, p.Node, "", "%s does not accept identity providers: name the role that they assume", withArticle(l.policy.Kind))
	case p.Form == CanonicalUserForm && l.policy.Kind != BucketPolicy:
		l.fault(FaultPrincipalValue, p.Node, "", "only S3 policies accept canonical user ids: name the account")
	case p.Form == UniqueIDForm && l.policy.Kind != KeyPolicy:
		// Of keys another rule says so, where it knows that no one has the id.
		l.fault(FaultPrincipalValue, p.Node, Warning, "%s is the id of a role or user, which AWS shows where the principal was deleted: write the ARN of one that exists", p.Value)
	case p.Type == "AWS":
		if arn, ok := ParseARN(p.Value); ok {
			l.principalARN(p, arn)
		}
	}
}

func (l *look) principalARN(p *Principal, arn ARN) {
	complaint := arn.fields()
	if complaint == "" && arn.Region != "" {
		complaint = "the ARN of a principal has no Region: remove \"" + arn.Region + "\""
	}
	if complaint == "" && arn.Account == "" {
		complaint = "the ARN of a principal has an account, and this one has none"
	}
	if complaint != "" {
		l.fault(FaultPrincipalValue, p.Node, "", "%s", complaint)
	}
}

// serviceLike guesses at the name that was meant.
func serviceLike(text string) string {
	name := strings.ToLower(text)
	if _, rest, ok := strings.Cut(name, "://"); ok {
		name = rest
	}
	name, _, _ = strings.Cut(name, ".")
	if name == "" || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		name = "<service>"
	}
	return name + ".amazonaws.com"
}

// assuming looks at the actions of a trust policy: those of STS, and each for
// its kind of principal
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp.html).
func (l *look) assuming() {
	federated := slices.ContainsFunc(l.s.Principals, func(p Principal) bool { return p.Type == "Federated" || p.Symbolic })
	others := slices.ContainsFunc(l.s.Principals, func(p Principal) bool { return p.Type != "Federated" || p.Symbolic })
	saml, web := l.providers()
	for i := range l.s.Actions {
		p := &l.s.Actions[i]
		switch name := strings.ToLower(p.Text); {
		case name == "sts:assumerole" && federated && !others:
			l.fault(FaultKindOfAction, p.Node, "", "an identity provider takes sts:AssumeRoleWithSAML or sts:AssumeRoleWithWebIdentity, not %s", p.Text)
		case (name == "sts:assumerolewithsaml" || name == "sts:assumerolewithwebidentity") && others && !federated:
			l.fault(FaultKindOfAction, p.Node, "", "%s is for identity providers: others take sts:AssumeRole", p.Text)
		case name == "sts:assumerolewithsaml" && web && !saml:
			l.fault(FaultKindOfAction, p.Node, "", "%s is for SAML providers: an OpenID Connect provider takes sts:AssumeRoleWithWebIdentity", p.Text)
		case name == "sts:assumerolewithwebidentity" && saml && !web:
			l.fault(FaultKindOfAction, p.Node, "", "%s is for OpenID Connect providers: a SAML provider takes sts:AssumeRoleWithSAML", p.Text)
		case strings.HasPrefix(name, "sts:") && isPlain(p) && !isWild(name) && !ofTrust(name) && l.action(p) == "":
			l.fault(FaultKindOfAction, p.Node, "", "a trust policy takes the actions that assume the role, and %s is none", p.Text)
		}
	}
}

// providers tells the identity providers of the current statement apart.
func (l *look) providers() (saml, web bool) {
	for i := range l.s.Principals {
		p := &l.s.Principals[i]
		switch {
		case p.Symbolic || p.open || !isPlainText(p.Value):
			return true, true
		case p.Type == "Federated" && isWild(p.Value):
			return true, true // which is a fault of its own
		case p.Type == "Federated" && strings.Contains(p.Value, ":saml-provider/"):
			saml = true
		case p.Type == "Federated":
			web = true
		}
	}
	return saml, web
}

// ofTrust names the actions that are done to a role
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html).
func ofTrust(action string) bool {
	switch action {
	case "sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity", "sts:tagsession", "sts:setsourceidentity", "sts:setcontext":
		return true
	}
	return false
}

// trustOpen looks for a role that everyone may assume.
func (l *look) trustOpen() {
	if l.policy.Kind != TrustPolicy || l.s.Effect != Allow || l.s.Uncertain != "" || !l.s.ForEveryone() || l.s.limited(TrustPolicy) || l.policy.denied(l.s) {
		return
	}
	for _, action := range [...]string{"sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"} {
		if l.s.Covers(action) {
			l.fault(FaultTrustOpen, l.s.PrincipalNode, "", "allows every AWS principal to assume the role%s", l.s.notLimiting())
			return
		}
	}
}

// notLimiting says that the conditions of a statement for everyone do not help.
func (s *Statement) notLimiting() string {
	if keys := s.conditionKeys(); keys != "" {
		return " (its condition on " + keys + " lets strangers through)"
	}
	return ""
}

// guardService looks for an Allow of a key or bucket policy for a service that
// does not say on whose behalf the service may call
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
func (l *look) guardService() {
	if l.policy.Kind != KeyPolicy && l.policy.Kind != BucketPolicy || l.s.Effect != Allow || l.s.Uncertain != "" || l.s.WithoutEffect {
		return
	}
	if slices.ContainsFunc(l.policy.Statements, func(s *Statement) bool { return (s == l.s || s.Effect == Deny) && guardsSource(s) }) {
		return
	}
	for i := range l.s.Principals {
		p := &l.s.Principals[i]
		if p.Form != ServiceForm || p.Symbolic || p.open || !servicePattern().MatchString(p.Value) {
			continue
		}
		severity := ""
		if actsForOthers(p.Value) {
			severity = Warning
		}
		l.fault(FaultService, p.Node, severity, "%s can call on behalf of any account: add a condition on aws:SourceAccount, aws:SourceArn or aws:SourceOrgID", p.Value)
	}
}

// guardsSource reports whether a statement compares on whose behalf a service
// calls, or who it is that the call goes through: an Allow with a value that is
// someone in particular, a Deny with any other than that.
func guardsSource(s *Statement) bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		switch c.Name.String() {
		case "aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourceowner", "kms:calleraccount":
		default:
			return false
		}
		if c.Op.Test == Null || c.Op.Negated != (s.Effect == Deny) {
			return false // that ForAllValues always holds is a fault of its own
		}
		anyone := func(v Value) bool {
			return !v.Symbolic && len(v.variables) == 0 && v.wild() && strings.Trim(strings.TrimPrefix(v.Text, "arn:aws"), "*?:/") == ""
		}
		return !slices.ContainsFunc(c.Values, anyone)
	})
}

// actsForOthers names services that anyone makes write to a bucket or use a
// key by naming it, as the pages on their permissions say
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html,
// https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-policy.html).
func actsForOthers(service string) bool {
	switch service {
	case "cloudtrail.amazonaws.com", "config.amazonaws.com", "logging.s3.amazonaws.com", "delivery.logs.amazonaws.com",
		"logs.amazonaws.com", "s3.amazonaws.com", "sns.amazonaws.com", "events.amazonaws.com", "ses.amazonaws.com",
		"guardduty.amazonaws.com", "macie.amazonaws.com", "cloudfront.amazonaws.com", "serverlessrepo.amazonaws.com":
		return true
	}
	return strings.HasPrefix(service, "logs.")
}
