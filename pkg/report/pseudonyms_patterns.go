package report

import (
	"regexp"
	"strings"
)

// patterns are what names are recognised by. They are compiled for the report
// that is redacted, not before main.
type patterns struct {
	// word is what ordinary words are.
	word *regexp.Regexp
	// token is a piece of source text between quotes, blanks and brackets.
	token *regexp.Regexp
	// ofTemplate is what a template leaves open, such as ‹AccountId›; logical is the
	// name of a resource in one.
	ofTemplate *regexp.Regexp
	logical    *regexp.Regexp
	// number is a number, a date or a time; long ones are ids.
	number *regexp.Regexp
	// action and conditionKey are words of a policy: a service and a name. The key may
	// end in a name that a user chose.
	action, conditionKey *regexp.Regexp
	// address6 has the form of an IPv6 address, or a part of one with the rest in zeros.
	address6 *regexp.Regexp
	// called is a name as sentences introduce it: by what it is the name of.
	called *regexp.Regexp
	// quoted is text that a sentence quotes from the input.
	quoted *regexp.Regexp
	// identifiers are recognised by their form, wherever they stand
	// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids,
	// https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-id,
	// https://docs.aws.amazon.com/organizations/latest/APIReference/API_Organization.html).
	identifiers []identifier
	// ofLanguage are words that source text holds and no one chose.
	ofLanguage []string
	// wild splits a pattern at its wildcards and variables.
	wild *regexp.Regexp
}

// identifier is a kind of id that is recognised by its form.
type identifier struct {
	kind string
	form *regexp.Regexp
}

func newPatterns() *patterns {
	return &patterns{
		word:         regexp.MustCompile(`[\pL\pN]+(?:-[\pL\pN]+)*`),
		token:        regexp.MustCompile(`[\pL\pN_./@+=:*?$~%&#!|-]+`),
		ofTemplate:   regexp.MustCompile(`^‹([^‹›]*)›`),
		number:       regexp.MustCompile(`^v?[0-9]{1,5}(?:[-.:,TZ+]+[0-9]{1,5})*Z?$`),
		action:       regexp.MustCompile(`^([A-Za-z0-9-]+):([A-Za-z0-9*?]+)`),
		conditionKey: regexp.MustCompile(`^([A-Za-z0-9-]+):([A-Za-z0-9-]+)(?:[/:]([\pL\pN_.:/=+@*?$&{}-]+))?`),
		address6:     regexp.MustCompile(`^[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}`),
		logical:      regexp.MustCompile(`^\{([\pL\pN.]+)\}`),
		called:       regexp.MustCompile(`\b(profile|role|bucket|domain|job|model|alias|user|group|boundary|policy)(?:s|es)?[ /]([\pL\pN_+=.@-]+(?:(?:, and |, | and )[\pL\pN_+=.@-]+)*)`),
		quoted:       regexp.MustCompile(`"[^"]*"`),
		identifiers: []identifier{
			{"account", regexp.MustCompile(`^[0-9]{12}$`)},
			{"key", regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)},
			{"multi-Region key", regexp.MustCompile(`^mrk-[0-9a-f]{32}$`)},
			{"domain", regexp.MustCompile(`^d-[a-z0-9]{3,}$`)},
			{"organization", regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)},
			{"root", regexp.MustCompile(`^r-[a-z0-9]{4,32}$`)},
			{"unit", regexp.MustCompile(`^ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}$`)},
			{"organization policy", regexp.MustCompile(`^p-[a-zA-Z0-9_]{8,128}$`)},
			{"principal id", regexp.MustCompile(`^A(ROA|IDA|KIA|SIA|GPA|NPA|IPA|NVA)[A-Z0-9]{12,}$`)},
			{"network", regexp.MustCompile(`^(vpce?|subnet|sg|eni)-[0-9a-f]{8,17}$`)},
			{"grant", regexp.MustCompile(`^[0-9a-f]{64}$`)},
			{"mail", regexp.MustCompile(`^[\pL\pN._+-]+@[\pL\pN-]+(\.[\pL\pN-]+)+$`)},
			{"address", regexp.MustCompile(`^([0-9]{1,3}\.){3}[0-9]{1,3}$`)},
		},
		ofLanguage: strings.Fields(`true false null yes no on off Allow Deny Allowed Disabled Enabled ENABLED DISABLED PendingDeletion PendingImport
 InService Failed SYMMETRIC_DEFAULT ENCRYPT_DECRYPT SIGN_VERIFY AWS_KMS EXTERNAL CUSTOMER AWS IAM SSO aws:kms aws:kms:dsse AES256 VpcOnly
 PublicInternetOnly AllowCanvas Service Federated CanonicalUser root StringEquals StringLike StringNotEquals StringNotLike StringEqualsIgnoreCase ArnEquals
 ArnLike ArnNotEquals ArnNotLike Bool Null IpAddress NotIpAddress ForAllValues ForAnyValue Condition Statement Principal NotPrincipal Effect
 Action NotAction Resource NotResource Sid Version Ref Fn GetAtt Sub Join Type Properties Resources s3 kms sagemaker CanvasUsage
 TimeSeriesForecasting Canvas Amazon`),
		wild: regexp.MustCompile(`\*|\?|\$\{[^}]*\}?|\$`),
	}
}
