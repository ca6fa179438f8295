package canvas_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/rules/ruletest"
)

const (
	appPolicy     = "111122223333/eu-central-1/kms/keys/0a000000-0000-4000-8000-000000000001/policy.json"
	storageFolder = "111122223333/eu-central-1/kms/keys/0b000000-0000-4000-8000-000000000002/"
	storagePolicy = storageFolder + "policy.json"
	root          = `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}`
	decrypt       = `"Action": ["kms:Decrypt", "kms:GenerateDataKey"]`
	use           = `"Action": ["kms:Decrypt", "kms:GenerateDataKey", "kms:Encrypt"]`
)

// allow is a statement for the Canvas role.
func allow(actions, condition string) string {
	return `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/Canvas"}, ` + actions + `, "Resource": "*", "Condition": {` + condition + `}}`
}

func keyPolicy(statements ...string) string {
	return `{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ",\n") + `]}`
}

// facts works over the account of the rules' cases, with some files replaced.
func facts(t *testing.T, guide string, files map[string]string) *canvas.Facts {
	t.Helper()
	base, err := os.ReadFile("../../policies/lib/base.txtar")
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	text.WriteString("-- good-case/want --\n")
	for name, data := range files {
		fmt.Fprintf(&text, "-- good-case/%s --\n%s\n", name, data)
	}
	cases, err := ruletest.Parse(text.String(), string(base))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for name, data := range cases[0].Files {
		file := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(data), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := load.Load([]string{folder}, load.Options{Display: func(path string) string {
		relative, _ := filepath.Rel(folder, path)
		return filepath.ToSlash(relative)
	}})
	if err != nil || len(loaded.Problems) > 0 {
		t.Fatal(err, loaded.Problems)
	}
	return canvas.Work(loaded.Snapshot, config.Config{Guide: guide}.Defaults())
}

func TestFaults(t *testing.T) {
	const via = `"StringEquals": {"kms:ViaService": %q}`
	through := func(services ...string) string {
		var values []string
		for _, s := range services {
			values = append(values, `"`+s+`.eu-central-1.amazonaws.com"`)
		}
		return `"StringEquals": {"kms:ViaService": [` + strings.Join(values, ", ") + `]}`
	}
	for _, test := range []struct {
		name, guide string
		files       map[string]string
		want        string
	}{
		{"clean", "", nil, ""},
		{"one fault for all actions of a condition, with the worst severity", "", map[string]string{storagePolicy: keyPolicy(root, allow(use, fmt.Sprintf(via, "glue.eu-central-1.amazonaws.com")))},
			"via-service error statement 2: kms:Decrypt kms:GenerateDataKey kms:Encrypt; s3; storage output"},
		{"one key through two statements", "", map[string]string{storagePolicy: keyPolicy(root, allow(use, through("sagemaker")), allow(decrypt, fmt.Sprintf(via, "s3.us-east-1.amazonaws.com")))},
			"via-service error statement 2: kms:Decrypt kms:GenerateDataKey; s3; storage\nvia-service error statement 3: kms:Decrypt kms:GenerateDataKey; s3; storage"},
		{"a doubt beside a denial", "", map[string]string{appPolicy: keyPolicy(allow(decrypt, through("ec2")), allow(`"Action": "kms:CreateGrant"`, through("s3")), `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/Admin"}, "Action": "kms:*", "Resource": "*"}`)},
			"missing-principal statement 3: arn:aws:iam::111122223333:role/Admin\nvia-service warning statement 1 doubt: kms:Decrypt kms:GenerateDataKey; sagemaker elasticfilesystem; app\nvia-service warning statement 2: kms:CreateGrant; sagemaker ec2 elasticfilesystem; app"},
		{"the same under guide current", "current", map[string]string{appPolicy: keyPolicy(root, allow(decrypt, through("ec2", "sagemaker", "elasticfilesystem")), allow(`"Action": ["kms:CreateGrant", "kms:DescribeKey"]`, through("s3")))},
			"via-service error statement 3: kms:CreateGrant kms:DescribeKey; sagemaker ec2 elasticfilesystem ; app"},
		{"a template's service", "", map[string]string{storagePolicy: keyPolicy(root, allow(use, `"StringEquals": {"kms:ViaService": {"Fn::Sub": "sagemaker.${AWS::Region}.amazonaws.com"}}`))}, ""},
		{"another condition stands in the way too", "", map[string]string{storagePolicy: keyPolicy(root, allow(use, through("sagemaker")+`, "StringEqualsIgnoreCase": {"aws:PrincipalAccount": "444455556666"}`))}, ""},
		{"another condition that is not known", "", map[string]string{storagePolicy: keyPolicy(root, allow(use, through("sagemaker")+`, "StringLike": {"aws:SourceVpc": "vpc-1"}`))}, ""},
		{"uncertain statement", "", map[string]string{storagePolicy: keyPolicy(root, allow(use+`, "Principle": "x"`, through("sagemaker")))}, ""},
		{"Bucket Keys", "", map[string]string{storagePolicy: keyPolicy(root, allow(use, `"StringLike": {"kms:EncryptionContext:AWS:S3:arn": "arn:aws:s3:::sagemaker-eu-central-1-111122223333/Canvas/alice/*"}`))},
			"encryption-context error statement 2: kms:Decrypt kms:GenerateDataKey; ; storage"},
		{"a part of the objects", "", map[string]string{storagePolicy: keyPolicy(root, allow(use, `"StringLike": {"kms:EncryptionContext:aws:s3:arn": "arn:aws:s3:::sagemaker-eu-central-1-111122223333/Canvas/alice/models/*"}`))},
			"encryption-context error statement 2: kms:Decrypt kms:GenerateDataKey; ; storage"},
		{"the tag of an AWS key", "", map[string]string{
			storageFolder + "key.json":  `{"KeyMetadata": {"Arn": "arn:aws:kms:eu-central-1:111122223333:key/0b000000-0000-4000-8000-000000000002", "KeyId": "0b000000-0000-4000-8000-000000000002", "KeyState": "Enabled", "KeyManager": "AWS", "Origin": "AWS_KMS", "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"}}`,
			storageFolder + "tags.json": `{"Tags": [{"TagKey": "sagemaker", "TagValue": "true"}]}`,
		}, ""},
		{"a tag, and a default key of another Region", "", map[string]string{
			storageFolder + "tags.json":                                `{"Tags": [{"TagKey": "sagemaker", "TagValue": "true"}]}`,
			"111122223333/eu-central-1/s3/acme-datasets/location.json": `{"LocationConstraint": "EU"}`,
		}, "shared-by-tag: \ndefault key of acme-datasets"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := describe(facts(t, test.guide, test.files)); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

// describe lists what was found, one line each.
func describe(f *canvas.Facts) string {
	var lines []string
	for _, fault := range f.Faults {
		line := fault.Kind
		if fault.Severity != "" {
			line += " " + string(fault.Severity)
		}
		if fault.Statement != nil {
			line += fmt.Sprintf(" statement %d", fault.Statement.Index+1)
		}
		if fault.Doubt {
			line += " doubt"
		}
		if len(fault.Needs) == 0 {
			lines = append(lines, line+": "+fault.Text)
			continue
		}
		var purposes []string
		for _, need := range fault.Needs {
			purposes = append(purposes, string(need.Purpose))
		}
		lines = append(lines, line+": "+strings.Join(fault.Actions, " ")+"; "+strings.Join(fault.Services, " ")+"; "+strings.Join(purposes, " "))
	}
	for _, d := range f.DefaultKeys {
		if d.Use.Resolution.Region != d.Bucket.Region {
			lines = append(lines, "default key of "+d.Bucket.Name)
		}
	}
	return strings.Join(lines, "\n")
}

// An action is left to key-via-service-too-narrow only where nothing else is
// in doubt.
func TestViaServiceSettles(t *testing.T) {
	const sagemaker = `"StringEquals": {"kms:ViaService": "sagemaker.eu-central-1.amazonaws.com"}`
	for condition, want := range map[string]bool{
		sagemaker: true,
		sagemaker + `, "StringLike": {"aws:SourceVpc": "vpc-*"}`: false,
	} {
		f := facts(t, "", map[string]string{appPolicy: keyPolicy(root, allow(decrypt, condition))})
		for _, need := range f.Needs {
			for _, a := range need.Actions {
				if need.Purpose == "app" && a.Name == "kms:Decrypt" && a.ViaService != want {
					t.Errorf("%s: ViaService is %t, want %t (%s)", condition, a.ViaService, want, a.Result)
				}
			}
		}
	}
}
