package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	organizationstypes "github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	s3controltypes "github.com/aws/aws-sdk-go-v2/service/s3control/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	sagemakertypes "github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

const region = "eu-central-1"

// motoAccount is an account that was built on moto, with what was put in.
type motoAccount struct {
	t        *testing.T
	url      string
	id       string // of the member account that holds everything
	config   aws.Config
	keys     map[string]string // ARN by alias
	policies map[string]string // key policies by alias
	domain   string
	scp      string
	bucket   string
	settings string
	alias    string // of an access point
}

// must gives a value that building an account cannot do without.
func must[T any](t *testing.T, what string) func(T, error) T {
	t.Helper()
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		return value
	}
}

func awsConfig(endpoint, key, secret string) aws.Config {
	return aws.Config{Region: region, BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider(key, secret, "")}
}

func (a *motoAccount) role(name string) string { return "arn:aws:iam::" + a.id + ":role/" + name }

func (a *motoAccount) s3() *s3.Client {
	return s3.NewFromConfig(a.config, func(o *s3.Options) { o.UsePathStyle = true })
}

// buildAccount makes a member account of an organization with a domain that has
// all Canvas settings, and three mistakes: the storage key does not let the
// role generate data keys, the organization denies deletions, and the bucket's
// default key is not the storage key.
func buildAccount(t *testing.T, endpoint string) *motoAccount {
	t.Helper()
	ctx := context.Background()
	management := awsConfig(endpoint, "AKIAMANAGEMENT000000", "secret")
	orgs := organizations.NewFromConfig(management)
	must[*organizations.CreateOrganizationOutput](t, "create the organization")(orgs.CreateOrganization(ctx, &organizations.CreateOrganizationInput{FeatureSet: "ALL"}))
	created := must[*organizations.CreateAccountOutput](t, "create the account")(orgs.CreateAccount(ctx, &organizations.CreateAccountInput{AccountName: aws.String("canvas"), Email: aws.String("canvas@example.com")}))
	a := &motoAccount{t: t, url: endpoint, id: *created.CreateAccountStatus.AccountId, keys: map[string]string{}, policies: map[string]string{}, settings: canvasSettings}
	a.config = management.Copy()
	a.config.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(management), a.role("OrganizationAccountAccessRole")))
	a.bucket = "sagemaker-" + region + "-" + a.id
	a.roles(ctx)
	for _, alias := range []string{"app", "storage", "data"} {
		a.key(ctx, alias)
	}
	a.buckets(ctx)
	a.sagemaker(ctx)

	root := must[*organizations.ListRootsOutput](t, "list the roots")(orgs.ListRoots(ctx, &organizations.ListRootsInput{})).Roots[0]
	must[*organizations.EnablePolicyTypeOutput](t, "enable SCPs")(orgs.EnablePolicyType(ctx, &organizations.EnablePolicyTypeInput{RootId: root.Id, PolicyType: organizationstypes.PolicyTypeServiceControlPolicy}))
	scp := must[*organizations.CreatePolicyOutput](t, "create the SCP")(orgs.CreatePolicy(ctx, &organizations.CreatePolicyInput{
		Name: aws.String("KeepObjects"), Description: aws.String("-"), Type: organizationstypes.PolicyTypeServiceControlPolicy, Content: aws.String(scpText),
	}))
	a.scp = *scp.Policy.PolicySummary.Id
	must[*organizations.AttachPolicyOutput](t, "attach the SCP")(orgs.AttachPolicy(ctx, &organizations.AttachPolicyInput{PolicyId: &a.scp, TargetId: &a.id}))
	return a
}

const scpText = `{"Version":"2012-10-17","Statement":[{"Sid":"KeepObjects","Effect":"Deny","Action":"s3:DeleteObject","Resource":"*"}]}`

const trustText = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// inlineText has signs that must survive being URL-encoded.
const inlineText = `{"Version":"2012-10-17","Statement":[{"Sid":"Data","Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:DeleteObject","s3:ListBucket","s3:GetBucketLocation"],"Resource":["arn:aws:s3:::sagemaker-*","arn:aws:s3:::acme-datasets/*"],"Condition":{"StringNotEquals":{"aws:PrincipalTag/a+b c":"100%25 é"}}}]}`

const attachedText = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:DescribeKey","Resource":"*"}]}`

const boundaryText = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["kms:*","s3:*","sagemaker:*"],"Resource":"*"}]}`

func (a *motoAccount) roles(ctx context.Context) {
	api := iam.NewFromConfig(a.config)
	policy := func(name, text string) *string {
		return must[*iam.CreatePolicyOutput](a.t, "create a policy")(api.CreatePolicy(ctx, &iam.CreatePolicyInput{PolicyName: &name, PolicyDocument: &text})).Policy.Arn
	}
	attached, boundary := policy("Describe", attachedText), policy("Boundary", boundaryText)
	for _, name := range []string{"Canvas", "Forecast"} {
		must[*iam.CreateRoleOutput](a.t, "create a role")(api.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(trustText), PermissionsBoundary: boundary}))
	}
	must[*iam.PutRolePolicyOutput](a.t, "put the inline policy")(api.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: aws.String("Canvas"), PolicyName: aws.String("in+line"), PolicyDocument: aws.String(inlineText)}))
	must[*iam.AttachRolePolicyOutput](a.t, "attach the policy")(api.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: aws.String("Canvas"), PolicyArn: attached}))
	must[*iam.CreateRoleOutput](a.t, "create another role")(api.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("Unrelated"), AssumeRolePolicyDocument: aws.String(trustText)}))
}

func (a *motoAccount) key(ctx context.Context, alias string) {
	api := kms.NewFromConfig(a.config)
	use := `"kms:Decrypt","kms:Encrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:CreateGrant","kms:DescribeKey"`
	if alias == "storage" {
		use = `"kms:Decrypt","kms:Encrypt"`
	}
	policy := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"Admin","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::%s:root"},"Action":["kms:PutKeyPolicy","kms:GetKeyPolicy","kms:Describe*","kms:List*"],"Resource":"*"},{"Sid":"Use","Effect":"Allow","Principal":{"AWS":%q},"Action":[%s],"Resource":"*"}]}`, a.id, a.role("Canvas"), use)
	key := must[*kms.CreateKeyOutput](a.t, "create a key")(api.CreateKey(ctx, &kms.CreateKeyInput{
		Policy: &policy, Description: &alias, KeyUsage: "ENCRYPT_DECRYPT", MultiRegion: aws.Bool(false), Tags: []kmstypes.Tag{{TagKey: aws.String("use"), TagValue: &alias}},
	})).KeyMetadata
	must[*kms.CreateAliasOutput](a.t, "create an alias")(api.CreateAlias(ctx, &kms.CreateAliasInput{AliasName: aws.String("alias/" + alias), TargetKeyId: key.KeyId}))
	must[*kms.CreateGrantOutput](a.t, "create a grant")(api.CreateGrant(ctx, &kms.CreateGrantInput{
		KeyId: key.KeyId, GranteePrincipal: aws.String(a.role("Other")), Name: &alias, Operations: []kmstypes.GrantOperation{"Decrypt"},
		Constraints: &kmstypes.GrantConstraints{EncryptionContextSubset: map[string]string{"Department": "IT"}},
	}))
	must[*kms.EnableKeyRotationOutput](a.t, "rotate")(api.EnableKeyRotation(ctx, &kms.EnableKeyRotationInput{KeyId: key.KeyId}))
	a.keys[alias], a.policies[alias] = *key.Arn, policy
}

func (a *motoAccount) bucketPolicy(name string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"Use","Effect":"Allow","Principal":{"AWS":%q},"Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::%s","arn:aws:s3:::%[2]s/*"]}]}`, a.role("Canvas"), name)
}

func (a *motoAccount) buckets(ctx context.Context) {
	api := a.s3()
	for _, name := range []string{a.bucket, "acme-datasets"} {
		must[*s3.CreateBucketOutput](a.t, "create a bucket")(api.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name, CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: region}}))
		must[*s3.PutBucketEncryptionOutput](a.t, "encrypt the bucket")(api.PutBucketEncryption(ctx, &s3.PutBucketEncryptionInput{Bucket: &name, ServerSideEncryptionConfiguration: &s3types.ServerSideEncryptionConfiguration{
			Rules: []s3types.ServerSideEncryptionRule{{ApplyServerSideEncryptionByDefault: &s3types.ServerSideEncryptionByDefault{SSEAlgorithm: "aws:kms", KMSMasterKeyID: aws.String(a.keys["data"])}, BucketKeyEnabled: aws.Bool(true)}},
		}}))
		must[*s3.PutBucketPolicyOutput](a.t, "put the bucket policy")(api.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: &name, Policy: aws.String(a.bucketPolicy(name))}))
	}
	must[*s3.PutBucketTaggingOutput](a.t, "tag the bucket")(api.PutBucketTagging(ctx, &s3.PutBucketTaggingInput{Bucket: &a.bucket, Tagging: &s3types.Tagging{TagSet: []s3types.Tag{{Key: aws.String("z"), Value: aws.String("1")}, {Key: aws.String("a"), Value: aws.String("2")}}}}))
	must[*s3.PutPublicAccessBlockOutput](a.t, "block public access")(api.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{Bucket: &a.bucket, PublicAccessBlockConfiguration: &s3types.PublicAccessBlockConfiguration{
		BlockPublicAcls: aws.Bool(true), IgnorePublicAcls: aws.Bool(true), BlockPublicPolicy: aws.Bool(true), RestrictPublicBuckets: aws.Bool(false),
	}}))
}

// atMoto sends calls of S3 Control to moto, which has no names for accounts.
type atMoto struct{ url url.URL }

func (m atMoto) ResolveEndpoint(context.Context, s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	return smithyendpoints.Endpoint{URI: m.url}, nil
}

// accessPoint makes an access point with a policy, and blocks public access to the
// account.
func (a *motoAccount) accessPoint(ctx context.Context) {
	target := must[*url.URL](a.t, "read the address")(url.Parse(a.url))
	api := s3control.NewFromConfig(a.config, func(o *s3control.Options) { o.EndpointResolverV2 = atMoto{*target} })
	name := aws.String("canvas")
	created := must[*s3control.CreateAccessPointOutput](a.t, "create the access point")(api.CreateAccessPoint(ctx, &s3control.CreateAccessPointInput{AccountId: &a.id, Name: name, Bucket: aws.String("acme-datasets")}))
	a.alias = *created.Alias
	must[*s3control.PutAccessPointPolicyOutput](a.t, "put its policy")(api.PutAccessPointPolicy(ctx, &s3control.PutAccessPointPolicyInput{AccountId: &a.id, Name: name, Policy: aws.String(a.pointPolicy())}))
	must[*s3control.PutPublicAccessBlockOutput](a.t, "block public access")(api.PutPublicAccessBlock(ctx, &s3control.PutPublicAccessBlockInput{AccountId: &a.id, PublicAccessBlockConfiguration: &s3controltypes.PublicAccessBlockConfiguration{
		BlockPublicAcls: aws.Bool(false), IgnorePublicAcls: aws.Bool(false), BlockPublicPolicy: aws.Bool(false), RestrictPublicBuckets: aws.Bool(true),
	}}))
}

func (a *motoAccount) pointPolicy() string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":%q},"Action":"s3:GetObject","Resource":"arn:aws:s3:%s:%s:accesspoint/canvas/object/*"}]}`, a.role("Canvas"), region, a.id)
}

// canvasSettings are the domain's default settings; ACCOUNT and the keys are put in.
const canvasSettings = `{
  "ExecutionRole": "arn:aws:iam::ACCOUNT:role/Canvas",
  "SharingSettings": {"NotebookOutputOption": "Allowed", "S3OutputPath": "s3://sagemaker-eu-central-1-ACCOUNT/sharing", "S3KmsKeyId": "STORAGE"},
  "CanvasAppSettings": {
    "TimeSeriesForecastingSettings": {"Status": "DISABLED", "AmazonForecastRoleArn": "arn:aws:iam::ACCOUNT:role/Forecast"},
    "ModelRegisterSettings": {"Status": "ENABLED", "CrossAccountModelRegisterRoleArn": "arn:aws:iam::ACCOUNT:role/Registry"},
    "WorkspaceSettings": {"S3ArtifactPath": "s3://sagemaker-eu-central-1-ACCOUNT", "S3KmsKeyId": "STORAGE"},
    "IdentityProviderOAuthSettings": [{"DataSourceName": "SalesforceGenie", "Status": "ENABLED", "SecretArn": "arn:aws:secretsmanager:eu-central-1:ACCOUNT:secret:s"}],
    "DirectDeploySettings": {"Status": "ENABLED"},
    "KendraSettings": {"Status": "DISABLED"},
    "GenerativeAiSettings": {"AmazonBedrockRoleArn": "arn:aws:iam::ACCOUNT:role/Forecast"},
    "EmrServerlessSettings": {"Status": "DISABLED", "ExecutionRoleArn": "arn:aws:iam::ACCOUNT:role/Forecast"}
  }
}`

func (a *motoAccount) sagemaker(ctx context.Context) {
	api := sagemaker.NewFromConfig(a.config)
	a.settings = strings.NewReplacer("ACCOUNT", a.id, "STORAGE", a.keys["storage"]).Replace(canvasSettings)
	var settings sagemakertypes.UserSettings
	if err := json.Unmarshal([]byte(a.settings), &settings); err != nil {
		a.t.Fatal(err)
	}
	domain := must[*sagemaker.CreateDomainOutput](a.t, "create the domain")(api.CreateDomain(ctx, &sagemaker.CreateDomainInput{
		DomainName: aws.String("analytics"), AuthMode: "IAM", DefaultUserSettings: &settings, KmsKeyId: aws.String(a.keys["app"]), VpcId: aws.String("vpc-1"), SubnetIds: []string{"subnet-1"},
	}))
	a.domain = (*domain.DomainArn)[strings.LastIndex(*domain.DomainArn, "/")+1:]
	for _, name := range []string{"Canvas1762251907114", "nightly"} {
		must[*sagemaker.CreateAutoMLJobV2Output](a.t, "create a job")(api.CreateAutoMLJobV2(ctx, &sagemaker.CreateAutoMLJobV2Input{
			AutoMLJobName: &name, RoleArn: aws.String(a.role("Canvas")), OutputDataConfig: &sagemakertypes.AutoMLOutputDataConfig{S3OutputPath: aws.String("s3://" + a.bucket), KmsKeyId: aws.String(a.keys["storage"])},
			AutoMLJobInputDataConfig: []sagemakertypes.AutoMLJobChannel{{DataSource: &sagemakertypes.AutoMLDataSource{S3DataSource: &sagemakertypes.AutoMLS3DataSource{S3DataType: "S3Prefix", S3Uri: aws.String("s3://acme-datasets")}}}},
			AutoMLProblemTypeConfig: &sagemakertypes.AutoMLProblemTypeConfigMemberTabularJobConfig{Value: sagemakertypes.TabularJobConfig{
				TargetAttributeName: aws.String("churn"), ProblemType: "BinaryClassification", CompletionCriteria: &sagemakertypes.AutoMLJobCompletionCriteria{MaxCandidates: aws.Int32(3), MaxAutoMLJobRuntimeInSeconds: aws.Int32(3600), MaxRuntimePerTrainingJobInSeconds: aws.Int32(600)},
			}},
		}))
	}
}

// logins writes an AWS configuration with a profile for the management account
// and one for the member, and gives the environment that uses it.
func (a *motoAccount) logins(endpoint string) []string {
	file := filepath.Join(a.t.TempDir(), "config")
	text := "[profile management]\nregion = " + region + "\naws_access_key_id = AKIAMANAGEMENT000000\naws_secret_access_key = secret\n" +
		"[profile member]\nregion = " + region + "\nrole_arn = " + a.role("OrganizationAccountAccessRole") + "\nsource_profile = management\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		a.t.Fatal(err)
	}
	return []string{"AWS_CONFIG_FILE=" + file, "AWS_ENDPOINT_URL=" + endpoint}
}

var bothProfiles = []string{"--profile", "management", "--profile", "member"}

// TestMoto builds an account, fetches it, and holds every file against what was
// put in; check finds the planted mistakes and nothing else.
func TestMoto(t *testing.T) {
	moto := startMoto(t)
	a := buildAccount(t, moto)
	a.accessPoint(context.Background())
	folder := filepath.Join(t.TempDir(), "out")
	out, status := canvaslint(t, a.logins(moto), append([]string{"fetch", "--out", folder, "--dataset-bucket", a.alias}, bothProfiles...)...)
	if status != exitIncomplete { // moto knows neither user profiles nor apps
		t.Fatalf("exit status %d\n%s", status, out)
	}
	a.compare(folder)

	manifest := readManifest(t, folder)
	gaps := slices.DeleteFunc(manifest.Missing, func(m fetch.Missing) bool { return !m.IsGap() })
	var unread []string
	for _, gap := range gaps {
		unread = append(unread, gap.Operation+" "+string(gap.Reason)+" "+gap.Code)
	}
	if diff := cmp.Diff([]string{"ListApps unreadable HTTP 500", "ListUserProfiles unreadable HTTP 500"}, unread); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	for _, list := range []string{"/kms/keys", "/kms/aliases", "/sagemaker/domains"} {
		if !slices.Contains(manifest.Complete, a.id+"/"+region+list) {
			t.Errorf("%s is not complete", list)
		}
	}

	found, status := canvaslint(t, nil, "check", "--format", "json", folder)
	var report struct {
		Findings []struct{ Rule, Severity, Resource string }
		Problems []struct{ Message string }
	}
	if err := json.Unmarshal([]byte(found), &report); err != nil || status != exitFindings {
		t.Fatalf("exit status %d, %v\n%s", status, err, found)
	}
	var got []string
	for _, f := range report.Findings {
		if f.Severity != "info" {
			got = append(got, f.Severity+" "+f.Rule+" "+f.Resource)
		}
	}
	slices.Sort(got)
	want := []string{
		"error role-bucket-access-missing arn:aws:s3:::" + a.bucket,
		"error role-cannot-use-storage-key " + a.keys["storage"],
		// The Bedrock role is Forecast's: nothing lets it in, nor Bedrock be it.
		"error role-helper-cannot-use-storage-key " + a.keys["storage"], "error role-helper-cannot-use-storage-key arn:aws:s3:::" + a.bucket,
		"error role-trust-missing " + a.role("Forecast"),
		"warning bucket-default-key-differs " + a.keys["storage"],
		// Whoever may use a key may grant it, for any purpose; the job has no key for its volume.
		"warning key-grant-unconstrained " + a.keys["app"], "warning key-grant-unconstrained " + a.keys["data"],
		"warning model-without-key ",
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-planted +found):\n%s", diff)
	}
	if len(report.Problems) != 1 || !strings.Contains(report.Problems[0].Message, "user-profiles") {
		t.Errorf("problems: %+v", report.Problems)
	}

	again := filepath.Join(t.TempDir(), "again")
	canvaslint(t, a.logins(moto), append([]string{"fetch", "--out", again, "--dataset-bucket", a.alias}, bothProfiles...)...)
	if diff := cmp.Diff(withoutTime(files(t, folder)), withoutTime(files(t, again))); diff != "" {
		t.Errorf("a second fetch differs:\n%s", diff)
	}
	checkLive(t, a, moto, found)
}

// checkLive: check --live reports what fetch and check report.
func checkLive(t *testing.T, a *motoAccount, moto, want string) {
	kept := filepath.Join(t.TempDir(), "kept")
	got, status := canvaslint(t, a.logins(moto), append([]string{"check", "--live", "--format", "json", "--keep", kept}, bothProfiles...)...)
	var one, two struct {
		Findings []struct{ Rule, Fingerprint string }
	}
	if err := errors.Join(json.Unmarshal([]byte(got), &one), json.Unmarshal([]byte(want), &two)); err != nil || status != exitFindings {
		t.Fatalf("exit status %d, %v\n%s", status, err, got)
	}
	if diff := cmp.Diff(two, one); diff != "" {
		t.Errorf("check --live (-check +live):\n%s", diff)
	}
	if len(files(t, kept)) == 0 {
		t.Error("--keep kept nothing")
	}
}

// compare holds the files against what was put in.
func (a *motoAccount) compare(folder string) {
	t := a.t
	place := a.id + "/" + region + "/"
	got := files(t, folder)
	want := map[string]string{
		place + "sagemaker/domains/" + a.domain + ".json":         `{"DomainId": "` + a.domain + `", "KmsKeyId": "` + a.keys["app"] + `", "VpcId": "vpc-1", "SubnetIds": ["subnet-1"], "AuthMode": "IAM", "DefaultUserSettings": ` + a.settings + `}`,
		place + "sagemaker/auto-ml-jobs/Canvas1762251907114.json": `{"AutoMLJobName": "Canvas1762251907114", "RoleArn": "` + a.role("Canvas") + `", "OutputDataConfig": {"KmsKeyId": "` + a.keys["storage"] + `", "S3OutputPath": "s3://` + a.bucket + `"}, "AutoMLProblemTypeConfig": {"TabularJobConfig": {"TargetAttributeName": "churn", "CompletionCriteria": {"MaxCandidates": 3, "MaxAutoMLJobRuntimeInSeconds": 3600, "MaxRuntimePerTrainingJobInSeconds": 600}}}}`,
		"organization/policies/" + a.scp + ".json":                `{"Policy": {"Content": ` + quote(scpText) + `, "PolicySummary": {"Id": "` + a.scp + `", "Name": "KeepObjects", "Type": "SERVICE_CONTROL_POLICY"}}}`,
		a.id + "/iam/roles-read.json":                             a.wantRoles(),
		place + "s3/" + a.bucket + "/tags.json":                   `{"TagSet": [{"Key": "a", "Value": "2"}, {"Key": "z", "Value": "1"}]}`,
		place + "s3/" + a.bucket + "/public-access-block.json":    `{"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": false}}`,
	}
	if point := place + "s3control/access-points/canvas/"; a.alias != "" {
		want[point+"access-point.json"] = `{"Name": "canvas", "Bucket": "acme-datasets", "NetworkOrigin": "Internet", "Alias": "` + a.alias + `"}`
		want[point+"policy.json"] = `{"Policy": ` + quote(a.pointPolicy()) + `}`
		want[a.id+"/s3control/public-access-block.json"] = `{"PublicAccessBlockConfiguration": {"BlockPublicAcls": false, "IgnorePublicAcls": false, "BlockPublicPolicy": false, "RestrictPublicBuckets": true}}`
	}
	for _, bucket := range []string{a.bucket, "acme-datasets"} {
		want[place+"s3/"+bucket+"/policy.json"] = `{"Policy": ` + quote(a.bucketPolicy(bucket)) + `}`
		want[place+"s3/"+bucket+"/location.json"] = `{"LocationConstraint": "eu-central-1"}`
		want[place+"s3/"+bucket+"/encryption.json"] = `{"ServerSideEncryptionConfiguration": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "` + a.keys["data"] + `"}, "BucketKeyEnabled": true}]}}`
	}
	for alias, arn := range a.keys {
		id := arn[strings.LastIndex(arn, "/")+1:]
		key := place + "kms/keys/" + id + "/"
		want[key+"key.json"] = `{"KeyMetadata": {"Arn": "` + arn + `", "KeyId": "` + id + `", "Description": "` + alias + `", "KeyState": "Enabled", "KeyManager": "CUSTOMER", "Enabled": true, "MultiRegion": false, "KeyUsage": "ENCRYPT_DECRYPT"}}`
		want[key+"policy.json"] = `{"Policy": ` + quote(a.policies[alias]) + `}`
		want[key+"rotation.json"] = `{"KeyRotationEnabled": true}`
		want[key+"tags.json"] = `{"Tags": [{"TagKey": "use", "TagValue": "` + alias + `"}], "Truncated": false}`
		want[key+"grants.json"] = `{"Grants": [{"KeyId": "` + id + `", "Name": "` + alias + `", "GranteePrincipal": "` + a.role("Other") + `", "Operations": ["Decrypt"], "Constraints": {"EncryptionContextSubset": {"Department": "IT"}}}]}`
	}
	for name, text := range want {
		var expected, found any
		if err := errors.Join(json.Unmarshal([]byte(text), &expected), json.Unmarshal([]byte(got[name]), &found)); err != nil {
			t.Errorf("%s: %v\n%s", name, err, got[name])
			continue
		}
		if diff := cmp.Diff(expected, only(expected, found)); diff != "" {
			t.Errorf("%s (-put in +saved):\n%s", name, diff)
		}
	}
	a.compareLists(got, want)
}

func (a *motoAccount) wantRoles() string {
	arn := func(name string) string { return "arn:aws:iam::" + a.id + ":policy/" + name }
	boundary := `"PermissionsBoundary": {"PermissionsBoundaryArn": "` + arn("Boundary") + `"}`
	policy := func(name, text string) string {
		return `{"Arn": "` + arn(name) + `", "PolicyVersionList": [{"IsDefaultVersion": true, "Document": ` + text + `}]}`
	}
	return `{"RoleDetailList": [
		{"Arn": "` + a.role("Canvas") + `", "AssumeRolePolicyDocument": ` + trustText + `, ` + boundary + `, "RolePolicyList": [{"PolicyName": "in+line", "PolicyDocument": ` + inlineText + `}], "AttachedManagedPolicies": [{"PolicyName": "Describe", "PolicyArn": "` + arn("Describe") + `"}]},
		{"Arn": "` + a.role("Forecast") + `", "AssumeRolePolicyDocument": ` + trustText + `, ` + boundary + `, "RolePolicyList": [], "AttachedManagedPolicies": []}
	], "Policies": [` + policy("Boundary", boundaryText) + `, ` + policy("Describe", attachedText) + `]}`
}

// compareLists looks at the lists, which hold what moto adds itself too, and at
// files that no one expects.
func (a *motoAccount) compareLists(got, want map[string]string) {
	t := a.t
	place := a.id + "/" + region + "/"
	for alias, arn := range a.keys {
		id := arn[strings.LastIndex(arn, "/")+1:]
		if !strings.Contains(got[place+"kms/keys.json"], arn) || !strings.Contains(got[place+"kms/aliases.json"], `"alias/`+alias+`"`) || !strings.Contains(got[place+"kms/aliases.json"], id) {
			t.Errorf("the lists of keys and aliases lack %s", alias)
		}
	}
	var targets struct {
		Targets []struct {
			TargetID string `json:"TargetId"`
			Type     string
			Path     []string
			Policies []string
		}
	}
	if err := json.Unmarshal([]byte(got["organization/targets.json"]), &targets); err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(targets.Targets, func(target struct {
		TargetID string `json:"TargetId"`
		Type     string
		Path     []string
		Policies []string
	}) bool {
		return target.TargetID == a.id
	})
	if i < 0 || len(targets.Targets[i].Path) != 2 || !slices.Contains(targets.Targets[i].Policies, a.scp) || !slices.Contains(targets.Targets[i].Policies, "p-FullAWSAccess") {
		t.Errorf("targets: %+v", targets)
	}
	others := []string{"manifest.json", "organization/organization.json", "organization/targets.json", "organization/policies/p-FullAWSAccess.json", "organization/policies/p-RCPFullAWSAccess.json", place + "kms/keys.json", place + "kms/aliases.json", motoManagement + "/" + region + "/kms/keys.json", motoManagement + "/" + region + "/kms/aliases.json"}
	for name := range got {
		if _, known := want[name]; !known && !slices.Contains(others, name) {
			t.Errorf("%s was saved and not put in", name)
		}
	}
}

const motoManagement = "123456789012"

// only keeps of what was saved the members that were put in.
func only(put, saved any) any {
	switch put := put.(type) {
	case map[string]any:
		members, ok := saved.(map[string]any)
		if !ok {
			return saved
		}
		kept := map[string]any{}
		for name := range put {
			if value, ok := members[name]; ok {
				kept[name] = only(put[name], value)
			}
		}
		return kept
	case []any:
		items, ok := saved.([]any)
		if !ok || len(items) != len(put) {
			return saved
		}
		kept := []any{}
		for i := range put {
			kept = append(kept, only(put[i], items[i]))
		}
		return kept
	}
	return saved
}

func quote(text string) string {
	data, _ := json.Marshal(text)
	return string(data)
}

// TestMotoBreak kills a fetch in the middle, or breaks it off as Ctrl-C does;
// going on gives what a whole one gives.
func TestMotoBreak(t *testing.T) {
	moto := startMoto(t)
	a := buildAccount(t, moto)
	whole := filepath.Join(t.TempDir(), "whole")
	canvaslint(t, a.logins(moto), append([]string{"fetch", "--out", whole}, bothProfiles...)...)
	want := withoutTime(files(t, whole))
	target, _ := url.Parse(moto)
	for _, test := range []struct {
		after  int64
		signal os.Signal
		status int // -1 is killed
	}{{3, os.Kill, -1}, {20, os.Kill, -1}, {35, os.Kill, -1}, {50, os.Kill, -1}, {5, os.Interrupt, exitIncomplete}, {40, os.Interrupt, exitIncomplete}} {
		after := test.after
		var process atomic.Pointer[os.Process]
		var requests atomic.Int64
		started := make(chan struct{})
		forward := httputil.NewSingleHostReverseProxy(target)
		forward.ErrorLog = log.New(io.Discard, "", 0) // the killed caller
		proxy := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if requests.Add(1) == after {
				<-started
				_ = process.Load().Signal(test.signal)
			}
			forward.ServeHTTP(w, r)
		}))
		// Canvaslint alone gets the signal; who reads for it has ended when it has
		// no connection any more.
		var connections sync.WaitGroup
		proxy.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			switch state {
			case http.StateNew:
				connections.Add(1)
			case http.StateClosed:
				connections.Done()
			}
		}
		proxy.Start()
		folder := filepath.Join(t.TempDir(), "out")
		command := program(a.logins(proxy.URL), append([]string{"fetch", "--out", folder}, bothProfiles...)...)
		command.Stdout, command.Stderr = io.Discard, io.Discard
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		process.Store(command.Process)
		close(started)
		_ = command.Wait()
		connections.Wait()
		if status := command.ProcessState.ExitCode(); status != test.status {
			t.Errorf("%v after %d requests: exit status %d, want %d", test.signal, after, status, test.status)
		}
		proxy.Close()
		if m := readManifest(t, folder); m.Status != fetch.StatusInterrupted {
			t.Errorf("%v after %d requests: status %s", test.signal, after, m.Status)
		}
		if out, status := canvaslint(t, nil, "check", folder); status == exitClean || !strings.Contains(out, "this export was interrupted") {
			t.Errorf("%v after %d requests: check gives %d\n%s", test.signal, after, status, out)
		}
		canvaslint(t, a.logins(moto), append([]string{"fetch", "--resume", "--out", folder}, bothProfiles...)...)
		if diff := cmp.Diff(want, withoutTime(files(t, folder))); diff != "" {
			t.Errorf("%v after %d requests and gone on with (-whole +resumed):\n%s", test.signal, after, diff)
		}
	}
}

// TestMotoDenied gives a user docs/fetch-policy.json but for two permissions,
// lets moto enforce it, and reads: the two calls are denied, and no other.
func TestMotoDenied(t *testing.T) {
	ctx := context.Background()
	moto := startMoto(t)
	a := buildAccount(t, moto)
	policy, err := os.ReadFile("../../docs/fetch-policy.json")
	if err != nil {
		t.Fatal(err)
	}
	// Moto enforces actions and knows no resources, and takes two actions of S3
	// for ListBucket.
	text := regexp.MustCompile(`"Resource": \[[^]]*\]`).ReplaceAllString(string(policy), `"Resource": "*"`)
	text = strings.NewReplacer("s3:GetBucketPublicAccessBlock", "s3:ListBucket", "s3:GetAccountPublicAccessBlock", "s3:GetPublicAccessBlock", "s3:GetEncryptionConfiguration", "s3:ListBucket").Replace(text)
	for _, permission := range []string{"iam:GetRolePolicy", "s3:GetBucketPolicy"} {
		text = strings.Replace(text, `"`+permission+`"`, `"`+permission+`Not"`, 1)
	}
	api := iam.NewFromConfig(a.config)
	must[*iam.CreateUserOutput](t, "create the user")(api.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("auditor")}))
	must[*iam.PutUserPolicyOutput](t, "put the policy")(api.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("auditor"), PolicyName: aws.String("fetch"), PolicyDocument: &text}))
	key := must[*iam.CreateAccessKeyOutput](t, "create the access key")(api.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("auditor")})).AccessKey
	response, err := http.Post(moto+"/moto-api/reset-auth", "text/plain", strings.NewReader("0"))
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	folder := filepath.Join(t.TempDir(), "out")
	out, status := canvaslint(t, []string{"AWS_ENDPOINT_URL=" + moto, "AWS_ACCESS_KEY_ID=" + *key.AccessKeyId, "AWS_SECRET_ACCESS_KEY=" + *key.SecretAccessKey}, "fetch", "--out", folder, "--region", region)
	if status != exitIncomplete {
		t.Fatalf("exit status %d\n%s", status, out)
	}
	got := map[string]int{}
	for _, m := range readManifest(t, folder).Missing {
		if m.IsGap() {
			got[fmt.Sprintf("%s %s %s %v", m.Operation, m.Reason, m.Code, m.RequestID != "")]++
		}
	}
	// Members of an organization get another error than AWS gives: unreadable,
	// never absent.
	want := map[string]int{
		"GetBucketPolicy access-denied AccessDenied true": 1, "GetRolePolicy access-denied AccessDenied true": 1,
		"ListParents unreadable AccountNotFoundException true": 1, "ListUserProfiles unreadable HTTP 500 false": 1, "ListApps unreadable HTTP 500 false": 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("gaps (-want +got):\n%s\n%s", diff, out)
	}
	if !strings.Contains(out, "allow s3:GetBucketPolicy") || strings.Contains(out, *key.SecretAccessKey) {
		t.Errorf("output:\n%s", out)
	}
	found, status := canvaslint(t, nil, "check", folder)
	if status != exitFindings && status != exitIncomplete || !strings.Contains(found, "(s3:GetBucketPolicy was refused with AccessDenied: allow s3:GetBucketPolicy and export again)") {
		t.Errorf("check gives %d\n%s", status, found)
	}
}
