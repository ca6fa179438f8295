package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
)

const added = `{"Sid": "New", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/Jane"}, "Action": ["kms:Decrypt", "kms:Encrypt"], "Resource": "*"}`

func parsed(t *testing.T, name, text string) Node {
	t.Helper()
	documents, problems := Parse(name, []byte(text), Auto)
	if len(documents) == 0 {
		t.Fatalf("%s: %v\n%s", name, problems, text)
	}
	return documents[0].Root()
}

// appended adds the statement to the list of statements of a file.
func appended(t *testing.T, name, text string, find func(Node) Node) string {
	t.Helper()
	edits, err := Append(find(parsed(t, name, text)), parsed(t, "new.json", added))
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	made, err := Apply(text, edits)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func statements(root Node) Node { return root.Get("Statement") }

func quotedStatements(root Node) Node {
	inner, _ := root.Get("Policy").Embedded()
	return inner.Root().Get("Statement")
}

func TestAppend(t *testing.T) {
	cases := []struct {
		name, file, text string
		find             func(Node) Node
		want             string
	}{
		{"lines", "p.json", "{\n  \"Statement\": [\n    {\n      \"Sid\": \"A\"\n    }\n  ]\n}\n", statements,
			"{\n  \"Statement\": [\n    {\n      \"Sid\": \"A\"\n    },\n    {\n      \"Sid\": \"New\",\n      \"Effect\": \"Allow\",\n      \"Principal\": {\n        \"AWS\": \"arn:aws:iam::111122223333:role/Jane\"\n      },\n      \"Action\": [\n        \"kms:Decrypt\",\n        \"kms:Encrypt\"\n      ],\n      \"Resource\": \"*\"\n    }\n  ]\n}\n"},
		{"compact", "p.json", `{"Statement":[{"Sid":"A"}]}`, statements,
			`{"Statement":[{"Sid":"A"},{"Sid":"New","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/Jane"},"Action":["kms:Decrypt","kms:Encrypt"],"Resource":"*"}]}`},
		{"spaced", "p.json", `{"Statement": [{"Sid": "A"}]}`, statements,
			`{"Statement": [{"Sid": "A"}, ` + added + `]}`},
		{"empty list", "p.json", `{"Statement": []}`, statements, `{"Statement": [` + added + `]}`},
		{"one statement", "p.json", `{"Statement": {"Sid": "A"}}`, statements, `{"Statement": [{"Sid": "A"}, ` + added + `]}`},
		{"a comment behind", "p.jsonc", "{\"Statement\": [\n\t{\"Sid\": \"A\"} // the first\n]}", statements,
			"{\"Statement\": [\n\t{\"Sid\": \"A\"}, // the first\n\t{\n\t\t\"Sid\": \"New\",\n\t\t\"Effect\": \"Allow\",\n\t\t\"Principal\": {\n\t\t\t\"AWS\": \"arn:aws:iam::111122223333:role/Jane\"\n\t\t},\n\t\t\"Action\": [\n\t\t\t\"kms:Decrypt\",\n\t\t\t\"kms:Encrypt\"\n\t\t],\n\t\t\"Resource\": \"*\"\n\t}\n]}"},
		{"quoted", "p.json", `{"Policy": "{\"Statement\":[{\"Sid\":\"A\"}]}"}`, quotedStatements,
			`{"Policy": "{\"Statement\":[{\"Sid\":\"A\"},{\"Sid\":\"New\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:role/Jane\"},\"Action\":[\"kms:Decrypt\",\"kms:Encrypt\"],\"Resource\":\"*\"}]}"}`},
		{"quoted lines", "p.json", `{"Policy": "{\n  \"Statement\" : [ {\n    \"Sid\" : \"A\"\n  } ]\n}"}`, quotedStatements,
			`{"Policy": "{\n  \"Statement\" : [ {\n    \"Sid\" : \"A\"\n  }, {\n    \"Sid\": \"New\",\n    \"Effect\": \"Allow\",\n    \"Principal\": {\n      \"AWS\": \"arn:aws:iam::111122223333:role/Jane\"\n    },\n    \"Action\": [\n      \"kms:Decrypt\",\n      \"kms:Encrypt\"\n    ],\n    \"Resource\": \"*\"\n  } ]\n}"}`},
		{"percent-encoded", "p.json", `{"Policy": "%7B%22Statement%22%3A%5B%7B%22Sid%22%3A%22A%22%7D%5D%7D"}`, quotedStatements,
			`{"Policy": "%7B%22Statement%22%3A%5B%7B%22Sid%22%3A%22A%22%7D` + percentEncode(`,{"Sid":"New","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/Jane"},"Action":["kms:Decrypt","kms:Encrypt"],"Resource":"*"}`) + `%5D%7D"}`},
		{"block", "p.yaml", "Statement:\n  - Sid: A # first\n    Effect: Deny\n# end\n", statements,
			"Statement:\n  - Sid: A # first\n    Effect: Deny\n  - Sid: New\n    Effect: Allow\n    Principal:\n      AWS: arn:aws:iam::111122223333:role/Jane\n    Action:\n      - kms:Decrypt\n      - kms:Encrypt\n    Resource: \"*\"\n# end\n"},
		{"block at the margin", "p.yaml", "Statement:\n- Sid: A\nOther: 1\n", statements,
			"Statement:\n- Sid: A\n- Sid: New\n  Effect: Allow\n  Principal:\n    AWS: arn:aws:iam::111122223333:role/Jane\n  Action:\n    - kms:Decrypt\n    - kms:Encrypt\n  Resource: \"*\"\nOther: 1\n"},
		{"block of one", "p.yaml", "Statement:\n  Sid: A\n  Effect: Deny\n", statements,
			"Statement:\n  - Sid: A\n    Effect: Deny\n  - Sid: New\n    Effect: Allow\n    Principal:\n      AWS: arn:aws:iam::111122223333:role/Jane\n    Action:\n      - kms:Decrypt\n      - kms:Encrypt\n    Resource: \"*\"\n"},
		{"flow", "p.yaml", "Statement: [{Sid: A}]\n", statements, "Statement: [{Sid: A}, " + added + "]\n"},
		{"flow items in a block", "p.yaml", "Statement:\n  - {Sid: A}\n", statements,
			"Statement:\n  - {Sid: A}\n  - Sid: New\n    Effect: Allow\n    Principal:\n      AWS: arn:aws:iam::111122223333:role/Jane\n    Action:\n      - kms:Decrypt\n      - kms:Encrypt\n    Resource: \"*\"\n"},
		{"Windows lines", "p.yaml", "Statement:\r\n  - Sid: A\r\n", statements,
			"Statement:\r\n  - Sid: A\r\n  - Sid: New\r\n    Effect: Allow\r\n    Principal:\r\n      AWS: arn:aws:iam::111122223333:role/Jane\r\n    Action:\r\n      - kms:Decrypt\r\n      - kms:Encrypt\r\n    Resource: \"*\"\r\n"},
		{"a block of text", "p.yaml", "Policy: |\n  {\"Statement\": [\n    {\"Sid\": \"A\"}\n  ]}\nOther: 1\n", quotedStatements,
			"Policy: |\n  {\"Statement\": [\n    {\"Sid\": \"A\"},\n    {\n      \"Sid\": \"New\",\n      \"Effect\": \"Allow\",\n      \"Principal\": {\n        \"AWS\": \"arn:aws:iam::111122223333:role/Jane\"\n      },\n      \"Action\": [\n        \"kms:Decrypt\",\n        \"kms:Encrypt\"\n      ],\n      \"Resource\": \"*\"\n    }\n  ]}\nOther: 1\n"},
		{"single quotes", "p.yaml", "Policy: '{\"Statement\": [{\"Sid\": \"A\"}]}'\n", quotedStatements, "Policy: '{\"Statement\": [{\"Sid\": \"A\"}, " + added + "]}'\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got := appended(t, c.file, c.text, c.find)
			if got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
			list := c.find(parsed(t, c.file, got))
			if list.Len() != max(list.Len(), 1) || list.lastChild().Get("Resource").Text() != "*" {
				t.Errorf("the statement is not read back from\n%s", got)
			}
		})
	}
}

func TestSetMember(t *testing.T) {
	value := func(text string) Node { return parsed(t, "v.json", text) }
	cases := []struct{ name, file, text, member, value, want string }{
		{"new", "p.json", "{\n    \"A\": 1\n}", "B", `"x"`, "{\n    \"A\": 1,\n    \"B\": \"x\"\n}"},
		{"old", "p.json", `{"A": 1, "B": {"C": 2}}`, "B", `["x"]`, `{"A": 1, "B": ["x"]}`},
		{"empty", "p.json", `{}`, "B", `true`, `{"B": true}`},
		{"block", "p.yaml", "A: 1 # one\n", "B", `{"C": ["x"]}`, "A: 1 # one\nB:\n  C:\n    - x\n"},
		{"a text of YAML", "p.yaml", "A: 'old' # one\nB: 2\n", "A", `"yes"`, "A: \"yes\" # one\nB: 2\n"},
		{"flow", "p.yaml", "{A: 1}\n", "B", `"x: y"`, "{A: 1, \"B\": \"x: y\"}\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			edits, err := SetMember(parsed(t, c.file, c.text), c.member, value(c.value))
			if err != nil {
				t.Fatal(err)
			}
			got, err := Apply(c.text, edits)
			if err != nil || got != c.want {
				t.Errorf("%v, got:\n%s\nwant:\n%s", err, got, c.want)
			}
		})
	}
}

// A block behind the dash of an item begins where its first name does.
func TestSetMemberOfItem(t *testing.T) {
	for text, want := range map[string]string{
		"- A: 1\n  C:\n- D\n":     "- A: 1\n  C:\n  B: x\n- D\n",
		"-   A: 1\n":              "-   A: 1\n    B: x\n",
		"- {A: 1}\n":              "- {A: 1, \"B\": \"x\"}\n",
		"- A:\n    - C: 1\n# e\n": "- A:\n    - C: 1\n  B: x\n# e\n",
	} {
		for item := range parsed(t, "p.yaml", text).Items() {
			edits, err := SetMember(item, "B", parsed(t, "v.json", `"x"`))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := Apply(text, edits); err != nil || got != want {
				t.Errorf("%v, got:\n%s\nwant:\n%s", err, got, want)
			}
			break
		}
	}
}

// A tag is part of the value that it stands before.
func TestEditTagged(t *testing.T) {
	value := parsed(t, "v.json", `"x"`)
	for _, c := range []struct {
		text, want string
		edit       func(Node) ([]Edit, error)
	}{
		{"A: !GetAtt K.Arn # c\n", "A: \"x\" # c\n", func(n Node) ([]Edit, error) { return Replace(n.Get("A"), value) }},
		{"A: !Sub [a, {}]\n", "A: \"x\"\n", func(n Node) ([]Edit, error) { return Replace(n.Get("A"), value) }},
		{"A: !GetAtt K.Arn\n", "A: [!GetAtt K.Arn, \"x\"]\n", func(n Node) ([]Edit, error) { return Append(n.Get("A"), value) }},
		{"A: [!GetAtt K.Arn]\n", "A: [!GetAtt K.Arn, \"x\"]\n", func(n Node) ([]Edit, error) { return Append(n.Get("A"), value) }},
		{"A: !If [C, a, b]\n", "", func(n Node) ([]Edit, error) { return Append(n.Get("A"), value) }},
		{"A: !Ref &a K\n", "", func(n Node) ([]Edit, error) { return Replace(n.Get("A"), value) }},
	} {
		edits, err := c.edit(parsed(t, "t.yaml", c.text))
		if c.want == "" {
			if !errors.Is(err, ErrNotWritten) {
				t.Errorf("%s: %v", c.text, err)
			}
			continue
		}
		if got, wrong := Apply(c.text, edits); err != nil || wrong != nil || got != c.want {
			t.Errorf("%s: %v %v, got %s", c.text, err, wrong, got)
		}
	}
}

func TestNotWritten(t *testing.T) {
	root := parsed(t, "p.yaml", "A: &a [1]\nB: *a\n")
	if _, err := Append(root.Get("B"), root); !errors.Is(err, ErrNotWritten) {
		t.Errorf("append to an alias: %v", err)
	}
	made := Derive(Make(root).With("P", Text(`{"Statement": []}`, root.Get("A")))).Root()
	inner, _ := made.Get("P").Embedded()
	if _, err := Append(inner.Root().Get("Statement"), root); !errors.Is(err, ErrNotWritten) {
		t.Errorf("append to a text that a function made: %v", err)
	}
}

// TestEditLaw appends to random lists, in random spellings, and reads back what
// was there before and the new item behind it.
func TestEditLaw(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	for i := range 1000 {
		value := randomValue(random, 3)
		list, ok := value.([]any)
		if !ok {
			list = []any{value}
		}
		items := []any{randomValue(random, 2)}
		if random.IntN(3) == 0 {
			items = append(items, randomValue(random, 2))
		}
		name, text, find := spelled(random, list)
		root := parsed(t, name, text)
		var nodes []Node
		for _, item := range items {
			itemText, _ := json.Marshal(item)
			nodes = append(nodes, parsed(t, "i.json", string(itemText)))
		}
		edits, err := Append(find(root), nodes...)
		if err != nil {
			t.Fatalf("case %d: append to %q: %v", i, text, err)
		}
		made, err := Apply(text, edits)
		if err != nil {
			t.Fatal(err)
		}
		want, _ := json.Marshal(append(list, items...))
		if got := asJSON(find(parsed(t, name, made))); got != string(want) {
			t.Fatalf("case %d: %q\nbecame %q\nread back %s\nwant      %s", i, text, made, got, want)
		}
	}
}

// spelled writes a list as the member "Statement" in one of many ways.
func spelled(random *rand.Rand, list []any) (name, text string, find func(Node) Node) {
	object := map[string]any{"Statement": list}
	compact, _ := json.Marshal(object)
	lines, _ := json.MarshalIndent(object, "", "   ")
	switch random.IntN(8) {
	case 0:
		return "p.json", string(compact), statements
	case 1:
		return "p.json", strings.ReplaceAll(string(lines), "\n", "\r\n"), statements
	case 2:
		outer, _ := json.Marshal(map[string]any{"Policy": string(lines)})
		return "p.json", string(outer), quotedStatements
	case 3:
		outer, _ := json.Marshal(map[string]any{"Policy": strings.ReplaceAll(url.QueryEscape(string(compact)), "+", "%20")})
		return "p.json", string(outer), quotedStatements
	case 4:
		outer, _ := json.Marshal(map[string]any{"Policy": string(compact)})
		return "p.yaml", string(outer), quotedStatements
	case 5:
		return "p.yaml", "# c\n" + string(compact) + "\n", statements
	case 6:
		return "p.yaml", "Policy: |\n    " + strings.ReplaceAll(string(lines), "\n", "\n    ") + "\n# end\n", quotedStatements
	}
	documents, _ := Parse("v.json", compact, JSON)
	block := style{newline: "\n"}.block(documents[0].Root(), 0, 2+2*random.IntN(2))
	return "p.yaml", "# c\n" + block + "\n# end\n", statements
}

func randomValue(random *rand.Rand, depth int) any {
	texts := []string{"a", "x: y", "- z", `q"uo\te`, "yes", "ä€", "", "12", "#c", "it's", "%41", "{b}", "arn:aws:s3:::b/*", "a # b", "two\nlines", " lead"}
	switch kind := random.IntN(6); {
	case kind == 0 && depth > 0:
		list := []any{}
		for range random.IntN(4) {
			list = append(list, randomValue(random, depth-1))
		}
		return list
	case kind < 3 && depth > 0:
		object := map[string]any{}
		for range random.IntN(4) {
			object[fmt.Sprint("k", random.IntN(9))] = randomValue(random, depth-1)
		}
		return object
	case kind == 4:
		return random.IntN(2) == 0
	case kind == 5:
		return random.IntN(100)
	}
	return texts[random.IntN(len(texts))]
}

// asJSON writes a tree as encoding/json does.
func asJSON(n Node) string {
	var parts []string
	switch n.Kind() {
	case Array:
		for item := range n.Items() {
			parts = append(parts, asJSON(item))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case Object:
		values := map[string]json.RawMessage{}
		for name, value := range n.Members() {
			values[name.Text()] = json.RawMessage(asJSON(value))
		}
		text, _ := json.Marshal(values)
		return string(text)
	case String:
		text, _ := json.Marshal(n.Text())
		return string(text)
	}
	return n.Text()
}
