package iam

import (
	"slices"
	"strings"
)

// Allows reports whether the statement is an Allow that takes in an action
// ("kms:Decrypt", in any case), conditions and principals apart. A statement
// whose reading is not known, or whose action only a template will tell, does not.
func (s *Statement) Allows(action string) bool {
	return s.Effect == Allow && s.Uncertain == "" && !s.WithoutEffect && s.Covers(action)
}

// Covers reports whether an action is among the statement's actions.
func (s *Statement) Covers(action string) bool {
	matches := func(p Pattern) bool { return !p.Symbolic && p.Matches(action) }
	if len(s.NotActions) > 0 {
		return !slices.ContainsFunc(s.NotActions, func(p Pattern) bool { return p.Symbolic || p.open || p.Matches(action) })
	}
	return slices.ContainsFunc(s.Actions, matches)
}

// Open lists the Allow statements of a key or bucket policy that are for every
// principal with no condition that limits the caller, and whose actions no Deny
// takes back from strangers. What is not known, a template's value or a
// statement that AWS may read otherwise, is never listed.
func (p *Policy) Open() []*Statement {
	var open []*Statement
	for _, s := range p.Statements {
		if s.Effect == Allow && s.Uncertain == "" && !s.WithoutEffect && s.ForEveryone() && !s.limited(p.Kind) && !p.denied(s) {
			open = append(open, s)
		}
	}
	return open
}

// ForEveryone reports whether the Principal is * or {"AWS": "*"}.
func (s *Statement) ForEveryone() bool {
	return slices.ContainsFunc(s.Principals, func(p Principal) bool { return p.Form == EveryoneForm && !p.Symbolic })
}

// limited reports whether a condition binds the statement to some callers, or
// may: what AWS makes of an operator that it does not have is not known.
func (s *Statement) limited(kind Kind) bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool { return c.Op.Test == Unsupported || c.Limits(kind) })
}

// denied reports whether a Deny takes the actions of an Allow back from all but
// some callers. One with any other condition leaves a way around it.
func (p *Policy) denied(s *Statement) bool {
	return slices.ContainsFunc(p.Statements, func(d *Statement) bool {
		return d.Effect == Deny && d.Uncertain == "" && !d.WithoutEffect && d.bindsStrangers() &&
			coverAll(d.Actions, s.Actions, s.NotActions) && coverAll(d.Resources, s.Resources, s.NotResources) && d.barsStrangers(p.Kind)
	})
}

// bindsStrangers reports whether a Deny is for everyone, or for all but the
// principals that it names.
func (s *Statement) bindsStrangers() bool {
	stranger := func(p Principal) bool { return p.Symbolic || p.Form == EveryoneForm }
	return s.ForEveryone() || len(s.NotPrincipals) > 0 && !slices.ContainsFunc(s.NotPrincipals, stranger)
}

// barsStrangers reports whether the conditions of a Deny hold for every caller
// but those that they name, and AWS's services.
func (s *Statement) barsStrangers(kind Kind) bool {
	for i := range s.Conditions {
		c := s.Conditions[i]
		service := c.Op.Test == Bool && (c.Name == NewKey("aws:PrincipalIsAWSService") || c.Name == NewKey("aws:ViaAWSService"))
		if service {
			continue
		}
		if !c.Op.Negated || c.Op.Set != Single {
			return false
		}
		// A missing key meets a negated operator with or without IfExists.
		c.Op.Negated, c.Op.IfExists = false, false
		if !c.Limits(kind) {
			return false
		}
	}
	return true
}

// coverAll reports whether each pattern of a list lies within one of another's.
// A pattern that matches the text of another, wildcards and all, takes in all
// that the other matches. Where the list names what is left out, only all will do.
func coverAll(wide, narrow, leftOut []Pattern) bool {
	covers := func(text string) bool {
		return slices.ContainsFunc(wide, func(w Pattern) bool {
			return !w.Symbolic && len(w.variables) == 0 && (w.Matches(text) || w.open && w.Fit(text, nil) != Never)
		})
	}
	if len(leftOut) > 0 {
		return covers("*") || covers("kms:*") || covers("s3:*")
	}
	return !slices.ContainsFunc(narrow, func(n Pattern) bool { return n.Symbolic || !covers(n.Text) })
}

// callerKeys are the condition keys that tell who calls or from where, with
// what a value must have to mean someone in particular
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html,
// "The meaning of public"). Tags and user names are not among them: anyone
// gives those to themselves in an account of their own.
func callerKeys(key string) func(*Value) bool {
	switch key {
	case "kms:calleraccount", "aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "s3:dataaccesspointaccount",
		"aws:principalorgid", "aws:sourceorgid", "aws:vpceaccount", "aws:vpceorgid", "aws:sourcevpc", "aws:sourcevpce":
		return whole
	case "aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths", "aws:userid":
		return named
	case "aws:principalarn", "s3:dataaccesspointarn", "aws:sourcevpcarn":
		return ofAccount
	case "aws:sourcearn":
		return onBehalf
	case "aws:sourceip", "aws:vpcsourceip":
		return network
	}
	return nil
}

// Limits reports whether the condition binds its statement to some callers: a
// positive operator on who calls or from where, with values that are not only
// wildcards, that does not hold where the key is missing. What a template or a
// policy variable will put there counts as someone in particular.
func (c *Condition) Limits(kind Kind) bool {
	fits := callerKeys(c.Name.String())
	if fits == nil || c.Op.Negated || c.Op.Set == ForAllValues || c.Op.IfExists && !alwaysThere(c.Name.String(), kind) {
		return false
	}
	switch c.Op.Test {
	case String, StringIgnoreCase, StringLike, ArnLike, IPAddress:
	default:
		return false
	}
	for i := range c.Values {
		v := &c.Values[i]
		if !v.Symbolic && len(v.variables) == 0 && !fits(v) {
			return false
		}
	}
	return true
}

// alwaysThere names the keys that every request has, with which IfExists makes
// no difference: the caller's account always, also of anonymous callers, the
// caller's ARN of every signed request, and KMS takes no others
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html,
// https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html).
func alwaysThere(key string, kind Kind) bool {
	switch key {
	case "aws:principalaccount":
		return true
	case "aws:principalarn", "kms:calleraccount":
		return kind == KeyPolicy
	}
	return false
}

// wild reports whether the value's pattern has wildcards: under StringEquals an
// asterisk is an asterisk.
func (v *Value) wild() bool {
	_, exact := v.glob.Exact()
	return !exact
}

// whole is for ids: a wildcard within one has no use and may match anyone's
// (…/reference_policies_condition-keys.html#condition-keys-sensitive).
func whole(v *Value) bool { return !v.wild() }

// named is for texts of which a part says enough.
func named(v *Value) bool { return !v.wild() || strings.Trim(v.Text, "*?:/") != "" }

// ofAccount is for ARNs whose owner must be told: names without an account are
// free for everyone to take.
func ofAccount(v *Value) bool {
	if !v.wild() {
		return true
	}
	arn, ok := ParseARN(v.Text)
	return ok && !strings.ContainsAny(arn.Account, "*?") || !ok && named(v)
}

// onBehalf is for the ARN of the resource on whose behalf a service calls: the
// account, or the resource's own name. S3's have no account.
func onBehalf(v *Value) bool {
	if !v.wild() {
		return true
	}
	arn, ok := ParseARN(v.Text)
	if !ok {
		return named(v)
	}
	if arn.Account != "" && !strings.ContainsAny(arn.Account, "*?") {
		return true
	}
	rest := arn.Resource[strings.IndexAny(arn.Resource, "/:")+1:]
	return strings.Trim(rest, "*?:/") != ""
}

// network is for addresses: S3 calls what is broader than /8, or /32 in IPv6,
// public (…/access-control-block-public-access.html).
func network(v *Value) bool {
	if !v.Range.IsValid() {
		return true // matches no one, or is no address condition
	}
	if v.Range.Addr().IsPrivate() {
		return true
	}
	least := 8
	if v.Range.Addr().Is6() {
		least = 32
	}
	return v.Range.Bits() >= least
}
