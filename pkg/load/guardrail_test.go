package load

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

// TestGuardrailsInEveryFormat has an organization policy with its targets and the
// policy of an endpoint in each format that can carry them: none is passed over.
func TestGuardrailsInEveryFormat(t *testing.T) {
	const (
		scp       = "p-stop: SERVICE_CONTROL_POLICY, content"
		attached  = scp + "; attached to 111122223333"
		endpoint  = "endpoint vpce-1 in vpc-1, com.amazonaws.eu-central-1.s3, available, policy"
		text      = `{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Deny\", \"Action\": \"kms:*\", \"Resource\": \"*\"}]}`
		object    = `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "kms:*", "Resource": "*"}]}`
		everyone  = `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}`
		policyARN = "arn:aws:organizations::999999999999:policy/o-1/service_control_policy/p-stop"
	)
	item := func(kind, id, configuration string) string {
		return `{"resourceType": "` + kind + `", "resourceId": "` + id + `", "arn": "arn:aws:x::111122223333:` + id + `", "awsRegion": "eu-central-1", "accountId": "111122223333", "configurationItemStatus": "OK", "configurationItemCaptureTime": "2026-01-01T00:00:00Z", "configuration": ` + configuration + `}`
	}
	for name, c := range map[string]struct{ archive, want string }{
		"describe-policy": {"-- p.json --\n" + `{"Policy": {"PolicySummary": {"Id": "p-stop", "Type": "SERVICE_CONTROL_POLICY"}, "Content": "` + text + `"}}`, scp},
		"list-targets-for-policy": {"-- p.json --\n" + `{"Policy": {"PolicySummary": {"Id": "p-stop", "Type": "SERVICE_CONTROL_POLICY"}, "Content": "` + text + `"}}` +
			"\n-- p-stop-targets.json --\n" + `{"Targets": [{"TargetId": "111122223333"}]}`, attached},
		"Steampipe":                            {"-- p.json --\n" + `[{"id": "p-stop", "arn": "` + policyARN + `", "type": "SERVICE_CONTROL_POLICY", "aws_managed": false, "content": ` + object + `}]`, scp},
		"Steampipe, content as text":           {"-- p.json --\n" + `[{"id": "p-stop", "arn": "` + policyARN + `", "type": "SERVICE_CONTROL_POLICY", "content": "` + text + `"}]`, scp},
		"Steampipe, targets":                   {"-- p.json --\n" + `[{"id": "p-stop", "arn": "` + policyARN + `", "type": "SERVICE_CONTROL_POLICY", "content": ` + object + `, "target_id": "111122223333"}]`, attached},
		"AWS Config":                           {"-- s.json --\n" + `{"configurationItems": [` + item("AWS::Organizations::Policy", "p-stop", `{"Id": "p-stop", "Type": "SERVICE_CONTROL_POLICY", "Content": `+object+`}`) + `]}`, scp},
		"AWS Config, targets":                  {"-- s.json --\n" + `{"configurationItems": [` + item("AWS::Organizations::Policy", "p-stop", `{"Id": "p-stop", "Type": "SERVICE_CONTROL_POLICY", "Content": `+object+`, "TargetIds": ["111122223333"]}`) + `]}`, attached},
		"iam-collect":                          {"-- aws/aws/organizations/o-1/scps/p-stop/policy.json --\n" + object, scp},
		"CloudFormation":                       {"-- t.json --\n" + `{"Resources": {"P": {"Type": "AWS::Organizations::Policy", "Properties": {"Type": "SERVICE_CONTROL_POLICY", "Name": "n", "Content": ` + object + `, "TargetIds": ["111122223333"]}}}}`, strings.ReplaceAll(attached, "p-stop", "{P}")},
		"describe-vpc-endpoints":               {"-- e.json --\n" + `{"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.eu-central-1.s3", "State": "available", "PolicyDocument": ` + everyone + `}]}`, endpoint},
		"Steampipe, endpoint":                  {"-- e.json --\n" + `[{"vpc_endpoint_id": "vpce-1", "vpc_id": "vpc-1", "service_name": "com.amazonaws.eu-central-1.s3", "state": "available", "policy": ` + everyone + `, "account_id": "111122223333", "region": "eu-central-1"}]`, endpoint},
		"AWS Config, endpoint":                 {"-- s.json --\n" + `{"configurationItems": [` + item("AWS::EC2::VPCEndpoint", "vpce-1", `{"vpcEndpointId": "vpce-1", "vpcId": "vpc-1", "serviceName": "com.amazonaws.eu-central-1.s3", "state": "available", "policyDocument": `+everyone+`}`) + `]}`, endpoint},
		"AWS Config, endpoint, as AWS":         {"-- s.json --\n" + `{"configurationItems": [` + item("AWS::EC2::VPCEndpoint", "vpce-1", `{"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.eu-central-1.s3", "State": "available", "PolicyDocument": `+everyone+`}`) + `]}`, endpoint},
		"Steampipe, AWS's own without content": {"-- p.json --\n" + `[{"id": "p-FullAWSAccess", "arn": "` + policyARN + `", "type": "SERVICE_CONTROL_POLICY", "aws_managed": true}]`, "p-FullAWSAccess: SERVICE_CONTROL_POLICY, no content"},
	} {
		result, _ := loadFiles(t, c.archive+"\n", Options{})
		var got []string
		if org := result.Snapshot.Organization; org != nil {
			for _, id := range slices.Sorted(maps.Keys(org.Policies)) {
				p := org.Policies[id]
				got = append(got, fmt.Sprintf("%s: %s, %s", id, p.Type, map[bool]string{true: "content", false: "no content"}[p.Policy != nil]))
			}
			for _, a := range org.Attachments {
				got = append(got, "attached to "+a.Target)
			}
		}
		for _, e := range result.Snapshot.Endpoints {
			got = append(got, fmt.Sprintf("endpoint %s in %s, %s, %s, %s", e.ID, e.VPC, e.Service, e.Status.Value, map[bool]string{true: "policy", false: "no policy"}[e.Policy != nil]))
		}
		if text := strings.Join(got, "; "); text != c.want || len(result.Problems) > 0 {
			t.Errorf("%s:\ngot  %s\nwant %s\n%v", name, text, c.want, result.Problems)
		}
	}
}
