package fix

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// statement is a statement of a policy in the order in which AWS's examples
// write its elements.
type statement struct {
	Sid       string
	Effect    string
	Principal json.RawMessage `json:",omitempty"`
	Action    texts
	Resource  json.RawMessage `json:",omitempty"`
	Condition json.RawMessage `json:",omitempty"`
}

// texts is one text or a list of them.
type texts []string

// MarshalJSON writes a single text without brackets.
func (t texts) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// UnmarshalJSON takes both forms.
func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// readStatements reads the statements of a proposal, which a comma divides.
func readStatements(text string) []statement {
	var list []statement
	if json.Unmarshal([]byte("["+text+"]"), &list) != nil {
		return nil
	}
	return list
}

// merge adds a statement to a list, or its actions to the one that allows the
// same principal the same resources under the same conditions.
func merge(list []statement, more statement) []statement {
	for i := range list {
		s := &list[i]
		if s.Effect == more.Effect && same(s.Principal, more.Principal) && same(s.Resource, more.Resource) && same(s.Condition, more.Condition) {
			for _, action := range more.Action {
				if !slices.Contains(s.Action, action) {
					s.Action = append(s.Action, action)
				}
			}
			slices.Sort(s.Action)
			return list
		}
	}
	more.Action = slices.Clone(more.Action)
	return append(list, more)
}

// repeated is a statement for some actions, without its conditions on one key.
// It is false where the statement is not one that names principals, actions and
// resources.
func repeated(node source.Node, actions []string, key string) (statement, bool) {
	var s struct {
		statement
		NotPrincipal, NotAction, NotResource json.RawMessage
	}
	if json.Unmarshal([]byte(source.JSONText(node)), &s) != nil || len(s.NotPrincipal)+len(s.NotAction)+len(s.NotResource) > 0 {
		return statement{}, false
	}
	s.Action = actions
	var operators map[string]map[string]json.RawMessage
	if json.Unmarshal(s.Condition, &operators) != nil {
		return statement{}, false
	}
	for operator, keys := range operators {
		for name := range keys {
			if strings.EqualFold(name, key) {
				delete(keys, name)
			}
		}
		if len(keys) == 0 {
			delete(operators, operator)
		}
	}
	s.Condition = nil
	if len(operators) > 0 {
		s.Condition, _ = json.Marshal(operators) //nolint:errchkjson // it was read from JSON
	}
	return s.statement, true
}

// same compares two JSON texts but for their white space.
func same(a, b json.RawMessage) bool {
	var x, y any
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	first, err := json.Marshal(x)
	second, errSecond := json.Marshal(y)
	return err == nil && errSecond == nil && bytes.Equal(first, second)
}

// allows says what the statement allows, and to whom; the role is the one whose
// policy it goes into where it names no principal.
func (s statement) allows(role string) string {
	var named map[string]texts
	if json.Unmarshal(s.Principal, &named) == nil {
		for _, list := range named {
			role = wording.List(shortNames(list), "and")
		}
	}
	on := ""
	var resources texts
	if json.Unmarshal(s.Resource, &resources) == nil && len(named) == 0 {
		on = " on " + wording.List(resources, "and")
	}
	return role + " " + wording.List(s.Action, "and") + on
}

// shortNames leaves out all of an ARN but the name.
func shortNames(list []string) []string {
	short := make([]string, len(list))
	for i, text := range list {
		short[i] = text[strings.LastIndexByte(text, '/')+1:]
	}
	return short
}

// text writes the statement as JSON.
func (s statement) text() string {
	text, err := json.Marshal(s)
	if err != nil {
		return ""
	}
	return string(text)
}

// freshSid gives a Sid that none of those taken is, as IAM wants within a policy
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html).
func freshSid(taken []string) string {
	const sid = "AllowCanvas"
	if !slices.Contains(taken, sid) {
		return sid
	}
	for number := 2; ; number++ {
		if numbered := sid + strconv.Itoa(number); !slices.Contains(taken, numbered) {
			return numbered
		}
	}
}

// literal makes a node of a JSON text.
func literal(text string) source.Node {
	documents, _ := source.Parse("statement", []byte(text), source.JSON)
	if len(documents) == 0 {
		return source.Node{}
	}
	return documents[0].Root()
}

// quoted writes a text as JSON.
func quoted(text string) string {
	made, err := json.Marshal(text)
	if err != nil {
		return `""`
	}
	return string(made)
}
