package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	sagemakertypes "github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// buildOrganization makes an organization of twelve accounts. Ten are small: a domain
// with a key, and roles that read a bucket of the eleventh.
func buildOrganization(t *testing.T, endpoint string) (first *motoAccount, others []*motoAccount) {
	t.Helper()
	ctx := context.Background()
	first = buildAccount(t, endpoint)
	management := awsConfig(endpoint, "AKIAMANAGEMENT000000", "secret")
	orgs := organizations.NewFromConfig(management)
	for n := range 10 {
		name := fmt.Sprintf("small-%d", n)
		created := must[*organizations.CreateAccountOutput](t, "create the account")(orgs.CreateAccount(ctx, &organizations.CreateAccountInput{AccountName: &name, Email: aws.String(name + "@example.com")}))
		a := &motoAccount{t: t, url: endpoint, id: *created.CreateAccountStatus.AccountId, keys: map[string]string{}, policies: map[string]string{}}
		a.config = management.Copy()
		a.config.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(management), a.role("OrganizationAccountAccessRole")))
		a.roles(ctx)
		a.key(ctx, "app")
		must[*sagemaker.CreateDomainOutput](t, "create the domain")(sagemaker.NewFromConfig(a.config).CreateDomain(ctx, &sagemaker.CreateDomainInput{
			DomainName: &name, AuthMode: "IAM", KmsKeyId: aws.String(a.keys["app"]), VpcId: aws.String("vpc-1"), SubnetIds: []string{"subnet-1"},
			DefaultUserSettings: &sagemakertypes.UserSettings{ExecutionRole: aws.String(a.role("Canvas"))},
		}))
		others = append(others, a)
	}
	return first, others
}

// front stands before moto, which has neither user profiles nor apps: it says that there are none.
// Trouble may answer a request in moto's place.
type front struct {
	*httptest.Server
	trouble     atomic.Pointer[func(w http.ResponseWriter, r *http.Request, body string, count int64) bool]
	requests    atomic.Int64
	connections sync.WaitGroup
}

func newFront(t *testing.T, moto string) *front {
	t.Helper()
	target, err := url.Parse(moto)
	if err != nil {
		t.Fatal(err)
	}
	forward := httputil.NewSingleHostReverseProxy(target)
	forward.ErrorLog = log.New(io.Discard, "", 0) // killed callers
	f := &front{}
	f.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		count := f.requests.Add(1)
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		trouble := f.trouble.Load()
		switch {
		case trouble != nil && (*trouble)(w, r, string(body), count):
		case r.Header.Get("X-Amz-Target") == "SageMaker.ListUserProfiles":
			_, _ = io.WriteString(w, `{"UserProfiles":[]}`)
		case r.Header.Get("X-Amz-Target") == "SageMaker.ListApps":
			_, _ = io.WriteString(w, `{"Apps":[]}`)
		default:
			forward.ServeHTTP(w, r)
		}
	}))
	f.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			f.connections.Add(1)
		case http.StateClosed:
			f.connections.Done()
		}
	}
	f.Start()
	t.Cleanup(f.Close)
	return f
}

// under has the front make trouble until the test is through with it.
func (f *front) under(trouble func(w http.ResponseWriter, r *http.Request, body string, count int64) bool, work func()) {
	f.requests.Store(0)
	f.trouble.Store(&trouble)
	work()
	f.trouble.Store(nil)
}

// refuse answers as the protocol of the request does; false where that is not known.
func refuse(w http.ResponseWriter, r *http.Request, code string) bool {
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"__type":"`+code+`","message":"no"}`)
	case r.URL.Path == "/" && r.Method == http.MethodPost:
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `<ErrorResponse><Error><Type>Sender</Type><Code>`+code+`</Code><Message>no</Message></Error><RequestId>r</RequestId></ErrorResponse>`)
	default:
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `<Error><Code>`+code+`</Code><Message>no</Message><RequestId>r</RequestId></Error>`)
	}
	return true
}

// TestMotoOrganization reads twelve accounts in quiet, and then with everything going
// wrong that can: nothing is lost in silence, and resume always ends at the same bytes.
func TestMotoOrganization(t *testing.T) {
	moto := startMoto(t)
	first, others := buildOrganization(t, moto)
	f := newFront(t, moto)
	environment := append(first.logins(f.URL), "AWS_MAX_ATTEMPTS=4", "AWS_RETRY_MODE=standard")
	read := func(folder string, more ...string) (string, int) {
		return canvaslint(t, environment, append([]string{"fetch", "--out", folder, "--profile", "management"}, more...)...)
	}
	all := []string{"--organization", "--role-name", "OrganizationAccountAccessRole", "--parallel", "3"}
	whole := filepath.Join(t.TempDir(), "whole")
	if out, status := read(whole, all...); status != exitClean || !strings.HasSuffix(out, "12 accounts: 12 complete.\nComplete.\n") {
		t.Fatalf("exit status %d\n%s", status, out)
	}
	want := withoutTime(files(t, whole))
	compareOrganization(t, want, first, others)

	t.Run("throttling", func(t *testing.T) {
		folder := filepath.Join(t.TempDir(), "out")
		var refused atomic.Int64
		f.under(func(w http.ResponseWriter, r *http.Request, _ string, count int64) bool {
			throttled := count%11 == 0 && r.Header.Get("X-Amz-Target") != ""
			if throttled {
				refused.Add(1)
			}
			return throttled && refuse(w, r, "ThrottlingException")
		}, func() {
			if out, status := read(folder, all...); status != exitClean {
				t.Errorf("exit status %d\n%s", status, out)
			}
		})
		sameFolder(t, want, folder)
		if refused.Load() < 10 {
			t.Errorf("%d calls were throttled", refused.Load())
		}
	})
	t.Run("denials", func(t *testing.T) {
		folder := filepath.Join(t.TempDir(), "out")
		entered, denied, unbound := others[2].id, others[5].id, others[7].id
		f.under(func(w http.ResponseWriter, r *http.Request, body string, _ int64) bool {
			switch {
			case strings.Contains(body, "AssumeRole") && strings.Contains(body, entered), strings.HasSuffix(r.Header.Get("X-Amz-Target"), "GetKeyPolicy") && strings.Contains(body, denied),
				strings.HasSuffix(r.Header.Get("X-Amz-Target"), "ListParents") && strings.Contains(body, unbound):
				return refuse(w, r, "AccessDenied")
			}
			return false
		}, func() {
			out, status := read(folder, all...)
			if status != exitIncomplete || !strings.Contains(out, "12 accounts: 9 complete, 2 partial, 1 unread.\n") || !strings.Contains(out, "allow kms:GetKeyPolicy") || !strings.Contains(out, "allow sts:AssumeRole") {
				t.Errorf("exit status %d\n%s", status, out)
			}
		})
		if out, status := canvaslint(t, nil, "check", folder); status == exitClean || !strings.Contains(out, "AssumeRole of arn:aws:iam::"+entered) || !strings.Contains(out, "kms:GetKeyPolicy was refused") ||
			!strings.Contains(out, "problem: "+filepath.Join(folder, "manifest.json")) || !strings.Contains(out, "ListParents of "+unbound+" failed (access-denied)") ||
			!strings.Contains(out, "needed to decide: the organization policies of account "+unbound+" (organizations:ListParents was refused with AccessDenied: allow organizations:ListParents and export again)") {
			t.Errorf("check gives %d\n%s", status, out)
		}
		if out, status := read(folder, "--resume"); status != exitClean {
			t.Errorf("resumed: exit status %d\n%s", status, out)
		}
		sameFolder(t, want, folder)
	})
	for _, after := range []int64{30, 150} {
		t.Run(fmt.Sprintf("credentials that expire at call %d", after), func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "out")
			f.under(func(w http.ResponseWriter, r *http.Request, _ string, count int64) bool {
				return count > after && refuse(w, r, "ExpiredToken")
			}, func() {
				if out, status := read(folder, all...); status != exitIncomplete || !strings.HasSuffix(out, "Interrupted. Continue with --resume.\n") || f.requests.Load() > after+30 {
					t.Errorf("exit status %d, %d requests\n%s", status, f.requests.Load(), out)
				}
			})
			interrupted(t, folder)
			if out, status := read(folder, "--resume"); status != exitClean {
				t.Errorf("resumed: exit status %d\n%s", status, out)
			}
			sameFolder(t, want, folder)
		})
		t.Run(fmt.Sprintf("a kill at call %d", after), func(t *testing.T) {
			folder := filepath.Join(t.TempDir(), "out")
			command := program(environment, append([]string{"fetch", "--out", folder, "--profile", "management"}, all...)...)
			started := make(chan struct{})
			f.under(func(_ http.ResponseWriter, _ *http.Request, _ string, count int64) bool {
				if count == after {
					<-started
					_ = command.Process.Kill()
				}
				return false
			}, func() {
				if err := command.Start(); err != nil {
					t.Fatal(err)
				}
				close(started)
				_ = command.Wait()
				f.connections.Wait() // who reads for it has ended then
			})
			interrupted(t, folder)
			if out, status := read(folder, "--resume"); status != exitClean {
				t.Errorf("resumed: exit status %d\n%s", status, out)
			}
			sameFolder(t, want, folder)
		})
	}
	t.Run("archives", func(t *testing.T) { archivesOf(t, read, append(all, "--archive"), whole) })
	t.Run("archives in a bucket", func(t *testing.T) {
		bucket := "acme-exports"
		must[*s3.CreateBucketOutput](t, "create the bucket")(s3.NewFromConfig(awsConfig(moto, "test", "test"), func(o *s3.Options) { o.UsePathStyle = true }).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket, CreateBucketConfiguration: &s3types.CreateBucketConfiguration{LocationConstraint: region}}))
		local, stored := filepath.Join(t.TempDir(), "local"), filepath.Join(t.TempDir(), "stored")
		for folder, more := range map[string][]string{local: {"--archive"}, stored: {"--archive-to", "s3://acme-exports/today/"}} {
			if out, status := read(folder, append(more, all...)...); status != exitClean {
				t.Fatalf("exit status %d\n%s", status, out)
			}
		}
		reader := []string{"AWS_ENDPOINT_URL=" + moto, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test"}
		for _, a := range append([]*motoAccount{first}, others...) {
			want, status := canvaslint(t, nil, "check", "--no-cache", "--format", "json", filepath.Join(local, a.id+".zip"))
			got, same := canvaslint(t, reader, "check", "--format", "json", "s3://acme-exports/today/"+a.id+".zip")
			times := regexp.MustCompile(`"time": "[^"]*"`)
			want = strings.ReplaceAll(want, filepath.ToSlash(local)+"/", "s3://acme-exports/today/")
			if diff := cmp.Diff(times.ReplaceAllString(want, ""), times.ReplaceAllString(got, "")); diff != "" || status != same {
				t.Errorf("%s: status %d and %d\n%s", a.id, status, same, diff)
			}
		}
	})
}

// archivesOf: check finds in archives what it finds in the folder.
func archivesOf(t *testing.T, read func(string, ...string) (string, int), arguments []string, whole string) {
	folder := filepath.Join(t.TempDir(), "archives")
	if out, status := read(folder, arguments...); status != exitClean {
		t.Errorf("exit status %d\n%s", status, out)
	}
	reports := map[string][]string{}
	for _, from := range []string{whole, folder} {
		out, _ := canvaslint(t, nil, "check", "--format", "json", from)
		var report struct {
			Findings []struct{ Rule, Fingerprint string }
			Problems []struct{ Message string }
		}
		if err := json.Unmarshal([]byte(out), &report); err != nil || len(report.Problems) > 0 || len(report.Findings) == 0 {
			t.Errorf("%v, %d findings, problems %v", err, len(report.Findings), report.Problems)
		}
		for _, found := range report.Findings {
			reports[from] = append(reports[from], found.Rule+" "+found.Fingerprint)
		}
		slices.Sort(reports[from]) // they stand in other files
	}
	if diff := cmp.Diff(reports[whole], reports[folder]); diff != "" {
		t.Errorf("findings (-folder +archives):\n%s", diff)
	}
}

// compareOrganization looks for what was put into each account.
func compareOrganization(t *testing.T, got map[string]string, first *motoAccount, others []*motoAccount) {
	t.Helper()
	for _, a := range append(others, first) {
		arn := a.keys["app"]
		key := a.id + "/" + region + "/kms/keys/" + arn[strings.LastIndex(arn, "/")+1:]
		for file, text := range map[string]string{
			key + "/policy.json":          `"Policy"`,
			key + "/key.json":             `"Arn": "` + arn + `"`,
			a.id + "/iam/roles-read.json": a.role("Canvas"),
			"organization/targets.json":   `"TargetId": "` + a.id + `"`,
			"manifest.json":               `"account": "` + a.id + `"`,
		} {
			if !strings.Contains(got[file], text) {
				t.Errorf("%s lacks %s:\n%s", file, text, got[file])
			}
		}
	}
	if got[first.id+"/"+region+"/s3/acme-datasets/policy.json"] == "" {
		t.Error("the bucket that all read was not saved")
	}
	domains := 0
	for name := range got {
		if strings.Contains(name, "/sagemaker/domains/") {
			domains++
		}
		if strings.HasPrefix(name, ".fetch") {
			t.Errorf("%s was left", name)
		}
	}
	if domains != 11 {
		t.Errorf("%d domains", domains)
	}
}

func sameFolder(t *testing.T, want map[string]string, folder string) {
	t.Helper()
	if diff := cmp.Diff(want, withoutTime(files(t, folder))); diff != "" {
		t.Errorf("(-undisturbed +this):\n%s", diff)
	}
}

// interrupted: the manifest says so, and check does not take the folder for whole.
func interrupted(t *testing.T, folder string) {
	t.Helper()
	if m := readManifest(t, folder); m.Status != fetch.StatusInterrupted {
		t.Errorf("status %s", m.Status)
	}
	if out, status := canvaslint(t, nil, "check", folder); status == exitClean || !strings.Contains(out, "this export was interrupted") {
		t.Errorf("check gives %d\n%s", status, out)
	}
}
