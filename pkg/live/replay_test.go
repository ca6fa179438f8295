package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/live"
)

// replay is a replay server: it gives answers that tests put in, and is no
// evidence of how AWS answers. The servers that are stand behind the tests of
// cmd/canvaslint.
type replay struct {
	*httptest.Server
	answers map[string]answer // by "kms:ListKeys", or "kms:ListKeys?marker" for one request

	mutex sync.Mutex
	calls map[string]int
	// before runs before an answer is given, with the operation and the number
	// of its calls so far.
	before func(operation string, calls int)
}

// answer is what the server says: a status and a body, or any handler.
type answer struct {
	status int
	body   string
	header map[string]string
	give   func(request map[string]any, call int) answer
}

func ok(body string) answer { return answer{status: 200, body: body} }

// fails is an error as the protocol of the service has it.
func fails(operation string, status int, code string) answer {
	service, _, _ := strings.Cut(operation, ":")
	switch service {
	case "iam", "sts", "s3control":
		return answer{status: status, body: `<ErrorResponse><Error><Type>Sender</Type><Code>` + code + `</Code><Message>no</Message></Error><RequestId>request-1</RequestId></ErrorResponse>`, header: map[string]string{"X-Amzn-Requestid": "request-1"}}
	case "ec2":
		return answer{status: status, body: `<Response><Errors><Error><Code>` + code + `</Code><Message>no</Message></Error></Errors><RequestID>request-1</RequestID></Response>`, header: map[string]string{"X-Amzn-Requestid": "request-1"}}
	case "s3":
		return answer{status: status, body: `<Error><Code>` + code + `</Code><Message>no</Message><RequestId>request-1</RequestId></Error>`, header: map[string]string{"X-Amz-Request-Id": "request-1"}}
	}
	return answer{status: status, body: `{"__type":"` + code + `","message":"no"}`, header: map[string]string{"X-Amzn-Requestid": "request-1"}}
}

func newReplay(t *testing.T, answers map[string]answer) *replay {
	t.Helper()
	r := &replay{answers: answers, calls: map[string]int{}}
	r.Server = httptest.NewServer(r)
	t.Cleanup(r.Close)
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": r.URL, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "the-secret-key", "AWS_SESSION_TOKEN": "the-session-token",
		"AWS_MAX_ATTEMPTS": "1", "AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_REGION": "eu-central-1", "AWS_PROFILE": "",
	} {
		t.Setenv(name, value)
	}
	return r
}

func (r *replay) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	operation, input := read(request)
	input["caller"] = callerOf(request)
	r.mutex.Lock()
	r.calls[operation]++
	call, before := r.calls[operation], r.before
	r.mutex.Unlock()
	if before != nil {
		before(operation, call)
	}
	a, found := r.answers[operation+"?"+which(input)]
	if !found {
		a, found = r.answers[operation]
	}
	if !found {
		a = fails(operation, 403, "AccessDeniedException")
	}
	if a.give != nil {
		a = a.give(input, call)
	}
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body)
}

// callerOf tells the account by the access key that a request is signed with: those
// of members end with its id.
func callerOf(request *http.Request) string {
	_, key, _ := strings.Cut(request.Header.Get("Authorization"), "Credential=ASIA")
	if len(key) < len(accountID) || strings.Trim(key[:len(accountID)], "0123456789") != "" {
		return accountID
	}
	return key[:len(accountID)]
}

// which is what tells requests of one operation apart.
func which(input map[string]any) string {
	for _, name := range []string{"NextToken", "Marker", "KeyId", "UserProfileName", "DomainId", "DomainIdEquals", "AutoMLJobName", "PolicyArn", "PolicyName", "RoleName", "bucket", "ChildId", "ParentId", "AppName", "SpaceName", "PolicyId", "TargetId"} {
		if value, ok := input[name].(string); ok && value != "" {
			if name == "TargetId" {
				return value + " " + input["Filter"].(string)
			}
			return value
		}
	}
	return ""
}

// read tells the operation and the input of a request, in each protocol.
func read(request *http.Request) (string, map[string]any) {
	body, _ := io.ReadAll(request.Body)
	input := map[string]any{}
	if service, name, ok := strings.Cut(request.Header.Get("X-Amz-Target"), "."); ok {
		_ = json.Unmarshal(body, &input)
		prefix := map[string]string{"TrentService": "kms", "SageMaker": "sagemaker", "AWSOrganizationsV20161128": "organizations"}[service]
		return prefix + ":" + name, input
	}
	if form, err := url.ParseQuery(string(body)); err == nil && form.Get("Action") != "" {
		for name := range form {
			input[name] = form.Get(name)
		}
		service := map[string]string{"2010-05-08": "iam", "2011-06-15": "sts", "2016-11-15": "ec2"}[form.Get("Version")]
		return service + ":" + form.Get("Action"), input
	}
	if control, ok := strings.CutPrefix(request.URL.Path, "/v20180820/"); ok {
		for path, name := range map[string]string{"accesspoint": "ListAccessPoints", "accesspoint/canvas": "GetAccessPoint", "accesspoint/canvas/policy": "GetAccessPointPolicy", "configuration/publicAccessBlock": "GetPublicAccessBlock"} {
			if control == path {
				return "s3control:" + name, input
			}
		}
	}
	input["bucket"] = strings.Trim(request.URL.Path, "/")
	if input["bucket"] == "" {
		return "s3:ListBuckets", input
	}
	for query, name := range map[string]string{"location": "GetBucketLocation", "policy": "GetBucketPolicy", "encryption": "GetBucketEncryption", "tagging": "GetBucketTagging", "publicAccessBlock": "GetPublicAccessBlock"} {
		if request.URL.Query().Has(query) {
			return "s3:" + name, input
		}
	}
	return "unknown:" + request.URL.String(), input
}

// count gives how many calls were made of an operation; "" is all.
func (r *replay) count(operation string) int {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	total := 0
	for name, calls := range r.calls {
		if operation == "" || name == operation {
			total += calls
		}
	}
	return total
}

const (
	accountID   = "111122223333"
	keyID       = "3c1f0e5a-8d24-4b7e-9f63-1a5d7c20b948"
	keyARN      = "arn:aws:kms:eu-central-1:" + accountID + ":key/" + keyID
	roleARN     = "arn:aws:iam::" + accountID + ":role/service-role/Canvas"
	policyARN   = "arn:aws:iam::" + accountID + ":policy/Extra"
	pointARN    = "arn:aws:s3:eu-central-1:" + accountID + ":accesspoint/canvas"
	pointAlias  = "canvas-k3v9-s3alias"
	bucket      = "sagemaker-eu-central-1-" + accountID
	pointPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + roleARN + `"},"Action":"s3:*","Resource":["` + pointARN + `","` + pointARN + `/object/*"]}]}`
	document    = `{"Version":"2012-10-17","Statement":[{"Sid":"A+B","Effect":"Allow","Action":"kms:*","Resource":"*"}]}`
)

// xml wraps the answer of a query protocol.
func xml(operation, body string) answer {
	return ok("<" + operation + "Response><" + operation + "Result>" + body + "</" + operation + "Result></" + operation + "Response>")
}

// wholeAccount answers every call of a small account.
func wholeAccount() map[string]answer {
	encoded := strings.ReplaceAll(url.QueryEscape(document), "+", "%20")
	role := `<Path>/service-role/</Path><RoleName>Canvas</RoleName><RoleId>AROACANVAS0000000001</RoleId><Arn>` + roleARN + `</Arn><CreateDate>2025-04-02T08:21:40Z</CreateDate><AssumeRolePolicyDocument>` + encoded + `</AssumeRolePolicyDocument>`
	return map[string]answer{
		"sts:GetCallerIdentity":          xml("GetCallerIdentity", `<Arn>arn:aws:sts::`+accountID+`:assumed-role/Audit/me</Arn><UserId>A:me</UserId><Account>`+accountID+`</Account>`),
		"sagemaker:ListDomains":          ok(`{"Domains":[{"DomainId":"d-1"}]}`),
		"sagemaker:DescribeDomain":       ok(`{"DomainId":"d-1","DomainArn":"arn:aws:sagemaker:eu-central-1:` + accountID + `:domain/d-1","Status":"InService","CreationTime":1743582104.207,"KmsKeyId":"` + keyARN + `","VpcId":"vpc-1","AppNetworkAccessType":"VpcOnly","SubnetIds":[],"DefaultUserSettings":{"ExecutionRole":"` + roleARN + `","CanvasAppSettings":{"TimeSeriesForecastingSettings":{"Status":"DISABLED"}}}}`),
		"sagemaker:ListUserProfiles":     ok(`{"UserProfiles":[{"UserProfileName":"ana","DomainId":"d-1"}],"NextToken":"two"}`),
		"sagemaker:ListUserProfiles?two": ok(`{"UserProfiles":[{"UserProfileName":"felix","DomainId":"d-1"}]}`),
		"sagemaker:DescribeUserProfile": {give: func(in map[string]any, _ int) answer {
			settings := ""
			if in["UserProfileName"] == "felix" {
				settings = `"CanvasAppSettings":{"WorkspaceSettings":{"S3ArtifactPath":"s3://` + pointAlias + `/felix"}}`
			}
			return ok(fmt.Sprintf(`{"DomainId":"d-1","UserProfileName":%s,"Status":"InService","UserSettings":{%s}}`, quoted(in["UserProfileName"].(string)), settings))
		}},
		"sagemaker:ListApps":      ok(`{"Apps":[{"AppName":"default","AppType":"Canvas","DomainId":"d-1","UserProfileName":"ana","Status":"Failed"},{"AppName":"team","AppType":"Canvas","DomainId":"d-1","SpaceName":"shared","Status":"InService"},{"AppName":"lab","AppType":"JupyterLab","DomainId":"d-1","SpaceName":"other","Status":"InService"},{"AppName":"old","AppType":"Canvas","DomainId":"d-1","UserProfileName":"ana","Status":"Deleted"}]}`),
		"sagemaker:DescribeSpace": ok(`{"DomainId":"d-1","SpaceName":"shared","Status":"InService"}`),
		"sagemaker:DescribeApp": {give: func(in map[string]any, call int) answer {
			if in["AppName"] == "team" {
				return ok(`{"AppName":"team","AppType":"Canvas","DomainId":"d-1","SpaceName":"shared","Status":"InService"}`)
			}
			return ok(fmt.Sprintf(`{"AppName":"default","AppType":"Canvas","DomainId":"d-1","UserProfileName":"ana","Status":"Failed","FailureReason":"KMS key is disabled","LastUserActivityTimestamp":%d}`, 1743582104+call))
		}},
		"sagemaker:ListAutoMLJobs":            ok(`{"AutoMLJobSummaries":[{"AutoMLJobName":"Canvas1"},{"AutoMLJobName":"myCanvas"}]}`),
		"sagemaker:DescribeAutoMLJobV2":       ok(`{"AutoMLJobName":"Canvas1","AutoMLJobArn":"arn:aws:sagemaker:eu-central-1:` + accountID + `:automl-job/Canvas1","RoleArn":"` + roleARN + `","OutputDataConfig":{"S3OutputPath":"s3://x"},"AutoMLProblemTypeConfigName":"Tabular","AutoMLProblemTypeConfig":{"TabularJobConfig":{"TargetAttributeName":"y"}}}`),
		"kms:ListKeys":                        ok(`{"Keys":[{"KeyId":"` + keyID + `","KeyArn":"` + keyARN + `"}],"Truncated":false}`),
		"kms:ListAliases":                     ok(`{"Aliases":[{"AliasName":"alias/b","AliasArn":"arn:aws:kms:eu-central-1:` + accountID + `:alias/b","TargetKeyId":"` + keyID + `"},{"AliasName":"alias/a","AliasArn":"arn:aws:kms:eu-central-1:` + accountID + `:alias/a"}],"Truncated":false}`),
		"kms:DescribeKey":                     ok(`{"KeyMetadata":{"AWSAccountId":"` + accountID + `","KeyId":"` + keyID + `","Arn":"` + keyARN + `","Enabled":true,"KeyState":"Enabled","KeyUsage":"ENCRYPT_DECRYPT","KeySpec":"SYMMETRIC_DEFAULT","Origin":"AWS_KMS","KeyManager":"CUSTOMER","CreationDate":1743582104.5,"MultiRegion":false}}`),
		"kms:GetKeyPolicy":                    ok(`{"Policy":` + quoted(document) + `,"PolicyName":"default"}`),
		"kms:ListGrants":                      ok(`{"Grants":[],"Truncated":true,"NextMarker":"m2"}`),
		"kms:ListGrants?m2":                   ok(`{"Grants":[{"GrantId":"g1","KeyId":"` + keyARN + `","GranteePrincipal":"` + roleARN + `","Operations":["Decrypt"],"Constraints":{"EncryptionContextSubset":{"a":"<b>"}}}],"Truncated":false}`),
		"kms:ListResourceTags":                ok(`{"Tags":[{"TagKey":"z","TagValue":"1"},{"TagKey":"a","TagValue":"2"}],"Truncated":false}`),
		"kms:GetKeyRotationStatus":            ok(`{"KeyRotationEnabled":true,"KeyId":"` + keyID + `","RotationPeriodInDays":365}`),
		"iam:GetRole":                         xml("GetRole", `<Role>`+role+`<MaxSessionDuration>3600</MaxSessionDuration><PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType><PermissionsBoundaryArn>`+policyARN+`</PermissionsBoundaryArn></PermissionsBoundary><RoleLastUsed><LastUsedDate>2026-11-01T00:00:00Z</LastUsedDate></RoleLastUsed></Role>`),
		"iam:ListRolePolicies":                xml("ListRolePolicies", `<PolicyNames><member>Inline</member></PolicyNames><IsTruncated>false</IsTruncated>`),
		"iam:GetRolePolicy":                   xml("GetRolePolicy", `<RoleName>Canvas</RoleName><PolicyName>Inline</PolicyName><PolicyDocument>`+encoded+`</PolicyDocument>`),
		"iam:ListAttachedRolePolicies":        xml("ListAttachedRolePolicies", `<AttachedPolicies><member><PolicyName>Extra</PolicyName><PolicyArn>`+policyARN+`</PolicyArn></member></AttachedPolicies><IsTruncated>false</IsTruncated>`),
		"iam:GetPolicy":                       xml("GetPolicy", `<Policy><PolicyName>Extra</PolicyName><Arn>`+policyARN+`</Arn><DefaultVersionId>v3</DefaultVersionId><AttachmentCount>1</AttachmentCount></Policy>`),
		"iam:GetPolicyVersion":                xml("GetPolicyVersion", `<PolicyVersion><VersionId>v3</VersionId><IsDefaultVersion>true</IsDefaultVersion><Document>`+encoded+`</Document></PolicyVersion>`),
		"iam:GetAccountAuthorizationDetails":  xml("GetAccountAuthorizationDetails", `<RoleDetailList><member>`+role+`<RolePolicyList><member><PolicyName>Inline</PolicyName><PolicyDocument>`+encoded+`</PolicyDocument></member></RolePolicyList><AttachedManagedPolicies/><Tags/></member></RoleDetailList><Policies/><IsTruncated>false</IsTruncated>`),
		"s3:GetBucketLocation":                ok(`<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-central-1</LocationConstraint>`),
		"s3:GetBucketPolicy":                  fails("s3:GetBucketPolicy", 404, "NoSuchBucketPolicy"),
		"s3:GetBucketEncryption":              ok(`<ServerSideEncryptionConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"/>`),
		"s3:GetBucketTagging":                 ok(`<Tagging><TagSet><Tag><Key>b</Key><Value>1</Value></Tag><Tag><Key>a</Key><Value>2</Value></Tag></TagSet></Tagging>`),
		"s3:GetPublicAccessBlock":             ok(`<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>`),
		"s3control:ListAccessPoints":          ok(`<ListAccessPointsResult><AccessPointList><AccessPoint><Name>other</Name><Alias>other-s3alias</Alias></AccessPoint><AccessPoint><Name>canvas</Name><Alias>` + pointAlias + `</Alias></AccessPoint></AccessPointList></ListAccessPointsResult>`),
		"s3control:GetAccessPoint":            ok(`<GetAccessPointResult><Name>canvas</Name><Bucket>` + bucket + `</Bucket><NetworkOrigin>VPC</NetworkOrigin><VpcConfiguration><VpcId>vpc-1</VpcId></VpcConfiguration><PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration><Alias>` + pointAlias + `</Alias><AccessPointArn>` + pointARN + `</AccessPointArn></GetAccessPointResult>`),
		"s3control:GetAccessPointPolicy":      ok(`<GetAccessPointPolicyResult><Policy>` + strings.ReplaceAll(pointPolicy, `"`, "&quot;") + `</Policy></GetAccessPointPolicyResult>`),
		"s3control:GetPublicAccessBlock":      ok(`<PublicAccessBlockConfiguration><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>`),
		"ec2:DescribeVpcEndpoints":            ok(`<DescribeVpcEndpointsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcEndpointSet><item><vpcEndpointId>vpce-1</vpcEndpointId><vpcId>vpc-1</vpcId><serviceName>com.amazonaws.eu-central-1.s3</serviceName><state>available</state><policyDocument>` + strings.ReplaceAll(document, `"`, "&quot;") + `</policyDocument></item></vpcEndpointSet></DescribeVpcEndpointsResponse>`),
		"ec2:DescribeVpcs":                    ok(`<DescribeVpcsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><vpcSet><item><vpcId>vpc-1</vpcId><ownerId>` + accountID + `</ownerId></item></vpcSet></DescribeVpcsResponse>`),
		"ec2:DescribeRouteTables":             ok(`<DescribeRouteTablesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><routeTableSet><item><routeTableId>rtb-1</routeTableId><vpcId>vpc-1</vpcId><routeSet><item><destinationCidrBlock>10.0.0.0/16</destinationCidrBlock><gatewayId>local</gatewayId><state>active</state></item></routeSet></item></routeTableSet></DescribeRouteTablesResponse>`),
		"organizations:DescribeOrganization":  ok(`{"Organization":{"Id":"o-1","Arn":"arn:aws:organizations::999988887777:organization/o-1","MasterAccountId":"999988887777","AvailablePolicyTypes":[]}}`),
		"organizations:ListParents":           ok(`{"Parents":[{"Id":"ou-1","Type":"ORGANIZATIONAL_UNIT"}]}`),
		"organizations:ListParents?ou-1":      ok(`{"Parents":[{"Id":"r-1","Type":"ROOT"}]}`),
		"organizations:ListPoliciesForTarget": ok(`{"Policies":[]}`),
		"organizations:ListPoliciesForTarget?r-1 SERVICE_CONTROL_POLICY":               ok(`{"Policies":[{"Id":"p-FullAWSAccess"}]}`),
		"organizations:ListPoliciesForTarget?ou-1 SERVICE_CONTROL_POLICY":              ok(`{"Policies":[{"Id":"p-FullAWSAccess"}]}`),
		"organizations:ListPoliciesForTarget?" + accountID + " SERVICE_CONTROL_POLICY": ok(`{"Policies":[{"Id":"p-FullAWSAccess"}]}`),
		"organizations:DescribePolicy":                                                 ok(`{"Policy":{"PolicySummary":{"Id":"p-FullAWSAccess","Arn":"arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess","Name":"FullAWSAccess","Type":"SERVICE_CONTROL_POLICY","AwsManaged":true},"Content":` + quoted(document) + `}}`),
	}
}

func quoted(text string) string {
	data, _ := json.Marshal(text)
	return string(data)
}

// with replaces answers.
func with(answers map[string]answer, changed map[string]answer) map[string]answer {
	for name, a := range changed {
		answers[name] = a
	}
	return answers
}

func options(folder string) fetch.Options {
	return fetch.Options{Folder: folder, Tool: "canvaslint test", Time: time.Date(2026, 11, 21, 7, 30, 0, 0, time.UTC)}
}

func mustFetch(t *testing.T, o fetch.Options) *fetch.Result {
	t.Helper()
	result, err := live.Fetch(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// tree gives every file below a folder, with its text.
func tree(t *testing.T, folder string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		files[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
