package canvas

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// BroadStatement is a statement of a customer's identity policy that lets a
// Canvas role decrypt with every key.
type BroadStatement struct {
	Role      string // ARN
	Users     []*User
	Policy    *snapshot.Policy
	Statement *iam.Statement
}

// findBroad looks at the role of a user in scope, unless that was done before.
func (w *worker) findBroad(user *User) {
	role := user.Role.Value
	if _, ok := w.broad[role]; ok || w.snapshot.Role(role) == nil {
		return
	}
	w.broad[role] = w.broadOf(role, user.Domain)
	w.facts.Broad = append(w.facts.Broad, w.broad[role]...)
}

// joinBroad adds what another worker found out about roles that are new.
func (w *worker) joinBroad(other *worker) {
	for _, broad := range other.facts.Broad {
		if _, ok := w.broad[broad.Role]; !ok {
			w.facts.Broad = append(w.facts.Broad, broad)
		}
	}
	keepFirst(w.broad, other.broad)
}

// broadUsers notes who has the roles.
func (w *worker) broadUsers() {
	for _, user := range w.facts.Users {
		if user.InScope {
			for _, broad := range w.broad[user.Role.Value] {
				broad.Users = append(broad.Users, user)
			}
		}
	}
}

// broadOf asks for kms:Decrypt with two keys that no policy can mean: called
// directly, of the account, without alias, tags and encryption context, in two Regions. AWS calls
// it narrow enough to allow the keys of one Region of the account
// (https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-1);
// a statement that counts only for calls through a service opens no more than
// that service's own permissions do.
func (w *worker) broadOf(role string, domain *snapshot.Domain) []*BroadStatement {
	other := "us-east-1"
	if domain.Region == other {
		other = "us-west-2"
	}
	policies := w.delegatingPolicies(role)
	here, there := w.strangeKey(domain, role, domain.Region), w.strangeKey(domain, role, other)
	if access.Decide(&here, policies).IsDenied() || access.Decide(&there, policies).IsDenied() {
		return nil
	}
	var list []*BroadStatement
	for _, policy := range w.ownPolicies(role) {
		one := &access.Policies{Identity: *layerOf(policy)}
		first, second := access.Trace(&here, one), access.Trace(&there, one)
		for i := range first[0].Statements {
			if opens(&first[0].Statements[i]) && opens(&second[0].Statements[i]) {
				list = append(list, &BroadStatement{Role: role, Policy: policy, Statement: first[0].Statements[i].Statement})
			}
		}
	}
	return list
}

// opens reports whether a statement allows, a condition of another kind than
// the probes settle apart: such a condition does not say which keys.
func opens(trace *access.StatementTrace) bool {
	return trace.Statement.Effect == iam.Allow &&
		(trace.Match == access.Matched || trace.Match == access.MayMatch && trace.Element == "condition")
}

// ownPolicies are a role's inline policies and the customer's managed ones.
func (w *worker) ownPolicies(arn string) []*snapshot.Policy {
	role := w.snapshot.Role(arn)
	policies := append([]*snapshot.Policy{}, role.Inline...)
	for _, attached := range role.Attached {
		if policy := w.policy(attached.ARN); policy != nil && !strings.Contains(attached.ARN, ":iam::aws:") {
			policies = append(policies, policy)
		}
	}
	return policies
}

// delegatingPolicies are all that bind a role, with a key policy that leaves
// the decision to IAM.
func (w *worker) delegatingPolicies(role string) *access.Policies {
	arn, _ := iam.ParseARN(role)
	root := "arn:" + arn.Partition + ":iam::" + arn.Account + ":root"
	standard := w.standard[root]
	if standard == nil {
		standard = compileText("the default key policy",
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"`+root+`"},"Action":"kms:*","Resource":"*"}]}`, iam.KeyPolicy)
		w.standard[root] = standard
	}
	return &access.Policies{
		Identity: w.identityLayer(role), Boundary: w.boundaryLayer(role), SCPs: w.organizationLevels(arn.Account, snapshot.ServiceControl),
		Resource: layerOf(standard),
	}
}

func (w *worker) strangeKey(domain *snapshot.Domain, role, region string) access.Request {
	arn, _ := iam.ParseARN(role)
	return access.Request{
		Principal: w.callerOf(role).principal, Action: "kms:Decrypt", ResourceAccount: arn.Account,
		Context:  access.Over(w.roleContext(role, region, arn.Account), w.strangeCall(arn.Account)),
		Resource: "arn:" + domain.Partition + ":kms:" + region + ":" + arn.Account + ":key/9d3f61c7-a5e2-4b08-8f14-c07b2e95d6a1",
	}
}

// strangeCall is what the call of a role of an account on such a key says.
func (w *worker) strangeCall(account string) *access.Context {
	of := call{service: "kms", account: account, what: "kms:Decrypt of a strange key"}
	return w.callSays(of, func(c *access.Context) {
		c.Set("kms:CallerAccount", account)
		c.Set("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT")
		c.SetMulti("kms:ResourceAliases")
		c.SetMulti("kms:EncryptionContextKeys")
		c.SetMulti("aws:CalledVia")
		c.Set("aws:ViaAWSService", "false")
		for _, key := range []string{"kms:ViaService", "kms:RequestAlias", "kms:GrantIsForAWSResource", "aws:CalledViaFirst", "aws:CalledViaLast"} {
			c.SetAbsent(key)
		}
		for _, family := range []string{"aws:ResourceTag/", "kms:EncryptionContext:"} {
			c.SetFamilyAbsent(family)
		}
	})
}
