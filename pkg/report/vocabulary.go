package report

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/reference"
)

// ownWords are the words of the program's own texts, one a line: those of its
// messages, of the names that AWS gives to what it reads, and the ids of its rules.
// "go test ./pkg/report -update" gathers them from the source.
//
//go:embed words.txt
var ownWords string

// vocabulary is what a redacted report may say: words of the program and of AWS.
// Everything else comes from the input, and may be a name.
type vocabulary struct {
	own      map[string]bool
	services *reference.Vocabulary
}

func newVocabulary() *vocabulary {
	v := &vocabulary{own: map[string]bool{}, services: &reference.Vocabulary{}}
	for word := range strings.FieldsSeq(ownWords) {
		v.own[word] = true
	}
	return v
}

// hasWord reports whether a word is one of ours, at the beginning of a sentence too.
func (v *vocabulary) hasWord(word string) bool {
	if v.own[word] || layout.IsRegion(word) {
		return true
	}
	first, size := utf8.DecodeRuneInString(word)
	return size == len(word) || unicode.IsUpper(first) && v.own[string(unicode.ToLower(first))+word[size:]]
}

// isRule reports whether a rule is built in.
func (v *vocabulary) isRule(id string) bool { return v.own[id] }

// isAction reports whether AWS has an action, or one that a pattern fits.
func (v *vocabulary) isAction(service, name string) bool {
	service = strings.ToLower(service)
	if !v.services.IsService(service) {
		return false
	}
	glob := iam.WildcardGlob(name, true)
	return strings.Trim(name, "*") == "" || slices.ContainsFunc(v.services.Actions(service), glob.Matches)
}

// isConditionKey reports whether AWS has a condition key, and whether it ends in a
// name of the user's choosing, such as a tag's.
func (v *vocabulary) isConditionKey(service, name string) (known, named bool) {
	if strings.EqualFold(service, "aws") {
		isName := func(key string) bool { return strings.EqualFold(key, name) }
		named = slices.ContainsFunc(strings.Fields(globalTagKeys), isName)
		return named || slices.ContainsFunc(strings.Fields(globalKeys), isName), named
	}
	full := v.services.Full(strings.ToLower(service))
	if full == nil {
		return false, false
	}
	for _, key := range full.Keys {
		_, own, _ := strings.Cut(key.Name, ":")
		fixed := own
		if at := strings.IndexAny(own, "$<"); at > 0 {
			fixed = strings.TrimRight(own[:at], "/:")
		}
		if strings.EqualFold(fixed, name) {
			known, named = true, named || fixed != own
		}
	}
	return known, named
}

// The condition keys that requests to every service may carry; those of tags end in
// the tag's key
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
const (
	globalTagKeys = `PrincipalTag RequestTag ResourceTag`
	globalKeys    = `AssumedRoot CalledVia CalledViaFirst CalledViaLast ChatbotSourceArn CurrentTime Ec2InstanceSourcePrivateIPv4 Ec2InstanceSourceVpc
 EpochTime FederatedProvider MultiFactorAuthAge MultiFactorAuthPresent PrincipalAccount PrincipalArn PrincipalIsAWSService PrincipalOrgID
 PrincipalOrgPaths PrincipalServiceName PrincipalServiceNamesList PrincipalType Referer RequestedRegion ResourceAccount ResourceOrgID
 ResourceOrgPaths SecureTransport SourceAccount SourceArn SourceIdentity SourceIp SourceOrgID SourceOrgPaths SourceVpc SourceVpcArn SourceVpce
 TagKeys TokenIssueTime UserAgent UserId Username ViaAWSService VpcSourceIp VpceAccount VpceOrgID VpceOrgPaths`
)

// isServiceName reports whether a name is made of AWS's own labels alone:
// s3.eu-central-1.amazonaws.com, but no host of a bucket.
func (v *vocabulary) isServiceName(name string) bool {
	host, ok := strings.CutSuffix(strings.TrimSuffix(name, ".cn"), ".amazonaws.com")
	if !ok {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if !v.services.IsService(label) && !layout.IsRegion(label) && !v.own[label] && strings.Trim(label, "*") != "" {
			return false
		}
	}
	return true
}
