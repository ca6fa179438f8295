package cases

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// shared is the folder of cases that are kept outside of the repository.
func shared(t *testing.T) string {
	dir := os.Getenv("CANVASLINT_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(dir, "cases")); err != nil {
		t.Skipf("SKIPPED: the shared cases are not at %s; set CANVASLINT_SHARED", dir)
	}
	return dir
}

func TestSharedCases(t *testing.T) {
	for _, name := range []string{"decisions.ndjson", "three-valued.ndjson"} {
		data, err := os.ReadFile(filepath.Join(shared(t), "cases", name))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := Run(bytes.NewReader(data), &out); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		for i, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
			var c struct{ ID, Expected, Expected3 string }
			var a struct {
				ID, Result string
				Reasons    []reason
				Missing    []string
			}
			if err := json.Unmarshal([]byte(line), &c); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(lines[i]), &a); err != nil {
				t.Fatal(err)
			}
			got := a.Result
			if c.Expected3 != "" && strings.HasSuffix(got, "Denied") {
				got = "Denied"
			}
			if want := c.Expected + c.Expected3; got != want || a.ID != c.ID {
				t.Errorf("%s: got %s, want %s: %s", c.ID, got, want, lines[i])
			}
			if len(a.Reasons) == 0 {
				t.Errorf("%s: no reason is given", c.ID)
			}
			if a.Result == "Unknown" && len(a.Missing) == 0 {
				t.Errorf("%s: nothing is said to be missing", c.ID)
			}
		}
	}
}

// answer is a line of output.
type answer struct {
	ID      json.RawMessage
	Result  string
	Reasons []reason
	Missing []string
}

type reason struct {
	Action, Layer, Cause, Policy, Sid, Message string
	Statement, Column                          int
}

func TestRun(t *testing.T) {
	const good = `{"id":%d,"request":{"principal":"arn:aws:iam::111122223333:role/App","action":"s3:GetObject","resource":{"arn":"arn:aws:s3:::b/k","accountId":"111122223333"}},"identityPolicies":[{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}]}`
	var in, want strings.Builder
	for i := range 1000 {
		if i == 500 {
			in.WriteString("{\"id\": 500, \n\n")
			want.WriteString("Error\n")
			continue
		}
		fmt.Fprintf(&in, good+"\n", i)
		fmt.Fprintf(&want, "%d Allowed\n", i)
	}
	var out bytes.Buffer
	if err := Run(strings.NewReader(in.String()), &out); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		var a answer
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatal(err)
		}
		if a.Result != "Error" {
			got.WriteString(string(a.ID) + " ")
		}
		got.WriteString(a.Result + "\n")
	}
	if got.String() != want.String() {
		t.Errorf("the answers differ from one line each, in order: %d bytes, want %d", got.Len(), want.Len())
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{`[]`, `{"id":null,"result":"Error","error":"read case: a case is one JSON object"}`},
		{`{"id":"a"}`, `{"id":"a","result":"Error","error":"read case: it has no request"}`},
		{`{"id":{"x":1},"request":{"principal":7}}`, `{"id":{"x":1},"result":"Error","error":"read request: its principal is neither an ARN nor {\"type\":\"Anonymous\"}"}`},
		{`{"request":{"principal":"nobody"}}`, `{"id":null,"result":"Error","error":"read principal \"nobody\": not an ARN, an account or a service"}`},
		{`{"request":{"principal":"*","action":"GetObject"}}`, `{"id":null,"result":"Error","error":"read request: its action is not written service:Action"}`},
		{`{"request":{"principal":"*","action":"s3:GetObject"}}`, `{"id":null,"result":"Error","error":"read request: it has no resource ARN"}`},
		{`{"request":{"principal":"*","action":"s3:GetObject","resource":"arn:aws:s3:::b","context":{"a":{}}}}`, `{"id":null,"result":"Error","error":"read context: a is an object"}`},
		{`{"request":{"principal":"*","action":"s3:GetObject","resource":"arn:aws:s3:::b"},"resourcePolicy":"x"}`, `{"id":null,"result":"Error","error":"read resource policy: a policy is an object, not a string"}`},
	} {
		if got := string(Answer([]byte(test.line))); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.line, got, test.want)
		}
	}
}
