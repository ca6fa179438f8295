package report

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/layout"
)

// arnAt gives the ARN that a text begins with, "" for none.
func arnAt(text string) string {
	if !strings.HasPrefix(text, "arn:") {
		return ""
	}
	end := strings.IndexFunc(text, func(c rune) bool { return c != '‹' && c != '›' && (!inARN(c) || strings.ContainsRune("<>{},", c)) })
	if end < 0 {
		end = len(text)
	}
	arn := strings.TrimRight(text[:end], ".:")
	if strings.Count(arn, ":") < 5 {
		return ""
	}
	return arn
}

// exampleARN is how messages spell out what an ARN is made of.
const exampleARN = "arn:partition:service:region:account:name"

// arn replaces account and names within an ARN; its structure stays
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
func (p *pseudonyms) arn(text string) string {
	parts := strings.SplitN(text, ":", 6)
	if text == exampleARN || parts[4] == "aws" && isAWS(parts[5][strings.LastIndexByte(parts[5], '/')+1:]) {
		return text // it tells what an ARN is made of, or AWS owns it
	}
	for i, part := range parts[1:4] {
		parts[1+i] = p.part(part)
	}
	if parts[4] != "" && parts[4] != "aws" {
		parts[4] = p.pattern("account", parts[4])
	}
	segments := strings.Split(parts[5], "/")
	switch service := parts[2]; {
	case service == "s3":
		segments[0] = p.bucket(segments[0])
		p.rest("path", segments, 1)
	case service == "kms" && strings.HasPrefix(parts[5], "alias/aws/"):
		for i := 2; i < len(segments); i++ {
			segments[i] = p.part(segments[i])
		}
	case service == "iam" && len(segments) > 1:
		last := len(segments) - 1
		segments[0] = p.part(segments[0])
		p.rest("path", segments[:last], 1)
		segments[last] = p.pattern(segments[0], segments[last])
	case service == "sts" && len(segments) > 1:
		segments[0] = p.part(segments[0])
		segments[1] = p.pattern("role", segments[1])
		p.rest("session", segments, 2)
	case service == "sagemaker" && segments[0] == "user-profile" && len(segments) == 3:
		segments[1], segments[2] = p.pattern("domain", segments[1]), p.pattern("profile", segments[2])
	case len(segments) > 1:
		segments[0] = p.part(segments[0])
		p.rest(segments[0], segments, 1)
	default: // type:name, or the name alone
		kind, name, typed := strings.Cut(parts[5], ":")
		switch {
		case typed:
			kind = p.part(kind)
			segments = []string{kind + ":" + p.pattern(kind, name)}
		case parts[5] != "root":
			segments = []string{p.pattern("name", parts[5])}
		}
	}
	parts[5] = strings.Join(segments, "/")
	return strings.Join(parts, ":")
}

// part replaces what stands where an ARN has a partition, a service, a Region or a
// type, and is none.
func (p *pseudonyms) part(text string) string {
	if p.isOurs(text) || p.words.services.IsService(text) {
		return text
	}
	return p.pattern("name", text)
}

func isWild(text string) bool { return strings.ContainsAny(text, "*?$") }

// rest replaces segments from one on.
func (p *pseudonyms) rest(kind string, segments []string, from int) {
	for i := from; i < len(segments); i++ {
		service, _, _ := strings.Cut(segments[i], ".")
		switch {
		case segments[i] == "service-role", segments[i] == "aws-service-role", segments[i] == "Canvas":
		case segments[i] == service+".amazonaws.com" && p.words.isServiceName(segments[i]):
		default:
			segments[i] = p.pattern(kind, segments[i])
		}
	}
}

// pattern replaces a name that may have wildcards: they stay, what stands between
// them is a name of its own.
func (p *pseudonyms) pattern(kind, text string) string {
	if !isWild(text) {
		return p.exact(kind, text)
	}
	var out strings.Builder
	last := 0
	piece := func(text string) {
		switch plain := strings.Trim(text, "-_."); {
		case plain == "" || strings.EqualFold(plain, "sagemaker") || plain == "Canvas" || layout.IsRegion(plain):
			out.WriteString(text)
		default:
			out.WriteString(p.exact(kind, text))
		}
	}
	for _, at := range p.patterns.wild.FindAllStringIndex(text, -1) {
		piece(text[last:at[0]])
		out.WriteString(text[at[0]:at[1]])
		last = at[1]
	}
	piece(text[last:])
	return out.String()
}

// source replaces all that source text holds beyond the words of its language:
// names no one has told us of stand there too, in tags, comments and statement ids.
func (p *pseudonyms) source(text string) string {
	replaced, _ := p.sourceAt(text)
	return replaced
}

// sourceAt is source, and says where some byte offsets of the text have gone. One
// within a word goes to the word's end, at most.
func (p *pseudonyms) sourceAt(text string, offsets ...int) (replaced string, moved []int) {
	var out strings.Builder
	moved = append(moved, offsets...)
	last := 0
	for _, at := range p.patterns.token.FindAllStringIndex(text, -1) {
		piece := text[at[0]:at[1]]
		out.WriteString(text[last:at[0]])
		last = at[1]
		before := out.Len()
		switch rest := strings.TrimLeft(text[last:], `\" `); {
		case strings.HasSuffix(piece, ":"):
			out.WriteString(p.text(strings.TrimSuffix(piece, ":")) + ":")
		case strings.HasPrefix(rest, ":"): // the name of a member
			out.WriteString(p.text(piece))
		default:
			out.WriteString(p.value(piece))
		}
		for i, offset := range offsets {
			switch {
			case offset >= at[1]:
				moved[i] = offset + out.Len() - at[1]
			case offset > at[0]:
				moved[i] = min(before+offset-at[0], out.Len())
			}
		}
	}
	out.WriteString(text[last:])
	return out.String(), moved
}

// value keeps what belongs to the language of policies and replaces the rest.
func (p *pseudonyms) value(text string) string {
	if p.isLanguage(text) {
		return text
	}
	if known, ok := p.names[text]; ok {
		return known
	}
	switch {
	case arnAt(text) != "", isIPv6(p.patterns.address6.FindString(text)):
		return p.text(text)
	case strings.ContainsAny(text, ":/"): // made of several
		var out strings.Builder
		last := 0
		for i, c := range text {
			if c == ':' || c == '/' {
				out.WriteString(p.value(text[last:i]) + string(c))
				last = i + 1
			}
		}
		return out.String() + p.value(text[last:])
	case isWild(text):
		return p.pattern("value", text)
	}
	return p.exact("value", text)
}

// isLanguage takes what no one chose: words and signs of the language, actions,
// condition keys, services, Regions, dates and numbers.
func (p *pseudonyms) isLanguage(text string) bool {
	if text == "" || p.given[text] || p.patterns.number.MatchString(text) || layout.IsRegion(text) ||
		slices.Contains(p.patterns.ofLanguage, text) || isAWS(text) || p.words.isServiceName(text) {
		return true
	}
	if utf8.RuneCountInString(text) == 1 || strings.IndexFunc(text, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) < 0 {
		return true
	}
	size, replaced := p.policyWord(text)
	return size == len(text) && replaced == text
}
