package survey_test

import (
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/load/survey"
)

const (
	a, b, c = "111122223333", "222233334444", "333344445555"
	key     = "aaaaaaaa-1111-2222-3333-444444444444"
)

// look surveys files; the account b has a key, a bucket, roles, an endpoint and lists.
func look(files map[string]string, datasets ...string) (*survey.Survey, error) {
	base := map[string]string{
		a + "/eu-west-1/sagemaker/domains/d-1.json":                       `{"DomainId": "d-1"}`,
		b + "/eu-west-1/kms/keys/" + key + "/key.json":                    `{"KeyMetadata": {"Arn": "arn:aws:kms:eu-west-1:` + b + `:key/` + key + `"}}`,
		b + "/eu-west-1/kms/aliases.json":                                 `{"Aliases": [{"AliasName": "alias/shared", "TargetKeyId": "` + key + `"}]}`,
		b + "/eu-west-1/s3/lake/policy.json":                              `{"Policy": "{\"Statement\": [{\"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]}"}`,
		b + "/eu-west-1/s3control/access-points/canvas/access-point.json": `{"Name": "canvas", "Bucket": "lake", "Alias": "canvas-k3-s3alias"}`,
		b + "/s3control/public-access-block.json":                         `{"PublicAccessBlockConfiguration": {}}`,
		b + "/eu-west-1/ec2/vpc-endpoints.json":                           `{"VpcEndpoints": [{"VpcId": "vpc-0b"}]}`,
		b + "/iam/account-authorization-details.json":                     `{"RoleDetailList": [{"RoleId": "AROAAAAAAAAAAAAAAAAAB"}]}`,
		c + "/iam/account-authorization-details.json":                     `{}`,
	}
	mapped := fstest.MapFS{}
	for _, texts := range []map[string]string{base, files} {
		for name, text := range texts {
			mapped[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return survey.New([]string{"."}, filesystem.Options{FS: filesystem.Of(mapped), Stdin: strings.NewReader(""), Display: filepath.ToSlash}, datasets)
}

// TestBorrows: whatever names something of another account has it read.
func TestBorrows(t *testing.T) {
	domain := a + "/eu-west-1/sagemaker/domains/d-1.json"
	policy := a + "/eu-west-1/kms/keys/bbbbbbbb-1111-2222-3333-444444444444/policy.json"
	for _, test := range []struct {
		name, file, text string
		want             string
	}{
		{"nothing", domain, `{"DomainId": "d-1"}`, ""},
		{"a key by its id", domain, `{"KmsKeyId": "` + key + `"}`, b},
		{"a key by its ARN", domain, `{"KmsKeyId": "arn:aws:kms:eu-west-1:` + b + `:key/` + key + `"}`, b},
		{"a key that is missing", policy, `{"Policy": "arn:aws:kms:eu-west-1:` + b + `:key/cccccccc-1111-2222-3333-444444444444"}`, b},
		{"an alias by its name", domain, `{"KmsKeyId": "alias/shared"}`, b},
		{"an alias by its ARN", policy, `{"KmsKeyId": "arn:aws:kms:eu-west-1:` + b + `:alias/shared"}`, b},
		{"an alias that no one has", domain, `{"KmsKeyId": "alias/own"}`, ""},
		{"a bucket", domain, `{"S3ArtifactPath": "s3://lake/canvas"}`, b},
		{"a part of a bucket's name", domain, `{"S3ArtifactPath": "s3://lakes/canvas"}`, ""},
		{"a bucket in escapes", domain, `{"S3ArtifactPath": "s3:\u002f\u002fl\u0061ke/canvas"}`, b},
		{"a bucket, percent-encoded", domain, `{"S3ArtifactPath": "s3%3A%2F%2Flake%2Fcanvas"}`, b},
		{"a role in a policy", policy, `{"Policy": "{\"AWS\": \"arn:aws:iam::` + b + `:role/Canvas\"}"}`, b},
		{"an account in a policy", policy, `{"Policy": "{\"AWS\": \"arn:aws:iam::` + b + `:root\"}"}`, ""},
		{"the id of a role", policy, `{"Policy": "{\"AWS\": \"AROAAAAAAAAAAAAAAAAAB\"}"}`, b},
		{"an access point by its alias", domain, `{"S3ArtifactPath": "s3://canvas-k3-s3alias/team"}`, b},
		{"an access point by its ARN", policy, `{"x": "arn:aws:s3:eu-west-1:` + b + `:accesspoint/canvas/object/*"}`, b},
		{"an access point that no one has", domain, `{"S3ArtifactPath": "s3://canvas-k4-s3alias/team"}`, ""},
		{"a VPC", domain, `{"VpcId": "vpc-0b"}`, b},
		{"another account of the same names", domain, `{"Arn": "arn:aws:kms:eu-west-1:999999999999:key/x"}`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, err := look(map[string]string{test.file: test.text})
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(s.Borrows(survey.Group{Accounts: []string{a}}), " "); got != test.want {
				t.Errorf("borrows of %q, want %q", got, test.want)
			}
			if got := s.Borrows(survey.Group{Accounts: []string{c}}); len(got) > 0 {
				t.Errorf("another account borrows of %q", got)
			}
		})
	}
}

// TestOpenBucket: a bucket that lets others in is read with every account that has a
// domain, and so is one that the config names.
func TestOpenBucket(t *testing.T) {
	open := `{"Policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": %s, \"Action\": \"s3:GetObject\", \"Resource\": \"*\"}]}"}`
	for principal, want := range map[string]string{
		`\"*\"`: b, `{\"AWS\": \"` + a + `\"}`: b, `{\"AWS\": \"` + c + `\"}`: "", `{\"Service\": \"logging.s3.amazonaws.com\"}`: "",
	} {
		s, err := look(map[string]string{b + "/eu-west-1/s3/lake/policy.json": strings.Replace(open, "%s", principal, 1)})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(s.Borrows(survey.Group{Accounts: []string{a}}), " "); got != want {
			t.Errorf("%s: borrows of %q, want %q", principal, got, want)
		}
	}
	s, err := look(nil, "lake")
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Borrows(survey.Group{Accounts: []string{a}}); !slices.Equal(got, []string{b}) {
		t.Errorf("borrows of %q", got)
	}
}

// TestJoined: what cannot be split by account for certain is not.
func TestJoined(t *testing.T) {
	for name, files := range map[string]map[string]string{
		"a loose policy":              {"policy.json": `{"Version": "2012-10-17", "Statement": []}`},
		"a template":                  {"template.json": `{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {}}`},
		"two exports of one account":  {"again/" + a + "/eu-west-1/sagemaker/domains/d-2.json": `{}`},
		"an account within another":   {a + "/" + b + "/iam/roles.json": `{}`},
		"a document of no known kind": {a + "/eu-west-1/other.json": `{}`},
		"files left out":              {a + "/.gitignore": "d-1.json\n"},
		"bytes":                       {a + "/iam/account-authorization-details.json": "PK\x03\x04"},
	} {
		if _, err := look(files); !errors.Is(err, survey.ErrJoined) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, files := range map[string]map[string]string{
		"the organization": {"organization/organization.json": `{"Organization": {"Id": "o-abcdefghij"}}`},
		"a manifest":       {"manifest.json": `{"version": 1, "status": "complete", "complete": [], "missing": []}`},
		"other files":      {"README.md": "#", "package.json": `{"name": "x"}`},
	} {
		if _, err := look(files); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
