package source

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// Format says how a file's text is to be read.
type Format uint8

// The formats. A file that is strict JSON is never read by the YAML reader,
// whatever its format is said to be.
const (
	Auto  Format = iota // by the file's extension and its first bytes
	JSON                // JSON; comments and trailing commas are read, and are a problem
	JSONC               // JSON with comments and trailing commas
	YAML                // YAML 1.1 as CloudFormation has it, or strict JSON
)

// maxSize is the size in bytes above which a file is refused.
const maxSize = 512 << 20

// Parse reads the documents of a file: one for JSON, one or more for YAML. The
// name is shown to the user, and its extension decides under [Auto]. Documents
// and problems can both be there: a problem names what could not be read, or
// what AWS would not take, and the documents are all that could be read.
//
// Parse may keep data and hand out slices of it: data must not change later.
// Of data that is read as [JSON] it keeps nothing.
func Parse(name string, data []byte, format Format) ([]*Document, []Problem) {
	return parse(name, data, format, maxSize)
}

func parse(name string, data []byte, format Format, limit int) ([]*Document, []Problem) {
	documents, problems := readFile(name, data, format, limit)
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Span.Start - b.Span.Start })
	return documents, problems
}

func readFile(name string, data []byte, format Format, limit int) ([]*Document, []Problem) {
	if len(data) > limit {
		return nil, []Problem{{
			Message: fmt.Sprintf("the file has %d bytes, more than the limit of %d: split it, or leave it out", len(data), limit),
			Path:    name,
		}}
	}
	data, file, problem := decodeText(name, data)
	if problem != nil {
		return nil, []Problem{*problem}
	}
	if strings.Trim(file.Text, " \t\r\n") == "" {
		return nil, []Problem{{Message: "the file is empty", Span: Span{file, 0, 0}}}
	}
	switch format = detect(name, file.Text, format); format {
	case YAML:
		if opensJSON(file.Text) {
			if documents, problems, ok := readDocuments(file, data); ok {
				return documents, problems
			}
		}
		return parseYAML(file, data)
	default:
		return parseJSON(file, data, format)
	}
}

// detect turns Auto into one of the other formats.
func detect(name, text string, format Format) Format {
	extension := strings.ToLower(path.Ext(name))
	if format == Auto || format == JSON {
		switch extension {
		case ".jsonc":
			return JSONC
		case ".json":
			return JSON
		}
	}
	switch {
	case format != Auto:
		return format
	case extension == ".yaml" || extension == ".yml":
		return YAML
	case opensJSON(skipComments(text)):
		return JSON
	}
	return YAML
}

// opensJSON reports whether the first character is that of an object or a list.
func opensJSON(text string) bool {
	text = strings.TrimLeft(text, " \t\r\n")
	return text != "" && (text[0] == '{' || text[0] == '[')
}
