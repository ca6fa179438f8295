package canvas

import (
	"fmt"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// Users who share a role in a domain stay together, in their order.
func TestCutByRole(t *testing.T) {
	for _, test := range []struct {
		users string // a domain and a role each; a small letter is the Bedrock role
		want  []string
	}{
		{"1A 1B 1C 1D", []string{"1A 1B", "1C 1D"}},
		{"1A 1B 1A 1D 1E", []string{"1A 1B 1A", "1D 1E"}},
		{"1A 1A 1A 2A 2A 2A", []string{"1A 1A 1A", "2A 2A 2A"}},
		{"1A 1B 1Cx 1Dx 1E 1F", []string{"1A 1B", "1Cx 1Dx", "1E 1F"}},
		{"1Ax 1B 1C 1D 1Ex 1F 1G", []string{"1Ax 1B 1C 1D 1Ex", "1F 1G"}},
		{"1A", []string{"1A"}},
	} {
		domains := map[byte]*snapshot.Domain{}
		var users []*User
		for _, word := range strings.Fields(test.users) {
			if domains[word[0]] == nil {
				domains[word[0]] = &snapshot.Domain{}
			}
			given := func(text string) snapshot.Setting { return snapshot.Setting{State: snapshot.Given, Value: text} }
			user := &User{Name: word, Domain: domains[word[0]], Role: given(word[1:2])}
			if len(word) > 2 {
				user.Bedrock.Role = given(word[2:])
			}
			users = append(users, user)
		}
		var got []string
		for _, part := range cutByRole(users, 2) {
			text := ""
			for _, user := range part {
				text += " " + user.Name
			}
			got = append(got, text[1:])
		}
		if fmt.Sprint(got) != fmt.Sprint(test.want) {
			t.Errorf("%s: %q, want %q", test.users, got, test.want)
		}
	}
}
