package iam

import "strings"

// ARN is an Amazon Resource Name taken apart:
// arn:partition:service:region:account:resource
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
// Resource takes the rest of the text, colons included.
type ARN struct {
	Partition, Service, Region, Account, Resource string
}

// ParseARN takes an ARN of any partition apart. It reports false for text that
// does not begin with "arn:" or has fewer than six parts; the parts themselves
// are not checked, so patterns with wildcards can be taken apart as well.
func ParseARN(text string) (ARN, bool) {
	var arn ARN
	rest, ok := strings.CutPrefix(text, "arn:")
	if !ok {
		return arn, false
	}
	for _, part := range []*string{&arn.Partition, &arn.Service, &arn.Region, &arn.Account} {
		if *part, rest, ok = strings.Cut(rest, ":"); !ok {
			return ARN{}, false
		}
	}
	arn.Resource = rest
	return arn, true
}

// String puts the ARN together again.
func (a ARN) String() string {
	return "arn:" + a.Partition + ":" + a.Service + ":" + a.Region + ":" + a.Account + ":" + a.Resource
}

// AccountOf gives the account of an ARN. Of an ARN that is a stand-in as a
// whole, the account is as unknown as the rest: it is the stand-in.
func AccountOf(arn string) string {
	if parsed, ok := ParseARN(arn); ok {
		return parsed.Account
	}
	if IsStandIn(arn) {
		return arn
	}
	return ""
}

// isAccount reports whether the text is a 12-digit account id, or stands for
// the id of the account that a template is deployed to.
func isAccount(text string) bool {
	if text == Unknown("AccountId") {
		return true
	}
	if len(text) != 12 {
		return false
	}
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
