package report

import (
	"strings"

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

// arn replaces account and names within an ARN; its structure stays
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
func (d *disguise) arn(text string) string {
	parts := strings.SplitN(text, ":", 6)
	if parts[4] == "aws" || parts[1] == "partition" { // AWS owns it, or it tells what an ARN is made of
		return text
	}
	if parts[4] != "" && !isWild(parts[4]) {
		parts[4] = d.exact("account", parts[4])
	}
	segments := strings.Split(parts[5], "/")
	switch service := parts[2]; {
	case service == "s3":
		segments[0] = d.bucket(segments[0])
		d.rest("path", segments, 1)
	case service == "kms" && strings.HasPrefix(parts[5], "alias/aws/"):
	case service == "iam" && len(segments) > 1 && segments[1] == "aws-service-role":
	case service == "iam" && len(segments) > 1:
		last := len(segments) - 1
		d.rest("path", segments[:last], 1)
		segments[last] = d.pattern(segments[0], segments[last])
	case service == "sts" && len(segments) > 1:
		segments[1] = d.pattern("role", segments[1])
		d.rest("session", segments, 2)
	case service == "sagemaker" && segments[0] == "user-profile" && len(segments) == 3:
		segments[1], segments[2] = d.pattern("domain", segments[1]), d.pattern("profile", segments[2])
	case len(segments) > 1:
		d.rest(segments[0], segments, 1)
	default: // type:name, or the name alone
		kind, name, typed := strings.Cut(parts[5], ":")
		switch {
		case typed:
			segments = []string{kind + ":" + d.pattern(kind, name)}
		case parts[5] != "root":
			segments = []string{d.pattern("name", parts[5])}
		}
	}
	parts[5] = strings.Join(segments, "/")
	return strings.Join(parts, ":")
}

func isWild(text string) bool { return strings.ContainsAny(text, "*?$") }

// rest replaces segments from one on.
func (d *disguise) rest(kind string, segments []string, from int) {
	for i := from; i < len(segments); i++ {
		if segments[i] != "service-role" && segments[i] != "Canvas" {
			segments[i] = d.pattern(kind, segments[i])
		}
	}
}

// pattern replaces a name that may have wildcards: they stay, what stands between
// them is a name of its own.
func (d *disguise) pattern(kind, text string) string {
	if !isWild(text) {
		return d.exact(kind, text)
	}
	var out strings.Builder
	last := 0
	piece := func(text string) {
		switch plain := strings.Trim(text, "-_."); {
		case plain == "" || strings.EqualFold(plain, "sagemaker") || plain == "Canvas" || layout.IsRegion(plain):
			out.WriteString(text)
		default:
			out.WriteString(d.exact(kind, text))
		}
	}
	for _, at := range d.patterns.wild.FindAllStringIndex(text, -1) {
		piece(text[last:at[0]])
		out.WriteString(text[at[0]:at[1]])
		last = at[1]
	}
	piece(text[last:])
	return out.String()
}

// source replaces all that source text holds beyond the words of its language:
// names nobody has told us of stand there too, in tags, comments and statement ids.
func (d *disguise) source(text string) string {
	replaced, _ := d.sourceAt(text)
	return replaced
}

// sourceAt is source, and says where some byte offsets of the text have gone. One
// within a word goes to the word's end, at most.
func (d *disguise) sourceAt(text string, offsets ...int) (replaced string, moved []int) {
	var out strings.Builder
	moved = append(moved, offsets...)
	last := 0
	for _, at := range d.patterns.token.FindAllStringIndex(text, -1) {
		piece := text[at[0]:at[1]]
		out.WriteString(text[last:at[0]])
		last = at[1]
		before := out.Len()
		switch rest := strings.TrimLeft(text[last:], `\" `); {
		case strings.HasSuffix(piece, ":"):
			out.WriteString(d.text(strings.TrimSuffix(piece, ":")) + ":")
		case strings.HasPrefix(rest, ":"): // the name of a member
			out.WriteString(d.text(piece))
		default:
			out.WriteString(d.value(piece))
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

// value keeps what belongs to the language and replaces the rest.
func (d *disguise) value(text string) string {
	replaced := d.text(text)
	if replaced != text || d.standIns[text] || d.patterns.ofPolicyLanguage.MatchString(text) || layout.IsRegion(text) {
		return replaced
	}
	for _, known := range d.patterns.ofLanguage {
		if text == known {
			return text
		}
	}
	if strings.HasPrefix(text, "arn:") || strings.ContainsAny(text, ":/") {
		// Made of several: each piece by itself.
		pieces := strings.FieldsFunc(text, func(c rune) bool { return c == ':' || c == '/' })
		if len(pieces) != 1 || pieces[0] != text {
			for _, piece := range pieces {
				text = strings.Replace(text, piece, d.value(piece), 1)
			}
			return text
		}
	}
	if isWild(text) {
		return d.pattern("value", text)
	}
	return d.exact("value", text)
}
