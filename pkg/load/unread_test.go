package load

import (
	"cmp"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// account gives the account of testdata/formats in one format, with edits: the
// first text is replaced by the second, in every file and each time.
func account(t *testing.T, format string, edits ...string) string {
	t.Helper()
	base, err := os.ReadFile("../../testdata/formats/base.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	found := len(edits) == 0
	for _, file := range txtar.Parse(base).Files {
		name, ok := strings.CutPrefix(file.Name, format+"/")
		if !ok {
			continue
		}
		text := string(file.Data)
		for i := 0; i+1 < len(edits); i += 2 {
			found = found || strings.Contains(text, edits[i]) || name == edits[i]
			text = strings.ReplaceAll(text, edits[i], edits[i+1])
			if name == edits[i] {
				name = ""
			}
		}
		if name != "" {
			fmt.Fprintf(&b, "-- %s --\n%s", name, text)
		}
	}
	if !found {
		t.Fatalf("%s: nothing to edit: %q", format, edits)
	}
	return b.String()
}

// TestWhatWasNeverRead leaves out what decides, in each format that can lack it:
// the key's state, kind and purpose, the role's boundary, the domain's key and role. It is unknown
// then, and known where the format says that there is none.
func TestWhatWasNeverRead(t *testing.T) {
	const appKey = "111122223333/eu-central-1/kms/keys/0a000000-0000-4000-8000-000000000001/key.json"
	const whole = "key: read, boundary: none, app key: given, role: given"
	role := func(boundary string) string {
		return "key: read, boundary: " + boundary + ", app key: given, role: given"
	}
	const stateless = "key without KeyState, boundary: none, app key: given, role: given"
	const kindless = "key without KeySpec, boundary: none, app key: given, role: given"
	const useless = "key without KeyUsage, boundary: none, app key: given, role: given"
	cases := []struct {
		format string
		edits  []string
		want   string
	}{
		{"cli", nil, whole},
		{"cli", []string{`"KeySpec": "SYMMETRIC_DEFAULT"`, `"Description": "x"`}, kindless},
		{"cli", []string{`"KeySpec": "SYMMETRIC_DEFAULT"`, `"CustomerMasterKeySpec": "SYMMETRIC_DEFAULT"`}, whole},
		{"cli", []string{`"KeyUsage": "ENCRYPT_DECRYPT"`, `"Description": "x"`}, useless},
		{"cli", []string{`"KeyState": "Enabled"`, `"KeyState": "Enabled", "Enabled": false`}, stateless},
		{"cli", []string{appKey, ""}, stateless},
		{"cli", []string{`"KeyState": "Enabled"`, `"Description": "x"`, `"Enabled": true`, `"Description": "x"`}, stateless},
		{"cli", []string{`"KeyState": "Enabled"`, `"KeyState": null`}, stateless},
		{"cli", []string{`"KeyState": "Enabled"`, `"keyState": "Enabled"`}, stateless},
		{"steampipe", nil, whole},
		{"steampipe", []string{`"key_state": "Enabled", "enabled": true, `, ""}, stateless},
		{"steampipe", []string{`"key_state": "Enabled"`, `"key_state": null`, `"enabled": true`, `"enabled": null`}, stateless},
		{"steampipe", []string{`"key_state": "Enabled", `, ""}, whole},
		{"steampipe", []string{`"permissions_boundary_arn": null, `, ""}, role("‹setting PermissionsBoundary›")},
		{"steampipe", []string{`"permissions_boundary_arn": null`, `"permissions_boundary_arn": "arn:aws:iam::111122223333:policy/B"`}, role("arn:aws:iam::111122223333:policy/B")},
		{"steampipe", []string{`"kms_key_id": "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001",`, ""}, "key: read, boundary: none, app key: symbolic, role: given"},
		{"steampipe", []string{`"kms_key_id": "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001"`, `"kms_key_id": null`}, "key: read, boundary: none, app key: unset, role: given"},
		{"steampipe", []string{`"default_user_settings": {`, `"other_settings": {`}, "key: read, boundary: none, app key: given, role: symbolic"},
		{"steampipe", []string{`"customer_master_key_spec": "SYMMETRIC_DEFAULT", `, ""}, kindless},
		{"steampipe", []string{`"key_usage": "ENCRYPT_DECRYPT", `, ""}, useless},
		{"aws-config", []string{`"keySpec": "SYMMETRIC_DEFAULT", `, ""}, kindless},
		{"aws-config", []string{`"keyUsage": "ENCRYPT_DECRYPT", `, ""}, useless},
		{"aws-config", nil, whole},
		{"aws-config", []string{`"keyState": "Enabled", "enabled": true`, `"description": "x"`}, stateless},
		{"aws-config", []string{`"keyState": "Enabled", "enabled": true`, `"keyState": null, "enabled": null`}, stateless},
		{"aws-config", []string{`"permissionsBoundary": null, `, ""}, role("‹setting PermissionsBoundary›")},
		{"aws-config-query", nil, whole},
		{"aws-config-query", []string{`\"permissionsBoundary\": null, `, ""}, role("‹setting PermissionsBoundary›")},
		{"aws-config-query", []string{`\"keyState\": \"Enabled\", \"enabled\": true`, `\"description\": \"x\"`}, stateless},
		{"terraform-state", nil, whole},
		{"cloudformation", nil, whole},
		{"cloudformation", []string{"Resources:", "Parameters: {P: {Type: String}}\nResources:", "EnableKeyRotation: true # app", "KeySpec: !Ref P"}, kindless},
		{"cloudformation", []string{"Resources:", "Parameters: {P: {Type: String}}\nResources:", "EnableKeyRotation: true # app", "KeyUsage: !Ref P"}, useless},
		{"cloudformation", []string{"EnableKeyRotation: true # app", "KeySpec: !ImportValue X"}, kindless},
		{"cloudformation", []string{"Type: AWS::KMS::Key\n    Properties:\n      EnableKeyRotation: true # app", "Type: AWS::KMS::ReplicaKey\n    Properties:\n      PrimaryKeyArn: x"}, whole},
		{"terraform-plan", nil, whole},
		{"terraform-plan", []string{`"after_unknown": {"arn": true, "id": true, "key_id": true}`, `"after_unknown": {"arn": true, "id": true, "key_id": true, "customer_master_key_spec": true}`}, kindless},
		{"terraform-plan", []string{`"is_enabled": true,`, ``, `"after_unknown": {"arn": true, "id": true, "key_id": true}`, `"after_unknown": {"arn": true, "id": true, "key_id": true, "is_enabled": true}`}, stateless},
		{"iam-collect", nil, whole}, // it has no states of keys, and a note says so
	}
	for _, c := range cases {
		result, _ := loadFiles(t, account(t, c.format, c.edits...), Options{})
		s := result.Snapshot
		if len(s.Domains) != 1 || len(s.Roles) == 0 || len(s.Keys) == 0 {
			t.Errorf("%s %q: %d domains, %d roles, %d keys; %v", c.format, c.edits, len(s.Domains), len(s.Roles), len(s.Keys), result.Problems)
			continue
		}
		boundary := "none"
		if b := s.Roles[0].Boundaries; len(b) > 0 {
			boundary = b[0].ARN
		}
		domain := s.Domains[0]
		key := "key: read"
		for _, k := range s.Keys {
			if unread := k.Unread(); unread != nil {
				key = "key without " + cmp.Or(unread.Name, "KeyState")
			}
		}
		got := fmt.Sprintf("%s, boundary: %s, app key: %s, role: %s", key, boundary, domain.AppKey.State, domain.Settings.ExecutionRole.State)
		if strings.Contains(domain.AppKey.Value, "{") {
			got = strings.Replace(got, "app key: symbolic", "app key: given", 1)
		}
		if got != c.want {
			t.Errorf("%s %q:\ngot  %s\nwant %s", c.format, c.edits, got, c.want)
		}
	}
}

// TestBoundaryOfListRoles takes the boundary of a role for unknown where only
// list-roles gave the role, which never prints it, whatever is read first.
func TestBoundaryOfListRoles(t *testing.T) {
	const (
		fields = `"RoleName": "A", "RoleId": "AROA1", "Path": "/", "Arn": "arn:aws:iam::111122223333:role/A"`
		list   = `{"Roles": [{` + fields + `}]}` + "\n"
		one    = `{"Role": {` + fields + `}}` + "\n"
	)
	for archive, want := range map[string]string{
		"-- l.json --\n" + list:                                                       "‹setting PermissionsBoundary›",
		"-- g.json --\n" + one:                                                        "none",
		"-- a.json --\n" + list + "-- b.json --\n" + one:                              "none",
		"-- a.json --\n" + one + "-- b.json --\n" + list:                              "none",
		"-- l.json --\n" + `{"Roles": [{` + fields + `, "RoleLastUsed": {}}]}` + "\n": "none",
	} {
		result, _ := loadFiles(t, archive, Options{})
		got := "none"
		if b := result.Snapshot.Roles[0].Boundaries; len(b) > 0 {
			got = b[0].ARN
		}
		if got != want {
			t.Errorf("%s: got %s, want %s", archive, got, want)
		}
	}
}
