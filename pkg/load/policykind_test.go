package load

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// policiesRead says of each policy of what kind it was taken, and whose.
func policiesRead(result *Result) string {
	var b strings.Builder
	for _, policy := range result.Snapshot.Policies {
		fmt.Fprintf(&b, "%s of %q\n", policy.Kind, policy.Owner)
	}
	for _, ignored := range result.Ignored {
		fmt.Fprintf(&b, "ignored %s: %s\n", ignored.File, ignored.Reason)
	}
	for _, problem := range result.Problems {
		fmt.Fprintf(&b, "problem %s\n", problem)
	}
	return b.String()
}

func TestPolicyKind(t *testing.T) {
	const (
		domain   = "-- d.json --\n" + `{"DomainId": "d-1", "DomainArn": "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1"}` + "\n"
		keyID    = "0a000000-0000-4000-8000-000000000001"
		key      = "arn:aws:kms:eu-central-1:111122223333:key/" + keyID
		nobodys  = `{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}` + "\n"
		queue    = `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-central-1:111122223333:q"}]}` + "\n"
		role     = "-- r/role.json --\n" + `{"Role": {"RoleName": "A", "Arn": "arn:aws:iam::111122223333:role/A"}}` + "\n"
		identity = "identity policy of \"\"\n"
	)
	cases := []struct{ name, archive, owner, want string }{
		{"a key policy without principals in its folder", "-- 111122223333/eu-central-1/kms/keys/" + keyID + "/policy.json --\n" + nobodys, "", "key policy of \"" + key + "\"\n"},
		{"a key policy that speaks of S3 first", "-- 111122223333/eu-central-1/kms/keys/" + keyID + "/policy.json --\n" + `{"Policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]}"}` + "\n", "", "key policy of \"" + key + "\"\n"},
		{"the policy of a domain's bucket by its file's name", domain + "-- 111122223333_sagemaker-eu-central-1-111122223333_policy.json --\n" + `{"Policy": "{\"Statement\": [{\"Effect\": \"Deny\", \"Principal\": \"*\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]}"}` + "\n", "", "bucket policy of \"arn:aws:s3:::sagemaker-eu-central-1-111122223333\"\n"},
		{"a bucket policy without principals in its folder", "-- 111122223333/eu-central-1/s3/data/policy.json --\n" + nobodys, "", "bucket policy of \"arn:aws:s3:::data\"\n"},
		{"an identity policy in a folder that is called keys", "-- keys/team/readers.json --\n" + nobodys, "", identity},
		{"an identity policy beside a key", "-- keys/" + keyID + "/readers.json --\n" + nobodys, "", identity},
		{"a key policy without principals by the config", "-- p.json --\n" + nobodys, key, "key policy of \"" + key + "\"\n"},
		{"a bucket policy without principals by the config", "-- p.json --\n" + nobodys, "arn:aws:s3:::data", "bucket policy of \"arn:aws:s3:::data\"\n"},
		{"a quoted policy with a trailing comma", domain + "-- p.json --\n" + `{"Policy": "{\"Statement\": [{\"Effect\": \"Allow\"},]}"}` + "\n", "", "problem p.json:1:53: not valid JSON: invalid character ',' at start of value; nothing follows this comma: remove it\n"},
		{"the policy of a queue", domain + "-- q.json --\n" + queue, "", "ignored q.json: a resource policy of sqs, which canvaslint does not check\n"},
		{"the policy of a queue alone", "-- q.json --\n" + queue, "", "ignored q.json: a resource policy of sqs, which canvaslint does not check\n"},
		{"the answer of lambda get-policy", domain + "-- l.json --\n" + `{"Policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"s3.amazonaws.com\"}, \"Action\": \"lambda:InvokeFunction\", \"Resource\": \"*\"}]}", "RevisionId": "1"}` + "\n", "", "ignored l.json: a resource policy of lambda, which canvaslint does not check\n"},
		{"a trust policy with a resource", "-- t.json --\n" + `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"}]}` + "\n", "", "trust policy of \"\"\n"},
		{"an inline policy of another role beside the only one", domain + role + "-- r/p.json --\n" + `{"RoleName": "B", "PolicyName": "P", "PolicyDocument": ` + nobodys + "}\n", "", identity +
			"problem r/p.json:1:1: this document was checked alone because its role B was not exported: export it with get-role\n"},
		{"an inline policy of the role beside it", domain + role + "-- r/p.json --\n" + `{"RoleName": "A", "PolicyName": "P", "PolicyDocument": ` + nobodys + "}\n", "", "identity policy of \"arn:aws:iam::111122223333:role/A\"\n"},
		{"an inline policy in another account's folder", domain + role + "-- 444455556666/p.json --\n" + `{"RoleName": "A", "PolicyName": "P", "PolicyDocument": ` + nobodys + "}\n", "", identity +
			"problem 444455556666/p.json:1:1: this document was checked alone because its role A is in another account or has namesakes: name the role under documents: in the config\n"},
	}
	// Policies whose words fit several kinds, in files of every name.
	const everything = `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]}`
	const denied = `{"Statement": [{"Effect": "Deny", "Principal": "*", "NotAction": "kms:*", "Resource": "*"}]}`
	for file, kind := range map[string]string{
		"endpoint.json": "endpoint policy", "vpce-policy.json": "endpoint policy", "endpoints/s3.json": "bucket policy", "vpc-endpoints/p.json": "endpoint policy",
		"get-key-policy.json": "key policy", "kms.GetKeyPolicy_1.json": "key policy", "app-key.json": "key policy", "kms/p.json": "key policy",
		"get-bucket-policy.json": "bucket policy", "s3/policy.json": "bucket policy", "data-bucket.json": "bucket policy",
		"trust.json": "trust policy", "p.json": "resource policy", "policies/p.json": "resource policy",
	} {
		for _, text := range []string{everything, denied} {
			cases = append(cases, struct{ name, archive, owner, want string }{file, "-- " + file + " --\n" + text + "\n", "", kind + " of \"\"\n"})
		}
	}
	for _, c := range []struct{ name, file, text, want string }{
		{"the answer of get-key-policy", "a.json", `{"Policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"*\", \"Resource\": \"*\"}]}", "PolicyName": "default"}`, "key policy"},
		{"a resource control policy of several services", "a.json", `{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": ["s3:*", "kms:*"], "Resource": "*"}]}`, "resource control policy"},
		{"one of S3 by its name", "rcp-s3.json", `{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}`, "resource control policy"},
		{"an S3 endpoint's", "s3-endpoint.json", `{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"}]}`, "endpoint policy"},
		{"a bucket's that lets an endpoint through", "bucket-with-endpoint.json", `{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*", "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}}]}`, "bucket policy"},
	} {
		cases = append(cases, struct{ name, archive, owner, want string }{c.name, "-- " + c.file + " --\n" + c.text + "\n", "", c.want + " of \"\"\n"})
	}
	const network = `{"DomainId": "d-1", "DomainArn": "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1", "AppNetworkAccessType": "%s"}`
	const lost = "problem endpoint.json:1:1: nothing says which VPC endpoint this document belongs to: it was checked alone; save describe-vpc-endpoints, which holds the policies of all\n"
	for access, problem := range map[string]string{"VpcOnly": lost, "PublicInternetOnly": ""} {
		cases = append(cases, struct{ name, archive, owner, want string }{
			"an endpoint's policy beside a domain that is " + access, "-- d.json --\n" + fmt.Sprintf(network, access) + "\n-- endpoint.json --\n" + everything + "\n", "",
			"endpoint policy of \"\"\n" + problem,
		})
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			options := Options{}
			if c.owner != "" {
				options.Owners = map[string]string{"p.json": c.owner}
				options.OwnerAt = map[string]source.Span{}
			}
			result, _ := loadFiles(t, c.archive, options)
			got := policiesRead(result)
			got = strings.ReplaceAll(got, "problem , ", "problem ")
			if lines := slices.Collect(strings.Lines(got)); result.Files == 0 && len(lines) > 0 {
				got = strings.Join(lines[:len(lines)-1], "") // nothing was checked
			}
			if got != c.want {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
		})
	}
}
