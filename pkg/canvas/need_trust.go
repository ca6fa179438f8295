package canvas

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// Trust is the group of the one action of a trust need.
const Trust Group = "trust"

// trustAction is what a service does with a role that it is handed
// (https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html, and for
// helpers .../canvas-fine-tuning-permissions.html, .../canvas-large-data-permissions.html).
func trustAction() action {
	return action{"sts:AssumeRole", Trust, []string{""}, map[string]finding.Severity{config.Guide2022: finding.Error, config.GuideCurrent: finding.Error}}
}

// trustNeeds adds that the services must be able to assume the roles that the
// settings of a user name.
func (w *worker) trustNeeds(user *User) {
	for _, named := range user.roles() {
		role := named.setting.Value
		if !w.canBeAsked(role) {
			continue
		}
		service := named.service + ".amazonaws.com"
		need := w.need(needID{user.Domain, role, "trust in " + service, named.purpose, named.maybe != ""}, user, settingPlace(named.setting, named.what))
		need.Resource, need.Service, need.Kind, need.Maybe = role, service, named.kind, named.maybe
		if need.policies == nil {
			need.policies = w.trustPolicies(role)
		}
		row := trustAction()
		w.decide(need, user, row, row.lack[w.config.Guide], func(string) access.Request {
			return w.trustRequest(user.Domain, named.service, need)
		})
	}
}

// trustPolicies are the policies that have a say when a service assumes a role.
func (w *worker) trustPolicies(arn string) *access.Policies {
	parsed, _ := iam.ParseARN(arn)
	p := &access.Policies{
		Resource: &access.Layer{Missing: []string{"the trust policy of the role " + arn}},
		RCPs:     w.organizationLevels(parsed.Account, snapshot.ResourceControl), Known: w.isKnown,
	}
	if role := w.snapshot.Role(arn); role != nil && role.Trust != nil {
		p.Resource = layerOf(role.Trust)
	}
	return p
}

// trustRequest is the request of a service that works for a resource of the
// domain's account. In China some services have a name that ends in
// .amazonaws.com.cn, and AWS does not list which: there either name will do
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services).
func (w *worker) trustRequest(domain *snapshot.Domain, service string, need *Need) access.Request {
	request := w.serviceRequest(domain, service, need.Service, need)
	if domain.Partition == "aws-cn" && access.Decide(&request, need.policies) != access.Allowed {
		chinese := w.serviceRequest(domain, service, need.Service+".cn", need)
		if access.Decide(&chinese, need.policies) == access.Allowed {
			return chinese
		}
	}
	return request
}

// serviceRequest sets what the services' pages on the confused deputy say: the
// account of the resource, and how the ARN of the resource begins
// (https://docs.aws.amazon.com/sagemaker/latest/dg/security-confused-deputy-prevention.html).
// In which Region Canvas calls Bedrock is not documented.
func (w *worker) serviceRequest(domain *snapshot.Domain, service, name string, need *Need) access.Request {
	account := iam.AccountOf(need.Role)
	return access.Request{
		Principal: access.Principal{Kind: access.Service, ARN: name},
		Action:    "sts:AssumeRole", Resource: need.Role, ResourceAccount: account, Context: w.serviceCall(domain, service, name, account),
	}
}

// serviceCall is what the call says, of any role of an account.
func (w *worker) serviceCall(domain *snapshot.Domain, service, name, account string) *access.Context {
	source := "arn:" + domain.Partition + ":" + service + ":"
	if service != "bedrock" {
		source += domain.Region + ":" + domain.Account + ":"
	}
	of := call{service: "sts", account: domain.Account, via: name, what: source, owner: account}
	return w.callSays(of, func(c *access.Context) {
		c.Set("aws:SecureTransport", "true")
		c.Set("aws:PrincipalIsAWSService", "true")
		c.Set("aws:PrincipalServiceName", name)
		c.SetAbsent("aws:PrincipalArn")
		c.SetAbsent("aws:PrincipalAccount")
		c.SetAbsent("aws:PrincipalOrgID")
		c.Set("aws:ResourceAccount", account)
		c.Set("aws:SourceAccount", domain.Account)
		c.SetPrefix("aws:SourceArn", source)
		if org := w.snapshot.Organization; org != nil && org.ID != "" && targetPath(org, domain.Account) != nil {
			c.Set("aws:SourceOrgID", org.ID)
		}
		for _, key := range slices.Sorted(maps.Keys(w.config.Facts.Context)) { // two spellings of a key are one
			c.SetOneOf(key, w.config.Facts.Context[key]...)
		}
	})
}

// trustChange is the fix of a trust policy: it has a Principal and no Resource
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-service.html).
func (w *worker) trustChange(need *Need) change {
	quote := func(text string) string { b, _ := json.Marshal(text); return string(b) }
	return change{
		layer: access.TrustPolicy, where: "the trust policy of the role " + short(need.Role), kind: iam.TrustPolicy,
		file: w.fileOf(need.policies.Resource), actions: []string{"sts:AssumeRole"},
		write: func(string, []string) string {
			return "{\n  \"Effect\": \"Allow\",\n  \"Principal\": { \"Service\": " + quote(need.Service) + " },\n  \"Action\": \"sts:AssumeRole\"\n}"
		},
		apply: func(p *access.Policies, d access.Document) { p.Resource = with(p.Resource, d) },
	}
}
