package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeText gives the file as UTF-8 without a byte order mark, once as bytes
// and once as a string. UTF-16 is what PowerShell's ">" writes.
func decodeText(name string, data []byte) ([]byte, *File, *Problem) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return decodeUTF16(name, data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeUTF16(name, data[2:], binary.BigEndian)
	}
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return nil, nil, textProblem(name, data, at, "a NUL byte stands here: this is a binary file, or UTF-16 without a byte order mark; save it as UTF-8")
	}
	if !utf8.Valid(data) {
		at := invalidUTF8(data)
		return nil, nil, textProblem(name, data, at, fmt.Sprintf("the byte 0x%02x is not valid UTF-8: save the file as UTF-8", data[at]))
	}
	return data, NewFile(name, string(data)), nil
}

func decodeUTF16(name string, data []byte, order binary.ByteOrder) ([]byte, *File, *Problem) {
	text := make([]byte, 0, len(data))
	for i := 0; i+1 < len(data); i += 2 {
		r := rune(order.Uint16(data[i:]))
		if utf16.IsSurrogate(r) {
			low := rune(utf8.RuneError)
			if i+3 < len(data) {
				low = rune(order.Uint16(data[i+2:]))
			}
			if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
				return nil, nil, textProblem(name, text, len(text), "half of a UTF-16 surrogate pair stands here: the file is damaged; save it as UTF-8")
			}
			i += 2
		}
		if r == 0 {
			return nil, nil, textProblem(name, text, len(text), "a NUL character stands here: this is a binary file, or UTF-32; save it as UTF-8")
		}
		text = utf8.AppendRune(text, r)
	}
	if len(data)%2 != 0 {
		return nil, nil, textProblem(name, text, len(text), "the UTF-16 text has an odd number of bytes: it is cut off")
	}
	return text, NewFile(name, string(text)), nil
}

// textProblem makes a problem at an offset of bytes that may not be text: the
// file it points into has replacement characters in their place.
func textProblem(name string, data []byte, at int, message string) *Problem {
	valid := func(data []byte) string { return string(bytes.ToValidUTF8(data, []byte("\uFFFD"))) }
	before := valid(data[:at])
	file := NewFile(name, before+valid(data[at:]))
	return &Problem{Message: message, Span: Span{file, len(before), runeEnd(file.Text, len(before))}}
}

func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return len(data)
}
