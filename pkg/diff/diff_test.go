package diff_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/diff"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// state is a small account: a role, a key and a bucket, each with the statements
// of its policy. Empty statements are the usual ones.
type state struct{ key, role, bucket, boundary, version string }

const (
	root = `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}`
)

func (s state) side(t testing.TB) diff.Side {
	t.Helper()
	const account = "111122223333/"
	policy := func(statements string) string {
		return `{"Version": "2012-10-17", "Statement": [` + statements + `]}`
	}
	version := "2012-10-17"
	if s.version != "" {
		version = s.version
	}
	boundary, managed := "", ""
	if s.boundary != "" {
		boundary = `, "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/Cap"}`
		managed = `{"PolicyName": "Cap", "Arn": "arn:aws:iam::111122223333:policy/Cap", "DefaultVersionId": "v1", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": ` + policy(s.boundary) + `}]}`
	}
	key := s.key
	if key == "" {
		key = root
	}
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		account + "iam/account-authorization-details.json": `{"RoleDetailList": [{"RoleName": "Jane", "Arn": "arn:aws:iam::111122223333:role/Jane", "Path": "/", "RoleId": "AROAEXAMPLEJANE00001",
			"AssumeRolePolicyDocument": ` + policy(`{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}`) + `,
			"RolePolicyList": [{"PolicyName": "Own", "PolicyDocument": ` + policy(s.role) + `}], "AttachedManagedPolicies": [], "Tags": []` + boundary + `}], "Policies": [` + managed + `], "IsTruncated": false}`,
		account + "eu-central-1/kms/keys/0a000000-0000-4000-8000-000000000001/key.json":    `{"KeyMetadata": {"Arn": "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001", "KeyId": "0a000000-0000-4000-8000-000000000001", "KeyState": "Enabled", "KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"}}`,
		account + "eu-central-1/kms/keys/0a000000-0000-4000-8000-000000000001/grants.json": `{"Grants": [], "Truncated": false}`,
		account + "eu-central-1/kms/keys/0a000000-0000-4000-8000-000000000001/policy.json": strings.Replace(policy(key), "2012-10-17", version, 1),
		account + "eu-central-1/kms/keys/0a000000-0000-4000-8000-000000000001/tags.json":   `{"Tags": [], "Truncated": false}`,
		account + "eu-central-1/s3/data/location.json":                                     `{"LocationConstraint": "eu-central-1"}`,
		account + "eu-central-1/s3/data/policy.json":                                       policy(s.bucket),
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if s.bucket == "" {
		delete(files, account+"eu-central-1/s3/data/policy.json")
	}
	loaded, err := load.Load([]string{"."}, load.Options{Files: filesystem.Of(files)})
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range loaded.Problems {
		t.Error(problem)
	}
	return diff.Side{Snapshot: loaded.Variants[0].Snapshot}
}

// lines writes what differs, a line each.
func lines(r *diff.Report) []string {
	list := []string{}
	for sign, changes := range map[string][]diff.Change{"+": r.Gains, "-": r.Losses, "?": r.Unknowns} {
		for _, c := range changes {
			principal := c.Principal[strings.LastIndexAny(c.Principal, "/")+1:]
			resource := c.Resource[strings.LastIndexAny(c.Resource, ":")+1:]
			if strings.HasPrefix(resource, "key/") {
				resource = "key"
			}
			line := sign + principal + " " + c.Action + " " + resource
			if len(c.Via) > 0 {
				line += " by " + strings.Join(c.Via, ",")
			}
			list = append(list, line)
		}
	}
	slices.Sort(list)
	return list
}

func allow(principal, actions, more string) string {
	s := `{"Effect": "Allow", `
	if principal != "" {
		s += `"Principal": {"AWS": "` + principal + `"}, `
	}
	return s + `"Action": ` + actions + `, "Resource": "*"` + more + `}`
}

const jane = "arn:aws:iam::111122223333:role/Jane"

func TestCompare(t *testing.T) {
	decrypt := allow(jane, `"kms:Decrypt"`, "")
	viaS3 := `, "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}}`
	objects := func(effect, more string) string {
		return `{"Effect": "` + effect + `", "Principal": {"AWS": "` + jane + `"}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"` + more + `}`
	}
	on := func(effect, actions, resource, more string) string {
		return `{"Effect": "` + effect + `", "Principal": {"AWS": "` + jane + `"}, "Action": ` + actions + `, "Resource": "arn:aws:s3:::` + resource + `"` + more + `}`
	}
	cases := []struct {
		name     string
		old, new state
		want     string
	}{
		{"nothing", state{}, state{}, ""},
		{"a statement for the role", state{}, state{key: root + "," + decrypt}, "+Jane kms:Decrypt key"},
		{"through S3 only", state{}, state{key: root + "," + allow(jane, `"kms:Decrypt"`, viaS3)}, "+Jane kms:Decrypt key by s3"},
		{"a condition falls", state{key: root + "," + allow(jane, `"kms:Decrypt"`, viaS3)}, state{key: root + "," + decrypt}, "+Jane kms:Decrypt key by direct,sagemaker,ec2,elasticfilesystem"},
		{"a condition is added", state{key: root + "," + decrypt}, state{key: root + "," + allow(jane, `"kms:Decrypt"`, viaS3)}, "-Jane kms:Decrypt key by direct,sagemaker,ec2,elasticfilesystem"},
		{"an identity policy", state{}, state{role: allow("", `"kms:Encrypt"`, "")}, "+Jane kms:Encrypt key"},
		{"one that the key already allows", state{key: root + "," + decrypt}, state{key: root + "," + decrypt, role: allow("", `"kms:Decrypt"`, "")}, ""},
		{"IAM no longer counts", state{role: allow("", `"kms:Encrypt"`, "")}, state{role: allow("", `"kms:Encrypt"`, ""), key: decrypt},
			"+Jane kms:Decrypt key\n-Jane kms:Encrypt key\n-root: all"},
		{"a Deny", state{key: root + "," + decrypt}, state{key: root + "," + decrypt + `,{"Effect": "Deny", "Principal": "*", "Action": "kms:Decrypt", "Resource": "*"}`},
			"-111122223333:root kms:Decrypt key\n-Jane kms:Decrypt key"},
		{"a statement in two", state{key: root + "," + allow(jane, `["kms:Decrypt", "kms:Encrypt"]`, "")}, state{key: allow(jane, `"kms:Encrypt"`, "") + "," + decrypt + "," + root}, ""},
		{"a wildcard spelled out", state{key: root + "," + allow(jane, `"kms:ReEncrypt*"`, "")}, state{key: root + "," + allow(jane, `["kms:ReEncryptFrom", "kms:ReEncryptTo"]`, "")}, ""},
		{"everyone", state{}, state{key: root + "," + allow("*", `"kms:Decrypt"`, "")}, "+* kms:Decrypt key\n+Jane kms:Decrypt key\n+sagemaker.amazonaws.com kms:Decrypt key"},
		{"another account", state{}, state{key: root + "," + allow("arn:aws:iam::444455556666:root", `"kms:Decrypt"`, "")}, "+444455556666:root kms:Decrypt key"},
		{"objects", state{}, state{bucket: objects("Allow", "")}, "+Jane s3:GetObject data/*"},
		{"objects denied", state{bucket: objects("Allow", "")}, state{bucket: objects("Allow", "") + "," + objects("Deny", "")}, "-Jane s3:GetObject data/*"},
		{"objects of a folder denied", state{bucket: objects("Allow", "")}, state{bucket: objects("Allow", ""), role: `{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/reports/*"}`}, "-Jane s3:GetObject data/*"},
		{"a boundary", state{role: allow("", `["kms:Decrypt", "kms:Encrypt"]`, "")}, state{role: allow("", `["kms:Decrypt", "kms:Encrypt"]`, ""), boundary: allow("", `"kms:Decrypt"`, "")}, "-Jane kms:Encrypt key"},
		{"a boundary grows, and nothing is granted", state{boundary: allow("", `"kms:Decrypt"`, "")}, state{boundary: allow("", `"kms:*"`, "")}, ""},
		{"something unknown decides", state{}, state{key: root + "," + allow(jane, `"kms:Decrypt"`, `, "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}`)}, "?Jane kms:Decrypt key"},
		// As CheckNoNewAccess of Access Analyzer tells them: a policy with more
		// actions, resources or principals, or less of a condition or a Deny, gives
		// new access; a narrower one does not
		// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html).
		{"one more action", state{bucket: objects("Allow", "")}, state{bucket: on("Allow", `["s3:GetObject", "s3:PutObject"]`, "data/*", "")}, "+Jane s3:PutObject data/*"},
		{"a wildcard in the action", state{bucket: objects("Allow", "")}, state{bucket: on("Allow", `"s3:GetObject*"`, "data/*", "")}, "+Jane s3:GetObjectAcl data/*\n+Jane s3:GetObjectAnnotation data/*\n+Jane s3:GetObjectAttributes data/*\n+Jane s3:GetObjectLegalHold data/*\n+Jane s3:GetObjectRetention data/*\n+Jane s3:GetObjectTagging data/*\n+Jane s3:GetObjectTorrent data/*\n+Jane s3:GetObjectVersion data/*\n+Jane s3:GetObjectVersionAcl data/*\n+Jane s3:GetObjectVersionAnnotation data/*\n+Jane s3:GetObjectVersionAnnotationForReplication data/*\n+Jane s3:GetObjectVersionAttributes data/*\n+Jane s3:GetObjectVersionForReplication data/*\n+Jane s3:GetObjectVersionTagging data/*\n+Jane s3:GetObjectVersionTorrent data/*"},
		{"one more resource", state{bucket: on("Allow", `"s3:ListBucket"`, "other", "")}, state{bucket: on("Allow", `"s3:ListBucket"`, "data", "")}, "+Jane s3:ListBucket data"},
		{"all objects in place of a folder", state{bucket: on("Allow", `"s3:GetObject"`, "data/reports/*", "")}, state{bucket: objects("Allow", "")}, "+Jane s3:GetObject data/*"},
		{"a folder in place of all objects", state{bucket: objects("Allow", "")}, state{bucket: on("Allow", `"s3:GetObject"`, "data/reports/*", "")}, "-Jane s3:GetObject data/*"},
		{"fewer actions", state{bucket: on("Allow", `["s3:GetObject", "s3:PutObject"]`, "data/*", "")}, state{bucket: objects("Allow", "")}, "-Jane s3:PutObject data/*"},
		{"a Deny falls", state{bucket: objects("Allow", "") + "," + objects("Deny", "")}, state{bucket: objects("Allow", "")}, "+Jane s3:GetObject data/*"},
		{"a Deny of everything but", state{bucket: objects("Allow", "")}, state{bucket: objects("Allow", "") + "," + strings.Replace(objects("Deny", ""), `"Action"`, `"NotAction"`, 1)}, ""},
		{"NotAction in place of actions", state{bucket: objects("Allow", "")}, state{bucket: strings.Replace(on("Allow", `["s3:DeleteObject", "s3:AbortMultipartUpload"]`, "data/*", ""), `"Action"`, `"NotAction"`, 1)}, "+Jane s3:DeleteObjectVersion data/*\n+Jane s3:GetObjectTagging data/*\n+Jane s3:GetObjectVersion data/*\n+Jane s3:PutObject data/*\n+Jane s3:PutObjectAcl data/*\n+Jane s3:PutObjectTagging data/*"},
		{"NotResource in place of a resource", state{bucket: on("Allow", `"s3:ListBucket"`, "other", "")}, state{bucket: strings.Replace(on("Allow", `"s3:ListBucket"`, "other", ""), `"Resource"`, `"NotResource"`, 1)}, "+Jane s3:ListBucket data"},
		{"a condition that always holds", state{bucket: objects("Allow", "")}, state{bucket: objects("Allow", `, "Condition": {"Bool": {"aws:SecureTransport": "true"}}`)}, ""},
		{"a condition for another principal", state{bucket: objects("Allow", "")}, state{bucket: objects("Allow", `, "Condition": {"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/Other"}}`)}, "-Jane s3:GetObject data/*"},
		{"the account in place of the role", state{key: root + "," + decrypt, role: allow("", `"kms:Decrypt"`, "")}, state{key: root, role: allow("", `"kms:Decrypt"`, "")}, ""},
		{"a role of another account", state{}, state{key: root + "," + allow("arn:aws:iam::444455556666:role/X", `"kms:Decrypt"`, "")}, "?X kms:Decrypt key"},
		{"a service", state{}, state{key: root + "," + strings.Replace(decrypt, `"AWS": "`+jane, `"Service": "sagemaker.amazonaws.com`, 1)}, "+sagemaker.amazonaws.com kms:Decrypt key"},
		{"everyone of the organization", state{}, state{key: root + "," + allow("*", `"kms:Decrypt"`, `, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}`)}, "?* kms:Decrypt key\n?Jane kms:Decrypt key\n?sagemaker.amazonaws.com kms:Decrypt key"},
		{"an action that Canvas does not need", state{}, state{key: root + "," + allow(jane, `"kms:TagResource"`, "")}, "+Jane kms:TagResource key"},
		{"all tags of objects", state{}, state{bucket: on("Allow", `"s3:*ObjectTagging"`, "data/*", "")}, "+Jane s3:DeleteObjectTagging data/*\n+Jane s3:GetObjectTagging data/*\n+Jane s3:PutObjectTagging data/*"},
		{"grants for AWS services only", state{key: root + "," + allow(jane, `"kms:CreateGrant"`, "")}, state{key: root + "," + allow(jane, `"kms:CreateGrant"`, `, "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}`)}, "-Jane kms:CreateGrant key by direct"},
		{"another encryption context", state{key: root + "," + allow(jane, `"kms:Decrypt"`, `, "Condition": {"StringEquals": {"kms:EncryptionContext:team": "a"}}`)}, state{key: root + "," + allow(jane, `"kms:Decrypt"`, `, "Condition": {"StringEquals": {"kms:EncryptionContext:team": "b"}}`)}, "?Jane kms:Decrypt key"},
		{"a boundary that opens what is granted", state{role: allow("", `"kms:*"`, ""), boundary: allow("", `"kms:Decrypt"`, "")}, state{role: allow("", `"kms:*"`, ""), boundary: allow("", `["kms:Decrypt", "kms:Encrypt"]`, "")}, "+Jane kms:Encrypt key"},
		{"an alias in place of the key", state{role: allow("", `"kms:Decrypt"`, "")}, state{role: strings.Replace(allow("", `"kms:Decrypt"`, ""), `"*"`, `"arn:aws:kms:eu-central-1:111122223333:alias/app"`, 1)}, "-Jane kms:Decrypt key"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			before, after := c.old.side(t), c.new.side(t)
			got := summed(lines(diff.Compare(before, after, config.Config{}.Defaults())))
			if got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
			back := lines(diff.Compare(after, before, config.Config{}.Defaults()))
			if want := turned(lines(diff.Compare(before, after, config.Config{}.Defaults()))); !strings.Contains(c.want, "?") && cmp.Diff(want, back) != "" {
				t.Errorf("the other way round:\n%s", cmp.Diff(want, back))
			}
		})
	}
}

// summed joins the lines; the root user's of a whole account are one.
func summed(list []string) string {
	var kept []string
	roots := 0
	for _, line := range list {
		if strings.HasPrefix(line, "-arn:aws:iam::111122223333:root") {
			roots++
			continue
		}
		kept = append(kept, strings.ReplaceAll(line, "arn:aws:iam::", ""))
	}
	switch {
	case roots > 5:
		kept = append(kept, "-root: all")
	case roots > 0:
		for _, line := range list {
			if strings.HasPrefix(line, "-arn:aws:iam::111122223333:root") {
				kept = append(kept, strings.ReplaceAll(line, "arn:aws:iam::", ""))
			}
		}
	}
	slices.Sort(kept)
	return strings.Join(kept, "\n")
}

// turned swaps gains and losses.
func turned(list []string) []string {
	swapped := make([]string, len(list))
	for i, line := range list {
		swapped[i] = map[byte]string{'+': "-", '-': "+", '?': "?"}[line[0]] + line[1:]
	}
	slices.Sort(swapped)
	return swapped
}

// TestLaws compares random states: equal ones do not differ, whatever the order
// of their statements, and what one way gains the other way loses.
func TestLaws(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	statement := func(principal bool) string {
		who := ""
		if principal {
			who = []string{jane, "*", "arn:aws:iam::111122223333:root", "arn:aws:iam::444455556666:role/X"}[random.IntN(4)]
		}
		action := []string{`"kms:Decrypt"`, `"kms:*"`, `["kms:Encrypt", "kms:GenerateDataKey*"]`, `"kms:CreateGrant"`}[random.IntN(4)]
		s := allow(who, action, "")
		if random.IntN(5) == 0 {
			s = strings.Replace(s, "Allow", "Deny", 1)
		}
		return s
	}
	list := func(principal bool) []string {
		var all []string
		for range 1 + random.IntN(3) {
			all = append(all, statement(principal))
		}
		return all
	}
	for range 60 {
		a := [2][]string{list(true), list(false)}
		b := [2][]string{list(true), list(false)}
		first := state{key: strings.Join(a[0], ","), role: strings.Join(a[1], ",")}.side(t)
		second := state{key: strings.Join(b[0], ","), role: strings.Join(b[1], ",")}.side(t)
		slices.Reverse(a[0])
		slices.Reverse(a[1])
		again := state{key: strings.Join(a[0], ","), role: strings.Join(a[1], ",")}.side(t)
		if r := diff.Compare(first, again, config.Config{}.Defaults()); !r.IsEmpty() {
			t.Fatalf("the order of statements makes a difference: %v", lines(r))
		}
		apart := state{key: strings.Join(split(a[0]), ","), role: strings.Join(split(a[1]), ",")}.side(t)
		if r := diff.Compare(first, apart, config.Config{}.Defaults()); !r.IsEmpty() {
			t.Fatalf("one statement for each action makes a difference: %v", lines(r))
		}
		there, back := diff.Compare(first, second, config.Config{}.Defaults()), diff.Compare(second, first, config.Config{}.Defaults())
		if d := cmp.Diff(turned(lines(there)), lines(back)); d != "" && len(there.Unknowns)+len(back.Unknowns) == 0 {
			t.Fatal(d)
		}
	}
}

// split makes a statement for each action of a list.
func split(statements []string) []string {
	const list = `["kms:Encrypt", "kms:GenerateDataKey*"]`
	var all []string
	for _, s := range statements {
		all = append(all, strings.Replace(s, list, `"kms:Encrypt"`, 1))
		if strings.Contains(s, list) {
			all = append(all, strings.Replace(s, list, `"kms:GenerateDataKey*"`, 1))
		}
	}
	return all
}

// A Version makes variables of what was text, and a condition that falls away with
// its statement concerns whom the statement names alone.
func TestConcerns(t *testing.T) {
	own := `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalAccount": "${aws:PrincipalAccount}"}}}`
	role := allow("", `"kms:Decrypt"`, "")
	after := state{key: own, role: role}.side(t)
	before := state{key: own, role: role, version: "2008-10-17"}.side(t)
	got := lines(diff.Compare(before, after, config.Config{}.Defaults()))
	if want := []string{"+Jane kms:Decrypt key", "+arn:aws:iam::111122223333:root kms:Decrypt key"}; cmp.Diff(want, got) != "" {
		t.Error(cmp.Diff(want, got))
	}
}

func TestReadiness(t *testing.T) {
	row := func(profile string, verdict finding.Verdict) finding.Readiness {
		return finding.Readiness{Account: "1", Region: "r", Domain: "d", Profile: profile, Purpose: finding.App, Verdict: verdict}
	}
	side := state{}.side(t)
	before, after := side, side
	before.Readiness = []finding.Readiness{row("a", finding.NotReady), row("b", finding.Ready), row("c", finding.Ready)}
	after.Readiness = []finding.Readiness{row("a", finding.Ready), row("b", finding.Ready), row("d", finding.Unknown)}
	var got []string
	for _, r := range diff.Compare(before, after, config.Config{}.Defaults()).Readiness {
		got = append(got, fmt.Sprintf("%s: %q -> %q", r.Profile, r.Before, r.After))
	}
	want := []string{`a: "not ready" -> "ready"`, `d: "" -> "unknown"`, `c: "ready" -> ""`}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
