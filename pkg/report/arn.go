package report

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// home is where a finding or a readiness row is at home. An ARN of the same
// account and Region is understood without them.
type home struct{ account, region string }

// shortKeys maps the short form of every key of a report to its id; the id is
// empty where two keys would look alike, and such keys are written in full.
type shortKeys map[string]string

// shortKeysOf gathers the keys that a report's text can name.
func shortKeysOf(r *finding.Report) shortKeys {
	keys := shortKeys{}
	for _, f := range r.Findings {
		keys.gather(f.Message, f.Resource)
		for _, c := range f.Causes {
			keys.gather(c.Message)
		}
		for _, n := range f.Related {
			keys.gather(n.Message)
		}
	}
	for _, row := range r.Readiness {
		keys.gather(row.Key, row.Reason)
	}
	return keys
}

func (k shortKeys) gather(texts ...string) {
	for _, text := range texts {
		eachARN(text, func(token string) string {
			if a, ok := parseARN(token); ok {
				if short := shortKey(a.resource); short != a.resource {
					k.add(short, a.resource)
				}
			}
			return token
		})
	}
}

func (k shortKeys) add(short, id string) {
	if known, ok := k[short]; ok && known != id {
		id = ""
	}
	k[short] = id
}

// shorten shortens the ARNs of keys and of IAM principals in a sentence.
// Account and Region stay where they are not those of home, and nothing is
// shortened where home is not known or where the ARN is a quoted value.
func (k shortKeys) shorten(text string, at home) string {
	if at.account == "" {
		return text
	}
	return eachARN(text, func(token string) string {
		a, ok := parseARN(token)
		if !ok {
			return token
		}
		short := shortKey(a.resource)
		if k[short] != a.resource {
			short = a.resource
		}
		if a.account != at.account {
			short += " of account " + a.account
		}
		if a.region != "" && a.region != at.region {
			short += " in " + a.region
		}
		return short
	})
}

// eachARN gives text with every unquoted ARN replaced.
func eachARN(text string, replace func(string) string) string {
	var out strings.Builder
	for {
		i := strings.Index(text, "arn:")
		if i < 0 {
			break
		}
		size := strings.IndexFunc(text[i:], func(c rune) bool { return !inARN(c) })
		if size < 0 {
			size = len(text) - i
		}
		token := strings.TrimRight(text[i:i+size], ".,:")
		out.WriteString(text[:i])
		if i > 0 && (inARN(rune(text[i-1])) || strings.ContainsRune("\"'`<*", rune(text[i-1]))) {
			out.WriteString(token)
		} else {
			out.WriteString(replace(token))
		}
		text = text[i+len(token):]
	}
	return out.String() + text
}

func inARN(c rune) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' ||
		strings.ContainsRune(":/_+=,.@-*?$<>{}‹›", c)
}

// arn is what matters here of an ARN
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
type arn struct{ region, account, resource string }

// parseARN takes the ARNs that are worth shortening: keys, aliases, and the
// roles, users and policies of an account.
func parseARN(text string) (arn, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || !isAccount(parts[4]) {
		return arn{}, false
	}
	kind, name, _ := strings.Cut(parts[5], "/")
	switch parts[2] + " " + kind {
	case "kms key", "kms alias", "iam role", "iam user", "iam policy":
		return arn{parts[3], parts[4], parts[5]}, name != "" && !strings.ContainsAny(text, "*?$<>") && !strings.Contains(text, "{{")
	}
	return arn{}, false
}

// isAccount takes the digits of an account id, or what stands for one that is
// known only once a template is deployed.
func isAccount(text string) bool {
	if strings.HasPrefix(text, "‹") {
		return strings.HasSuffix(text, "›")
	}
	return len(text) == 12 && strings.Trim(text, "0123456789") == ""
}

// shortKey shortens the id of a key, a UUID or "mrk-" and 32 digits
// (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-id);
// anything else stays as it is.
func shortKey(resource string) string {
	const first = 8
	id, isKey := strings.CutPrefix(resource, "key/")
	digits, multi := strings.CutPrefix(id, "mrk-")
	plain := strings.ReplaceAll(digits, "-", "")
	if !isKey || len(plain) != 32 || strings.Trim(plain, "0123456789abcdef") != "" {
		return resource
	}
	if !multi && (len(digits) != 36 || digits[first] != '-') {
		return resource
	}
	return strings.TrimSuffix(resource, digits[first:]) + ellipsis
}
