package report

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Around a mark so many lines of a decoded policy are shown.
const decodedLines = 5

// decoded shows a line that holds a policy as the text of a JSON string, which is how
// AWS and most exports keep them, as the policy itself: a member a line, the marked
// range kept. It gives false for any other line.
func decoded(line finding.Line, at finding.Place) ([]snippetLine, bool) {
	if strings.Count(line.Text, `\"`) < 4 {
		return nil, false
	}
	cut := max(line.Column-1, 0)
	from, to := offsetOf(line.Text, at.Start.Column-cut), offsetOf(line.Text, at.End.Column-cut)
	if line.Line != at.Start.Line || at.End.Line != at.Start.Line || from < 0 || to < from {
		return nil, false
	}
	// A line that was cut may begin within a text, and how deep it is no one knows:
	// what is marked begins outside of one, and it is deep enough for all that ends.
	l := unfolder{depth: strings.Count(line.Text, "}") + strings.Count(line.Text, "]")}
	start := l
	if l.write(line.Text[:from], false); l.inText {
		start.inText = true
		l = start
		l.write(line.Text[:from], false)
	}
	l.write(line.Text[from:to], true)
	l.write(line.Text[to:], false)
	return l.around(line.Line), true
}

// unfolder breaks the text of a JSON document, of which a part may be missing, into
// lines.
type unfolder struct {
	lines  []laidLine
	inText bool
	depth  int
}

// laidLine is a line in pieces, each marked or not.
type laidLine struct {
	indent int
	pieces []piece
}

type piece struct {
	text   string
	marked bool
}

// quote stands for a quotation mark of the policy, other than one around it.
const quote = '\x00'

// unescaped takes away one level of the escapes of a JSON string.
func unescaped(text string) string {
	return strings.NewReplacer("\x00", "", `\\`, `\`, `\"`, string(quote), `\/`, `/`, `\n`, "\n", `\r`, "", `\t`, " ").Replace(text)
}

func (l *unfolder) write(text string, marked bool) {
	if len(l.lines) == 0 {
		l.lines = []laidLine{{}}
	}
	escaped := false
	for _, c := range unescaped(text) {
		switch {
		case c == quote:
			l.add('"', marked)
			l.inText = l.inText == escaped
			escaped = false
		case l.inText:
			l.add(c, marked)
			escaped = c == '\\' && !escaped
		case c == '{' || c == '[':
			l.add(c, marked)
			l.depth++
			l.end()
		case c == '}' || c == ']':
			l.depth = max(0, l.depth-1)
			l.end()
			l.add(c, marked)
		case c == ',':
			l.add(c, marked)
			l.end()
		case c == ' ' || c == '\n':
			if l.hasText() {
				l.add(' ', marked)
			}
		default:
			l.add(c, marked)
		}
	}
}

func (l *unfolder) hasText() bool { return len(l.lines[len(l.lines)-1].pieces) > 0 }

func (l *unfolder) add(c rune, marked bool) {
	last := &l.lines[len(l.lines)-1]
	if !l.hasText() {
		last.indent = l.depth
	}
	if n := len(last.pieces); n == 0 || last.pieces[n-1].marked != marked {
		last.pieces = append(last.pieces, piece{marked: marked})
	}
	last.pieces[len(last.pieces)-1].text += string(c)
}

func (l *unfolder) end() {
	if l.hasText() {
		l.lines = append(l.lines, laidLine{})
	}
}

// around gives the marked lines and some beside them.
func (l *unfolder) around(number int) []snippetLine {
	isMarked := func(line laidLine) bool {
		return slices.ContainsFunc(line.pieces, func(p piece) bool { return p.marked })
	}
	first := slices.IndexFunc(l.lines, isMarked)
	if first < 0 {
		return nil
	}
	last := first
	for last+1 < len(l.lines) && isMarked(l.lines[last+1]) {
		last++
	}
	from, to := max(0, first-decodedLines), min(len(l.lines), last+decodedLines+1)
	least := l.lines[first].indent
	for _, line := range l.lines[from:to] {
		least = min(least, line.indent)
	}
	var shown []snippetLine
	for i, line := range l.lines[from:to] {
		view := snippetLine{Before: strings.Repeat("  ", line.indent-least)}
		for _, p := range line.pieces {
			switch text := Clean(p.text); {
			case p.marked:
				view.Mark += text
			case view.Mark == "":
				view.Before += text
			default:
				view.After += text
			}
		}
		if i == first-from {
			view.Number = number // they are all of one line of the file
		}
		if view.After = strings.TrimRight(view.After, " "); view.Mark == "" {
			view.Before = strings.TrimRight(view.Before, " ")
		}
		shown = append(shown, view)
	}
	return shown
}
