package source

import (
	"slices"
	"strings"
	"testing"
)

// texts is what each record reads as.
func texts(d *Document) (list []string) {
	for i := range d.records {
		list = append(list, Node{d, int32(i)}.Text())
	}
	return list
}

// sameReading holds the scanner to the decoder: what it takes, it reads alike.
func sameReading(t *testing.T, text string) (taken bool) {
	t.Helper()
	file := NewFile("f", text)
	fast := &jsonParser{doc: &Document{File: file, text: text}, data: []byte(text)}
	slow := &jsonParser{doc: &Document{File: file, text: text}, data: []byte(text)}
	if !fast.scan() {
		return false
	}
	if err := slow.run(false); err != nil {
		t.Fatalf("%q: the scanner takes what the decoder refuses: %v", text, err)
	}
	if fast.end != slow.end || !slices.Equal(fast.doc.records, slow.doc.records) || !slices.Equal(texts(fast.doc), texts(slow.doc)) {
		t.Fatalf("%q:\nscanner %v %q\ndecoder %v %q", text, fast.doc.records, texts(fast.doc), slow.doc.records, texts(slow.doc))
	}
	return true
}

func TestScanner(t *testing.T) {
	deep := strings.Repeat("[", maxScanned)
	many := strings.Repeat(`{"a":[0,1]},`, 200)
	for _, test := range []struct {
		text  string
		taken bool
	}{
		{`{}`, true},
		{" [ ]\n{", true},
		{`{"a":[true,false,null,0,-12,"x"],"b":{"c":{}} , "d" : "" }`, true},
		{`["\"\\\/\b\f\n\r\t", "é😀"]`, true},
		{`[12"a"]`, false},
		{`[01]`, false},
		{`[-]`, false},
		{`[1.5]`, false},
		{`[1e3]`, false},
		{`["\u00e9"]`, false},
		{`["\x"]`, false},
		{"[\"a\nb\"]", false},
		{"[\"\xff\"]", false},
		{`["a`, false},
		{`["a\`, false},
		{`{"a":1,"a":2}`, false},
		{`{"a":1,"\u0061":2}`, false},
		{`{"a":1,}`, false},
		{`[1,]`, false},
		{`[,1]`, false},
		{`{,}`, false},
		{`{"a" 1}`, false},
		{`{"a":}`, false},
		{`{"a":1 "b":2}`, false},
		{`[1 2]`, false},
		{`[tru]`, false},
		{`[truex]`, false},
		{`[1}`, false},
		{`"a"`, false},
		{``, false},
		{`{"many":[` + many + `{}],"last":1}`, true},
		{`{"many":[` + many + `{}],"many":1}`, false},
		{deep + strings.Repeat("]", maxScanned), true},
		{deep + "[" + strings.Repeat("]", maxScanned+1), false},
	} {
		if taken := sameReading(t, test.text); taken != test.taken {
			t.Errorf("%q: taken %t, want %t", test.text, taken, test.taken)
		}
	}
}

// TestPlain looks at each byte at each place of a word.
func TestPlain(t *testing.T) {
	for c := range 256 {
		want := c >= ' ' && c < 0x80 && c != '"' && c != '\\'
		for at := range 20 {
			data := []byte("abcdefg!#[]^~ 0123\x7fz")
			data[at] = byte(c)
			if got := plain(data); want && got != len(data) || !want && got != at {
				t.Errorf("byte %#x at %d: %d", c, at, got)
			}
		}
	}
}

func FuzzScanner(f *testing.F) {
	f.Add(`{"a":[true,null,-1,"\"é"],"b":{"c":{}}}`)
	f.Add(`[{"a":1,"a":2},01,1.5,"\u00e9"] x`)
	f.Fuzz(func(t *testing.T, text string) { sameReading(t, text) })
}
