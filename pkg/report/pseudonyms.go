package report

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/reference"
)

// pseudonyms replaces names.
type pseudonyms struct {
	names    map[string]string // pseudonym by name
	count    map[string]int    // pseudonyms by kind
	taken    map[string]bool   // words of the report: no pseudonym is one of them
	patterns *patterns
	words    *vocabulary
	given    map[string]bool
	ordinary map[string]bool // words of our sentences that are names often, too
	odd      []string        // names that are no single token, longest first
}

// kindOf gives the kind of id that a name has the form of, "" for none.
func (p *pseudonyms) kindOf(name string) string {
	if !strings.ContainsAny(name, "0123456789@-") {
		return ""
	}
	for _, id := range p.patterns.identifiers {
		if id.form.MatchString(name) {
			return id.kind
		}
	}
	return ""
}

// newPseudonyms knows the report's words and no name yet.
func newPseudonyms(r *finding.Report) *pseudonyms {
	p := &pseudonyms{
		patterns: newPatterns(), words: newVocabulary(),
		names: map[string]string{}, count: map[string]int{}, taken: map[string]bool{}, given: map[string]bool{}, ordinary: map[string]bool{},
	}
	var text strings.Builder
	if err := WriteJSON(&text, r); err == nil { // a Builder has no errors
		for w := range strings.FieldsFuncSeq(text.String(), func(c rune) bool { return c != '-' && !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
			if c := w[len(w)-1]; c >= '0' && c <= '9' { // as all pseudonyms end
				p.taken[w] = true
			}
		}
	}
	for w := range strings.FieldsSeq(everyday) {
		p.ordinary[w] = true
	}
	return p
}

// everyday are words that messages are made of, and names may be too. One that is
// a name as well is replaced where it stands as a name, and not in sentences.
const everyday = `a access account action actions add again all allow allowed allows an and any app apply are arn as aws be because boundary bucket by
 call can cannot canvas cause check condition count customer data dataset decrypt default denied denies deny document does domain else
 encrypt error every export exported fail fails file finding first fix for from generative-ai grant grants has helper iam identity identity-policy
 in info input into is it its job key key-policy keys kms large-data layer let lets list managed may model name names need needs never no none not
 note nothing of on one only or organization other output own permission permissions policies policy principal problem profile profiles
 read reads ready region report request resource role roles root rule rules run s3 sagemaker same session set settings shared so source
 statement storage such table than that the them then there they this through time time-series to training unknown until use used user
 users value values version alone already attached beside could decide demands everywhere id import inherits lacks make material nor points
 say stands takes trusts under variable was were when without works would warning what where which who will with write writes yes your`

// exact gives the pseudonym of a name, a new one where it has none yet.
func (p *pseudonyms) exact(kind, name string) string {
	if name == "" || p.given[name] {
		return name // nothing, or replaced already
	}
	if strings.HasPrefix(name, "‹") { // what a template leaves open
		return p.text(name)
	}
	if known, ok := p.names[name]; ok {
		return known
	}
	if form := p.kindOf(name); form != "" {
		kind = form
	}
	next := ""
	for next == "" || p.taken[next] || p.given[next] {
		p.count[kind]++
		next = replaced(kind, p.count[kind])
	}
	p.names[name] = next
	p.given[next] = true
	if !isToken(name) {
		p.odd = append(p.odd, name)
		slices.SortStableFunc(p.odd, func(a, b string) int { return len(b) - len(a) })
	}
	return next
}

// replaced makes a name of the form that the kind has.
func replaced(kind string, n int) string {
	switch kind {
	case "account":
		return fmt.Sprintf("%012d", n)
	case "key":
		return fmt.Sprintf("%08d-0000-4000-8000-000000000000", n)
	case "multi-Region key":
		return fmt.Sprintf("mrk-%032d", n)
	case "domain":
		return fmt.Sprintf("d-%06d", n)
	case "organization":
		return fmt.Sprintf("o-%010d", n)
	case "root":
		return fmt.Sprintf("r-%04d", n)
	case "unit":
		return fmt.Sprintf("ou-0000-%08d", n)
	case "organization policy":
		return fmt.Sprintf("p-%08d", n)
	case "principal id":
		return fmt.Sprintf("AROA%017d", n)
	case "network":
		return fmt.Sprintf("network-%d", n)
	case "fingerprint":
		return finding.Fingerprint("pseudonym", fmt.Sprint(n))
	case "address": // kept for documentation (https://www.rfc-editor.org/rfc/rfc5737)
		return fmt.Sprintf("192.0.2.%d", n)
	case "IPv6 address": // the same (https://www.rfc-editor.org/rfc/rfc3849)
		return fmt.Sprintf("2001:db8::%x", n)
	case "mail":
		return fmt.Sprintf("mail-%d@example.com", n)
	}
	return fmt.Sprintf("%s-%d", kind, n)
}

// inToken takes what a name may hold without being looked for specially.
func inToken(c rune) bool {
	return unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("_+=,.@-", c)
}

func isToken(name string) bool {
	return utf8.ValidString(name) && strings.IndexFunc(name, func(c rune) bool { return !inToken(c) }) < 0 && !isEdge(firstRune(name))
}

// isEdge reports whether no word goes on over a character.
func isEdge(character string) bool {
	c, _ := utf8.DecodeRuneInString(character)
	return character == "" || !unicode.IsLetter(c) && !unicode.IsDigit(c)
}

// text replaces the names within a text: ARNs, ids by their form, known names, and
// every word that is none of ours or of AWS.
func (p *pseudonyms) text(text string) string {
	var out strings.Builder
	start := true // of a word
	for len(text) > 0 {
		if start {
			if size, replaced := p.at(text); size > 0 {
				out.WriteString(replaced)
				text = text[size:]
				start = true
				continue
			}
		}
		_, size := utf8.DecodeRuneInString(text)
		out.WriteString(text[:size])
		start = isEdge(text[:size])
		text = text[size:]
	}
	return out.String()
}

// at replaces what text begins with: its length, 0 for nothing.
func (p *pseudonyms) at(text string) (size int, replaced string) {
	if arn := arnAt(text); arn != "" {
		return len(arn), p.arn(arn)
	}
	if match := p.patterns.logical.FindStringSubmatch(text); match != nil {
		return len(match[0]), "{" + p.exact("name", match[1]) + "}"
	}
	if match := p.patterns.ofTemplate.FindStringSubmatch(text); match != nil {
		return len(match[0]), "‹" + p.openPart(match[1]) + "›"
	}
	for _, name := range p.odd {
		if strings.HasPrefix(text, name) && !p.ordinary[name] {
			return len(name), p.names[name]
		}
	}
	if address := p.patterns.address6.FindString(text); address != "" && isIPv6(address) {
		return len(address), p.exact("IPv6 address", address)
	}
	if size, replaced := p.policyWord(text); size > 0 {
		return size, replaced
	}
	end := strings.IndexFunc(text, func(c rune) bool { return !inToken(c) })
	if end < 0 {
		end = len(text)
	}
	if size, replaced := p.knownName(text, end); size > 0 {
		return size, replaced
	}
	token := strings.TrimRight(text[:end], "_+=,.@-")
	return len(token), p.token(token)
}

// knownName replaces the longest name that a text begins with, of at most end
// bytes: a name ends where a word does.
func (p *pseudonyms) knownName(text string, end int) (size int, replaced string) {
	for ; end > 0; end-- {
		if end < len(text) && !isEdge(text[end:]) {
			continue
		}
		name := text[:end]
		switch known, ok := p.names[name]; {
		case ok && !p.ordinary[name]:
			return end, known
		case p.given[name]:
			return end, name
		case p.kindOf(name) != "":
			return end, p.exact("", name)
		}
	}
	return 0, ""
}

// openPart replaces the names of parameters and outputs that have no value.
func (p *pseudonyms) openPart(text string) string {
	parts := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" .:", c) })
	for _, part := range parts {
		if !p.words.hasWord(part) {
			return p.exact("parameter", text)
		}
	}
	return text
}

func isIPv6(text string) bool {
	address, err := netip.ParseAddr(text)
	return err == nil && address.Is6()
}

// policyWord keeps the actions and condition keys of AWS that a text begins with,
// and replaces the name that such a key may end in.
func (p *pseudonyms) policyWord(text string) (size int, replaced string) {
	if m := p.patterns.action.FindStringSubmatch(text); len(m) > 2 && p.words.isAction(m[1], m[2]) && isEdge(text[len(m[0]):]) {
		return len(m[0]), m[0]
	}
	m := p.patterns.conditionKey.FindStringSubmatch(text)
	if m == nil {
		return 0, ""
	}
	known, named := p.words.isConditionKey(m[1], m[2])
	base := m[1] + ":" + m[2]
	switch {
	case !known:
		return 0, ""
	case m[3] == "" || !named:
		return len(base), base
	}
	name := strings.TrimRight(m[3], ":.,")
	size = len(base) + 1 + len(name)
	if service, own, _ := strings.Cut(name, ":"); service == "aws" { // kms:EncryptionContext:aws:s3:arn
		if known, _ := p.words.isConditionKey(service, own); known || name == "aws:s3:arn" {
			return size, text[:size]
		}
	}
	return size, text[:len(base)+1] + p.pattern("tag", name)
}

// token keeps a word that is ours or a number, and replaces any other; what dots and
// the like join are words of their own.
func (p *pseudonyms) token(text string) string {
	if text == "" || p.isOurs(text) {
		return text
	}
	if strings.Contains(text, "@") {
		return p.exact("name", text)
	}
	var out strings.Builder
	for len(text) > 0 {
		end := strings.IndexAny(text, ".,=+")
		if end == 0 {
			out.WriteByte(text[0])
			text = text[1:]
			continue
		}
		if end < 0 {
			end = len(text)
		}
		if piece := text[:end]; p.isOurs(piece) {
			out.WriteString(piece)
		} else {
			out.WriteString(p.exact("name", piece))
		}
		text = text[end:]
	}
	return out.String()
}

func (p *pseudonyms) isOurs(word string) bool {
	return p.given[word] || p.words.hasWord(word) || p.patterns.number.MatchString(word) || isAWS(word)
}

// sentence replaces names in a sentence. What it quotes is input.
func (p *pseudonyms) sentence(text string) string {
	p.learnNames(text)
	var out strings.Builder
	last := 0
	for _, at := range p.patterns.quoted.FindAllStringIndex(text, -1) {
		out.WriteString(p.text(text[last:at[0]]))
		rest := ""
		if at[1] < len(text) && text[at[1]] == ':' {
			rest = ":" // a member's name, which source tells by its colon
		}
		out.WriteString(strings.TrimSuffix(p.source(text[at[0]:at[1]]+rest), rest))
		last = at[1]
	}
	out.WriteString(p.text(text[last:]))
	return out.String()
}

// learnNames learns the names that a sentence introduces. Some stand nowhere else:
// the profiles that are out of scope, for one.
func (p *pseudonyms) learnNames(text string) {
	for _, match := range p.patterns.called.FindAllStringSubmatch(text, -1) {
		for name := range strings.SplitSeq(strings.ReplaceAll(match[2], " and ", ", "), ", ") {
			name = strings.TrimRight(name, ".,")
			if p.ordinary[name] || isAWS(name) || slices.Contains([]string{"", "ARN", "service-role", "aws-service-role"}, name) {
				continue
			}
			if match[1] == "bucket" {
				p.bucket(name)
				continue
			}
			p.exact(match[1], name)
		}
	}
}

// isAWS takes the names of policies that AWS publishes.
func isAWS(name string) bool {
	return (strings.HasPrefix(name, "Amazon") || strings.HasPrefix(name, "AWS")) && reference.IsManaged(name)
}

// named replaces an ARN, or a bare name that AWS does not own.
func (p *pseudonyms) named(kind, text string) string {
	switch {
	case isAWS(text):
		return text
	case strings.ContainsAny(text, ":/ "):
		return p.text(text)
	}
	return p.exact(kind, text)
}

// bucket replaces a bucket's name; SageMaker's own keeps its form
// (https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-storage-configuration.html).
func (p *pseudonyms) bucket(name string) string {
	if at := len(name) - 12; at > 1 && strings.HasPrefix(name, "sagemaker-") && layout.IsAccount(name[at:]) {
		if region := strings.TrimSuffix(strings.TrimPrefix(name, "sagemaker-"), "-"+name[at:]); layout.IsRegion(region) {
			own := "sagemaker-" + region + "-" + p.exact("account", name[at:])
			p.names[name], p.given[own] = own, true
			return own
		}
	}
	if strings.ContainsAny(name, "*?$") {
		return p.pattern("bucket", name)
	}
	return p.exact("bucket", name)
}

// address keeps the pages that a built-in rule points to.
func (p *pseudonyms) address(rule, text string) string {
	if p.words.isRule(rule) {
		return text
	}
	return p.text(text)
}

// path replaces the segments of a file's name that are none of the folder layout.
func (p *pseudonyms) path(name string) string {
	if name == "" || name == "-" {
		return name
	}
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = p.segment(part, i == len(parts)-1)
	}
	return strings.Join(parts, "/")
}

func (p *pseudonyms) segment(part string, last bool) string {
	if part == "" || part == "." || part == ".." || isLayout(part) || layout.IsRegion(part) || p.given[part] {
		return part
	}
	if known, ok := p.names[part]; ok {
		return known
	}
	stem, extension := part, ""
	if at := strings.IndexByte(part, '.'); at > 0 && isExtension(part[at:]) {
		stem, extension = part[:at], part[at:]
	}
	if p.given[stem] {
		return part
	}
	kind := "folder"
	if last {
		kind = "file"
	}
	replaced := p.exact(kind, stem) + extension
	p.names[part], p.given[replaced] = replaced, true
	return replaced
}

func isExtension(text string) bool {
	return slices.Contains([]string{".json", ".jsonc", ".ndjson", ".yaml", ".yml", ".tf", ".tfstate", ".template", ".txt", ".md",
		".gz", ".zip", ".json.gz", ".tfplan", ".template.json", ".csv", ".html"}, text)
}

// isLayout takes the names that DESIGN.md gives to folders and files.
func isLayout(part string) bool {
	return slices.Contains(strings.Fields(`iam sagemaker kms s3 s3control access-points ec2 domains user-profiles auto-ml-jobs keys organization policies
 account-authorization-details.json roles-read.json aliases.json keys.json key.json policy.json grants.json rotation.json tags.json
 vpc-endpoints.json encryption.json location.json public-access-block.json access-point.json organization.json targets.json manifest.json
 .canvaslint.yaml .canvaslint-waivers.yaml`), part)
}
