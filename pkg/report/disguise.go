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

// disguise gives names their stand-ins.
type disguise struct {
	names    map[string]string // stand-in by name
	count    map[string]int    // stand-ins by kind
	taken    map[string]bool   // words of the report: no stand-in is one of them
	patterns *patterns
	words    *vocabulary
	standIns map[string]bool
	ordinary map[string]bool // words of our sentences that are names often, too
	odd      []string        // names that are no single token, longest first
}

// kindOf gives the kind of id that a name has the form of, "" for none.
func (d *disguise) kindOf(name string) string {
	if !strings.ContainsAny(name, "0123456789@-") {
		return ""
	}
	for _, id := range d.patterns.identifiers {
		if id.form.MatchString(name) {
			return id.kind
		}
	}
	return ""
}

// newDisguise knows the report's words and no name yet.
func newDisguise(r *finding.Report) *disguise {
	d := &disguise{
		patterns: newPatterns(), words: newVocabulary(),
		names: map[string]string{}, count: map[string]int{}, taken: map[string]bool{}, standIns: map[string]bool{}, ordinary: map[string]bool{},
	}
	var text strings.Builder
	if err := WriteJSON(&text, r); err == nil { // a Builder has no errors
		for w := range strings.FieldsFuncSeq(text.String(), func(c rune) bool { return c != '-' && !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
			if c := w[len(w)-1]; c >= '0' && c <= '9' { // as all stand-ins end
				d.taken[w] = true
			}
		}
	}
	for w := range strings.FieldsSeq(everyday) {
		d.ordinary[w] = true
	}
	return d
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

// exact gives the stand-in of a name, a new one where it has none yet.
func (d *disguise) exact(kind, name string) string {
	if name == "" || d.standIns[name] {
		return name // nothing, or disguised already
	}
	if strings.HasPrefix(name, "‹") { // what a template leaves open
		return d.text(name)
	}
	if known, ok := d.names[name]; ok {
		return known
	}
	if form := d.kindOf(name); form != "" {
		kind = form
	}
	next := ""
	for next == "" || d.taken[next] || d.standIns[next] {
		d.count[kind]++
		next = standIn(kind, d.count[kind])
	}
	d.names[name] = next
	d.standIns[next] = true
	if !isToken(name) {
		d.odd = append(d.odd, name)
		slices.SortStableFunc(d.odd, func(a, b string) int { return len(b) - len(a) })
	}
	return next
}

// standIn makes a name of the form that the kind has.
func standIn(kind string, n int) string {
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
		return finding.Fingerprint("stand-in", fmt.Sprint(n))
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
func (d *disguise) text(text string) string {
	var out strings.Builder
	start := true // of a word
	for len(text) > 0 {
		if start {
			if size, replaced := d.at(text); size > 0 {
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
func (d *disguise) at(text string) (size int, replaced string) {
	if arn := arnAt(text); arn != "" {
		return len(arn), d.arn(arn)
	}
	if match := d.patterns.logical.FindStringSubmatch(text); match != nil {
		return len(match[0]), "{" + d.exact("name", match[1]) + "}"
	}
	if match := d.patterns.ofTemplate.FindStringSubmatch(text); match != nil {
		return len(match[0]), "‹" + d.openPart(match[1]) + "›"
	}
	for _, name := range d.odd {
		if strings.HasPrefix(text, name) && !d.ordinary[name] {
			return len(name), d.names[name]
		}
	}
	if address := d.patterns.address6.FindString(text); address != "" && isIPv6(address) {
		return len(address), d.exact("IPv6 address", address)
	}
	if size, replaced := d.policyWord(text); size > 0 {
		return size, replaced
	}
	end := strings.IndexFunc(text, func(c rune) bool { return !inToken(c) })
	if end < 0 {
		end = len(text)
	}
	if size, replaced := d.knownName(text, end); size > 0 {
		return size, replaced
	}
	token := strings.TrimRight(text[:end], "_+=,.@-")
	return len(token), d.token(token)
}

// knownName replaces the longest name that a text begins with, of at most end
// bytes: a name ends where a word does.
func (d *disguise) knownName(text string, end int) (size int, replaced string) {
	for ; end > 0; end-- {
		if end < len(text) && !isEdge(text[end:]) {
			continue
		}
		name := text[:end]
		switch known, ok := d.names[name]; {
		case ok && !d.ordinary[name]:
			return end, known
		case d.standIns[name]:
			return end, name
		case d.kindOf(name) != "":
			return end, d.exact("", name)
		}
	}
	return 0, ""
}

// openPart replaces the names of parameters and outputs that have no value.
func (d *disguise) openPart(text string) string {
	parts := strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(" .:", c) })
	for _, part := range parts {
		if !d.words.hasWord(part) {
			return d.exact("parameter", text)
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
func (d *disguise) policyWord(text string) (size int, replaced string) {
	if m := d.patterns.action.FindStringSubmatch(text); len(m) > 2 && d.words.isAction(m[1], m[2]) && isEdge(text[len(m[0]):]) {
		return len(m[0]), m[0]
	}
	m := d.patterns.conditionKey.FindStringSubmatch(text)
	if m == nil {
		return 0, ""
	}
	known, named := d.words.isConditionKey(m[1], m[2])
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
		if known, _ := d.words.isConditionKey(service, own); known || name == "aws:s3:arn" {
			return size, text[:size]
		}
	}
	return size, text[:len(base)+1] + d.pattern("tag", name)
}

// token keeps a word that is ours or a number, and replaces any other; what dots and
// the like join are words of their own.
func (d *disguise) token(text string) string {
	if text == "" || d.isOurs(text) {
		return text
	}
	if strings.Contains(text, "@") {
		return d.exact("name", text)
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
		if piece := text[:end]; d.isOurs(piece) {
			out.WriteString(piece)
		} else {
			out.WriteString(d.exact("name", piece))
		}
		text = text[end:]
	}
	return out.String()
}

func (d *disguise) isOurs(word string) bool {
	return d.standIns[word] || d.words.hasWord(word) || d.patterns.number.MatchString(word) || isAWS(word)
}

// sentence replaces names in a sentence. What it quotes is input.
func (d *disguise) sentence(text string) string {
	d.learnNames(text)
	var out strings.Builder
	last := 0
	for _, at := range d.patterns.quoted.FindAllStringIndex(text, -1) {
		out.WriteString(d.text(text[last:at[0]]))
		rest := ""
		if at[1] < len(text) && text[at[1]] == ':' {
			rest = ":" // a member's name, which source tells by its colon
		}
		out.WriteString(strings.TrimSuffix(d.source(text[at[0]:at[1]]+rest), rest))
		last = at[1]
	}
	out.WriteString(d.text(text[last:]))
	return out.String()
}

// learnNames learns the names that a sentence introduces. Some stand nowhere else:
// the profiles that are out of scope, for one.
func (d *disguise) learnNames(text string) {
	for _, match := range d.patterns.called.FindAllStringSubmatch(text, -1) {
		for name := range strings.SplitSeq(strings.ReplaceAll(match[2], " and ", ", "), ", ") {
			name = strings.TrimRight(name, ".,")
			if d.ordinary[name] || isAWS(name) || slices.Contains([]string{"", "ARN", "service-role", "aws-service-role"}, name) {
				continue
			}
			if match[1] == "bucket" {
				d.bucket(name)
				continue
			}
			d.exact(match[1], name)
		}
	}
}

// isAWS takes the names of policies that AWS publishes.
func isAWS(name string) bool {
	return (strings.HasPrefix(name, "Amazon") || strings.HasPrefix(name, "AWS")) && reference.IsManaged(name)
}

// named replaces an ARN, or a bare name that AWS does not own.
func (d *disguise) named(kind, text string) string {
	switch {
	case isAWS(text):
		return text
	case strings.ContainsAny(text, ":/ "):
		return d.text(text)
	}
	return d.exact(kind, text)
}

// bucket replaces a bucket's name; SageMaker's own keeps its form
// (https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-storage-configuration.html).
func (d *disguise) bucket(name string) string {
	if at := len(name) - 12; at > 1 && strings.HasPrefix(name, "sagemaker-") && layout.IsAccount(name[at:]) {
		if region := strings.TrimSuffix(strings.TrimPrefix(name, "sagemaker-"), "-"+name[at:]); layout.IsRegion(region) {
			own := "sagemaker-" + region + "-" + d.exact("account", name[at:])
			d.names[name], d.standIns[own] = own, true
			return own
		}
	}
	if strings.ContainsAny(name, "*?$") {
		return d.pattern("bucket", name)
	}
	return d.exact("bucket", name)
}

// address keeps the pages that a built-in rule points to.
func (d *disguise) address(rule, text string) string {
	if d.words.isRule(rule) {
		return text
	}
	return d.text(text)
}

// path replaces the segments of a file's name that are none of the folder layout.
func (d *disguise) path(name string) string {
	if name == "" || name == "-" {
		return name
	}
	parts := strings.Split(name, "/")
	for i, part := range parts {
		parts[i] = d.segment(part, i == len(parts)-1)
	}
	return strings.Join(parts, "/")
}

func (d *disguise) segment(part string, last bool) string {
	if part == "" || part == "." || part == ".." || isLayout(part) || layout.IsRegion(part) || d.standIns[part] {
		return part
	}
	if known, ok := d.names[part]; ok {
		return known
	}
	stem, extension := part, ""
	if at := strings.IndexByte(part, '.'); at > 0 && isExtension(part[at:]) {
		stem, extension = part[:at], part[at:]
	}
	if d.standIns[stem] {
		return part
	}
	kind := "folder"
	if last {
		kind = "file"
	}
	standIn := d.exact(kind, stem) + extension
	d.names[part], d.standIns[standIn] = standIn, true
	return standIn
}

func isExtension(text string) bool {
	return slices.Contains([]string{".json", ".jsonc", ".ndjson", ".yaml", ".yml", ".tf", ".tfstate", ".template", ".txt", ".md",
		".gz", ".zip", ".json.gz", ".tfplan", ".template.json", ".csv", ".html"}, text)
}

// isLayout takes the names that DESIGN.md gives to folders and files.
func isLayout(part string) bool {
	return slices.Contains(strings.Fields(`iam sagemaker kms s3 ec2 domains user-profiles auto-ml-jobs keys organization policies
 account-authorization-details.json roles-read.json aliases.json keys.json key.json policy.json grants.json rotation.json tags.json
 vpc-endpoints.json encryption.json location.json public-access-block.json organization.json targets.json manifest.json
 .canvaslint.yaml .canvaslint-waivers.yaml`), part)
}
