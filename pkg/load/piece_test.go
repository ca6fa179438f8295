package load

import "testing"

// TestPieces adds a policy by a template, or by a plan, to a role that an
// export describes.
func TestPieces(t *testing.T) {
	const (
		export = "-- details.json --\n" + `{"RoleDetailList": [{"RoleName": "Canvas", "Arn": "arn:aws:iam::111122223333:role/service-role/Canvas", "AssumeRolePolicyDocument": {"Statement": []}, "RolePolicyList": [{"PolicyName": "Own", "PolicyDocument": {"Statement": []}}], "AttachedManagedPolicies": []}], "Policies": []}` + "\n"
		stack  = "-- stack.json --\n" + `{"Resources": {"P": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "Extra", "Roles": ["Canvas"], "PolicyDocument": {"Statement": []}}}}}` + "\n"
		again  = "-- stack.json --\n" + `{"Resources": {"P": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyName": "Own", "Roles": ["Canvas"], "PolicyDocument": {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}}}}}` + "\n"
		plan   = "-- plan.json --\n" + `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy", "name": "p", "values": {"name": "Extra", "role": "Canvas", "policy": "{\"Statement\": []}"}}]}}}` + "\n"
		whole  = "complete 111122223333/iam/roles true\n"
		here   = "note Templates that do not say where they are deployed are treated as stacks of one account and one Region; --account and --region can tell.\n"
		region = "note Templates that do not say where they are deployed are treated as stacks of one account and one Region; --region can tell.\n"
	)
	account := map[string]string{"AWS::AccountId": "111122223333"}
	cases := []struct {
		name, archive string
		parameters    map[string]string
		want          string
	}{
		{"the account is given", export + stack, account, whole + "role Canvas: inline 2, attached 0, known true\n" + region},
		{"the account is another", export + stack, map[string]string{"AWS::AccountId": "444455556666"}, whole + "role Canvas: inline 1, attached 0, known true\nrole Canvas: inline 1, attached 0, known false\n" + region},
		{"the account is not known", export + stack, nil, whole + "role Canvas: inline 2, attached 0, known true\n" + here},
		{"a policy of the same name", export + again, account, whole + "role Canvas: inline 1, attached 0, known true\nproblem stack.json:1:125: the policy Own of the role arn:aws:iam::111122223333:role/service-role/Canvas differs between details.json:1:211 and stack.json:1:125, and nothing shows which is newer: what depends on it is unknown; remove the outdated one\n" + region},
		{"a plan", export + plan, nil, whole + "role Canvas: inline 2, attached 0, known true\n"},
		{"a template alone", stack, nil, "role Canvas: inline 1, attached 0, known false\n" + here},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, got := loadFiles(t, c.archive, Options{Parameters: c.parameters}); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}
