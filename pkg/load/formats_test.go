package load

import "testing"

func TestAWSConfig(t *testing.T) {
	const (
		key    = `"resourceType": "AWS::KMS::Key", "accountId": "111122223333", "awsRegion": "eu-central-1", "resourceId": "0a000000-0000-4000-8000-000000000001", "arn": "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001"`
		bucket = `"resourceType": "AWS::S3::Bucket", "accountId": "111122223333", "awsRegion": "eu-central-1", "resourceId": "b", "arn": "arn:aws:s3:::b", "configuration": {"name": "b"}, "configurationItemStatus": "OK"`
		domain = `"resourceType": "AWS::SageMaker::Domain", "accountId": "111122223333", "awsRegion": "eu-central-1", "resourceId": "d-1", "arn": "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1"`
		early  = `"configurationItemCaptureTime": "2026-01-01T23:30:00.000Z"`
		late   = `"configurationItemCaptureTime": "2026-01-02T00:00:00.000+01:00"` // half an hour before early
		state  = `"configuration": {"keyState": "Enabled", "keyManager": "CUSTOMER"}`
		off    = `"configuration": "{\"keyState\": \"Disabled\"}"`
	)
	items := func(list string) string { return "-- x.json --\n{\"configurationItems\": [" + list + "]}\n" }
	cases := []struct{ name, archive, want string }{
		{"the later capture counts, whatever its offset", items("{" + key + ", " + early + ", " + state + "}, {" + key + ", " + late + ", " + off + "}"),
			`key 0a000000-0000-4000-8000-000000000001: state "Enabled", policy false, grants 0 known false
note AWS Config: 1 item is older than another one of the same resource and was left out.
`},
		{"seconds since 1970, as the CLI of version 1 prints", items("{" + key + `, "configurationItemCaptureTime": 1767310200.5, ` + off + "}, {" + key + ", " + early + ", " + state + "}"),
			`key 0a000000-0000-4000-8000-000000000001: state "Disabled", policy false, grants 0 known false
note AWS Config: 1 item is older than another one of the same resource and was left out.
`},
		{"deleted, though an older item says otherwise", items("{" + key + ", " + late + ", " + state + "}, {" + key + ", " + early + `, "configurationItemStatus": "ResourceDeleted", "configuration": null}`),
			`note AWS Config: 1 resource is deleted by its latest item and was left out.
note AWS Config: 1 item is older than another one of the same resource and was left out.
`},
		{"not recorded", items("{" + key + ", " + late + `, "configurationItemStatus": "ResourceNotRecorded"}`),
			"note AWS Config: 1 resource is not recorded (ResourceNotRecorded): it is unknown.\n"},
		{"other types", items(`{"resourceType": "AWS::EC2::Instance", "configuration": {}}`),
			"note AWS Config: types that decide nothing for Canvas were skipped: AWS::EC2::Instance.\n"},
		{"two items of another type and no time", items(`{"resourceType": "AWS::EC2::Instance", "resourceId": "i", "configuration": {"a": 1}}, {"resourceType": "AWS::EC2::Instance", "resourceId": "i", "configuration": {"a": 2}}`),
			"note AWS Config: types that decide nothing for Canvas were skipped: AWS::EC2::Instance.\n"},
		{"a deletion that lacks the ARN", items(`{"resourceType": "AWS::KMS::Key", "resourceId": "0a000000-0000-4000-8000-000000000001", "accountId": "111122223333", "awsRegion": "eu-central-1", "configurationItemStatus": "ResourceDeleted", "configurationItemCaptureTime": "2026-02-01T00:00:00Z", "configuration": null}, {"resourceType": "AWS::KMS::Key", "resourceId": "0a000000-0000-4000-8000-000000000001", "accountId": "111122223333", "awsRegion": "eu-central-1", "arn": "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001", "configurationItemStatus": "OK", "configurationItemCaptureTime": "2026-01-01T00:00:00Z", "configuration": {"keyState": "Enabled"}}`),
			"note AWS Config: 1 resource is deleted by its latest item and was left out.\nnote AWS Config: 1 item is older than another one of the same resource and was left out.\n"},
		{"two items and no time", items("{" + key + ", " + state + "}, {" + key + ", " + off + "}"),
			`key 0a000000-0000-4000-8000-000000000001: state "‹which of x.json%3A1%3A290 and x.json%3A1%3A597 is right›", policy false, grants 0 known false
problem x.json:1:597: KeyState of the key arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001 differs between x.json:1:290 and x.json:1:597, and nothing shows which is newer: what depends on it is unknown; remove the outdated one
`},
		{"configuration that does not parse", items("{" + key + `, "configuration": "{\"keyState\" \"Enabled\"}"}`),
			"problem x.json:1:292: not valid JSON: invalid character '\"' after object name (expecting ':'); a colon is probably missing before this\n"},
		{"no configuration", items("{" + key + `, "configuration": null}`),
			"problem x.json:1:25: the item of AWS::KMS::Key 0a000000-0000-4000-8000-000000000001 has no configuration that could be read: the resource was not used; export it again\n"},
		{"bucket without a policy", items("{" + bucket + `, "supplementaryConfiguration": {"BucketPolicy": "{\"policyText\":null}"}}`), "bucket b: policy unset, encryption not visible\n"},
		{"bucket whose policy was not recorded", items("{" + bucket + `, "supplementaryConfiguration": {}}`), "bucket b: policy not visible, encryption not visible\n"},
		{"domain", items("{" + domain + `, "configurationItemStatus": "OK", "configuration": {"DomainId": "d-1", "DefaultUserSettings": {}}}`),
			"domain d-1: Canvas not visible, app key unset, storage key unset\n"},
		{"domain of which a query selected a part", "-- x.json --\n" + `{"Results": ["{\"arn\": \"arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1\", \"configuration\": {\"DomainId\": \"d-1\"}}"]}` + "\n",
			"domain d-1: Canvas not visible, app key symbolic, storage key symbolic\n"},
		{"domains of which a query selected the configuration only", "-- x.json --\n" + `{"Results": ["{\"configuration\": {\"DomainId\": \"d-1\", \"DomainArn\": \"arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1\"}}", "{\"configuration\": {\"DomainId\": \"d-2\", \"DomainArn\": \"arn:aws:sagemaker:eu-central-1:111122223333:domain/d-2\"}}"]}` + "\n",
			"domain d-1: Canvas not visible, app key symbolic, storage key symbolic\ndomain d-2: Canvas not visible, app key symbolic, storage key symbolic\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, got := loadFiles(t, c.archive, Options{}); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestIAMCollect(t *testing.T) {
	const (
		account = "-- data/aws/aws/accounts/111122223333/"
		role    = account + "iam/role/a/metadata.json --\n" + `{"arn": "arn:aws:iam::111122223333:role/A", "name": "A"}` + "\n"
	)
	cases := []struct{ name, archive, want string }{
		{"role without policies", role, "role A: inline 0, attached 0, known true\n"},
		{"role with policies", role + account + "iam/role/a/inline-policies.json --\n" + `[{"PolicyName": "P", "PolicyDocument": {"Statement": []}}]` + "\n" +
			account + "iam/role/a/managed-policies.json --\n" + `["arn:aws:iam::aws:policy/X"]` + "\n" +
			"-- data/aws/aws/accounts/aws/iam/policy/x/metadata.json --\n" + `{"arn": "arn:aws:iam::aws:policy/X"}` + "\n" +
			"-- data/aws/aws/accounts/aws/iam/policy/x/current-policy.json --\n" + `{"Statement": []}` + "\n",
			"role A: inline 1, attached 1, known true\nmanaged arn:aws:iam::aws:policy/X\n"},
		{"a file of the wrong kind", role + account + "iam/role/a/inline-policies.json --\n{}\n",
			"role A: inline 0, attached 0, known false\nproblem data/aws/aws/accounts/111122223333/iam/role/a/inline-policies.json:1:1: iam-collect keeps a list in inline-policies.json, and this is an object: it was not understood; collect it again\n"},
		{"policies without a role", account + "iam/role/a/inline-policies.json --\n[]\n",
			"problem data/aws/aws/accounts/111122223333/iam/role/a/inline-policies.json:1:1: there is no metadata.json of the role beside this file: its role is unknown, and it was not used; collect it again\n"},
		{"bucket without a policy", account + "s3/b/metadata.json --\n" + `{"name": "b", "region": "eu-central-1"}` + "\n", "bucket b: policy unset, encryption not visible\n"},
		{"bucket whose policy is broken", account + "s3/b/metadata.json --\n" + `{"name": "b", "region": "eu-central-1"}` + "\n" + account + "s3/b/policy.json --\n{\n",
			"bucket b: policy not visible, encryption not visible\nproblem data/aws/aws/accounts/111122223333/s3/b/policy.json:1:2: not valid JSON: the document is cut off: the '{' of line 1 is not closed\n"},
		{"other services and organizations", account + "sqs/eu-central-1/q/policy.json --\n" + `{"Statement": []}` + "\n-- data/aws/aws/organizations/o-1/metadata.json --\n{}\n",
			""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, got := loadFiles(t, c.archive, Options{}); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestSteampipe(t *testing.T) {
	const role = `"arn": "arn:aws:iam::111122223333:role/A", "name": "A"`
	cases := []struct{ name, text, want string }{
		{"role", `[{` + role + `, "inline_policies": null, "attached_policy_arns": ["arn:aws:iam::aws:policy/X"]}]`, "role A: inline 0, attached 1, known true\n"},
		{"role of which a query selected a part", `[{` + role + `, "attached_policy_arns": []}]`, "role A: inline 0, attached 0, known false\n"},
		{"bucket without a policy", `[{"arn": "arn:aws:s3:::b", "name": "b", "region": "eu-central-1", "policy": null}]`, "bucket b: policy unset, encryption not visible\n"},
		{"bucket of which a query selected a part", `[{"arn": "arn:aws:s3:::b", "name": "b", "region": "eu-central-1", "versioning_enabled": true}]`, "bucket b: policy not visible, encryption not visible\n"},
		{"key", `{"rows": [{"arn": "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001", "key_state": "Disabled", "policy": "{\"Statement\": []}", "policy_std": {"Statement": []}}]}`,
			"key 0a000000-0000-4000-8000-000000000001: state \"Disabled\", policy true, grants 0 known false\n"},
		{"domain", `[{"arn": "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1", "id": "d-1", "kms_key_id": null, "default_user_settings": {"ExecutionRole": "x"}}]`,
			"domain d-1: Canvas not visible, app key unset, storage key unset\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, got := loadFiles(t, "-- x.json --\n"+c.text+"\n", Options{}); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

// TestResourceWithoutPlace reports a resource of which nothing stands in the file,
// not even its name.
func TestResourceWithoutPlace(t *testing.T) {
	result, _ := loadFiles(t, `-- terraform.tfstate --
{"version": 4, "terraform_version": "1.9.8", "serial": 1, "lineage": "x", "outputs": {}, "resources": [
 {"mode": "managed", "type": "aws_sagemaker_domain", "provider": "p", "instances": [{"attributes": {"id": "d-1", "auth_mode": "IAM"}}]}]}
`, Options{})
	if len(result.Problems) != 1 || result.Problems[0].Span.IsZero() {
		t.Errorf("problems: %v", result.Problems)
	}
}
