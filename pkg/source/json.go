package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth bounds nesting: real policies and templates stay under forty.
const maxDepth = 512

// parseJSON reads the documents of a JSON file. Where it is not strict JSON, a
// second reading takes comments and trailing commas for blanks.
func parseJSON(file *File, data []byte, format Format) ([]*Document, []Problem) {
	documents, problems, ok := readDocuments(file, data)
	if ok {
		return documents, problems
	}
	standard, extra := relax(data)
	if extra.none() {
		return documents, problems
	}
	documents, problems, _ = readDocuments(file, standard)
	shareComments(documents, extra.comments)
	if format == JSONC || len(problems) > 0 && problems[0].Span.Start < extra.first {
		return documents, problems
	}
	problem := Problem{Message: extra.message, Span: Span{file, extra.first, extra.first + 1}}
	return documents, append([]Problem{problem}, problems...)
}

// readDocuments reads all values that stand in a row in data. It is not ok
// where a byte could not be read.
func readDocuments(file *File, data []byte) (documents []*Document, problems []Problem, ok bool) {
	for at := 0; ; {
		d := &Document{File: file, text: file.Text}
		p := &jsonParser{doc: d, data: data, base: at}
		err := p.read()
		problems = append(problems, p.problems...)
		if err != nil {
			return documents, append(problems, p.syntaxProblem(err)), false
		}
		documents = append(documents, d)
		rest := bytes.TrimLeft(data[p.end:], " \t\r\n")
		at = len(data) - len(rest)
		switch {
		case len(rest) == 0:
			return documents, problems, true
		case rest[0] == ':' && d.Root().Is(String):
			return nil, append(problems, Problem{
				Message: fragment(d.Root().Text()),
				Span:    Span{file, at, at + 1},
			}), false
		case rest[0] != '{' && rest[0] != '[':
			return documents, append(problems, trailingProblem(file, at, d.Root())), false
		}
	}
}

func trailingProblem(file *File, at int, first Node) Problem {
	message := "text follows the end of the document: remove it, or look for a bracket that closes too early"
	switch {
	case file.Text[at] == ',' && first.Is(String):
		message = "these are the values of a list: put [ before the first and ] after the last, and give the list its place in a statement, as the Action or the Resource"
	case file.Text[at] == ',':
		message = "a comma follows the end of the document: put several statements into one list, [ ... ]"
	case strings.HasPrefix(file.Text[at:], "/*"):
		message = "this comment is not closed: JSON has no comments, remove it"
	}
	return Problem{Message: message, Span: Span{file, at, runeEnd(file.Text, at)}}
}

// shareComments gives every document the comments up to its end, the last one
// all that are left.
func shareComments(documents []*Document, comments []extent) {
	for i, d := range documents {
		count := len(comments)
		if i+1 < len(documents) {
			end := d.records[0].end
			count, _ = slices.BinarySearchFunc(comments, end, func(c extent, end int32) int { return int(c.start - end) })
		}
		d.comments, comments = comments[:count:count], comments[count:]
	}
}

// jsonParser reads one value of data, token by token, into its document.
type jsonParser struct {
	doc      *Document
	data     []byte // doc.text, or doc.text with blanks for comments
	base     int    // offset at which the value is looked for
	problems []Problem
	end      int // offset after the value
}

func (p *jsonParser) problem(start, end int, format string, args ...any) {
	p.problems = append(p.problems, Problem{Message: fmt.Sprintf(format, args...), Span: p.doc.span(start, end)})
}

// read reads the value. Names that occur twice in an object are problems, and
// the last value counts, as it does for most readers.
func (p *jsonParser) read() error {
	if p.scan() {
		p.doc.records = slices.Clip(p.doc.records)
		return nil
	}
	err := p.run(false)
	if errors.Is(err, jsontext.ErrDuplicateName) {
		err = p.run(true)
	}
	p.doc.records = slices.Clip(p.doc.records)
	return err
}

// frame is an object or list that is being read.
type frame struct {
	index  int32
	object bool
	name   bool // what follows in the object is a name
}

func (p *jsonParser) run(duplicates bool) error {
	d := p.doc
	d.records, d.texts = make([]record, 0, p.estimate()), nil
	decoder := jsontext.NewDecoder(bytes.NewBuffer(p.data[p.base:]), jsontext.AllowDuplicateNames(duplicates))
	var open []frame
	var top frame
	for end := p.base; ; {
		token, err := decoder.ReadToken()
		if err != nil {
			return err
		}
		start := skipSeparator(p.data, end)
		end = p.base + int(decoder.InputOffset())
		switch kind := token.Kind(); kind {
		case '{', '[':
			if len(open) == maxDepth {
				return errTooDeep{start}
			}
			open = append(open, top)
			top = frame{index: int32(len(d.records)), object: kind == '{', name: kind == '{'}
			d.records = append(d.records, record{kind: kindOf(kind), start: int32(start)})
			continue
		case '}', ']':
			d.records[top.index].end, d.records[top.index].next = int32(end), int32(len(d.records))
			if duplicates && top.object {
				p.problems = append(p.problems, duplicateNames(Node{d, top.index})...)
			}
			top, open = open[len(open)-1], open[:len(open)-1]
			top.name = top.object
		case '"':
			d.addString(start, end, top.name)
			top.name = top.object && !top.name
		default:
			d.records = append(d.records, record{kind: kindOf(kind), start: int32(start), end: int32(end), next: int32(len(d.records)) + 1})
			top.name = top.object
		}
		if len(open) == 0 {
			p.end = end
			return nil
		}
	}
}

// estimate guesses the number of records, to allocate them once: one for each
// pair of quotes and each opening bracket. Escaped quotes make it too large,
// numbers, booleans and nulls too small. A short text is not worth the count.
func (p *jsonParser) estimate() int {
	switch {
	case p.base > 0:
		return 16
	case len(p.data) < 4<<10:
		return 4 + len(p.data)/10
	}
	count := func(c string) int { return bytes.Count(p.data, []byte(c)) }
	return 1 + count(`"`)/2 + count("{") + count("[")
}

// addString adds a string or a name that stands in quotes at start.
func (d *Document) addString(start, end int, isName bool) {
	index := int32(len(d.records))
	r := record{kind: String, quoted: true, start: int32(start), end: int32(end), next: index + 1}
	if isName {
		r.kind = name
	}
	d.records = append(d.records, r)
	if raw := d.text[start:end]; strings.IndexByte(raw, '\\') >= 0 {
		// The reader has accepted the string: it unquotes.
		text, _ := jsontext.AppendUnquote(nil, raw)
		d.setText(index, string(text))
	}
}

func (d *Document) setText(index int32, text string) {
	if d.texts == nil {
		d.texts = map[int32]string{}
	}
	d.texts[index] = text
}

func kindOf(kind jsontext.Kind) Kind {
	switch kind {
	case '{':
		return Object
	case '[':
		return Array
	case '"':
		return String
	case '0':
		return Number
	case 't', 'f':
		return Bool
	}
	return Null
}

// skipSeparator skips the white space and the one separator between two tokens.
func skipSeparator(data []byte, at int) int {
	for at < len(data) {
		switch data[at] {
		case ' ', '\t', '\r', '\n', ',', ':':
			at++
		default:
			return at
		}
	}
	return at
}

// duplicateNames finds names that occur more than once in an object.
func duplicateNames(object Node) (problems []Problem) {
	seen := map[string]Node{}
	for key := range object.Members() {
		text := key.Text()
		first, ok := seen[text]
		if !ok {
			seen[text] = key
			continue
		}
		line, _ := first.Span().Positions()
		problems = append(problems, Problem{
			Message: fmt.Sprintf("the member %q occurs twice in this object (first at line %d): readers disagree on which one counts, here the last one was used; remove one", text, line.Line),
			Span:    key.Span(),
		})
	}
	return problems
}

type errTooDeep struct{ offset int }

func (e errTooDeep) Error() string {
	return fmt.Sprintf("nested more than %d levels deep: this is no policy or template; the file was not analysed", maxDepth)
}

// syntaxProblem says what is wrong at which byte.
func (p *jsonParser) syntaxProblem(err error) Problem {
	var deep errTooDeep
	if errors.As(err, &deep) {
		return Problem{Message: deep.Error(), Span: p.doc.span(deep.offset, deep.offset+1)}
	}
	at, why := len(p.data), "the document is cut off"
	var syntactic *jsontext.SyntacticError
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		at = len(bytes.TrimRight(p.data, " \t\r\n"))
		why += ": " + p.unclosed()
	} else if errors.As(err, &syntactic) {
		at = runeStart(p.doc.text, min(p.base+int(syntactic.ByteOffset), len(p.data)))
		why = strings.TrimPrefix(syntactic.Err.Error(), "jsontext: ")
		if hint := p.hint(at); hint == missingComma && strings.HasSuffix(why, "(expecting ':')") {
			why += "; a colon is probably missing before this"
		} else {
			why += hint
		}
	}
	return Problem{Message: "not valid JSON: " + why, Span: p.doc.span(at, runeEnd(p.doc.text, at))}
}

// unclosed names the innermost bracket that was still open at the end.
func (p *jsonParser) unclosed() string {
	for _, r := range slices.Backward(p.doc.records) {
		if r.next != 0 {
			continue
		}
		start, _ := p.doc.span(int(r.start), int(r.end)).Positions()
		return fmt.Sprintf("the %q of line %d is not closed", p.doc.text[r.start], start.Line)
	}
	return "a value is missing or not closed"
}
