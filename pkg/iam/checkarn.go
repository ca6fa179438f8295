package iam

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// regionPattern takes the names of Regions, also of some that are still to come
// (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html).
var regionPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(af|ap|ca|cn|eu|il|me|mx|sa|us|us-gov|us-iso|us-isob|us-isof|eu-isoe|eusc-de)-` +
		`(central|north|south|east|west|northeast|southeast|northwest|southwest)-[1-9]$`)
})

// arn says why no resource has the ARN, or none that fits the pattern, "" for
// nothing. Each field is judged by itself, parts with wildcards as far as they go
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
func (c *Checker) arn(text string) string {
	complaint, known := c.arns[text]
	if !known {
		if arn, ok := readable(text); ok {
			complaint = c.judgeARN(arn)
		}
		c.arns[text] = complaint
	}
	return complaint
}

// readable takes an ARN apart, with a wildcard for what is not known yet.
func readable(text string) (ARN, bool) {
	if strings.ContainsAny(text, "<>") {
		return ARN{}, false // a placeholder
	}
	for _, part := range standIns(text) {
		text = strings.ReplaceAll(text, part, "*")
	}
	if strings.Contains(text, "${") {
		text = variablePattern().ReplaceAllString(text, "*")
	}
	return ParseARN(text)
}

func isWild(field string) bool { return strings.ContainsAny(field, "*?") }

func (c *Checker) judgeARN(arn ARN) string {
	if complaint := arn.fields(); complaint != "" {
		return complaint
	}
	if isWild(arn.Service) {
		return ""
	}
	if arn.Service == "" {
		return "the ARN has no service: it is written arn:partition:service:region:account:resource"
	}
	if lower := strings.ToLower(arn.Service); lower != arn.Service {
		return fmt.Sprintf("the service of an ARN is in lower case: %s, not %s", lower, arn.Service)
	}
	if strings.Trim(arn.Resource, "*?:") == "" && isWild(arn.Resource) {
		return "" // AWS's own policies have arn:aws:kms:*::*
	}
	if arn.Resource == "" && arn.Service != "organizations" { // of which AWS publishes such a one
		return "an ARN ends with the resource, and this one has none"
	}
	resources := c.vocabulary.ResourcesOf(arn.Service)
	if len(resources) == 0 {
		return c.noService(arn.Service)
	}
	return arn.among(resources)
}

// noService objects to a service that is one letter away from one that is known
// in full: ARNs have services that are no prefix of an action.
func (c *Checker) noService(service string) string {
	if c.vocabulary.IsService(service) {
		return ""
	}
	for _, known := range [...]string{"kms", "s3", "sagemaker", "iam", "sts"} {
		near := len(known) > 2 || strings.ContainsAny(service, "3") // many services are one letter away from s3
		if near && wording.Distance(service, known, 1) == 1 && service != "ses" {
			return fmt.Sprintf("AWS has no service %q%s", service, didYouMean("", []string{known}))
		}
	}
	return ""
}

// fields judges the parts that mean the same in every ARN.
func (a ARN) fields() string {
	partitions := []string{"aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"}
	switch {
	case !isWild(a.Partition) && !slices.Contains(partitions, a.Partition):
		return fmt.Sprintf("AWS has no partition %q: an ARN begins with arn:aws:, arn:aws-cn: or arn:aws-us-gov:", a.Partition)
	case a.Region != "" && !isWild(a.Region) && !regionPattern().MatchString(a.Region):
		return fmt.Sprintf("AWS has no Region %q", a.Region)
	case noAccount(a.Account):
		return fmt.Sprintf("%q is not an account id, which has 12 digits", a.Account)
	}
	return ""
}

// noAccount reports whether the account of an ARN is none: ids have 12 digits,
// and of the words that AWS writes there, aws and cloudfront, none has a digit.
func noAccount(account string) bool {
	return strings.ContainsAny(account, "0123456789") && !isWild(account) && !isAccount(account) && !HasStandIn(account)
}

// among says what keeps the ARN from being one of a service's resources.
func (a ARN) among(resources []reference.Resource) string {
	var near []ARN // of the same kind of resource
	for _, resource := range resources {
		form, _ := ParseARN(resource.ARN)
		if !resourceFits(form.Resource, a.Resource) {
			continue
		}
		if fieldFits(form.Region, a.Region) && fieldFits(form.Account, a.Account) {
			return ""
		}
		near = append(near, form)
	}
	what := fmt.Sprintf("the ARN of %s:%s", a.Service, a.Resource)
	all := func(holds func(ARN) bool) bool {
		return !slices.ContainsFunc(near, func(f ARN) bool { return !holds(f) })
	}
	switch {
	case len(near) == 0:
		return a.noResource(resources)
	case all(func(f ARN) bool { return f.Region == "" }) && !fieldFits("", a.Region):
		return fmt.Sprintf("%s has no Region: remove %q", what, a.Region)
	case all(func(f ARN) bool { return f.Region != "" }) && a.Region == "":
		return what + " needs a Region: write it, or *"
	case all(func(f ARN) bool { return f.Account == "" }) && !fieldFits("", a.Account):
		return fmt.Sprintf("%s has no account: remove %q", what, a.Account)
	case all(func(f ARN) bool { return f.Account != "" }) && a.Account == "":
		return what + " needs an account: write it, or *"
	}
	return ""
}

// noResource names the kinds of resources of those services that hardly change.
func (a ARN) noResource(resources []reference.Resource) string {
	var heads []string
	for _, resource := range resources {
		form, _ := ParseARN(resource.ARN)
		head, _, _ := strings.Cut(form.Resource, "${")
		heads = append(heads, head)
	}
	slices.Sort(heads)
	heads = slices.Compact(heads)
	switch a.Service {
	case "kms", "iam", "sts", "s3":
	default:
		// The others get new kinds of resources: only a plural or another case is a
		// fault for sure.
		kind := head(a.Resource)
		if kind = strings.ToLower(strings.TrimRight(kind, "s/:")); len(kind) < 4 || isWild(kind) {
			return ""
		}
		slip := func(head string) bool { return strings.TrimRight(head, "/:") == kind }
		if heads = slices.DeleteFunc(heads, func(head string) bool { return !slip(head) }); len(heads) == 0 {
			return ""
		}
	}
	if len(heads) > 4 {
		return fmt.Sprintf("%s has no resource %q%s", a.Service, a.Resource, didYouMean("", wording.Nearest(head(a.Resource), heads)))
	}
	return fmt.Sprintf("%s has no resource %q: it begins with %s", a.Service, a.Resource, strings.Join(heads, " or "))
}

// head is the kind of a resource with the sign behind it: "role/".
func head(resource string) string { return resource[:strings.IndexAny(resource, "/:")+1] }

// fieldFits compares a field with that of a form, in which "" must be empty and
// ${...} must not.
func fieldFits(form, field string) bool {
	switch {
	case form == "":
		return strings.Trim(field, "*") == ""
	case strings.HasPrefix(form, "${"):
		return field != ""
	}
	return field == form || isWild(field)
}

// resourceFits compares the beginning of a resource with that of a form, as far
// as neither holds wildcards.
func resourceFits(form, resource string) bool {
	want, _, open := strings.Cut(form, "${")
	have := resource
	if at := strings.IndexAny(resource, "*?"); at >= 0 {
		have = resource[:at]
		return strings.HasPrefix(have, want) || strings.HasPrefix(want, have)
	}
	if open {
		return strings.HasPrefix(have, want) && len(have) > len(want)
	}
	return have == want
}
