package report

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// originals are the names of testdata/report.json.
func originals() []string {
	return []string{
		"111122223333", "444455556666", "d-abc123", "d-xyz789", "alice", "bob", "carol", "dave", "CanvasUsers", "Carol",
		"DataScience", "1234abcd", "9999aaaa", "0f0f0f0f", "444444444444", "alias/app", "exampleorgid", "examplepolicy",
		"OneKeyOnly", "OnlyFromOurNetwork", "Partners", "CanvasStorage", "platform", "export", "notes.txt", "README", "templates",
		"key.yaml", "baseline.json", "5f2c6a4a0b1e4c0d9a7e3b21", "00aa11bb22cc33dd44ee55ff", "ddddeeeeffff000011112222",
	}
}

// TestRedact finds no name of the report in any format of the redacted one, and
// what AWS owns where it was.
func TestRedact(t *testing.T) {
	saved := read(t, "report.json")
	plain, redacted := written(t, "json", saved), Redact(saved)
	for _, format := range Formats(Options{Text: TextOptions{Verbose: true}}) {
		var out bytes.Buffer
		if err := format.Write(&out, redacted); err != nil {
			t.Fatal(err)
		}
		for _, name := range originals() {
			if !strings.Contains(plain, name) {
				t.Errorf("%s is no name of the report", name)
			}
			for _, at := range regexp.MustCompile(regexp.QuoteMeta(name)).FindAllStringIndex(out.String(), -1) {
				text := out.String()
				context := text[max(0, at[0]-40):min(len(text), at[1]+40)]
				// Sentences of our own about exported documents hold the word.
				if name == "export" && strings.Contains(text[at[0]:], "exported") && strings.HasPrefix(text[at[0]:], "exported") {
					continue
				}
				t.Errorf("%s: %s is left: %q", format.Name, name, context)
			}
		}
		if format.Name == "json" {
			for _, kept := range []string{"arn:aws:iam::aws:policy/AmazonSageMakerCanvasFullAccess", "eu-central-1", "kms:GenerateDataKey", "time-series",
				"role-cannot-use-storage-key", homepage, "kms/keys/", "/policy.json", "StringNotEquals", "aws:SourceVpce", "\\\"Effect\\\": \\\"Deny\\\""} {
				if !strings.Contains(out.String(), kept) {
					t.Errorf("%s is gone", kept)
				}
			}
		}
	}
	if diff := cmp.Diff(written(t, "json", redacted), written(t, "json", Redact(saved))); diff != "" {
		t.Errorf("the pseudonyms differ from run to run:\n%s", diff)
	}
	if written(t, "json", saved) != plain {
		t.Error("the report was changed")
	}
	if diff := cmp.Diff(written(t, "json", redacted), written(t, "json", Redact(redacted))); diff == "" {
		t.Error("a redacted report is redacted again as any other: the pseudonyms are new")
	}
}

// TestRedactTexts says what becomes of a message or a source line.
func TestRedactTexts(t *testing.T) {
	sentences := []struct{ text, want string }{
		{"the role CanvasUsers may not call kms:Decrypt", "the role role-1 may not call kms:Decrypt"},
		{"arn:aws:iam::111122223333:role/service-role/CanvasUsers.", "arn:aws:iam::000000000001:role/service-role/role-1."},
		{"<arn:aws:iam::111122223333:role/CanvasUsers>", "<arn:aws:iam::000000000001:role/role-1>"},
		{"arn:aws:iam::111122223333:root and 111122223333", "arn:aws:iam::000000000001:root and 000000000001"},
		{"arn:aws:iam::aws:policy/service-role/AWSLambdaRole", "arn:aws:iam::aws:policy/service-role/AWSLambdaRole"},
		{"arn:aws:iam::aws:policy/Acme", "arn:aws:iam::aws:policy/policy-1"},
		{"AmazonSageMakerCanvasFullAccess, not AmazonAcme", "AmazonSageMakerCanvasFullAccess, not name-1"},
		{"arn:aws:iam::111122223333:role/aws-service-role/sagemaker.amazonaws.com/Y", "arn:aws:iam::000000000001:role/aws-service-role/sagemaker.amazonaws.com/role-2"},
		{"arn:aws:acme:acme-1:111122223333:acme/it", "arn:aws:name-1:name-2:000000000001:name-1/name-1-1"},
		{"arn:aws:kms:eu-central-1:111122223333:alias/aws/s3", "arn:aws:kms:eu-central-1:000000000001:alias/aws/s3"},
		{"arn:aws:kms:*:111122223333:key/*", "arn:aws:kms:*:000000000001:key/*"},
		{"arn:aws:s3:::acme-data/Canvas/alice/*", "arn:aws:s3:::bucket-1/Canvas/profile-1/*"},
		{"arn:aws:s3:::sagemaker-eu-west-1-111122223333/*", "arn:aws:s3:::sagemaker-eu-west-1-000000000001/*"},
		{"arn:aws:s3:::acme-*", "arn:aws:s3:::bucket-1*"},
		{"arn:aws:sts::111122223333:assumed-role/CanvasUsers/alice", "arn:aws:sts::000000000001:assumed-role/role-1/profile-1"},
		{"arn:aws:sagemaker:eu-west-1:111122223333:user-profile/d-abc123/alice", "arn:aws:sagemaker:eu-west-1:000000000001:user-profile/d-000001/profile-1"},
		{"arn:aws:lambda:eu-west-1:111122223333:function:loader", "arn:aws:lambda:eu-west-1:000000000001:function:function-1"},
		{"arn:aws:sns:eu-west-1:111122223333:topic", "arn:aws:sns:eu-west-1:000000000001:name-1"},
		{"alice, alice2 and malice", "profile-1, name-1 and name-2"},
		{"the profile storage of domain d-abc123", "the profile storage of domain d-000001"},
		{"kms:ReEncryptFrom, s3:Get*, acme:Decrypt and kms:Acme", "kms:ReEncryptFrom, s3:Get*, name-1:Decrypt and kms:name-2"},
		{"aws:PrincipalTag/acme and aws:ResourceTag/storage", "aws:PrincipalTag/tag-1 and aws:ResourceTag/profile-2"},
		{"kms:EncryptionContext:aws:s3:arn, kms:EncryptionContext:acme", "kms:EncryptionContext:aws:s3:arn, kms:EncryptionContext:tag-1"},
		{"2001:db8:aaaa::/48, fd00::1, 10:20:30 and 192.168.1.1/16", "2001:db8::1/48, 2001:db8::2, 10:20:30 and 192.0.2.1/16"},
		{"acme.s3.amazonaws.com", "name-1.s3.amazonaws.com"},
		{"where AcmeStage is prod: ‹AcmeVpc›, ‹Region›, ‹Acme.Output›", "where name-1 is name-2: ‹parameter-1›, ‹Region›, ‹parameter-2›"},
		{"aws_kms_key.acme of acme.tf", "aws_kms_key.name-1 of name-1.tf"},
		{"7000 of 6144 on 2026-12-18T10:00:00+01:00, not 0123456789", "7000 of 6144 on 2026-12-18T10:00:00+01:00, not name-1"},
		{"The role’s key is the account's “acme”", "The role’s key is the account's “name-1”"},
		{"organization o-a1b2c3d4e5, unit ou-ab12-12345678", "organization o-0000000001, unit ou-0000-00000001"},
		{"role id AROA1234567890ABCDEF from 10.1.2.3", "role id AROA00000000000000001 from 192.0.2.1"},
		{"ask jane.doe@corp.example or vpce-0a1b2c3d4e5f", "ask mail-1@example.com or network-1"},
		{`statement "Acme" denies it`, `statement "value-1" denies it`},
		{`add {"Bool": {"kms:GrantIsForAWSResource": "true"}}`, `add {"Bool": {"kms:GrantIsForAWSResource": "true"}}`},
		{"key ‹KeyId› of arn:‹Partition›:kms:‹Region›:‹AccountId›:key/{AppKey}", "key ‹KeyId› of arn:‹Partition›:kms:‹Region›:‹AccountId›:key/{name-1}"},
		{`"x" is no ARN: one is written arn:partition:service:region:account:name`, `"x" is no ARN: one is written arn:partition:service:region:account:name`},
		{"", ""},
	}
	base := &finding.Report{Findings: []finding.Finding{{
		Account: "111122223333", Domain: "d-abc123", Profiles: []string{"alice", "storage"}, Principal: "arn:aws:iam::111122223333:role/CanvasUsers",
	}}}
	for _, test := range sentences {
		p := newPseudonyms(base)
		p.learn(base)
		if got := p.sentence(test.text); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.text, got, test.want)
		}
	}
	sources := []struct{ text, want string }{
		{`"Sid": "AcmeOnly",`, `"Sid": "value-1",`},
		{`\"Sid\": \"AcmeOnly\",\"Effect\":\"Allow\"`, `\"Sid\": \"value-1\",\"Effect\":\"Allow\"`},
		{`"Action": ["kms:Decrypt", "s3:Get*"], "Resource": "*"`, `"Action": ["kms:Decrypt", "s3:Get*"], "Resource": "*"`},
		{`"Version": "2012-10-17"`, `"Version": "2012-10-17"`},
		{`  Sid: AcmeOnly # for Jane`, `  Sid: value-1 # value-2 value-3`},
		{`"AWS": "111122223333"`, `"AWS": "000000000001"`},
		{`"Service": "sagemaker.amazonaws.com"`, `"Service": "sagemaker.amazonaws.com"`},
		{`"S3ArtifactPath": "s3://acme-data/prefix"`, `"S3ArtifactPath": "s3://value-1/value-2"`},
		{`"kms:ViaService": "s3.eu-central-1.amazonaws.com"`, `"kms:ViaService": "s3.eu-central-1.amazonaws.com"`},
		{`"aws:PrincipalTag/acme": "blue"`, `"aws:PrincipalTag/tag-1": "value-1"`},
		{`"acme": {"Action": "acme:Go", "Service": "acme.amazonaws.com"}`, `"name-1": {"Action": "name-1:value-1", "Service": "value-2"}`},
		{`"aws:SourceIp": ["2001:db8:aaaa::/48", "fd00::1"]`, `"aws:SourceIp": ["2001:db8::1/48", "2001:db8::2"]`},
		{`"TagValue": "team secret"`, `"TagValue": "value-1 value-2"`},
	}
	for _, test := range sources {
		p := newPseudonyms(base)
		p.learn(base)
		if got := p.source(test.text); got != test.want {
			t.Errorf("%s\n got %s\nwant %s", test.text, got, test.want)
		}
	}
}

// TestRedactMoves keeps the marks under the text they mean.
func TestRedactMoves(t *testing.T) {
	at := finding.Place{File: "x.json", Start: source.Position{Line: 3, Column: 39}, End: source.Position{Line: 3, Column: 52}}
	r := &finding.Report{Findings: []finding.Finding{{Rule: "r", Severity: finding.Error, Message: "m", Place: at,
		Snippet: []finding.Line{{Line: 3, Text: `{"Sid": "SomethingLong", "Action": [ "kms:Decrypt" ]}`}}}}}
	line := func(r *finding.Report) string {
		f := r.Findings[0]
		return f.Snippet[0].Text[f.Start.Column-1 : f.End.Column-1]
	}
	if line(r) != `kms:Decrypt" ` {
		t.Fatalf("the place is %q", line(r))
	}
	if got := line(Redact(r)); got != `kms:Decrypt" ` {
		t.Errorf("the place is %q", got)
	}
}

// TestFingerprintsStay finds the same fingerprints after lines have moved.
func TestFingerprintsStay(t *testing.T) {
	hashes := func(r *finding.Report) string {
		return strings.Join(regexp.MustCompile(`"(primaryLocationLineHash|fingerprint)": .*`).FindAllString(written(t, "sarif", r)+written(t, "gitlab", r), -1), "\n")
	}
	moved := read(t, "report.json")
	for i := range moved.Findings {
		moved.Findings[i].Start.Line += 10
		moved.Findings[i].End.Line += 10
	}
	if diff := cmp.Diff(hashes(read(t, "report.json")), hashes(moved)); diff != "" {
		t.Error(diff)
	}
}

// TestRedactAvoids gives no pseudonym that is a name of the report.
func TestRedactAvoids(t *testing.T) {
	r := &finding.Report{Findings: []finding.Finding{{Domain: "d-000001", Profiles: []string{"profile-2", "profile-1", "x"}}}}
	f := Redact(r).Findings[0]
	if diff := cmp.Diff([]string{"profile-3", "profile-4", "profile-5"}, f.Profiles); diff != "" || f.Domain != "d-000002" {
		t.Errorf("%s: %s", f.Domain, diff)
	}
}
