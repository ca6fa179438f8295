package load

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// loadFiles loads the files of an archive, and says what is known in the end.
func loadFiles(t *testing.T, archive string, options Options) (*Result, string) {
	t.Helper()
	folder := t.TempDir()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		file := filepath.Join(folder, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	options.Display = func(path string) string {
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			t.Fatal(err)
		}
		return filepath.ToSlash(relative)
	}
	for name, owner := range maps.Clone(options.Owners) {
		delete(options.Owners, name)
		options.Owners[filepath.Join(folder, name)] = owner
	}
	for name, at := range maps.Clone(options.OwnerAt) {
		delete(options.OwnerAt, name)
		options.OwnerAt[filepath.Join(folder, name)] = at
	}
	result, err := Load([]string{folder}, options)
	if err != nil {
		t.Fatal(err)
	}
	return result, whatIsKnown(result)
}

func whatIsKnown(result *Result) string {
	var b strings.Builder
	for _, list := range slices.Sorted(maps.Keys(result.Snapshot.Complete)) {
		fmt.Fprintf(&b, "complete %s %t\n", list, result.Snapshot.Complete[list])
	}
	for _, domain := range result.Snapshot.Domains {
		fmt.Fprintf(&b, "domain %s: Canvas %s, app key %s, storage key %s\n", domain.ID, domain.Settings.Canvas.State, domain.AppKey.State, domain.Settings.Sharing.Key.State)
	}
	for _, key := range result.Snapshot.Keys {
		fmt.Fprintf(&b, "key %s: state %q, policy %t, grants %d known %t\n", key.ID, key.Status.Value, key.Policy != nil, len(key.Grants), key.GrantsKnown)
	}
	for _, role := range result.Snapshot.Roles {
		fmt.Fprintf(&b, "role %s: inline %d, attached %d, known %t\n", role.Name, len(role.Inline), len(role.Attached), role.PoliciesKnown)
	}
	for _, bucket := range result.Snapshot.Buckets {
		fmt.Fprintf(&b, "bucket %s: policy %s, encryption %s\n", bucket.Name, bucket.PolicyState, bucket.EncryptionState)
	}
	for _, arn := range slices.Sorted(maps.Keys(result.Snapshot.Managed)) {
		fmt.Fprintf(&b, "managed %s\n", arn)
	}
	for _, problem := range result.Problems {
		fmt.Fprintf(&b, "problem %s\n", problem)
	}
	for _, note := range result.Notes {
		fmt.Fprintf(&b, "note %s\n", note)
	}
	return b.String()
}

func TestPages(t *testing.T) {
	const (
		first  = `{"RoleDetailList": [{"RoleName": "A", "Arn": "arn:aws:iam::111122223333:role/A", "RolePolicyList": [], "AttachedManagedPolicies": []}], "IsTruncated": true, "Marker": "m"}`
		last   = `{"RoleDetailList": [{"RoleName": "B", "Arn": "arn:aws:iam::111122223333:role/B", "RolePolicyList": [], "AttachedManagedPolicies": []}], "IsTruncated": false}`
		grants = `{"Grants": [{"GrantId": "g1", "KeyId": "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001"}], "Truncated": true, "NextMarker": "m"}`
		end    = `{"Grants": [{"GrantId": "g2", "KeyId": "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001"}], "Truncated": false}`
	)
	cases := []struct{ name, archive, want string }{
		{"whole", "-- 1.json --\n" + first + "\n-- 2.json --\n" + last + "\n", `complete 111122223333/iam/roles true
role A: inline 0, attached 0, known true
role B: inline 0, attached 0, known true
`},
		{"in one file, in any order", "-- 1.ndjson --\n" + last + "\n" + first + "\n", `complete 111122223333/iam/roles true
role B: inline 0, attached 0, known true
role A: inline 0, attached 0, known true
`},
		{"the last one is missing", "-- 1.json --\n" + first + "\n", `role A: inline 0, attached 0, known true
problem 1.json:1:152: this list of roles and policies is truncated: what it lacks may still exist; export the whole list (the AWS CLI does that without --max-items), or add its other pages
`},
		{"a page without roles", "-- 1.json --\n" + first + "\n-- 2.json --\n" + `{"RoleDetailList": [], "Policies": [{"Arn": "arn:aws:iam::111122223333:policy/P"}]}` + "\n", `complete 111122223333/iam/roles true
role A: inline 0, attached 0, known true
`},
		{"grants", "-- 1.json --\n" + grants + "\n-- 2.json --\n" + end + "\n", `key 0a000000-0000-4000-8000-000000000001: state "", policy false, grants 2 known true
`},
		{"grants without the last", "-- 1.json --\n" + grants + "\n", `key 0a000000-0000-4000-8000-000000000001: state "", policy false, grants 1 known false
problem 1.json:1:137: this list of grants is truncated: what it lacks may still exist; export the whole list (the AWS CLI does that without --max-items), or add its other pages
`},
		{"a part proves nothing", "-- 1.json --\n" + `[{"AliasName": "alias/a", "AliasArn": "arn:aws:kms:eu-central-1:111122223333:alias/a"}]` + "\n", ""},
		{"listed and not described", "-- 1.json --\n" + `{"Domains": [{"DomainId": "d-1", "DomainArn": "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1"}, {"DomainId": "d-2"}]}` +
			"\n-- 2.json --\n" + `{"UserProfiles": [{"DomainId": "d-1", "UserProfileName": "alice"}]}` +
			"\n-- 3.json --\n" + `{"DomainId": "d-1", "DomainArn": "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1", "DefaultUserSettings": {}}` + "\n", `domain d-1: Canvas unset, app key unset, storage key unset
problem 1.json:1:106: the domain d-2 is listed here but not described, so it was not checked: save describe-domain beside this file
problem 2.json:1:19: the profile alice of the domain d-1 is listed here but not described, so it was not checked: save describe-user-profile beside this file
`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, got := loadFiles(t, c.archive, Options{}); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestPolicyVersions(t *testing.T) {
	const (
		role = "-- role.json --\n" + `{"RoleDetailList": [{"RoleName": "A", "Arn": "arn:aws:iam::111122223333:role/A", "RolePolicyList": [], "AttachedManagedPolicies": [{"PolicyArn": "arn:aws:iam::111122223333:policy/P"}]}], "IsTruncated": false}` + "\n"
		has  = "complete 111122223333/iam/roles true\nrole A: inline 0, attached 1, known true\n"
		p    = "managed arn:aws:iam::111122223333:policy/P\n"
		desc = "-- get-policy.json --\n" + `{"Policy": {"PolicyName": "P", "Arn": "arn:aws:iam::111122223333:policy/P", "DefaultVersionId": "v2"}}` + "\n"
	)
	cases := []struct{ name, archive, want string }{
		{"by the file's name", role + "-- P.json --\n" + `{"PolicyVersion": {"Document": {"Statement": []}, "VersionId": "v2", "IsDefaultVersion": true}}`, has + p},
		{"by get-policy beside it", role + desc + "-- version.json --\n" + `{"PolicyVersion": {"Document": {"Statement": []}, "VersionId": "v2", "IsDefaultVersion": true}}`, has + p},
		{"an old version", role + "-- P.json --\n" + `{"PolicyVersion": {"Document": {"Statement": []}, "VersionId": "v1", "IsDefaultVersion": false}}`, has +
			"problem P.json:1:19: this is version v1 of arn:aws:iam::111122223333:policy/P not the default version: export the default version, which alone is in effect\n"},
		{"an old version by get-policy", role + desc + "-- P.json --\n" + `{"PolicyVersion": {"Document": {"Statement": []}, "VersionId": "v1"}}`, has +
			"problem P.json:1:19: this is version v1 of arn:aws:iam::111122223333:policy/P not the default version: export the default version, which alone is in effect\n"},
		{"a dataset's record", role + "-- x.json --\n" + `{"arn": "arn:aws:iam::111122223333:policy/P", "document": {"Statement": []}}`, has + p},
		{"a placeholder for the document", `-- x.json --
{"Role": {"RoleName": "A", "Arn": "arn:aws:iam::111122223333:role/A", "AssumeRolePolicyDocument": "<URL-encoded-JSON>"}}
`, "role A: inline 0, attached 0, known false\nproblem x.json:1:99: the policy of A (trust policy) is the placeholder <URL-encoded-JSON>: put the policy itself there, or export it again\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, got := loadFiles(t, c.archive, Options{}); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestOwners(t *testing.T) {
	const (
		key       = "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001"
		metadata  = "-- a/key.json --\n" + `{"KeyMetadata": {"KeyId": "0a000000-0000-4000-8000-000000000001", "Arn": "` + key + `", "KeyState": "Enabled"}}` + "\n"
		aliases   = "-- a/aliases.json --\n" + `{"Aliases": [{"AliasName": "alias/app", "AliasArn": "arn:aws:kms:eu-central-1:111122223333:alias/app", "TargetKeyId": "0a000000-0000-4000-8000-000000000001"}]}` + "\n"
		keyPolicy = "-- p.json --\n" + `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}` + "\n"
		rolePart  = "-- p.json --\n" + `{"PolicyName": "P", "PolicyDocument": {"Statement": []}}` + "\n"
		found     = "complete 111122223333/eu-central-1/kms/aliases true\nkey 0a000000-0000-4000-8000-000000000001: state \"Enabled\", policy true, grants 0 known false\n"
		bare      = "key 0a000000-0000-4000-8000-000000000001: state \"Enabled\", policy false, grants 0 known false\n"
		prefix    = "problem .canvaslint.yaml:1:1: the owner of this document is not understood: "
	)
	cases := []struct{ name, archive, owner, want string }{
		{"key ARN", metadata + aliases + keyPolicy, key, found},
		{"key id", metadata + aliases + keyPolicy, "0a000000-0000-4000-8000-000000000001", found},
		{"alias ARN", metadata + aliases + keyPolicy, "arn:aws:kms:eu-central-1:111122223333:alias/app", found},
		{"alias", metadata + aliases + keyPolicy, "alias/app", found},
		{"alias without a key", metadata + keyPolicy, "alias/app", bare + prefix + `"alias/app" is an alias whose key was not read: write the key's ARN, arn:aws:kms:<Region>:<account>:key/<key id>, or export list-aliases too; the document was checked alone` + "\n"},
		{"id of no key", metadata + keyPolicy, "0b000000-0000-4000-8000-000000000002", bare + prefix + `"0b000000-0000-4000-8000-000000000002" is a key id, but the input has no key, or several keys, with that id: write the key's ARN; the document was checked alone` + "\n"},
		{"no key at all", metadata + keyPolicy, "arn:aws:s3:::b", bare + prefix + `the document belongs to a key, and "arn:aws:s3:::b" does not name one: write arn:aws:kms:<Region>:<account>:key/<key id>; the document was checked alone` + "\n"},
		{"role that is missing", rolePart, "arn:aws:iam::111122223333:role/A", prefix + "the role arn:aws:iam::111122223333:role/A was not exported: export it with get-role; the document was checked alone\n"},
		{"role by its name", rolePart, "A", prefix + `the document belongs to a role, and "A" is not the ARN of a role: write arn:aws:iam::<account>:role/<name>; the document was checked alone` + "\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			at := source.Span{File: source.NewFile(".canvaslint.yaml", "owner"), End: 5}
			options := Options{Owners: map[string]string{"p.json": c.owner}, OwnerAt: map[string]source.Span{"p.json": at}}
			if _, got := loadFiles(t, c.archive, options); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

// TestNestedPositions puts a key policy into a string of a configuration item,
// that into a string of a query's row, and looks for its statement in the file.
func TestNestedPositions(t *testing.T) {
	quote := func(value any) string {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	const statement = `{"Sid":"Über \"alles\"","Effect":"Allow","Principal":"*","Action":"kms:*","Resource":"*"}`
	policy := `{"Version":"2012-10-17","Statement":[` + statement + `]}`
	row := func(policy any) map[string]any {
		return map[string]any{
			"resourceType": "AWS::KMS::Key", "accountId": "111122223333", "awsRegion": "eu-central-1", "resourceId": "0a000000-0000-4000-8000-000000000001",
			"configuration":              map[string]any{"keyId": "0a000000-0000-4000-8000-000000000001", "arn": "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001", "keyState": "Enabled"},
			"supplementaryConfiguration": map[string]any{"Policy": policy},
		}
	}
	// times quotes text n times, without the outermost quotes.
	times := func(n int, text string) string {
		for range n {
			text = strings.TrimSuffix(strings.TrimPrefix(quote(text), `"`), `"`)
		}
		return text
	}
	for depth, text := range map[int]string{
		2: quote(map[string]any{"Results": []string{quote(row(policy))}}),
		3: quote(map[string]any{"Results": []string{quote(row(quote(policy)))}}),
		4: quote(map[string]any{"invokingEvent": quote(map[string]any{"configurationItem": row(quote(policy))}), "note": "é"}),
	} {
		// The last one has one string fewer around the item and one more around the policy.
		quoted := min(depth, 3)
		result, got := loadFiles(t, "-- x.json --\n"+text+"\n", Options{})
		if len(result.Snapshot.Keys) != 1 || result.Snapshot.Keys[0].Policy == nil {
			t.Fatalf("depth %d: %s", depth, got)
		}
		span := result.Snapshot.Keys[0].Policy.Policy().Statements[0].Node.Span()
		want := times(quoted, statement)
		if found := span.File.Text[span.Start:span.End]; found != want {
			t.Errorf("depth %d: found %q, want %q", depth, found, want)
		}
		line, _ := span.Positions()
		before, _, _ := strings.Cut(text, want)
		if column := len([]rune(before)) + 1; line.Line != 1 || line.Column != column {
			t.Errorf("depth %d: at %s, want 1:%d", depth, line, column)
		}
	}
}
