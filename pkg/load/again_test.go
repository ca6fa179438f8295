package load_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// loosePolicies are what a file may hold while someone writes a policy into it.
func loosePolicies() []string {
	return []string{
		`{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}`,
		`{"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "kms:Encrypt"], "Resource": "*"}]}`,
		`{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*`,
		`{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}`,
		`{"Statement": [{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`,
		`{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::acme/*"}]}`,
		`{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}`,
		`{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}]}`,
		`{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": ["s3:*", "kms:*"], "Resource": "*"}]}`,
		`{"RoleName": "Canvas-0-0", "PolicyName": "P", "PolicyDocument": {"Statement": []}}`,
		`{"DomainId": "d-000000000000"}`,
		"# canvaslint:ignore key-open-to-everyone -- a test until 2027-01-31\nStatement:\n- Effect: Allow\n  Principal: \"*\"\n  Action: kms:*\n  Resource: \"*\"\n",
		"", "null", "nothing of ours", `{"Statement": `,
	}
}

// TestAgain changes files, adds and removes some: with a cache the result is that of a
// Load of the same files without one.
func TestAgain(t *testing.T) {
	tries := 1
	if given, err := strconv.Atoi(os.Getenv("CANVASLINT_TRIES")); err == nil {
		tries = given
	}
	names := []string{"p/a.json", "p/b.yaml", "c.json", "p/Canvas-0-0.json", "p/endpoint.json", "p/0a000000-0000-4000-8000-000000000009.json", "s3/acme/policy.json", "trust.json"}
	texts, spared := loosePolicies(), 0
	for seed := range uint64(8 * tries) {
		random := rand.New(rand.NewPCG(seed, 20)) // #nosec G404 -- the same on every run
		files := fstest.MapFS{}
		shape := account.Shape{Domains: 1 - int(seed%3)/2, Profiles: 1, Roles: 3, Keys: 1, Buckets: 1}
		for name, text := range shape.Folder() {
			files[name] = &fstest.MapFile{Data: text}
		}
		cache := &load.Cache{}
		var last *load.Result
		for step := range 40 {
			name, text := names[random.IntN(len(names))], texts[random.IntN(len(texts))]
			if files[name] = (&fstest.MapFile{Data: []byte(text)}); random.IntN(12) == 0 {
				delete(files, name)
			}
			options := load.Options{Files: filesystem.Of(files)}
			if step > 20 {
				options.Owners = map[string]string{"c.json": "arn:aws:iam::100000000000:role/Canvas-0-0"}
				options.PolicyTypes = []load.PolicyType{{Path: "p", Type: "identity"}}
			}
			fresh, err := load.Load([]string{"."}, options)
			if err != nil {
				t.Fatal(err)
			}
			options.Cache = cache
			again, err := load.Load([]string{"."}, options)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(outline(fresh), outline(again)); diff != "" {
				t.Fatalf("seed %d, step %d, %s is %s (- fresh, + again):\n%s", seed, step, name, text, diff)
			}
			if last != nil && again != last && again.Snapshot.Roles[0] == last.Snapshot.Roles[0] {
				spared++
			}
			last = again
		}
	}
	if spared < 20*tries {
		t.Errorf("only %d loads spared the roles", spared)
	}
}

// outline is what a Load found, in an order of its own.
func outline(r *load.Result) []string {
	lines := []string{fmt.Sprint(r.Files, r.Documents, r.Notes), fmt.Sprintf("%v %v", r.Snapshot.Complete, r.Snapshot.Missing)}
	for _, p := range r.Problems {
		lines = append(lines, "problem "+p.String())
	}
	for _, i := range r.Ignored {
		lines = append(lines, "ignored "+i.File+" "+i.Reason)
	}
	for _, w := range r.Waivers {
		lines = append(lines, fmt.Sprint("waiver ", w.Rule, w.Span, w.Scope))
	}
	for _, i := range r.Inputs {
		lines = append(lines, fmt.Sprint("input ", i.Kind, i.Owner, i.How, i.Span))
	}
	for _, p := range r.Snapshot.Policies {
		lines = append(lines, fmt.Sprint("policy ", p.Name, " ", p.Owner, p.Kind, p.Node.Span(), p.Node.Raw()))
	}
	for _, k := range r.Snapshot.Keys {
		lines = append(lines, "key "+k.ARN)
	}
	for _, b := range r.Snapshot.Buckets {
		lines = append(lines, fmt.Sprint("bucket ", b.Name, b.Policy != nil))
	}
	for _, role := range r.Snapshot.Roles {
		lines = append(lines, fmt.Sprint("role ", role.ARN, len(role.Inline), role.PoliciesKnown))
	}
	slices.Sort(lines)
	return lines
}
