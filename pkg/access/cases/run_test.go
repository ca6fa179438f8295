package cases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// TestLibrary holds Run to Answer: which policies came before changes nothing,
// columns included.
func TestLibrary(t *testing.T) {
	const policy = `{"Version":"2012-10-17","Statement":[{"Sid":"é","Effect":"%s","Action":"s3:*","Resource":"*"}]}`
	const line = `{"id":%d,"note":"%s","request":{"principal":"arn:aws:iam::111122223333:role/App","action":"s3:GetObject","resource":"arn:aws:s3:::b/k"},"identityPolicies":[%s,` + "\r" + `%s],"serviceControlPolicies":[{"policies":%s}]}`
	allow, deny := fmt.Sprintf(policy, "Allow"), fmt.Sprintf(policy, "Deny")
	var in, want bytes.Buffer
	for i := range 100 {
		first, second := allow, deny
		if i%3 == 0 {
			second = allow // twice in a line
		}
		text := fmt.Sprintf(line, i, strings.Repeat("ü", i%7), first, second, deny)
		in.WriteString(text + "\n")
		want.Write(append(Answer([]byte(text)), '\n'))
	}
	var got bytes.Buffer
	if err := Run(&in, &got); err != nil {
		t.Fatal(err)
	}
	if got.String() != want.String() {
		t.Errorf("got:\n%s\nwant:\n%s", got.String(), want.String())
	}
}

// TestEncoding holds the encoder to encoding/json.
func TestEncoding(t *testing.T) {
	for _, text := range []string{"", "a", `"\/`, "<&>", "\x00\b\f\n\r\t\x1f\x7f", "é\u2028\U0001f600", "\xff"} {
		var want bytes.Buffer
		encoder := json.NewEncoder(&want)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(text); err != nil {
			t.Fatal(err)
		}
		if got := string(appendString(nil, text)) + "\n"; got != want.String() {
			t.Errorf("%q: got %s, want %s", text, got, want.String())
		}
	}
}
