package load

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// attributeCase is an attribute of a resource in a format that can carry it:
// the documents of one export, for one of two values of the same length.
type attributeCase struct {
	name string
	// files are those of one export, by their names below its folder; VALUE is
	// the value, and TIME the time at which it was captured, where the format has one.
	files map[string]string
	one   string
	other string
	// state says what is known of the attribute: "disputed", or a value.
	state func(s *snapshot.Snapshot) string
	// timed says that TIME stands in the files.
	timed bool
}

const (
	testKey  = "0a000000-0000-4000-8000-000000000001"
	testRole = "arn:aws:iam::111122223333:role/Canvas"
)

// statement is a policy of one action, as JSON.
func statement(action, more string) string {
	return `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", ` + more + `"Action": "` + action + `", "Resource": "*"}]}`
}

// quoted puts a document into a JSON string.
func quoted(text string) string { return fmt.Sprintf("%q", text) }

func policyState(p *snapshot.Policy) string {
	switch {
	case p == nil:
		return "none"
	case len(p.Guards) > 0 || p.Unread != "":
		return "disputed"
	}
	return p.Policy().Statements[0].Actions[0].Text
}

func settingState(s snapshot.Setting) string {
	if s.IsDisputed() {
		return "disputed"
	}
	return s.Value
}

func guardState(guards []iam.Guards) string {
	for _, g := range guards {
		if len(g) > 0 {
			return "disputed"
		}
	}
	return "sure"
}

func attributeCases() []attributeCase {
	const home = "111122223333/eu-central-1/"
	everyone := `"Principal": "*", `
	key := func(s *snapshot.Snapshot) *snapshot.Key { return s.Keys[0] }
	role := func(s *snapshot.Snapshot) *snapshot.Role { return s.Role(testRole) }
	bucket := func(s *snapshot.Snapshot) *snapshot.Bucket { return s.Buckets[0] }
	roleDoc := func(members string) map[string]string {
		return map[string]string{"iam/role.json": `{"Role": {"RoleName": "Canvas", "Arn": "` + testRole + `", "AssumeRolePolicyDocument": {"Statement": []}` + members + `}}`}
	}
	detail := func(members string) map[string]string {
		return map[string]string{"iam/details.json": `{"RoleDetailList": [{"RoleName": "Canvas", "Arn": "` + testRole + `", "AssumeRolePolicyDocument": {"Statement": []}, "RolePolicyList": [], "AttachedManagedPolicies": [], "Tags": []` + members + `}], "Policies": []}`}
	}
	keyFile := func(name, text string) map[string]string {
		return map[string]string{home + "kms/keys/" + testKey + "/" + name: text}
	}
	bucketFile := func(name, text string) map[string]string { return map[string]string{home + "s3/data/" + name: text} }
	config := func(kind, id, arn, configuration, more string) map[string]string {
		return map[string]string{"config.json": `{"configurationItems": [{"resourceType": "` + kind + `", "resourceId": "` + id + `", "arn": "` + arn + `", "accountId": "111122223333", "awsRegion": "eu-central-1", "configurationItemStatus": "OK", "configurationItemCaptureTime": "TIME", "configuration": ` + configuration + more + `}]}`}
	}
	keyARN := "arn:aws:kms:eu-central-1:111122223333:key/" + testKey
	domain := func(member string) map[string]string {
		return map[string]string{home + "domain.json": `{"DomainId": "d-1", "DomainArn": "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1", "DefaultUserSettings": {"ExecutionRole": "` + testRole + `"}` + member + `}`}
	}
	profile := func(settings string) map[string]string {
		return map[string]string{home + "domain.json": `{"DomainId": "d-1", "DomainArn": "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1", "DefaultUserSettings": {}}`,
			home + "profile.json": `{"DomainId": "d-1", "UserProfileName": "alice", "UserProfileArn": "arn:aws:sagemaker:eu-central-1:111122223333:user-profile/d-1/alice", "UserSettings": ` + settings + `}`}
	}
	user := func(s *snapshot.Snapshot) *snapshot.UserSettings { return &s.Domains[0].Profiles[0].Settings }
	org := func(files map[string]string) map[string]string {
		files["organization/organization.json"] = `{"Organization": {"Id": "o-1234567890", "MasterAccountId": "999999999999"}}`
		return files
	}
	attachment := func(s *snapshot.Snapshot) string {
		var all []iam.Guards
		for _, target := range s.Organization.Targets {
			for _, p := range target.Policies {
				all = append(all, p.Guards)
			}
		}
		return guardState(all)
	}
	return []attributeCase{
		// What the AWS CLI prints.
		{name: "key state", files: keyFile("key.json", `{"KeyMetadata": {"KeyId": "`+testKey+`", "Arn": "`+keyARN+`", "KeyState": "VALUE"}}`), one: "Enabled ", other: "Disabled", state: func(s *snapshot.Snapshot) string { return settingState(key(s).Status) }},
		{name: "key spec", files: keyFile("key.json", `{"KeyMetadata": {"KeyId": "`+testKey+`", "Arn": "`+keyARN+`", "KeyState": "Enabled", "KeySpec": "VALUE"}}`), one: "RSA_2048", other: "RSA_4096", state: func(s *snapshot.Snapshot) string { return settingState(key(s).Spec) }},
		{name: "key policy", files: keyFile("policy.json", `{"Policy": `+quoted(statement("VALUE", everyone))+`}`), one: "kms:Decrypt", other: "kms:Encrypt", state: func(s *snapshot.Snapshot) string { return policyState(key(s).Policy) }},
		{name: "key rotation", files: keyFile("rotation.json", `{"KeyRotationEnabled": VALUE}`), one: "true ", other: "false", state: func(s *snapshot.Snapshot) string { return settingState(key(s).Rotation) }},
		{name: "key tags", files: keyFile("tags.json", `{"Tags": [{"TagKey": "team", "TagValue": "VALUE"}], "Truncated": false}`), one: "red", other: "dry", state: func(s *snapshot.Snapshot) string { return tagState(key(s).Tags, key(s).TagsKnown) }},
		{name: "key tag there or not", files: keyFile("tags.json", `{"Tags": [VALUE], "Truncated": false}`), one: `{"TagKey": "team", "TagValue": "red"}`, other: strings.Repeat(" ", 36), state: func(s *snapshot.Snapshot) string { return tagState(key(s).Tags, key(s).TagsKnown) }},
		{name: "grant", files: keyFile("grants.json", `{"Grants": [{"KeyId": "`+keyARN+`", "GrantId": "g1", "GranteePrincipal": "`+testRole+`", "Operations": ["VALUE"]}], "Truncated": false}`), one: "Decrypt", other: "Encrypt", state: grantState},
		{name: "grant there or not", files: keyFile("grants.json", `{"Grants": [{"KeyId": "`+keyARN+`", "GrantId": "g0", "GranteePrincipal": "`+testRole+`", "Operations": ["Decrypt"]}VALUE], "Truncated": false}`), one: `, {"KeyId": "` + keyARN + `", "GrantId": "g1", "GranteePrincipal": "` + testRole + `", "Operations": ["Encrypt"]}`, other: strings.Repeat(" ", 183), state: grantState},
		{name: "alias", files: map[string]string{home + "kms/aliases.json": `{"Aliases": [{"AliasName": "alias/app", "AliasArn": "arn:aws:kms:eu-central-1:111122223333:alias/app", "TargetKeyId": "VALUE"}]}`}, one: testKey, other: "0b" + testKey[2:], state: aliasState},
		{name: "alias there or not", files: map[string]string{home + "kms/aliases.json": `{"Aliases": [{"AliasName": "alias/b", "AliasArn": "arn:aws:kms:eu-central-1:111122223333:alias/b", "TargetKeyId": "` + testKey + `"}VALUE]}`}, one: `, {"AliasName": "alias/app", "AliasArn": "arn:aws:kms:eu-central-1:111122223333:alias/app", "TargetKeyId": "` + testKey + `"}`, other: strings.Repeat(" ", 156), state: aliasState},
		{name: "trust policy", files: map[string]string{"iam/role.json": `{"Role": {"RoleName": "Canvas", "Arn": "` + testRole + `", "AssumeRolePolicyDocument": ` + statement("VALUE", everyone) + `}}`}, one: "sts:AssumeRole", other: "sts:TagSession", state: func(s *snapshot.Snapshot) string { return policyState(role(s).Trust) }},
		{name: "boundary", files: roleDoc(`, "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/VALUE"}`), one: "Edge", other: "Wall", state: boundaryState},
		{name: "boundary or none", files: roleDoc(`VALUE`), one: `, "PermissionsBoundary": {"PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/Edge"}`, other: strings.Repeat(" ", 92), state: boundaryState},
		{name: "role tags", files: roleDoc(`, "Tags": [{"Key": "team", "Value": "VALUE"}]`), one: "red", other: "dry", state: func(s *snapshot.Snapshot) string { return tagState(role(s).Tags, role(s).TagsKnown) }},
		{name: "inline policy", files: detail(`, "RolePolicyList": [{"PolicyName": "Own", "PolicyDocument": ` + statement("VALUE", "") + `}]`), one: "kms:Decrypt", other: "kms:Encrypt", state: inlineState},
		{name: "inline policy by get-role-policy", files: map[string]string{"iam/role.json": `{"Role": {"RoleName": "Canvas", "Arn": "` + testRole + `", "AssumeRolePolicyDocument": {"Statement": []}}}`, "iam/Canvas-Own.json": `{"RoleName": "Canvas", "PolicyName": "Own", "PolicyDocument": ` + statement("VALUE", "") + `}`}, one: "kms:Decrypt", other: "kms:Encrypt", state: inlineState},
		{name: "attachment", files: detail(`, "AttachedManagedPolicies": [{"PolicyName": "VALUE", "PolicyArn": "arn:aws:iam::111122223333:policy/VALUE"}]`), one: "Edge", other: "Wall", state: attachedState},
		{name: "attachment by list-attached-role-policies", files: map[string]string{"iam/role.json": `{"Role": {"RoleName": "Canvas", "Arn": "` + testRole + `", "AssumeRolePolicyDocument": {"Statement": []}}}`, "iam/attached-Canvas.json": `{"AttachedPolicies": [{"PolicyName": "VALUE", "PolicyArn": "arn:aws:iam::111122223333:policy/VALUE"}]}`}, one: "Edge", other: "Wall", state: attachedState},
		{name: "managed policy", files: map[string]string{"iam/details.json": `{"RoleDetailList": [], "Policies": [{"PolicyName": "Edge", "Arn": "arn:aws:iam::111122223333:policy/Edge", "DefaultVersionId": "v1", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": ` + statement("VALUE", "") + `}]}]}`}, one: "kms:Decrypt", other: "kms:Encrypt", state: managedState},
		{name: "default version of a managed policy", files: map[string]string{"iam/details.json": `{"RoleDetailList": [], "Policies": [{"PolicyName": "Edge", "Arn": "arn:aws:iam::111122223333:policy/Edge", "DefaultVersionId": "VALUE", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": ` + statement("kms:Decrypt", "") + `}]}]}`}, one: "v1", other: "v2", state: managedState},
		{name: "bucket policy", files: bucketFile("policy.json", `{"Policy": `+quoted(statement("VALUE", everyone))+`}`), one: "s3:GetObject", other: "s3:PutObject", state: func(s *snapshot.Snapshot) string { return policyState(bucket(s).Policy) }},
		{name: "bucket encryption", files: bucketFile("encryption.json", `{"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "VALUE"}}]}}`), one: testKey, other: "0b" + testKey[2:], state: func(s *snapshot.Snapshot) string { return settingState(bucket(s).Key) }},
		{name: "bucket location", files: bucketFile("location.json", `{"LocationConstraint": "VALUE"}`), one: "eu-central-1", other: "eu-central-2", state: func(s *snapshot.Snapshot) string {
			if bucket(s).Region == "" {
				return "disputed"
			}
			return bucket(s).Region
		}},
		{name: "bucket tags", files: bucketFile("tagging.json", `{"TagSet": [{"Key": "team", "Value": "VALUE"}]}`), one: "red", other: "dry", state: func(s *snapshot.Snapshot) string { return tagState(bucket(s).Tags, bucket(s).TagsKnown) }},
		{name: "app key of a domain", files: domain(`, "KmsKeyId": "VALUE"`), one: testKey, other: "0b" + testKey[2:], state: func(s *snapshot.Snapshot) string { return settingState(s.Domains[0].AppKey) }},
		{name: "network of a domain", files: domain(`, "AppNetworkAccessType": "VALUE"`), one: "VpcOnly           ", other: "PublicInternetOnly", state: func(s *snapshot.Snapshot) string { return settingState(s.Domains[0].Network) }},
		{name: "role of a profile", files: profile(`{"ExecutionRole": "arn:aws:iam::111122223333:role/VALUE"}`), one: "Canvas", other: "Canvos", state: func(s *snapshot.Snapshot) string { return settingState(user(s).ExecutionRole) }},
		{name: "storage key of a profile", files: profile(`{"CanvasAppSettings": {"WorkspaceSettings": {"S3KmsKeyId": "VALUE"}}}`), one: testKey, other: "0b" + testKey[2:], state: func(s *snapshot.Snapshot) string { return settingState(user(s).Canvas.Key) }},
		{name: "sharing key of a profile", files: profile(`{"SharingSettings": {"S3KmsKeyId": "VALUE"}}`), one: testKey, other: "0b" + testKey[2:], state: func(s *snapshot.Snapshot) string { return settingState(user(s).Sharing.Key) }},
		{name: "time series of a profile", files: profile(`{"CanvasAppSettings": {"TimeSeriesForecastingSettings": {"Status": "VALUE"}}}`), one: "ENABLED ", other: "DISABLED", state: func(s *snapshot.Snapshot) string { return settingState(user(s).Canvas.TimeSeries.Status) }},
		{name: "key of a job", files: map[string]string{home + "auto-ml-jobs/job.json": `{"AutoMLJobName": "job", "AutoMLJobArn": "arn:aws:sagemaker:eu-central-1:111122223333:automl-job/job", "OutputDataConfig": {"KmsKeyId": "VALUE"}}`}, one: testKey, other: "0b" + testKey[2:], state: func(s *snapshot.Snapshot) string { return settingState(s.Jobs[0].OutputKey) }},
		{name: "endpoint policy", files: map[string]string{home + "ec2/vpc-endpoints.json": `{"VpcEndpoints": [{"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": "com.amazonaws.eu-central-1.s3", "State": "available", "PolicyDocument": ` + quoted(statement("VALUE", everyone)) + `}]}`}, one: "s3:GetObject", other: "s3:PutObject", state: func(s *snapshot.Snapshot) string { return policyState(s.Endpoints[0].Policy) }},
		{name: "organization policy", files: org(map[string]string{"organization/policies/p-stop.json": `{"Policy": {"PolicySummary": {"Id": "p-stop", "Type": "SERVICE_CONTROL_POLICY"}, "Content": ` + quoted(statement("VALUE", "")) + `}}`}), one: "kms:Decrypt", other: "kms:Encrypt", state: func(s *snapshot.Snapshot) string { return policyState(s.Organization.Policies["p-stop"].Policy) }},
		{name: "targets.json", files: org(map[string]string{"organization/targets.json": `{"Targets": [{"TargetId": "111122223333", "Path": ["r-abcd", "111122223333"], "Policies": ["p-VALUE"]}]}`}), one: "stop", other: "halt", state: attachment},
		{name: "list-policies-for-target", files: org(map[string]string{"organization/list-policies-for-target-111122223333.json": `{"Policies": [{"Id": "p-VALUE", "Type": "SERVICE_CONTROL_POLICY"}]}`}), one: "stop", other: "halt", state: attachment},
		{name: "list-targets-for-policy", files: org(map[string]string{"organization/policies/p-stop.json": `{"Policy": {"PolicySummary": {"Id": "p-stop", "Type": "SERVICE_CONTROL_POLICY"}, "Content": ` + quoted(statement("kms:Decrypt", "")) + `}}`, "organization/p-stop-targets.json": `{"Targets": [{"TargetId": "VALUE", "Type": "ACCOUNT"}]}`}), one: "111122223333", other: "444455556666", state: func(s *snapshot.Snapshot) string {
			var all []iam.Guards
			for _, a := range s.Organization.Attachments {
				all = append(all, a.Guards)
			}
			return guardState(all)
		}},
		{name: "list-parents", files: org(map[string]string{"organization/list-parents-111122223333.json": `{"Parents": [{"Id": "VALUE", "Type": "ORGANIZATIONAL_UNIT"}]}`}), one: "ou-abcd-11111111", other: "ou-abcd-22222222", state: func(s *snapshot.Snapshot) string {
			if target := s.Organization.Target("111122223333"); len(target.Path) > 1 {
				return target.Path[0]
			}
			return "disputed"
		}},
		// AWS Config.
		{name: "Config: key state", timed: true, files: config("AWS::KMS::Key", testKey, keyARN, `{"keyState": "VALUE"}`, ""), one: "Enabled ", other: "Disabled", state: func(s *snapshot.Snapshot) string { return settingState(key(s).Status) }},
		{name: "Config: key policy", timed: true, files: config("AWS::KMS::Key", testKey, keyARN, `{"keyState": "Enabled"}`, `, "supplementaryConfiguration": {"Policy": `+quoted(statement("VALUE", everyone))+`}`), one: "kms:Decrypt", other: "kms:Encrypt", state: func(s *snapshot.Snapshot) string { return policyState(key(s).Policy) }},
		{name: "Config: bucket policy", timed: true, files: config("AWS::S3::Bucket", "data", "arn:aws:s3:::data", `{"name": "data"}`, `, "supplementaryConfiguration": {"BucketPolicy": {"policyText": `+quoted(statement("VALUE", everyone))+`}}`), one: "s3:GetObject", other: "s3:PutObject", state: func(s *snapshot.Snapshot) string { return policyState(bucket(s).Policy) }},
		{name: "Config: inline policy", timed: true, files: config("AWS::IAM::Role", "AROAEXAMPLECANVAS001", testRole, `{"arn": "`+testRole+`", "roleName": "Canvas", "assumeRolePolicyDocument": "%7B%22Statement%22%3A%5B%5D%7D", "attachedManagedPolicies": [], "rolePolicyList": [{"policyName": "Own", "policyDocument": `+statement("VALUE", "")+`}]}`, ""), one: "kms:Decrypt", other: "kms:Encrypt", state: inlineState},
		{name: "Config: app key of a domain", timed: true, files: config("AWS::SageMaker::Domain", "d-1", "arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1", `{"DomainId": "d-1", "KmsKeyId": "VALUE", "DefaultUserSettings": {}}`, ""), one: testKey, other: "0b" + testKey[2:], state: func(s *snapshot.Snapshot) string { return settingState(s.Domains[0].AppKey) }},
		{name: "Config: alias", timed: true, files: config("AWS::KMS::Alias", "alias/app", "arn:aws:kms:eu-central-1:111122223333:alias/app", `{"AliasName": "alias/app", "TargetKeyId": "VALUE"}`, ""), one: testKey, other: "0b" + testKey[2:], state: aliasState},
		// iam-collect.
		{name: "iam-collect: key policy", files: map[string]string{"aws/aws/accounts/111122223333/kms/eu-central-1/key/" + testKey + "/policy.json": statement("VALUE", everyone)}, one: "kms:Decrypt", other: "kms:Encrypt", state: func(s *snapshot.Snapshot) string { return policyState(key(s).Policy) }},
		{name: "iam-collect: inline policy", files: map[string]string{"aws/aws/accounts/111122223333/iam/role/canvas/metadata.json": `{"arn": "` + testRole + `", "name": "Canvas"}`, "aws/aws/accounts/111122223333/iam/role/canvas/inline-policies.json": `[{"PolicyName": "Own", "PolicyDocument": ` + statement("VALUE", "") + `}]`}, one: "kms:Decrypt", other: "kms:Encrypt", state: inlineState},
		{name: "iam-collect: organization policy", files: map[string]string{"aws/aws/organizations/o-1/scps/p-stop/policy.json": statement("VALUE", "")}, one: "kms:Decrypt", other: "kms:Encrypt", state: func(s *snapshot.Snapshot) string { return policyState(s.Organization.Policies["p-stop"].Policy) }},
		{name: "iam-collect: attachment to an account", files: map[string]string{"aws/aws/organizations/o-1/accounts.json": `{"111122223333": {"ou": "r-abcd", "scps": ["arn:aws:organizations::999999999999:policy/o-1/service_control_policy/p-VALUE"], "rcps": []}}`}, one: "stop", other: "halt", state: attachment},
		// Steampipe.
		{name: "Steampipe: key policy", files: map[string]string{"keys.json": `[{"arn": "` + keyARN + `", "id": "` + testKey + `", "key_state": "Enabled", "policy": ` + statement("VALUE", everyone) + `}]`}, one: "kms:Decrypt", other: "kms:Encrypt", state: func(s *snapshot.Snapshot) string { return policyState(key(s).Policy) }},
		{name: "Steampipe: key state", files: map[string]string{"keys.json": `[{"arn": "` + keyARN + `", "id": "` + testKey + `", "key_state": "VALUE", "key_manager": "CUSTOMER"}]`}, one: "Enabled ", other: "Disabled", state: func(s *snapshot.Snapshot) string { return settingState(key(s).Status) }},
	}
}

func tagState(tags map[string]string, known bool) string {
	if !known {
		return "disputed"
	}
	return tags["team"]
}

func grantState(s *snapshot.Snapshot) string {
	var all []iam.Guards
	for _, g := range s.Keys[0].Grants {
		all = append(all, g.Guards)
	}
	return guardState(all)
}

func aliasState(s *snapshot.Snapshot) string {
	for _, alias := range s.Aliases {
		if iam.IsDisputed(alias.Target) {
			return "disputed"
		}
	}
	return s.Aliases[len(s.Aliases)-1].Target
}

func boundaryState(s *snapshot.Snapshot) string {
	var all []iam.Guards
	for _, b := range s.Role(testRole).Boundaries {
		all = append(all, b.Guards)
	}
	return guardState(all)
}

func inlineState(s *snapshot.Snapshot) string { return policyState(s.Role(testRole).Inline[0]) }

func attachedState(s *snapshot.Snapshot) string {
	var all []iam.Guards
	for _, a := range s.Role(testRole).Attached {
		all = append(all, a.Guards)
	}
	return guardState(all)
}

func managedState(s *snapshot.Snapshot) string {
	return policyState(s.Managed["arn:aws:iam::111122223333:policy/Edge"])
}

// export writes an export with a value as an archive below a folder.
func (c attributeCase) export(folder, value, time string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(c.files)) {
		text := strings.ReplaceAll(c.files[name], "VALUE", value)
		fmt.Fprintf(&b, "-- %s/%s --\n%s\n", folder, name, strings.ReplaceAll(text, "TIME", time))
	}
	return b.String()
}

func conflicts(r *Result) []string {
	var found []string
	for _, p := range r.Problems {
		if strings.Contains(p.Message, "differs between") {
			found = append(found, p.String())
		}
	}
	return found
}

// TestConflicts has every attribute in every format that can carry it: the same
// twice is silent, and two values are a problem that names both places, in
// either order of the files, with the same bytes.
func TestConflicts(t *testing.T) {
	for _, c := range attributeCases() {
		t.Run(c.name, func(t *testing.T) {
			const early = "2026-01-01T00:00:00Z"
			when := map[bool]string{true: early}[c.timed]
			if same, _ := loadFiles(t, c.export("a", c.one, when)+c.export("b", c.one, when), Options{}); len(conflicts(same)) > 0 || c.state(same.Snapshot) == "disputed" {
				t.Errorf("the same twice: %q, %s", conflicts(same), c.state(same.Snapshot))
			}
			var said [2]string
			for i, pair := range [][2]string{{c.one, c.other}, {c.other, c.one}} {
				result, _ := loadFiles(t, c.export("a", pair[0], when)+c.export("b", pair[1], when), Options{})
				said[i] = strings.Join(conflicts(result), "\n")
				if !strings.Contains(said[i], "a/") || !strings.Contains(said[i], "b/") || c.state(result.Snapshot) != "disputed" {
					t.Errorf("order %d: %q, %s", i, said[i], c.state(result.Snapshot))
				}
			}
			if said[0] != said[1] && !strings.HasSuffix(c.name, "or not") && !strings.HasSuffix(c.name, "or none") && !memberIsName(c.name) {
				t.Errorf("the order of the files matters:\n%s\n%s", said[0], said[1])
			}
		})
	}
}

// memberIsName tells the attributes whose value names the member in messages.
func memberIsName(name string) bool {
	for _, part := range []string{"attachment", "targets", "list-"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// TestNewerWins has the attributes of formats that tell when they were
// captured, and of exports with a manifest: the newer one counts, a note says
// so, and nothing is in doubt.
func TestNewerWins(t *testing.T) {
	const early, late = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
	manifest := func(folder, when string) string {
		return "-- " + folder + "/manifest.json --\n" + `{"version": 1, "time": "` + when + `", "complete": [], "missing": []}` + "\n"
	}
	for _, c := range attributeCases() {
		t.Run(c.name, func(t *testing.T) {
			alone, _ := loadFiles(t, c.export("a", c.other, early), Options{})
			for _, folders := range [][2]string{{"a", "b"}, {"b", "a"}} {
				archive := c.export(folders[0], c.one, early) + c.export(folders[1], c.other, late)
				if !c.timed {
					archive += manifest(folders[0], early) + manifest(folders[1], late)
				}
				result, _ := loadFiles(t, archive, Options{})
				if got, want := c.state(result.Snapshot), c.state(alone.Snapshot); got != want || len(conflicts(result)) > 0 || len(result.Notes) == 0 {
					t.Errorf("newer in %s: %s, want %s; %q; %q", folders[1], got, want, conflicts(result), result.Notes)
				}
			}
		})
	}
}
