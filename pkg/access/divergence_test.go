package access_test

import (
	"encoding/json"
	"slices"
	"strings"
)

// The allow-list of the comparison with the peer evaluator. An entry says
// which cases it covers and in which direction, and where AWS documents the
// answer given here, or that AWS documents none. It is as narrow as can be:
// the feature must be in the case, and in play.
//
// iam is https://docs.aws.amazon.com/IAM/latest/UserGuide/.
var divergences = []struct {
	name    string // with its source
	applies func(c *features, ours, theirs verdict) bool
}{
	{"undocumented: ours says Unknown, with AWS's silence as the reason", func(_ *features, ours, _ verdict) bool {
		return ours.Result == "Unknown" && slices.ContainsFunc(ours.Reasons, func(r struct{ Layer, Cause, Message string }) bool { return r.Cause == "undocumented" })
	}},
	{"a negated operator matches a variable without value: iam/reference_policies_variables.html#policy-vars-no-value", func(c *features, _, _ verdict) bool {
		return c.negatedUnresolved
	}},
	{"variables are text in Version 2008-10-17: iam/reference_policies_elements_version.html", func(c *features, _, _ verdict) bool {
		return c.oldVariables
	}},
	{"NotPrincipal must list account, role and session: iam/reference_policies_elements_notprincipal.html", func(c *features, ours, _ verdict) bool {
		return c.notPrincipal && (ours.Result == "ExplicitlyDenied" || ours.Result == "Unknown")
	}},
	{"access given to a session's ARN, or to * with aws:PrincipalArn, is not limited by the session policy: iam/reference_policies_evaluation-logic_policy-eval-basics-single-account.html", func(c *features, ours, theirs verdict) bool {
		return c.session && ours.Result == "Allowed" && theirs.Result != "ExplicitlyDenied"
	}},
	{"an address alone is a range of one, also under NotIpAddress and for IPv6: iam/reference_policies_elements_condition_operators.html#Conditions_IPAddress", func(c *features, _, _ verdict) bool {
		return c.bareAddress
	}},
	{"the statements of an endpoint policy are for the principals they name: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html", func(c *features, _, _ verdict) bool {
		return c.endpointPrincipal
	}},
	{"a key without values is null, so Null finds it absent: iam/reference_policies_elements_condition_operators.html#Conditions_Null", func(c *features, _, _ verdict) bool {
		return c.nullOfNothing
	}},
	{"a * in the name of an object is a character of it, where the peer takes it for a wildcard: https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html", func(c *features, _, _ verdict) bool {
		return c.starInName
	}},
	{"a key that AWS sets has the type that AWS gives it; the witness has none: iam/reference_policies_condition-keys.html", func(_ *features, _, theirs verdict) bool {
		return untyped(theirs.Allowed) || untyped(theirs.Denied)
	}},
}

// untyped finds a witness with a word where an address, a number, a date, a
// boolean or an ARN stands.
func untyped(witness []byte) bool {
	for _, key := range []string{"aws:SourceIp", "s3:max-keys", "aws:CurrentTime", "aws:SecureTransport", "aws:PrincipalArn"} {
		if strings.Contains(string(witness), `"`+key+`":"zz-fresh"`) {
			return true
		}
	}
	return strings.Contains(string(witness), `/8"`) || strings.Contains(string(witness), `/24"`) || strings.Contains(string(witness), `/32"`)
}

// features are what of a case the allow-list asks for.
type features struct {
	negatedUnresolved, oldVariables, notPrincipal, session, bareAddress, endpointPrincipal, nullOfNothing, starInName bool
}

func divergence(line []byte, ours, theirs verdict) string {
	c := readFeatures(line)
	for _, d := range divergences {
		if d.applies(&c, ours, theirs) {
			return d.name
		}
	}
	return ""
}

func readFeatures(line []byte) features {
	var root map[string]any
	if err := json.Unmarshal(line, &root); err != nil {
		panic(err)
	}
	f := features{session: root["sessionPolicy"] != nil}
	resource, _ := root["request"].(map[string]any)["resource"].(map[string]any)
	name, _ := resource["arn"].(string)
	f.starInName = strings.Contains(name, "*")
	known := map[string]bool{}
	context, _ := root["request"].(map[string]any)["context"].(map[string]any)
	for key, value := range context {
		known[strings.ToLower(key)] = true
		if list, ok := value.([]any); ok && len(list) == 0 {
			known["empty "+strings.ToLower(key)] = true
		}
	}
	f.walk(root, known)
	if endpoint, ok := root["vpcEndpointPolicies"]; ok {
		text, _ := json.Marshal(endpoint)
		f.endpointPrincipal = strings.Contains(string(text), `Principal":{`) // NotPrincipal too
	}
	return f
}

func (f *features) walk(value any, known map[string]bool) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			f.walk(item, known)
		}
	case map[string]any:
		text, _ := json.Marshal(value["Statement"])
		if value["Version"] == "2008-10-17" && strings.Contains(string(text), "${") {
			f.oldVariables = true
		}
		f.notPrincipal = f.notPrincipal || value["NotPrincipal"] != nil
		if conditions, ok := value["Condition"].(map[string]any); ok {
			f.conditions(conditions, known)
		}
		for _, item := range value {
			f.walk(item, known)
		}
	}
}

func (f *features) conditions(conditions map[string]any, known map[string]bool) {
	for op, block := range conditions {
		text, _ := json.Marshal(block)
		lower := strings.ToLower(string(text))
		negated := strings.Contains(op, "Not")
		for _, key := range []string{"aws:username", "aws:principaltag/team"} {
			if negated && strings.Contains(lower, "${"+key+"}") && !known[key] {
				f.negatedUnresolved = true
			}
		}
		for key := range block.(map[string]any) {
			f.nullOfNothing = f.nullOfNothing || op == "Null" && known["empty "+strings.ToLower(key)]
		}
		if strings.Contains(op, "IpAddress") && strings.Contains(lower, `"203.0.113.7"`) {
			f.bareAddress = true
		}
	}
}
