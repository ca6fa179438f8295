package iam

import (
	"net/url"
	"slices"
	"strings"
)

// A stand-in takes the place of text that is known only once a template is
// deployed. There are two kinds:
//
//   - ‹Name› is unknown text, the value of a parameter. It is the same text
//     wherever it stands; two different ones may or may not be equal. The value
//     holds no wildcard, and no colon in the first five parts of an ARN.
//   - {Name} is an identity, the name that a resource will get. It is equal to
//     itself only: no other identity and no literal text is it, though a
//     wildcard may take it in. It holds no colon and no slash.
//
// ${...} is a policy variable and {{...}} someone's placeholder: neither is a
// stand-in.

const (
	unknownOpen, unknownClose = "‹", "›"
	// conditionPrefix begins the name of what is no parameter's value.
	conditionPrefix = "condition "
	// settingPrefix begins that of a setting whose value is not known at all.
	settingPrefix = "setting "
)

// Unknown makes the stand-in for the value of a parameter: "‹Region›".
func Unknown(name string) string { return unknownOpen + encodeName(name) + unknownClose }

// disputePrefix begins the question of documents that contradict each other.
const disputePrefix = "which of "

// Disputed makes the stand-in for a value that documents give differently, by
// the question that is open: "‹which of a.json:3:5 and b.json:7:1 is right›".
func Disputed(question string) string { return Unknown(question) }

// IsDisputed reports whether a text is the stand-in of a disputed value.
func IsDisputed(text string) bool {
	return strings.HasPrefix(text, unknownOpen+disputePrefix) && IsStandIn(text)
}

// Undecided makes the stand-in for what a template's condition decides:
// "‹condition HasKey›".
func Undecided(condition string) string { return Unknown(conditionPrefix + condition) }

// UnknownSetting makes the stand-in for a setting whose value was not understood
// or not selected: "‹setting KmsKeyId›".
func UnknownSetting(name string) string { return Unknown(settingPrefix + name) }

// Identity makes the stand-in for the name of a resource: "{AppKey}".
func Identity(name string) string { return "{" + encodeName(name) + "}" }

// encodeName takes out of a name what would be read as something else: the
// separators of ARNs, wildcards and the brackets themselves. Different names
// stay different.
func encodeName(name string) string {
	const special = "%:/*?${}‹›"
	if !strings.ContainsAny(name, special) {
		return name
	}
	var b strings.Builder
	for _, r := range name {
		if !strings.ContainsRune(special, r) {
			b.WriteRune(r)
			continue
		}
		for _, c := range []byte(string(r)) {
			b.WriteByte('%')
			b.WriteByte("0123456789ABCDEF"[c>>4])
			b.WriteByte("0123456789ABCDEF"[c&15])
		}
	}
	return b.String()
}

// HasStandIn reports whether a text holds a stand-in of either kind.
func HasStandIn(text string) bool {
	// Nearly no text holds either byte, and looking for one is fast.
	return (strings.IndexByte(text, '{') >= 0 || strings.IndexByte(text, unknownOpen[0]) >= 0) && findStandIn(text)
}

func findStandIn(text string) bool {
	for at := range len(text) {
		if _, ok := standInAt(text, at); ok {
			return true
		}
	}
	return false
}

// HasUnknown reports whether a text holds unknown text.
func HasUnknown(text string) bool {
	return slices.ContainsFunc(standIns(text), func(s string) bool { return !isIdentity(s) })
}

// IsStandIn reports whether the whole text is one stand-in.
func IsStandIn(text string) bool {
	s, ok := standInAt(text, 0)
	return ok && s == text
}

// standInAt gives the stand-in that begins at a byte of a text.
func standInAt(text string, at int) (string, bool) {
	rest := text[at:]
	switch {
	case strings.HasPrefix(rest, unknownOpen):
		end := strings.Index(rest, unknownClose)
		if end <= len(unknownOpen) || strings.ContainsAny(rest[len(unknownOpen):end], ":‹") {
			return "", false
		}
		return rest[:end+len(unknownClose)], true
	case strings.HasPrefix(rest, "{"):
		end := strings.IndexByte(rest, '}')
		doubled := at > 0 && text[at-1] == '{' || strings.HasPrefix(rest[end+1:], "}")
		if end < 2 || doubled || at > 0 && text[at-1] == '$' || !isLetter(rest[1]) || strings.ContainsAny(rest[1:end], "{:\"'") {
			return "", false
		}
		return rest[:end+1], true
	}
	return "", false
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }

func isIdentity(standIn string) bool { return standIn[0] == '{' }

// standIns lists those of a text, in order.
func standIns(text string) []string {
	if !HasStandIn(text) {
		return nil
	}
	var found []string
	for at := 0; at < len(text); {
		if s, ok := standInAt(text, at); ok {
			found = append(found, s)
			at += len(s)
			continue
		}
		at++
	}
	return found
}

// Phrase says in words what a stand-in is; other text stays as it is.
func Phrase(text string) string {
	if !IsStandIn(text) {
		return text
	}
	return awaited(text)
}

// Awaited says in words what a text waits for, one phrase for each stand-in:
// "the value of the parameter Env", "the value of Role.Arn", "the name that
// AppKey will get", "the condition HasKey". Sorted; nil for a text without
// stand-ins.
func Awaited(texts ...string) []string {
	var phrases []string
	for _, text := range texts {
		for _, s := range standIns(text) {
			phrases = append(phrases, awaited(s))
		}
	}
	slices.Sort(phrases)
	return slices.Compact(phrases)
}

// awaited tells by its name what a stand-in is: the name of a parameter has
// neither dots nor spaces, an attribute and a reference of Terraform have.
func awaited(standIn string) string {
	if isIdentity(standIn) {
		return "the name that " + decodeName(standIn[1:len(standIn)-1]) + " will get"
	}
	name := decodeName(strings.TrimSuffix(strings.TrimPrefix(standIn, unknownOpen), unknownClose))
	begins := func(words ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.HasPrefix(name, word) })
	}
	switch {
	case name == "AccountId":
		return "the account id"
	case name == "Region", begins(conditionPrefix, "import of ", "Region of ", "account id of ", settingPrefix):
		return "the " + name
	case begins("a text ", "item ", disputePrefix):
		return name
	case begins("${", "{{", "{%", "<%"): // of a tool that was not run
		return "the value of " + name
	case begins("resolve:"):
		return "the dynamic reference " + name
	case strings.Contains(name, " in line "):
		return "the result of " + name
	case strings.ContainsAny(name, ". "):
		return "the value of " + name
	}
	return "the value of the parameter " + name
}

// Waiting is the sentence on what stand-ins, or the phrases for them, wait for:
// the deployment of a template, or the answer which document is right.
func Waiting(waits []string) string {
	var deployed, disputed, unread []string
	for _, w := range waits {
		switch phrase := Phrase(w); {
		case strings.HasPrefix(phrase, disputePrefix):
			disputed = append(disputed, phrase)
		case strings.HasPrefix(phrase, "the "+settingPrefix):
			unread = append(unread, phrase)
		default:
			deployed = append(deployed, w)
		}
	}
	var parts []string
	for _, part := range []struct {
		words string
		list  []string
	}{{"known only once deployed: ", deployed}, {"it is not known ", disputed}, {"not understood: ", unread}} {
		if len(part.list) > 0 {
			slices.Sort(part.list)
			parts = append(parts, part.words+strings.Join(slices.Compact(part.list), ", "))
		}
	}
	return strings.Join(parts, "; ")
}

// decodeName takes back what encodeName did.
func decodeName(name string) string {
	if text, err := url.PathUnescape(name); err == nil {
		return text
	}
	return name
}
