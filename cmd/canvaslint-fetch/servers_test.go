package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/aws-sdk-go-base/v2/servicemocks"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// serverFolder is where .ci/servers installed the servers. Without it the tests
// that need one skip themselves, and say so.
func serverFolder(t *testing.T) string {
	t.Helper()
	folder := os.Getenv("CANVASLINT_SERVERS")
	if folder == "" {
		t.Skip("SKIPPED: no server to fetch from: run .ci/servers and set CANVASLINT_SERVERS to the folder it prints")
	}
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("SKIPPED: CANVASLINT_SERVERS: %v; .ci/servers installs the servers", err)
	}
	return folder
}

// start runs a server on a free port of loopback until the test ends, and gives
// its URL. The port stands for PORT in arguments and environment.
func start(t *testing.T, environment []string, name string, arguments ...string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	_, port, _ := net.SplitHostPort(address)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	fill := func(texts []string) []string {
		filled := make([]string, 0, len(texts))
		for _, text := range texts {
			filled = append(filled, regexp.MustCompile(`\bPORT\b`).ReplaceAllString(text, port))
		}
		return filled
	}
	var output bytes.Buffer
	command := exec.Command(name, fill(arguments)...)
	command.Env = append(os.Environ(), fill(environment)...)
	command.Dir = t.TempDir()
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatalf("start %s: %v", name, err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() {
		_ = command.Process.Kill()
		<-ended
	})
	tick, late := time.NewTicker(50*time.Millisecond), time.After(time.Minute)
	defer tick.Stop()
	for {
		if connection, err := net.Dial("tcp", address); err == nil {
			_ = connection.Close()
			return "http://" + address
		}
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("%s ended: %v\n%s", name, err, output.String())
		case <-late:
			t.Fatalf("%s does not listen", name)
		case <-tick.C:
		}
	}
}

func startMoto(t *testing.T) string {
	t.Helper()
	return start(t, nil, filepath.Join(serverFolder(t), "moto", "bin", "moto_server"), "-H", "127.0.0.1", "-p", "PORT")
}

// program is the built program in an environment of its own.
func program(environment []string, arguments ...string) *exec.Cmd {
	command := exec.Command("canvaslint", arguments...)
	command.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.DevNull, "AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1",
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull,
	}, environment...)
	return command
}

// canvaslint runs the program and gives its output and exit status.
func canvaslint(t *testing.T, environment []string, arguments ...string) (string, int) {
	t.Helper()
	var out, messages bytes.Buffer
	command := program(environment, arguments...)
	command.Stdout, command.Stderr = &out, &messages
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if messages.Len() > 0 {
		t.Logf("canvaslint %v: %s", arguments, messages.String())
	}
	return out.String(), command.ProcessState.ExitCode()
}

// files gives every file below a folder, with its text.
func files(t *testing.T, folder string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(folder, path)
		found[filepath.ToSlash(name)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// withoutTime takes away what two runs may differ in.
func withoutTime(found map[string]string) map[string]string {
	found["manifest.json"] = regexp.MustCompile(`"time": "[^"]*"`).ReplaceAllString(found["manifest.json"], `"time": ""`)
	return found
}

func readManifest(t *testing.T, folder string) fetch.Manifest {
	t.Helper()
	var m fetch.Manifest
	data, err := os.ReadFile(filepath.Join(folder, "manifest.json"))
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMinistack asks a second server for what it knows: keys, roles, buckets and
// the caller. Its list of keys says that it is cut short and gives no token to
// go on with: such a list is never taken for whole.
func TestMinistack(t *testing.T) {
	ctx := context.Background()
	url := start(t, []string{"BIND_HOST=127.0.0.1", "GATEWAY_PORT=PORT"}, filepath.Join(serverFolder(t), "ministack", "bin", "ministack"))
	config := awsConfig(url, "test", "test")
	const id = "000000000000"
	api := kms.NewFromConfig(config)
	arns := []string{}
	for range 3 {
		key := must[*kms.CreateKeyOutput](t, "create a key")(api.CreateKey(ctx, &kms.CreateKeyInput{}))
		arns = append(arns, *key.KeyMetadata.Arn)
	}
	access := iam.NewFromConfig(config)
	must[*iam.CreateRoleOutput](t, "create the role")(access.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("Canvas"), AssumeRolePolicyDocument: aws.String(trustText)}))
	must[*iam.PutRolePolicyOutput](t, "put the policy")(access.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: aws.String("Canvas"), PolicyName: aws.String("in+line"), PolicyDocument: aws.String(inlineText)}))
	buckets := s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true })
	must[*s3.CreateBucketOutput](t, "create the bucket")(buckets.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: aws.String("acme-datasets"), CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: region}}))

	// It has no SageMaker: a domain stands in for it, behind the same address.
	domain := `{"DomainId":"d-1","DomainArn":"arn:aws:sagemaker:` + region + `:` + id + `:domain/d-1","KmsKeyId":"` + arns[0] + `","DefaultUserSettings":{"ExecutionRole":"arn:aws:iam::` + id + `:role/Canvas","CanvasAppSettings":{}}}`
	stand := standIn(t, url, map[string]string{
		"SageMaker.ListDomains": `{"Domains":[{"DomainId":"d-1"}]}`, "SageMaker.DescribeDomain": domain, "SageMaker.ListUserProfiles": `{"UserProfiles":[]}`, "SageMaker.ListApps": `{"Apps":[]}`, "SageMaker.ListAutoMLJobs": `{"AutoMLJobSummaries":[]}`,
	})
	folder := filepath.Join(t.TempDir(), "out")
	environment := []string{"AWS_ENDPOINT_URL=" + url, "AWS_ENDPOINT_URL_SAGEMAKER=" + stand, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test"}
	out, _ := canvaslint(t, environment, "fetch", "--out", folder, "--region", region, "--all-keys")
	got := files(t, folder)
	key := id + "/" + region + "/kms/keys/" + arns[0][strings.LastIndex(arns[0], "/")+1:]
	for file, want := range map[string]string{
		key + "/policy.json":        `"PolicyName": "default"`,
		key + "/key.json":           `"Arn": "` + arns[0] + `"`,
		key + "/rotation.json":      `"KeyRotationEnabled": false`,
		id + "/iam/roles-read.json": `"aws:PrincipalTag/a+b c": "100%25 é"`,
		id + "/" + region + "/s3/acme-datasets/encryption.json": `"SSEAlgorithm": "AES256"`,
		id + "/" + region + "/s3/acme-datasets/location.json":   `"LocationConstraint": "eu-central-1"`,
		id + "/" + region + "/sagemaker/domains/d-1.json":       `"DomainId": "d-1"`,
	} {
		if !strings.Contains(got[file], want) {
			t.Errorf("%s lacks %s:\n%s", file, want, got[file])
		}
	}
	truncated := slices.ContainsFunc(readManifest(t, folder).Missing, func(m fetch.Missing) bool { return m.Operation == "ListKeys" && m.Code == "MissingToken" })
	if _, saved := got[id+"/"+region+"/kms/keys.json"]; truncated == saved {
		t.Errorf("the list of keys: truncated %v, saved %v\n%s", truncated, saved, out)
	}
}

// standIn answers some calls of the JSON protocols, and sends the others on.
func standIn(t *testing.T, to string, answers map[string]string) string {
	t.Helper()
	target, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer, ok := answers[r.Header.Get("X-Amz-Target")]; ok {
			_, _ = io.WriteString(w, answer)
			return
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestVersitygw reads buckets of a server whose errors are S3's own.
func TestVersitygw(t *testing.T) {
	ctx := context.Background()
	folder := serverFolder(t)
	data, meta := t.TempDir(), t.TempDir()
	// The gateway takes access keys for owners, where S3 has accounts.
	const id = "111122223333"
	const access, secret = id, "the-secret-of-versitygw"
	gateway := start(t, nil, filepath.Join(folder, "bin", "versitygw"), "--port", "127.0.0.1:PORT", "--access", access, "--secret", secret, "--region", region, "posix", "--sidecar", meta, data)
	buckets := s3.NewFromConfig(awsConfig(gateway, access, secret), func(o *s3.Options) { o.UsePathStyle = true })
	for _, name := range []string{"acme-datasets", "acme-open"} {
		must[*s3.CreateBucketOutput](t, "create a bucket")(buckets.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name}))
	}
	policy := `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::acme-open/*"}]}`
	must[*s3.PutBucketPolicyOutput](t, "put the policy")(buckets.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: aws.String("acme-open"), Policy: &policy}))

	stand := standIn(t, gateway, map[string]string{
		"SageMaker.ListDomains":    `{"Domains":[{"DomainId":"d-1"}]}`,
		"SageMaker.DescribeDomain": `{"DomainId":"d-1","DomainArn":"arn:aws:sagemaker:` + region + `:` + id + `:domain/d-1","DefaultUserSettings":{}}`, "SageMaker.ListUserProfiles": `{"UserProfiles":[]}`, "SageMaker.ListApps": `{"Apps":[]}`, "SageMaker.ListAutoMLJobs": `{"AutoMLJobSummaries":[]}`,
		"TrentService.ListKeys": `{"Keys":[]}`, "TrentService.ListAliases": `{"Aliases":[]}`, "AWSOrganizationsV20161128.DescribeOrganization": `{"Organization":{"Id":"o-1","MasterAccountId":"` + id + `"}}`,
	})
	identity := mockSTS(t, &servicemocks.MockEndpoint{
		Request:  &servicemocks.MockRequest{Method: http.MethodPost, Uri: "/", Body: "Action=GetCallerIdentity&Version=2011-06-15"},
		Response: &servicemocks.MockResponse{StatusCode: 200, Body: `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::` + id + `:user/a</Arn><Account>` + id + `</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`, ContentType: "text/xml"},
	})
	gaps := func(key, secret string) (map[string]string, map[string]string) {
		out := filepath.Join(t.TempDir(), "out")
		canvaslint(t, []string{"AWS_ENDPOINT_URL=" + stand, "AWS_ENDPOINT_URL_S3=" + gateway, "AWS_ENDPOINT_URL_STS=" + identity.URL, "AWS_ACCESS_KEY_ID=" + key, "AWS_SECRET_ACCESS_KEY=" + secret},
			"fetch", "--out", out, "--region", region, "--dataset-bucket", "acme-datasets,acme-open,acme-missing")
		found := map[string]string{}
		for _, m := range readManifest(t, out).Missing {
			if m.Service == "s3" {
				found[m.Operation+" "+strings.TrimPrefix(m.Resource, "arn:aws:s3:::")] = string(m.Reason) + " " + m.Code
			}
		}
		return found, files(t, out)
	}
	found, saved := gaps(access, secret)
	want := map[string]string{"GetBucketLocation acme-missing": "not-found NoSuchBucket", "GetBucketLocation sagemaker-eu-central-1-" + id: "not-found NoSuchBucket", "GetBucketPolicy acme-datasets": "not-found NoSuchBucketPolicy"}
	for _, bucket := range []string{"acme-datasets", "acme-open"} {
		want["GetBucketEncryption "+bucket], want["GetPublicAccessBlock "+bucket] = "unreadable NotImplemented", "unreadable NotImplemented"
		want["GetBucketTagging "+bucket] = "not-found NoSuchTagSet"
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("as the owner (-want +got):\n%s", diff)
	}
	var document struct{ Policy string }
	if err := json.Unmarshal([]byte(saved[id+"/"+region+"/s3/acme-open/policy.json"]), &document); err != nil || document.Policy != policy {
		t.Errorf("the bucket policy: %q, %v", document.Policy, err)
	}
	for name, test := range map[string]struct{ key, secret, want string }{
		"a wrong secret":  {access, "wrong", "access-denied SignatureDoesNotMatch"},
		"an unknown user": {"AKIANOBODY0000000000", "x", "unreadable XAdminUserNotFound"}, // of its own,
	} {
		found, _ := gaps(test.key, test.secret)
		for call, got := range found {
			if got != test.want || !strings.HasPrefix(call, "GetBucketLocation ") {
				t.Errorf("%s: %s: %s, want %s", name, call, got, test.want)
			}
		}
		if len(found) != 4 {
			t.Errorf("%s: %v", name, found)
		}
	}
}

// mockSTS starts a server that gives one canned answer.
func mockSTS(t *testing.T, endpoint *servicemocks.MockEndpoint) *httptest.Server {
	t.Helper()
	log.SetOutput(io.Discard) // it logs every answer
	server := servicemocks.MockAwsApiServer("STS", []*servicemocks.MockEndpoint{endpoint})
	t.Cleanup(func() {
		server.Close()
		log.SetOutput(os.Stderr)
	})
	return server
}

// TestIdentity: what STS says when no one is let in.
func TestIdentity(t *testing.T) {
	for name, test := range map[string]struct {
		endpoint *servicemocks.MockEndpoint
		want     string
	}{
		"denied":  {servicemocks.MockStsGetCallerIdentityInvalidEndpointAccessDenied, "not read (access-denied): sts:GetCallerIdentity of the default credentials, AccessDenied"},
		"expired": {servicemocks.MockStsGetCallerIdentityInvalidBodyExpiredToken, "not read (access-denied): sts:GetCallerIdentity of the default credentials, ExpiredToken"},
	} {
		t.Run(name, func(t *testing.T) {
			server := mockSTS(t, test.endpoint)
			out, status := canvaslint(t, []string{"AWS_ENDPOINT_URL=" + server.URL, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test"}, "fetch", "--out", filepath.Join(t.TempDir(), "out"), "--region", region)
			if status != exitIncomplete || !strings.Contains(out, test.want) {
				t.Errorf("exit status %d\n%s", status, out)
			}
		})
	}
	t.Run("a role that may not be assumed", func(t *testing.T) {
		server := mockSTS(t, servicemocks.MockStsAssumeRoleInvalidEndpointInvalidClientTokenId)
		file := filepath.Join(t.TempDir(), "config")
		config := "[profile base]\naws_access_key_id = a\naws_secret_access_key = b\n[profile audit]\nrole_arn = " + servicemocks.MockStsAssumeRoleArn + "\nrole_session_name = " + servicemocks.MockStsAssumeRoleSessionName + "\nsource_profile = base\n"
		if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		out, status := canvaslint(t, []string{"AWS_ENDPOINT_URL_STS=" + server.URL, "AWS_CONFIG_FILE=" + file}, "fetch", "--out", filepath.Join(t.TempDir(), "out"), "--region", region, "--profile", "audit")
		if status != exitIncomplete || !strings.Contains(out, "not read (access-denied): sts:GetCallerIdentity of audit, InvalidClientTokenId") {
			t.Errorf("exit status %d\n%s", status, out)
		}
	})
}
