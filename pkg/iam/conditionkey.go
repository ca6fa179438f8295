package iam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// keyUse is what is known of a condition key.
type keyUse struct {
	kind      string // its type, "" where not known
	complaint string // there is no such key
	service   string // that is known in full and has the key
	number    int    // among the service's keys
	tag       bool   // it holds the value of a tag, or of a pair of the caller's
	tagless   string // the key of a tag without the tag's name: "aws:RequestTag/"
}

// key looks a condition key up.
func (c *Checker) key(name string) *keyUse {
	if use, ok := c.keys[name]; ok {
		return use
	}
	use := c.judgeKey(name)
	c.keys[name] = use
	return use
}

func (c *Checker) judgeKey(name string) *keyUse {
	prefix, rest, ok := strings.Cut(name, ":")
	service := strings.ToLower(prefix)
	switch {
	case strings.ContainsAny(name, "${}<>‹›"):
		return &keyUse{}
	case strings.EqualFold(name, "kms:encryptioncontext:") || strings.EqualFold(name, "kms:encryptioncontext"):
		return &keyUse{tagless: "kms:EncryptionContext:"}
	case !ok || rest == "":
		return &keyUse{complaint: fmt.Sprintf("%q is no condition key: a key is written service:name, such as aws:%s", name, name)}
	case service == "aws":
		return c.judgeGlobal(rest)
	case strings.ContainsAny(service, "./") || crossService()[strings.ToLower(name)]:
		return &keyUse{} // of an identity provider, or set on requests to every service
	}
	full := c.vocabulary.Full(service)
	if full == nil {
		if c.vocabulary.IsService(service) || isProvider(service) {
			return &keyUse{}
		}
		return &keyUse{complaint: fmt.Sprintf("AWS has no condition key %s: there is no service with the prefix %q%s", name, prefix, c.elsewhere(service, "*"))}
	}
	if documented()[strings.ToLower(name)] {
		return &keyUse{}
	}
	var names []string
	for i, key := range full.Keys {
		if keyFits(key.Name, name) {
			return &keyUse{kind: key.Type, service: service, number: i, tag: strings.ContainsAny(key.Name, "$<")}
		}
		if stem, _, open := strings.Cut(key.Name, "/"); open && strings.EqualFold(stem, strings.TrimSuffix(name, "/")) {
			return &keyUse{tagless: stem + "/"}
		}
		if strings.HasPrefix(strings.ToLower(key.Name), service+":") {
			names = append(names, strings.SplitN(key.Name, ":", 2)[1])
		}
	}
	return &keyUse{complaint: fmt.Sprintf("AWS has no condition key %s%s", name, didYouMean(service+":", wording.Nearest(rest, names)))}
}

// keyFits compares a key with a name of the reference, in which ${...} and
// <...> stand for any text.
func keyFits(pattern, name string) bool {
	open := strings.IndexAny(pattern, "$<")
	if open < 0 {
		return strings.EqualFold(pattern, name)
	}
	return len(name) > open && strings.EqualFold(pattern[:open], name[:open])
}

// carries reports whether a request of the statement's actions may carry a key.
// Where the actions reach beyond the services that are known in full, that is
// not known, and taken as yes; so is a key that the reference lists with no
// action at all.
func (c *Checker) carries(s *Statement, use *keyUse) bool {
	full := c.vocabulary.Full(use.service)
	if !lists(full, use.number) || len(s.NotActions) > 0 || len(s.Actions) == 0 {
		return true
	}
	for i := range s.Actions {
		p := &s.Actions[i]
		prefix, name, ok := strings.Cut(p.Text, ":")
		if !ok || !isPlain(p) || strings.ContainsAny(prefix, "*?") {
			return true
		}
		service := strings.ToLower(prefix)
		if c.vocabulary.Full(service) == nil || c.action(p) != "" {
			return true
		}
		// Assuming a role carries the keys of the role: iam:ResourceTag
		// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-tags.html).
		assuming := service == "sts" && use.service == "iam"
		if assuming || service == use.service && actionCarries(full, name, use.number) {
			return true
		}
	}
	return false
}

func lists(full *reference.Service, key int) bool {
	return slices.ContainsFunc(full.Actions, func(a reference.Action) bool { return has(&a, key) })
}

func actionCarries(full *reference.Service, name string, key int) bool {
	glob := WildcardGlob(name, true)
	for i := range full.Actions {
		if has(&full.Actions[i], key) && glob.Matches(full.Actions[i].Name) {
			return true
		}
	}
	return false
}

func has(action *reference.Action, key int) bool {
	return slices.Contains(action.Keys, key)
}

// tagsRequest reports whether a request of the statement's actions may set or
// name tags, which aws:RequestTag and aws:TagKeys are about; yes where a service
// of theirs is not known in full.
func (c *Checker) tagsRequest(s *Statement, key string) bool {
	if len(s.NotActions) > 0 || len(s.Actions) == 0 {
		return true
	}
	for i := range s.Actions {
		p := &s.Actions[i]
		service, name, ok := strings.Cut(p.Text, ":")
		full := c.vocabulary.Full(strings.ToLower(service))
		if !ok || !isPlain(p) || full == nil || c.action(p) != "" {
			return true
		}
		number := slices.IndexFunc(full.Keys, func(k reference.ConditionKey) bool { return keyFits(k.Name, key) })
		if number < 0 || actionCarries(full, name, number) {
			return true
		}
	}
	return false
}

// documented lists keys that the guide of a service describes and the reference
// leaves out
// (https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_service-with-iam.html,
// https://docs.aws.amazon.com/sagemaker/latest/dg/multi-container-security.html).
func documented() map[string]bool {
	return map[string]bool{"sagemaker:targetcontainerhostname": true, "sagemaker:ispublicworkforce": true}
}

// isProvider names the prefixes of keys that identity providers set
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html).
func isProvider(prefix string) bool {
	switch prefix {
	case "saml", "sts", "cognito-identity-auth", "cognito-identity-unauth", "identitycenter", "catalog":
		return true
	}
	return false
}

// crossService lists keys with a service's prefix that requests to other
// services carry too
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-others).
func crossService() map[string]bool {
	return map[string]bool{
		"ec2:sourceinstancearn": true, "ec2:roledelivery": true, "glue:roleassumedby": true, "glue:credentialissuingservice": true,
		"lambda:sourcefunctionarn": true, "ssm:sourceinstancearn": true, "identitystore:userid": true,
		"codebuild:buildarn": true, "codebuild:projectarn": true,
	}
}

// operator says that an operator can't fit the type of its key, "" where it may.
// String operators compare any text, so that they are wrong only where a value
// is an address range
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
func (c *Checker) operator(condition *Condition) string {
	kind := strings.TrimPrefix(c.key(condition.Key).kind, "ArrayOf")
	found, ok := typeWords()[kind]
	if !ok {
		return ""
	}
	allowed, ok := map[string]string{"IP": "IpAddress", "ARN": "Arn"}[kind]
	if !ok {
		allowed = kind
	}
	switch condition.Op.Test {
	case Unsupported, Null:
		return ""
	case String, StringIgnoreCase, StringLike:
		if kind != "IP" || !hasRange(condition) {
			return ""
		}
	case Numeric:
		if kind == "Numeric" {
			return ""
		}
	case Date:
		if kind == "Date" {
			return ""
		}
	case ArnLike:
		if kind == "ARN" {
			return ""
		}
	case Bool:
		if kind == "Bool" {
			return ""
		}
	case IPAddress:
		if kind == "IP" {
			return ""
		}
	case Binary:
	}
	return fmt.Sprintf("%s cannot compare %s, which is %s: use an operator of the kind %s", condition.Operator, condition.Key, found, allowed)
}

// typeWords names the types of keys in a sentence, texts apart.
func typeWords() map[string]string {
	return map[string]string{"Bool": "a boolean", "IP": "an address", "Date": "a date", "Numeric": "a number", "ARN": "an ARN"}
}

func hasRange(condition *Condition) bool {
	for i := range condition.Values {
		if _, ok := ParseRange(condition.Values[i].Text); ok && strings.Contains(condition.Values[i].Text, "/") {
			return true
		}
	}
	return false
}
