package cases

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Answer decides a line of input and gives the line of output, without its
// line end. It never fails: a line that cannot be read is answered with Error.
func Answer(line []byte) []byte { return appendAnswer(nil, line, nil) }

// appendAnswer is Answer with a library, nil for none.
func appendAnswer(out, line []byte, known *library) []byte {
	c, err := parse("-", line, known)
	if err != nil {
		return appendError(out, c.ID, err)
	}
	d := access.Explain(&c.Request, &c.Policies)
	out = appendID(out, c.ID)
	out = append(out, `,"result":"`...)
	out = append(out, d.Result.String()...)
	out = append(out, '"')
	for i := range d.Reasons {
		out = append(out, separator(i, `,"reasons":[`)...)
		out = c.appendReason(out, &d.Reasons[i])
	}
	if len(d.Reasons) > 0 {
		out = append(out, ']')
	}
	for i, missing := range d.Missing {
		out = append(out, separator(i, `,"missing":[`)...)
		out = appendString(out, missing)
	}
	if len(d.Missing) > 0 {
		out = append(out, ']')
	}
	if d.Witness != "" {
		out = appendMember(out, "witness", d.Witness)
	}
	return append(out, '}')
}

// separator stands before an item of a list.
func separator(item int, start string) string {
	if item == 0 {
		return start
	}
	return ","
}

func appendError(out []byte, id source.Node, err error) []byte {
	out = appendMember(appendID(out, id), "result", "Error")
	return append(appendMember(out, "error", err.Error()), '}')
}

// appendID opens the answer. The id is what the line has, without white space.
func appendID(out []byte, id source.Node) []byte {
	out = append(out, `{"id":`...)
	switch {
	case !id.Exists():
		return append(out, "null"...)
	case !id.Is(source.Array) && !id.Is(source.Object):
		return append(out, id.Raw()...)
	}
	var compact bytes.Buffer
	_ = json.Compact(&compact, []byte(id.Raw())) // it was read, so it is JSON
	return append(out, compact.Bytes()...)
}

// appendReason leaves out what a reason does not have. The statement counts
// from 1, and the column is where in the line the element stands that decided.
func (c *Case) appendReason(out []byte, r *access.Reason) []byte {
	out = append(out, '{')
	if r.Action != "" {
		out = append(out, `"action":`...)
		out = append(appendString(out, r.Action), ',')
	}
	out = append(out, `"layer":`...)
	out = appendString(out, string(r.Layer))
	if r.Cause != "" {
		out = appendMember(out, "cause", string(r.Cause))
	}
	if r.Policy != "" {
		out = appendMember(out, "policy", r.Policy)
	}
	if s := r.Statement; s != nil {
		out = appendNumber(out, "statement", s.Index+1)
		if s.Sid != "" {
			out = appendMember(out, "sid", s.Sid)
		}
	}
	if r.Node.Exists() {
		out = appendNumber(out, "column", c.column(r.Node))
	}
	return append(appendMember(out, "message", r.Message), '}')
}

func appendMember(out []byte, name, text string) []byte {
	out = append(out, `,"`...)
	out = append(out, name...)
	out = append(out, `":`...)
	return appendString(out, text)
}

func appendNumber(out []byte, name string, number int) []byte {
	out = append(out, `,"`...)
	out = append(out, name...)
	out = append(out, `":`...)
	return strconv.AppendInt(out, int64(number), 10)
}

// appendString writes ASCII text itself, and leaves the rest to encoding/json.
func appendString(out []byte, text string) []byte {
	text = source.Spelled(text)
	start := len(out)
	out = append(out, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ' || c > '~':
			return appendUncommon(out[:start], text)
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}

func appendUncommon(out []byte, text string) []byte {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text) // a string can always be written
	return append(out, bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))...)
}
