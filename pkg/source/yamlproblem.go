package source

import (
	"strconv"
	"strings"
)

// syntaxProblem finds the place of an error of yaml.v3, and what to do about it.
func (r *yamlReader) syntaxProblem(err error) Problem {
	// "yaml: line 3: what is wrong": a line it mostly has, a column never.
	number, why := 1, strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(why, "line "); ok {
		digits, message, _ := strings.Cut(rest, ": ")
		if n, err := strconv.Atoi(digits); err == nil {
			number, why = min(max(n, 1), len(r.lines)), message
		}
	}
	at, hint := r.cause(number, why)
	return Problem{Message: "not valid YAML: " + why + hint, Span: Span{r.file, at, runeEnd(r.text, at)}}
}

// cause looks for what a person would look for around a line that broke the syntax.
func (r *yamlReader) cause(number int, why string) (at int, hint string) {
	if strings.Contains(why, "control characters") {
		if at := strings.IndexFunc(r.text, isControl); at >= 0 {
			return at, ": remove this one"
		}
	}
	// The reader names the line where a construct began, or where it broke.
	for k := max(number-1, 1); k <= min(number+1, len(r.lines)); k++ {
		line := r.line(k)
		indent := len(line) - len(strings.TrimLeft(line, " \t"))
		if tab := strings.IndexByte(line[:indent], '\t'); tab >= 0 && indent < len(line) {
			return int(r.lines[k-1]) + tab, "; a tab stands in the indentation: YAML takes spaces only"
		}
		if space := strings.Index(line, "\u00a0"); space >= 0 {
			return int(r.lines[k-1]) + space, "; a non-breaking space stands here: replace it with an ordinary space"
		}
	}
	if jsonBelow(r.text, int(r.lines[number-1])-1) {
		return len(r.text) - len(strings.TrimLeft(r.text, " \t\r\n")), "; this line is no part of the JSON that follows: remove it"
	}
	if at := r.badStart(number, why); at >= 0 {
		return at, "; this character has a meaning in YAML: put the value in quotes"
	}
	line := r.line(number)
	at = int(r.lines[number-1]) + len(line) - len(strings.TrimLeft(line, " "))
	switch {
	case strings.Contains(line, "{{") || strings.Contains(line, "{%"):
		return int(r.lines[number-1]) + strings.Index(line, "{"), "; a template placeholder stands here: render the template first, or quote it"
	case strings.Contains(why, "unknown anchor"):
		return at, ": define it with & before it is used"
	case strings.Contains(why, "mapping values are not allowed"):
		if first := strings.Index(line, ": "); strings.LastIndex(line, ": ") > first {
			at = int(r.lines[number-1]) + strings.LastIndex(line, ": ")
		}
		return at, "; quote a value that holds a colon and a space, or check the indentation of this line"
	case strings.Contains(why, "unexpected end of stream"):
		return at, "; a quote above is not closed"
	case strings.Contains(why, "did not find expected") || strings.Contains(why, "could not find expected"):
		return at, "; check indentation, quotes and brackets from this line on"
	}
	return at, ""
}

// badStart finds the character that cannot open a plain value, or -1.
func (r *yamlReader) badStart(number int, why string) int {
	starts := ""
	switch {
	case strings.Contains(why, "cannot start any token"):
		starts = "@`%"
	case strings.Contains(why, "alphabetic or numeric"):
		starts = "*&"
	}
	for k := number; starts != "" && k <= min(number+1, len(r.lines)); k++ {
		line := r.line(k)
		for i := range len(line) {
			if strings.IndexByte(starts, line[i]) >= 0 && (i == 0 || strings.IndexByte(" [{,", line[i-1]) >= 0) {
				return int(r.lines[k-1]) + i
			}
		}
	}
	return -1
}

func isControl(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 && r != 0x85
}

// line gives a line by YAML's count, without its line break.
func (r *yamlReader) line(number int) string {
	start, end := int(r.lines[number-1]), len(r.text)
	if number < len(r.lines) {
		end = int(r.lines[number])
	}
	return strings.TrimRight(r.text[start:end], "\r\n\u0085\u2028\u2029")
}
