package document

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// TestUnneeded saves each answer that is not needed in every place where people
// save answers: it is listed, and never a problem, a profile or a domain.
func TestUnneeded(t *testing.T) {
	samples := map[string]string{
		`{"Rules": [{"ID": "old", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 1}}]}`: "get-bucket-lifecycle-configuration",
		`{"Status": "Enabled"}`:                            "get-bucket-versioning",
		`{"Status": "Suspended", "MFADelete": "Disabled"}`: "get-bucket-versioning",
		`{"Payer": "BucketOwner"}`:                         "get-bucket-request-payment",
		`{"Tags": [{"Key": "team", "Value": "data"}]}`:     "list-role-tags or list-tags",
		`{"EventBridgeConfiguration": {}}`:                 "get-bucket-notification-configuration",
		`{"DomainId": "d-1", "SpaceArn": "arn:aws:sagemaker:eu-central-1:111122223333:space/d-1/s", "SpaceName": "s", "SpaceSettings": {"AppType": "JupyterLab"}}`: "describe-space",
		`{"Buckets": [], "Owner": {"ID": "1"}}`:                              "list-buckets",
		`{"Owner": {"ID": "1"}, "Grants": [{"Permission": "FULL_CONTROL"}]}`: "get-bucket-acl",
	}
	for _, answer := range slices.Concat(mistakable(), unneeded()) {
		made := map[string]any{}
		for name, kind := range answer.members {
			made[name] = map[source.Kind]any{source.String: "text", source.Array: []any{}, source.Object: map[string]any{}, source.Bool: true}[kind]
		}
		data, err := json.Marshal(made)
		if err != nil {
			t.Fatal(err)
		}
		samples[string(data)] = answer.call
	}
	for _, name := range []string{"list-key-policies.json", "111122223333/eu-central-1/kms/keys/0a000000-0000-4000-8000-000000000001/policies.json"} {
		want := "ignored " + name + ": the answer of list-key-policies, which is not needed"
		if got := outline(readText(filesystem.File{Name: name, Data: []byte(`{"PolicyNames": ["default"]}`)})); got != want {
			t.Errorf("got %s\nwant %s", got, want)
		}
	}
	for text, want := range map[string]string{
		`{"PolicyNames": ["default"]}`: "inline-policies 1:1",
		`{"Users": [], "Roles": [{"RoleName": "A", "RoleId": "AROA1", "Arn": "arn:aws:iam::111122223333:role/A"}]}`: "role 1:25",
	} {
		if got := outline(readText(filesystem.File{Name: "list-role-policies.json", Data: []byte(text)})); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	for text, call := range samples {
		for _, in := range []filesystem.File{
			{Name: "a.json"}, {Name: "a.json", Named: true}, {Name: "111122223333/eu-central-1/s3/bucket/a.json"}, {Name: "111122223333/eu-central-1/sagemaker/a.json"},
			{Name: "111122223333/eu-central-1/kms/a.json"},
		} {
			in.Data = []byte(text)
			want := fmt.Sprintf("ignored %s: the answer of %s, which is not needed", in.Name, call)
			if got := outline(readText(in)); got != want {
				t.Errorf("%s: got %s\nwant %s", text, got, want)
			}
		}
	}
}

// TestFailedCalls saves what a call that failed leaves behind: the report says
// which call it was, and an error that says that there is nothing is an answer.
func TestFailedCalls(t *testing.T) {
	const bucket, key = "111122223333/eu-central-1/s3/data/", "111122223333/eu-central-1/kms/keys/0a000000-0000-4000-8000-000000000001/"
	cli := func(code, operation string) string {
		return fmt.Sprintf("\nAn error occurred (%s) when calling the %s operation: no", code, operation)
	}
	failed := func(name, call, code string) string {
		return fmt.Sprintf("problem %s:1:1: %s failed with %s: the file holds no document; fix the cause and save the answer again", name, call, code)
	}
	empty := func(name, call string) string {
		return fmt.Sprintf("problem %s:1:1: the file is empty: %s printed nothing, so it failed; run it again and save its answer", name, call)
	}
	const nothing = "problem %s:1:1: the file is empty: %s failed: if the error was NoSuchBucketPolicy or NoSuchTagSet, save {}; otherwise the call was not allowed, so run it again"
	cases := []struct{ name, text, want string }{
		{"get-key-policy.json", "", empty("get-key-policy.json", "get-key-policy")},
		{"get_key_policy.json", " \r\n", empty("get_key_policy.json", "get-key-policy")},
		{"prod-describe-domain.txt", "", empty("prod-describe-domain.txt", "describe-domain")},
		{"kms.GetKeyPolicy_1.json", "\xff\xfe", empty("kms.GetKeyPolicy_1.json", "get-key-policy")},
		{key + "policy.json", "", empty(key+"policy.json", "get-key-policy")},
		{key + "key.json", "", empty(key+"key.json", "describe-key")},
		{key + "grants.json", "", empty(key+"grants.json", "list-grants")},
		{"111122223333/iam/account-authorization-details.json", "", empty("111122223333/iam/account-authorization-details.json", "get-account-authorization-details")},
		{"111122223333/eu-central-1/sagemaker/domains/d-1.json", "", empty("111122223333/eu-central-1/sagemaker/domains/d-1.json", "describe-domain")},
		{"111122223333/eu-central-1/sagemaker/user-profiles/d-1/a.json", "", empty("111122223333/eu-central-1/sagemaker/user-profiles/d-1/a.json", "describe-user-profile")},
		{bucket + "encryption.json", "", empty(bucket+"encryption.json", "get-bucket-encryption")},
		{bucket + "policy.json", "", fmt.Sprintf(nothing, bucket+"policy.json", "get-bucket-policy")},
		{"get-bucket-policy.json", "", fmt.Sprintf(nothing, "get-bucket-policy.json", "get-bucket-policy")},
		{"get-bucket-tagging.json", "", fmt.Sprintf(nothing, "get-bucket-tagging.json", "get-bucket-tagging")},
		{bucket + "versioning.json", "", "ignored " + bucket + "versioning.json: what get-bucket-versioning gives is not needed"},
		{"get-bucket-logging.json", "", "ignored get-bucket-logging.json: what get-bucket-logging gives is not needed"},
		{"list-buckets.json", "", "ignored list-buckets.json: what list-buckets gives is not needed"},
		{"notes.txt", "", "ignored notes.txt: the file is empty: if the output of a call was saved here, the call failed; run it again"},

		{"a.json", cli("AccessDenied", "GetBucketPolicy"), failed("a.json", "get-bucket-policy", "AccessDenied")},
		{"a.json", cli("NotFoundException", "DescribeKey"), failed("a.json", "describe-key", "NotFoundException")},
		{"a.json", cli("NoSuchEntity", "GetRolePolicy"), failed("a.json", "get-role-policy", "NoSuchEntity")},
		{"a.json", cli("NoSuchPublicAccessBlockConfiguration", "GetPublicAccessBlock"), "public-access-not-blocked 1:1"},
		{"a.json", cli("NoSuchAccessPointPolicy", "GetAccessPointPolicy"), "access-point-without-policy 1:1"},
		{"1111/x/" + "a.json", cli("NoSuchAccessPoint", "GetAccessPoint"), failed("1111/x/a.json", "get-access-point", "NoSuchAccessPoint")},
		{"describe-domain.json", "Unable to locate credentials. You can configure credentials by running \"aws configure\".", "problem describe-domain.json:1:1: describe-domain failed (Unable to locate credentials. You can configure credentials by running \"aws configure\".): the file holds no document; fix the cause and save the answer again"},
		{"get-role.json", `{"Error": {"Code": "AccessDenied", "Message": "no"}}`, failed("get-role.json", "get-role", "AccessDenied")},
		{"get-role.json", `{"__type": "com.amazonaws#ThrottlingException", "message": "no"}`, failed("get-role.json", "get-role", "ThrottlingException")},

		{bucket + "policy.json", cli("NoSuchBucketPolicy", "GetBucketPolicy"), "bucket-without-policy 1:1"},
		{"a.json", cli("NoSuchBucketPolicy", "GetBucketPolicy"), "bucket-without-policy 1:1"},
		{"a.xml.txt", "<?xml version=\"1.0\"?>\n<Error><Code>NoSuchBucketPolicy</Code><Message>no</Message></Error>", "bucket-without-policy 1:1"},
		{"a.json", `{"Error": {"Code": "NoSuchBucketPolicy"}}`, "bucket-without-policy 1:1"},
		{"a.json", `{"status_code": 404, "data": {"Error": {"Code": "NoSuchBucketPolicy"}}}`, "bucket-without-policy 1:1"},
		{"get-bucket-policy.json", "{}", "bucket-without-policy 1:1"},
		{"get-bucket-policy.json", "null", "bucket-without-policy 1:1"},
		{bucket + "policy.json", `{"Policy": ""}`, "bucket-without-policy 1:1"},
		{bucket + "policy.json", `{"Policy": null}`, "bucket-without-policy 1:1"},
		{"a.json", cli("NoSuchTagSet", "GetBucketTagging"), "bucket-without-tags 1:1"},
		{"a.json", cli("ServerSideEncryptionConfigurationNotFoundError", "GetBucketEncryption"), "bucket-without-encryption 1:1"},
		{key + "tags.json", `{"Tags": []}`, "key-tags 1:1"},
		{key + "tags.json", `{"Tags": [], "Truncated": false}`, "key-tags 1:1"},
	}
	for _, c := range cases {
		if got := outline(readText(filesystem.File{Name: c.name, Data: []byte(c.text)})); got != c.want {
			t.Errorf("%s %q: got\n%s\nwant\n%s", c.name, c.text, got, c.want)
		}
	}
}

// TestUnneededIsDocumented finds every call of the table in docs/formats.md.
func TestUnneededIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../docs/formats.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, answer := range slices.Concat(mistakable(), unneeded()) {
		if !strings.Contains(string(page), answer.call) {
			t.Errorf("%s is not needed, and docs/formats.md does not say so", answer.call)
		}
	}
}
