package access_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// A statement that names many is one that names few, whoever asks: among many roles
// the caller is looked up.
func TestManyPrincipals(t *testing.T) {
	named := []string{
		"arn:aws:iam::111122223333:role/team/App", "arn:aws:iam::111122223333:role/App", "arn:aws:iam::444455556666:role/App",
		"arn:aws:iam::111122223333:root", "arn:aws:sts::111122223333:assumed-role/App/s1", "arn:aws:iam::111122223333:user/bob", "AROAEXAMPLEEXAMPLEID", "*",
	}
	var strangers []string
	for i := range 40 {
		strangers = append(strangers, fmt.Sprintf("arn:aws:iam::111122223333:role/Stranger-%d", i))
	}
	unknownSession := principal(t, named[0])
	unknownSession.SessionUnknown = true
	known := principal(t, "arn:aws:sts::111122223333:assumed-role/App/s1")
	known.RoleARN, known.UniqueID = named[0], "AROAEXAMPLEEXAMPLEID"
	callers := []access.Principal{
		unknownSession, known, principal(t, "arn:aws:sts::111122223333:assumed-role/App/s1"), principal(t, named[1]), principal(t, named[5]),
		principal(t, "arn:aws:sts::444455556666:assumed-role/App/s2"), principal(t, "arn:aws:iam::111122223333:role/Other"), principal(t, "111122223333"),
		principal(t, "arn:aws:sts::111122223333:assumed-role/Stranger-7/s1"), principal(t, "sagemaker.amazonaws.com"),
	}
	results := map[access.Result]int{}
	for _, caller := range callers {
		for _, name := range named {
			var got []access.Result
			for _, list := range [][]string{{name}, slices.Concat(strangers[:20], []string{name}, strangers[20:])} {
				if strings.Contains(caller.ARN, "Stranger") {
					list = append(slices.Clone(list), strangers[7])
				}
				layer := policy(t, iam.KeyPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":["`+strings.Join(list, `","`)+`"]},"Action":"kms:*","Resource":"*"}}`)
				request := &access.Request{Principal: caller, Action: "kms:Decrypt", Resource: "arn:aws:kms:us-east-1:111122223333:key/k"}
				got = append(got, access.Decide(request, &access.Policies{Resource: layer}))
			}
			results[got[0]]++
			if got[0] != got[1] {
				t.Errorf("%s named as %s: %s alone, %s among many", caller.ARN, name, got[0], got[1])
			}
		}
	}
	if len(results) < 3 {
		t.Errorf("only the results %v: they prove little", results)
	}
}
