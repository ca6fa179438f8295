package canvas

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
)

const grantsSid = "Grants"

// statement writes statements the way AWS's own examples are laid out. A grant
// is as good as the key policy, so kms:CreateGrant stands apart, for AWS
// services only (https://docs.aws.amazon.com/kms/latest/developerguide/grants.html).
func statement(sid, principal string, actions, resources []string) string {
	const createGrant = "kms:CreateGrant"
	if !slices.Contains(actions, createGrant) {
		return oneStatement(sid, principal, actions, resources, "")
	}
	grant := oneStatement(sid+grantsSid, principal, []string{createGrant}, resources, `{ "Bool": { "kms:GrantIsForAWSResource": "true" } }`)
	others := slices.DeleteFunc(slices.Clone(actions), func(name string) bool { return name == createGrant })
	if len(others) == 0 {
		return grant
	}
	return oneStatement(sid, principal, others, resources, "") + ",\n" + grant
}

func oneStatement(sid, principal string, actions, resources []string, condition string) string {
	quote := func(text string) string { b, _ := json.Marshal(text); return string(b) }
	list := func(items []string) string {
		if len(items) == 1 {
			return quote(items[0])
		}
		quoted := make([]string, len(items))
		for i, item := range items {
			quoted[i] = "    " + quote(item)
		}
		return "[\n" + strings.Join(quoted, ",\n") + "\n  ]"
	}
	lines := []string{`  "Sid": ` + quote(sid), `  "Effect": "Allow"`}
	if principal != "" {
		lines = append(lines, `  "Principal": { "AWS": `+quote(principal)+` }`)
	}
	lines = append(lines, `  "Action": `+list(actions), `  "Resource": `+list(resources))
	if condition != "" {
		lines = append(lines, `  "Condition": `+condition)
	}
	return "{\n" + strings.Join(lines, ",\n") + "\n}"
}

// canvasSid is how the Sids of proposed statements begin.
const canvasSid = "AllowCanvas"

// proposal is where a statement is to be added under a Sid.
type proposal struct{ file, where, sid string }

// propose writes a statement under a Sid that the policy does not have, and that
// no other statement has which is proposed for the same file: Sids are unique
// within a policy
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html).
func (w *worker) propose(c change) string {
	for number := 1; ; number++ {
		sid := canvasSid
		if number > 1 {
			sid += strconv.Itoa(number)
		}
		id := proposal{c.file, "", sid}
		if c.file == "" {
			id.where = c.where
		}
		text := c.write(sid, c.actions)
		known, ok := w.proposed[id]
		if isTaken(sid, c.beside) || ok && known != text {
			continue
		}
		w.proposed[id] = text
		return text
	}
}

// isTaken reports whether a statement has the Sid, or that of the statement for
// grants beside it.
func isTaken(sid string, documents []access.Document) bool {
	for _, d := range documents {
		for _, s := range d.Policy.Statements {
			if s.Sid == sid || s.Sid == sid+grantsSid {
				return true
			}
		}
	}
	return false
}
