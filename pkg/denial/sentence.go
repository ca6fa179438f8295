package denial

import (
	"regexp"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// resourceBased is what AWS calls the policy of any resource.
const resourceBased access.LayerName = "resource-based policy"

// sentencePattern is AWS's sentence within a log, also where its lines are
// broken. KMS does not name the key of a ciphertext
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html,
// https://docs.aws.amazon.com/singlesignon/latest/userguide/cmk-related-errors.html).
var sentencePattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)\buser:\s+(\S+)\s+is\s+not\s+authorized\s+to\s+perform:\s+([a-z0-9-]+:[A-Za-z0-9*]+)` +
		`(?:\s+on\s+(?:(the\s+resource\s+associated\s+with\s+this\s+ciphertext|this\s+resource)\b|(?:the\s+)?resource:?\s+(?:\\?"([^"\\]+)\\?"|([^\s",]+))))?` +
		`(?:[\s,]*(because\s+no\s+([a-z\s-]+?)\s+allows?\s+the\s+\S+\s+action)|[\s,]*(with\s+an\s+explicit\s+deny\s+in\s+an?\s+([a-z\s-]+?(?:policy|boundary)))(?:[:\s]+(arn:[^\s"]+))?)?`)
})

// ciphertextPattern is what KMS says where it does not say who may not.
var ciphertextPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)the ciphertext refers to a (?:customer master|KMS) key that does not exist, does not exist in this region, or you are not allowed to access`)
})

// layers are the kinds of policies as AWS's sentences name them.
func layers() map[string]access.LayerName {
	return map[string]access.LayerName{
		"identity-based policy": access.IdentityPolicy, "resource-based policy": resourceBased, "permissions boundary": access.Boundary,
		"session policy": access.SessionPolicy, "service control policy": access.SCP, "resource control policy": access.RCP,
		"vpc endpoint policy": access.EndpointPolicy, "role trust policy": access.TrustPolicy,
	}
}

// Sentences finds AWS's sentences in a text of any lines.
func Sentences(text string) []Denial {
	var list []Denial
	for _, m := range sentencePattern().FindAllStringSubmatch(text, -1) {
		d := Denial{Principal: strings.TrimRight(m[1], ".,"), Action: m[2], Resource: m[4] + strings.TrimRight(m[5], `.,;'`), Unnamed: m[3] != "", Context: map[string][]string{}}
		d.blame(m[6], m[7], false)
		d.blame(m[8], m[9], true)
		list = append(list, d)
	}
	return list
}

// blame takes AWS's reason.
func (d *Denial) blame(said, kind string, explicit bool) {
	if said == "" {
		return
	}
	d.Said, d.Explicit = strings.Join(strings.Fields(said), " "), explicit
	name := strings.Join(strings.Fields(strings.ToLower(kind)), " ")
	if stem, plural := strings.CutSuffix(name, "policies"); plural {
		name = stem + "policy"
	}
	d.Layer = layers()[name]
	if arn, ok := iam.ParseARN(d.Resource); ok && arn.Service == "iam" && d.Layer == resourceBased {
		d.Layer = access.TrustPolicy
	}
}

// Hint says what to give in place of a text that holds no sentence: some errors
// do not name the caller or the key. It is "" where nothing is known.
func Hint(text string) string {
	switch {
	case ciphertextPattern().MatchString(text):
		return "KMS does not say who called it with which key: give the CloudTrail record of the Decrypt call (--event FILE), or ask canvaslint decide for the role and the key of the object"
	case strings.Contains(text, "Encoded authorization failure message"):
		return "decode the message first: aws sts decode-authorization-message --encoded-message MESSAGE > message.json, and give --event message.json"
	case strings.Contains(text, "AccessDenied") || strings.Contains(text, "Access Denied"):
		return "the message does not say who may not do what: give the CloudTrail record of the call with --event FILE"
	}
	return ""
}
