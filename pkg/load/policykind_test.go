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
			"problem r/p.json:1:1: this document was checked alone, since its role B is not among the documents that were read: export it with get-role\n"},
		{"an inline policy of the role beside it", domain + role + "-- r/p.json --\n" + `{"RoleName": "A", "PolicyName": "P", "PolicyDocument": ` + nobodys + "}\n", "", "identity policy of \"arn:aws:iam::111122223333:role/A\"\n"},
		{"an inline policy in another account's folder", domain + role + "-- 444455556666/p.json --\n" + `{"RoleName": "A", "PolicyName": "P", "PolicyDocument": ` + nobodys + "}\n", "", identity +
			"problem 444455556666/p.json:1:1: this document was checked alone, since its role A is of another account, or there are several of that name: say which under documents: in the config\n"},
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
