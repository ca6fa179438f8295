package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/live"
	"github.com/canvaslint/canvaslint/pkg/outfile"
)

var update = flag.Bool("update", false, "rewrite testdata/account.txtar and docs/fetch-policy.json")

// TestFetch holds the whole folder of a small account against what was put in.
func TestFetch(t *testing.T) {
	newReplay(t, wholeAccount())
	folder := filepath.Join(t.TempDir(), "out")
	result := mustFetch(t, options(folder))
	if result.IsPartial() || result.Nothing {
		t.Errorf("the fetch is partial: %+v", result.Manifest.Missing)
	}
	got := tree(t, folder)
	var archive txtar.Archive
	for _, name := range slices.Sorted(maps.Keys(got)) {
		archive.Files = append(archive.Files, txtar.File{Name: name, Data: []byte(got[name])})
	}
	const golden = "testdata/account.txtar"
	if *update {
		if err := os.WriteFile(golden, txtar.Format(&archive), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(txtar.Format(&archive))); diff != "" {
		t.Errorf("folder (-want +got):\n%s", diff)
	}
	again := filepath.Join(t.TempDir(), "again")
	mustFetch(t, options(again))
	if diff := cmp.Diff(got, tree(t, again)); diff != "" {
		t.Errorf("a second fetch differs:\n%s", diff)
	}
	for _, name := range append(slices.Sorted(maps.Keys(got)), ".") {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if want := map[bool]os.FileMode{false: 0o600, true: 0o700}[info.IsDir()]; info.Mode().Perm() != want {
			t.Errorf("%s has permissions %o, want %o", name, info.Mode().Perm(), want)
		}
	}
}

// TestChoices says which calls the options make, and which files come of it.
func TestChoices(t *testing.T) {
	for _, test := range []struct {
		name    string
		change  func(*fetch.Options)
		made    []string
		unmade  []string
		nothing bool
	}{
		{"all roles", func(o *fetch.Options) { o.AllRoles = true }, []string{"iam:GetAccountAuthorizationDetails"}, []string{"iam:GetRole", "iam:GetPolicy"}, false},
		{"no jobs", func(o *fetch.Options) { o.Jobs = fetch.JobsNone }, nil, []string{"sagemaker:ListAutoMLJobs", "sagemaker:DescribeAutoMLJobV2"}, false},
		{"another domain", func(o *fetch.Options) { o.Domains = []string{"d-2"} }, []string{"sagemaker:ListDomains"}, []string{"sagemaker:DescribeDomain"}, true},
		{"two Regions", func(o *fetch.Options) { o.Regions = []string{"eu-central-1", "eu-west-1"} }, []string{"sagemaker:ListDomains", "sagemaker:ListDomains"}, nil, false},
		{"a dataset", func(o *fetch.Options) { o.Datasets = []string{"acme"} }, []string{"s3:GetBucketLocation", "s3:GetBucketLocation"}, nil, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newReplay(t, wholeAccount())
			o := options(filepath.Join(t.TempDir(), "out"))
			test.change(&o)
			result := mustFetch(t, o)
			for _, operation := range test.made {
				times := 0
				for _, other := range test.made {
					if other == operation {
						times++
					}
				}
				if r.count(operation) != times {
					t.Errorf("%s was called %d times, want %d", operation, r.count(operation), times)
				}
			}
			for _, operation := range test.unmade {
				if r.count(operation) > 0 {
					t.Errorf("%s was called", operation)
				}
			}
			if result.Nothing != test.nothing {
				t.Errorf("nothing is %v, want %v", result.Nothing, test.nothing)
			}
		})
	}
}

// TestFailures lets one call after the other fail, in each way: every failure
// is in the manifest under its right name, and nothing else is.
func TestFailures(t *testing.T) {
	const other = "arn:aws:s3:::" + bucket
	html := answer{status: 404, body: "<html>not here</html>", header: map[string]string{"Content-Type": "text/html"}}
	for _, test := range []struct {
		operation string
		answer    answer
		want      fetch.Missing
		status    fetch.Status
	}{
		{"kms:GetKeyPolicy", fails("kms:", 400, "AccessDeniedException"), fetch.Missing{File: "K/policy.json", Resource: keyARN, Reason: fetch.AccessDenied, Code: "AccessDeniedException", RequestID: "request-1", Permission: "kms:GetKeyPolicy"}, fetch.StatusPartial},
		{"kms:DescribeKey", fails("kms:", 400, "NotFoundException"), fetch.Missing{File: "K/key.json", Resource: keyARN, Reason: fetch.NotFound, Code: "NotFoundException", Permission: "kms:DescribeKey"}, fetch.StatusComplete},
		{"kms:ListGrants", fails("kms:", 400, "ThrottlingException"), fetch.Missing{File: "K/grants.json", Resource: keyARN, Reason: fetch.Throttled, Code: "ThrottlingException", RequestID: "request-1", Permission: "kms:ListGrants"}, fetch.StatusPartial},
		{"kms:ListResourceTags", html, fetch.Missing{File: "K/tags.json", Resource: keyARN, Reason: fetch.Unreadable, Code: "HTTP 404", Permission: "kms:ListResourceTags"}, fetch.StatusPartial},
		{"kms:GetKeyRotationStatus", ok("<html>"), fetch.Missing{File: "K/rotation.json", Resource: keyARN, Reason: fetch.Unreadable, Code: "UndecodableAnswer", Permission: "kms:GetKeyRotationStatus"}, fetch.StatusPartial},
		{"kms:ListKeys", answer{status: 403, body: `<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>`}, fetch.Missing{File: "R/kms/keys.json", Resource: accountID + "/eu-central-1", Reason: fetch.Unreadable, Code: "HTTP 403", Permission: "kms:ListKeys"}, fetch.StatusPartial},
		{"iam:GetRole", fails("iam:", 404, "NoSuchEntity"), fetch.Missing{File: "I", Resource: roleARN, Reason: fetch.NotFound, Code: "NoSuchEntity", Permission: "iam:GetRole"}, fetch.StatusComplete},
		{"iam:GetRolePolicy", fails("iam:", 403, "AccessDenied"), fetch.Missing{File: "I", Resource: roleARN, Reason: fetch.AccessDenied, Code: "AccessDenied", RequestID: "request-1", Permission: "iam:GetRolePolicy"}, fetch.StatusPartial},
		{"iam:ListRolePolicies", fails("iam:", 400, "Throttling"), fetch.Missing{File: "I", Resource: roleARN, Reason: fetch.Throttled, Code: "Throttling", RequestID: "request-1", Permission: "iam:ListRolePolicies"}, fetch.StatusPartial},
		{"iam:GetPolicyVersion", html, fetch.Missing{File: "I", Resource: policyARN, Reason: fetch.Unreadable, Code: "HTTP 404", Permission: "iam:GetPolicyVersion"}, fetch.StatusPartial},
		{"s3:GetBucketEncryption", fails("s3:", 404, "ServerSideEncryptionConfigurationNotFoundError"), fetch.Missing{File: "B/encryption.json", Resource: other, Reason: fetch.NotFound, Code: "ServerSideEncryptionConfigurationNotFoundError", Permission: "s3:GetEncryptionConfiguration"}, fetch.StatusComplete},
		{"s3:GetPublicAccessBlock", fails("s3:", 501, "NotImplemented"), fetch.Missing{File: "B/public-access-block.json", Resource: other, Reason: fetch.Unreadable, Code: "NotImplemented", RequestID: "request-1", Permission: "s3:GetBucketPublicAccessBlock"}, fetch.StatusPartial},
		{"s3:GetBucketTagging", fails("s3:", 404, "NoSuchTagSet"), fetch.Missing{File: "B/tags.json", Resource: other, Reason: fetch.NotFound, Code: "NoSuchTagSet", Permission: "s3:GetBucketTagging"}, fetch.StatusComplete},
		{"s3:GetBucketLocation", fails("s3:", 404, "InvalidAccessKeyId"), fetch.Missing{File: "B/location.json", Resource: other, Reason: fetch.AccessDenied, Code: "InvalidAccessKeyId", RequestID: "request-1", Permission: "s3:GetBucketLocation"}, fetch.StatusPartial},
		{"s3control:GetAccessPointPolicy", fails("s3control:", 404, "NoSuchAccessPointPolicy"), fetch.Missing{File: "P/policy.json", Resource: pointARN, Reason: fetch.NotFound, Code: "NoSuchAccessPointPolicy", Permission: "s3:GetAccessPointPolicy"}, fetch.StatusComplete},
		{"s3control:GetAccessPoint", fails("s3control:", 403, "AccessDenied"), fetch.Missing{File: "P/access-point.json", Resource: pointAlias, Reason: fetch.AccessDenied, Code: "AccessDenied", RequestID: "request-1", Permission: "s3:GetAccessPoint"}, fetch.StatusPartial},
		{"s3control:ListAccessPoints", ok(`<ListAccessPointsResult/>`), fetch.Missing{File: "R/s3control/access-points.json", Resource: pointAlias, Reason: fetch.AccessDenied, Code: "OtherAccount", Permission: "s3:ListAccessPoints"}, fetch.StatusPartial},
		{"s3control:GetPublicAccessBlock", fails("s3control:", 404, "NoSuchPublicAccessBlockConfiguration"), fetch.Missing{File: accountID + "/s3control/public-access-block.json", Resource: accountID, Reason: fetch.NotFound, Code: "NoSuchPublicAccessBlockConfiguration", Permission: "s3:GetAccountPublicAccessBlock"}, fetch.StatusComplete},
		{"ec2:DescribeVpcEndpoints", fails("ec2:", 403, "UnauthorizedOperation"), fetch.Missing{File: "R/ec2/vpc-endpoints.json", Resource: "vpc-1", Reason: fetch.AccessDenied, Code: "UnauthorizedOperation", RequestID: "request-1", Permission: "ec2:DescribeVpcEndpoints"}, fetch.StatusPartial},
		{"ec2:DescribeVpcs", fails("ec2:", 403, "UnauthorizedOperation"), fetch.Missing{File: "R/ec2/vpc-endpoints.json", Resource: "vpc-1", Reason: fetch.AccessDenied, Code: "UnauthorizedOperation", RequestID: "request-1", Permission: "ec2:DescribeVpcs"}, fetch.StatusPartial},
		{"ec2:DescribeRouteTables", fails("ec2:", 403, "UnauthorizedOperation"), fetch.Missing{File: "R/ec2/route-tables.json", Resource: "vpc-1", Reason: fetch.AccessDenied, Code: "UnauthorizedOperation", RequestID: "request-1", Permission: "ec2:DescribeRouteTables"}, fetch.StatusPartial},
		{"sagemaker:ListApps", fails("sagemaker:", 400, "AccessDeniedException"), fetch.Missing{File: "R/sagemaker/apps/d-1", Resource: "arn:aws:sagemaker:eu-central-1:" + accountID + ":domain/d-1", Reason: fetch.AccessDenied, Code: "AccessDeniedException", RequestID: "request-1", Permission: "sagemaker:ListApps"}, fetch.StatusPartial},
		{"sagemaker:DescribeSpace", fails("sagemaker:", 400, "ResourceNotFound"), fetch.Missing{File: "R/sagemaker/spaces/d-1/shared.json", Resource: "arn:aws:sagemaker:eu-central-1:" + accountID + ":space/d-1/shared", Reason: fetch.NotFound, Code: "ResourceNotFound", Permission: "sagemaker:DescribeSpace"}, fetch.StatusComplete},
		{"sagemaker:DescribeAutoMLJobV2", fails("sagemaker:", 400, "ResourceNotFound"), fetch.Missing{File: "R/sagemaker/auto-ml-jobs/Canvas1.json", Resource: "arn:aws:sagemaker:eu-central-1:" + accountID + ":automl-job/Canvas1", Reason: fetch.NotFound, Code: "ResourceNotFound", Permission: "sagemaker:DescribeAutoMLJobV2"}, fetch.StatusComplete},
		{"sagemaker:ListUserProfiles", answer{status: 500, body: "<html>"}, fetch.Missing{File: "R/sagemaker/user-profiles/d-1", Resource: "arn:aws:sagemaker:eu-central-1:" + accountID + ":domain/d-1", Reason: fetch.Unreadable, Code: "HTTP 500", Permission: "sagemaker:ListUserProfiles"}, fetch.StatusPartial},
		{"organizations:DescribeOrganization", fails("organizations:", 400, "AWSOrganizationsNotInUseException"), fetch.Missing{File: "organization/organization.json", Resource: "organization", Reason: fetch.NotFound, Code: "AWSOrganizationsNotInUseException", Permission: "organizations:DescribeOrganization"}, fetch.StatusComplete},
		{"organizations:ListParents", fails("organizations:", 400, "AccessDeniedException"), fetch.Missing{File: "organization/targets.json", Resource: accountID, Reason: fetch.AccessDenied, Code: "AccessDeniedException", RequestID: "request-1", Permission: "organizations:ListParents"}, fetch.StatusComplete},
		{"organizations:DescribePolicy", fails("organizations:", 429, "TooManyRequestsException"), fetch.Missing{File: "organization/policies/p-FullAWSAccess.json", Resource: "p-FullAWSAccess", Reason: fetch.Throttled, Code: "TooManyRequestsException", RequestID: "request-1", Permission: "organizations:DescribePolicy"}, fetch.StatusPartial},
	} {
		t.Run(test.operation, func(t *testing.T) {
			newReplay(t, with(wholeAccount(), map[string]answer{test.operation: test.answer}))
			result := mustFetch(t, options(filepath.Join(t.TempDir(), "out")))
			want := test.want
			want.Service, want.Operation, _ = strings.Cut(test.operation, ":")
			region := accountID + "/eu-central-1"
			want.File = strings.NewReplacer("K/", region+"/kms/keys/"+keyID+"/", "B/", region+"/s3/"+bucket+"/", "P/", region+"/s3control/access-points/canvas/", "R/", region+"/").Replace(want.File)
			if want.File == "I" {
				want.File = accountID + "/iam/roles-read.json"
			}
			// The account's bucket has no policy: that answer is always there.
			got := slices.DeleteFunc(result.Manifest.Missing, func(m fetch.Missing) bool {
				return m.Operation == "GetBucketPolicy" && m.Reason == fetch.NotFound
			})
			if diff := cmp.Diff([]fetch.Missing{want}, got); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
			if result.Manifest.Status != test.status {
				t.Errorf("status %s, want %s", result.Manifest.Status, test.status)
			}
		})
	}
}

// TestPaging: a list whose pages cannot be followed to the end proves nothing.
func TestPaging(t *testing.T) {
	for _, test := range []struct {
		name  string
		first answer
		code  string
	}{
		{"a token that comes again", ok(`{"Keys":[],"Truncated":true,"NextMarker":"again"}`), "RepeatedToken"},
		{"truncated without a token", ok(`{"Keys":[],"Truncated":true}`), "MissingToken"},
	} {
		t.Run(test.name, func(t *testing.T) {
			newReplay(t, with(wholeAccount(), map[string]answer{"kms:ListKeys": test.first}))
			folder := filepath.Join(t.TempDir(), "out")
			result := mustFetch(t, options(folder))
			i := slices.IndexFunc(result.Manifest.Missing, func(m fetch.Missing) bool { return m.Operation == "ListKeys" })
			if i < 0 || result.Manifest.Missing[i].Code != test.code || result.Manifest.Missing[i].Reason != fetch.Unreadable {
				t.Errorf("missing: %+v", result.Manifest.Missing)
			}
			if list := accountID + "/eu-central-1/kms/keys"; slices.Contains(result.Manifest.Complete, list) || tree(t, folder)[list+".json"] != "" {
				t.Errorf("%s is taken for complete", list)
			}
		})
	}
	t.Run("new tokens without end", func(t *testing.T) {
		calls := 0
		newReplay(t, with(wholeAccount(), map[string]answer{"sagemaker:ListDomains": {give: func(map[string]any, int) answer {
			calls++
			if calls > 50 { // a server may be long in ending; then it does
				return ok(`{"Domains":[]}`)
			}
			return ok(fmt.Sprintf(`{"Domains":[],"NextToken":"t%d"}`, calls))
		}}}))
		if result := mustFetch(t, options(filepath.Join(t.TempDir(), "out"))); !result.Nothing || result.IsPartial() {
			t.Errorf("%+v", result)
		}
	})
}

// TestThrottling: a call that is refused for its frequency is made again.
func TestThrottling(t *testing.T) {
	r := newReplay(t, with(wholeAccount(), map[string]answer{"kms:GetKeyPolicy": {give: func(_ map[string]any, call int) answer {
		if call == 1 {
			return fails("kms:", 400, "ThrottlingException")
		}
		return ok(`{"Policy":` + quoted(document) + `}`)
	}}}))
	t.Setenv("AWS_MAX_ATTEMPTS", "3")
	if result := mustFetch(t, options(filepath.Join(t.TempDir(), "out"))); result.IsPartial() || r.count("kms:GetKeyPolicy") != 2 {
		t.Errorf("%d calls, missing %+v", r.count("kms:GetKeyPolicy"), result.Manifest.Missing)
	}
}

// TestInterrupt breaks a run off at every call there is, and goes on with it:
// what is there is whole, the manifest never claims more, and the end is the
// same folder that an unbroken run gives.
func TestInterrupt(t *testing.T) {
	r := newReplay(t, wholeAccount())
	whole := filepath.Join(t.TempDir(), "whole")
	mustFetch(t, options(whole))
	want, calls := tree(t, whole), r.count("")
	for stop := 1; stop <= calls; stop += 4 {
		r := newReplay(t, wholeAccount())
		ctx, cancel := context.WithCancel(context.Background())
		r.before = func(string, int) {
			if r.count("") == stop {
				cancel()
			}
		}
		folder := filepath.Join(t.TempDir(), "out")
		result, err := live.Fetch(ctx, options(folder))
		cancel()
		if err != nil {
			t.Fatalf("broken off at call %d: %v", stop, err)
		}
		if result.Manifest.Status != fetch.StatusInterrupted || !result.IsPartial() {
			t.Errorf("broken off at call %d: status %s", stop, result.Manifest.Status)
		}
		for name, text := range tree(t, folder) {
			if name != "manifest.json" && name != accountID+"/iam/roles-read.json" && text != want[name] {
				t.Errorf("broken off at call %d: %s is not what it is in a whole run:\n%s", stop, name, text)
			}
			if !json.Valid([]byte(text)) || strings.Contains(name, outfile.Temporary) {
				t.Errorf("broken off at call %d: %s is no whole file", stop, name)
			}
		}
		r.before = nil
		o := options(folder)
		o.Resume = true
		mustFetch(t, o)
		if diff := cmp.Diff(want, tree(t, folder)); diff != "" {
			t.Fatalf("broken off at call %d and gone on with (-want +got):\n%s", stop, diff)
		}
	}
}

// TestResume: what is there is not asked for again, what is broken is.
func TestResume(t *testing.T) {
	r := newReplay(t, wholeAccount())
	folder := filepath.Join(t.TempDir(), "out")
	mustFetch(t, options(folder))
	want := tree(t, folder)
	key := filepath.Join(folder, accountID, "eu-central-1", "kms", "keys", keyID)
	for name, text := range map[string]string{filepath.Join(key, "policy.json"): `{"Policy":`, filepath.Join(folder, outfile.Temporary+"XYZ"): "half"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before := r.count("kms:DescribeKey") + r.count("iam:GetRole") + r.count("sagemaker:DescribeUserProfile")
	o := options(folder)
	o.Resume = true
	mustFetch(t, o)
	if diff := cmp.Diff(want, tree(t, folder)); diff != "" {
		t.Errorf("folder (-want +got):\n%s", diff)
	}
	if after := r.count("kms:DescribeKey") + r.count("iam:GetRole") + r.count("sagemaker:DescribeUserProfile"); after != before || r.count("kms:GetKeyPolicy") != 2 {
		t.Errorf("%d calls for what was there, %d for the broken file", after-before, r.count("kms:GetKeyPolicy")-1)
	}
	for _, test := range []struct {
		name   string
		change func(*fetch.Options)
		want   string
	}{
		{"no resume", func(o *fetch.Options) { o.Resume = false }, "is not empty: name another"},
		{"other Regions", func(o *fetch.Options) { o.Regions = []string{"eu-west-1"} }, "it was started for other Regions"},
		{"all roles", func(o *fetch.Options) { o.AllRoles = true }, "it was started for other roles"},
		{"no such folder", func(o *fetch.Options) { o.Folder += "-not" }, "fetch did not start this folder"},
	} {
		o := options(folder)
		o.Resume = true
		test.change(&o)
		_, err := live.Fetch(context.Background(), o)
		if usage := (fetch.UsageError{}); !errors.As(err, &usage) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want a usage error with %q", test.name, err, test.want)
		}
	}
	r.answers["sts:GetCallerIdentity"] = xml("GetCallerIdentity", `<Arn>arn:aws:iam::444455556666:user/x</Arn><Account>444455556666</Account>`)
	if _, err := live.Fetch(context.Background(), o); err == nil || !strings.Contains(err.Error(), "it was started as arn:aws:sts::"+accountID) {
		t.Errorf("another account: %v", err)
	}
	if diff := cmp.Diff(want[accountID+"/iam/roles-read.json"], tree(t, folder)[accountID+"/iam/roles-read.json"]); diff != "" {
		t.Error(diff)
	}
}

// TestNames: names that would lead elsewhere stay inside, and those that no
// file can have are in the manifest.
func TestNames(t *testing.T) {
	long := strings.Repeat("x", 300)
	hostile := []string{"../../x", "..", ".", "/etc/passwd", "a/b", `c:\d`, "nul\x00byte", "new\nline", "ü", long, ""}
	listed := make([]string, 0, len(hostile))
	for _, name := range hostile {
		listed = append(listed, `{"UserProfileName":`+quoted(name)+`}`)
	}
	r := newReplay(t, with(wholeAccount(), map[string]answer{
		"sagemaker:ListDomains":      ok(`{"Domains":[{"DomainId":"../../d"}]}`),
		"sagemaker:DescribeDomain":   ok(`{"DomainId":"../../d","DomainArn":"arn:aws:sagemaker:eu-central-1:` + accountID + `:domain/../../d","KmsKeyId":"` + keyARN + `","DefaultUserSettings":{"ExecutionRole":"arn:aws:iam::../../x:role/../../y","CanvasAppSettings":{"WorkspaceSettings":{"S3ArtifactPath":"s3://../../bucket"}}}}`),
		"sagemaker:ListUserProfiles": ok(`{"UserProfiles":[` + strings.Join(listed, ",") + `]}`),
		"sagemaker:ListAutoMLJobs":   ok(`{"AutoMLJobSummaries":[{"AutoMLJobName":"Canvas/../../job"}]}`),
		"kms:DescribeKey":            ok(`{"KeyMetadata":{"KeyId":"../../k","Arn":"arn:aws:kms:../../r:` + accountID + `:key/../../k"}}`),
		"s3:GetBucketLocation":       ok(`<LocationConstraint>../../r</LocationConstraint>`),
		"organizations:ListPoliciesForTarget?r-1 SERVICE_CONTROL_POLICY": ok(`{"Policies":[{"Id":"../../p"}]}`),
	}))
	parent := t.TempDir()
	folder := filepath.Join(parent, "deep", "out")
	result := mustFetch(t, options(folder))
	for name := range tree(t, parent) {
		if !strings.HasPrefix(name, "deep/out/") {
			t.Errorf("%s was written outside of the folder", name)
		}
	}
	var profiles []string
	const place = accountID + "/eu-central-1/sagemaker/user-profiles/"
	for name := range tree(t, folder) {
		if rest, ok := strings.CutPrefix(name, place); ok {
			profiles = append(profiles, rest)
		}
	}
	slices.Sort(profiles)
	want := []string{"%2E.%2F..%2Fx", "%2E.", "%2E", "%2Fetc%2Fpasswd", "%C3%BC", "a%2Fb", "c%3A%5Cd", "new%0Aline", "nul%00byte"}
	for i := range want {
		want[i] = "%2E.%2F..%2Fd/" + want[i] + ".json"
	}
	if diff := cmp.Diff(want, profiles); diff != "" {
		t.Errorf("profiles (-want +got):\n%s", diff)
	}
	codes := map[string]int{}
	for _, m := range result.Manifest.Missing {
		codes[m.Operation+" "+m.Code]++
	}
	if codes["DescribeUserProfile UnusableName"] != 2 || codes["DescribeKey UnusableAnswer"] != 1 || codes["GetBucketLocation UnusableAnswer"] != 1 || r.count("iam:GetRole") != 0 {
		t.Errorf("missing: %v", codes)
	}
}

// TestLinks: a link that someone puts into the folder leads nowhere.
func TestLinks(t *testing.T) {
	newReplay(t, wholeAccount())
	parent := t.TempDir()
	folder, outside := filepath.Join(parent, "out"), filepath.Join(parent, "outside")
	mustFetch(t, options(folder))
	kms := filepath.Join(folder, accountID, "eu-central-1", "kms")
	if err := errors.Join(os.RemoveAll(kms), os.Mkdir(outside, 0o700), os.Symlink(outside, kms)); err != nil {
		t.Fatal(err)
	}
	o := options(folder)
	o.Resume = true
	if _, err := live.Fetch(context.Background(), o); err == nil || !strings.Contains(err.Error(), "path escapes") {
		t.Errorf("error %v", err)
	}
	if files := tree(t, outside); len(files) > 0 {
		t.Errorf("written outside of the folder: %v", files)
	}
}

// TestSecrets: whatever a service quotes, no credential gets out.
func TestSecrets(t *testing.T) {
	leak := `The Canonical String was x-amz-security-token:the-session-token Credential=AKIAIOSFODNN7EXAMPLE/20260101 the-secret-key`
	newReplay(t, map[string]answer{"sts:GetCallerIdentity": {status: 403, body: `<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>` + leak + `</Message></Error></ErrorResponse>`}})
	folder := filepath.Join(t.TempDir(), "out")
	result := mustFetch(t, options(folder))
	if !result.Nothing || !result.IsPartial() || len(result.Failures) != 1 || !strings.Contains(result.Failures[0], "SignatureDoesNotMatch") {
		t.Errorf("%+v", result)
	}
	out := fmt.Sprint(result) + fmt.Sprint(tree(t, folder))
	for _, secret := range []string{"AKIAIOSFODNN7EXAMPLE", "the-secret-key", "the-session-token"} {
		if strings.Contains(out, secret) {
			t.Errorf("%s is in the output: %s", secret, out)
		}
	}
}

// TestManyRoles reads a thousand roles one by one, and goes on after a break.
func TestManyRoles(t *testing.T) {
	const many = 1000
	var profiles []string
	for i := range many {
		profiles = append(profiles, fmt.Sprintf(`{"UserProfileName":"p%d"}`, i))
	}
	r := newReplay(t, with(wholeAccount(), map[string]answer{
		"sagemaker:ListUserProfiles": ok(`{"UserProfiles":[` + strings.Join(profiles, ",") + `]}`),
		"sagemaker:DescribeUserProfile": {give: func(in map[string]any, _ int) answer {
			return ok(fmt.Sprintf(`{"DomainId":"d-1","UserProfileName":%q,"UserSettings":{"ExecutionRole":"arn:aws:iam::%s:role/%[1]v"}}`, in["UserProfileName"], accountID))
		}},
		"iam:GetRole": {give: func(in map[string]any, _ int) answer {
			return xml("GetRole", fmt.Sprintf(`<Role><RoleName>%s</RoleName><Arn>arn:aws:iam::%s:role/%[1]s</Arn></Role>`, in["RoleName"], accountID))
		}},
	}))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r.before = func(operation string, calls int) {
		if operation == "iam:GetRole" && calls == many/2 {
			cancel()
		}
	}
	o := options(filepath.Join(t.TempDir(), "out"))
	if _, err := live.Fetch(ctx, o); err != nil {
		t.Fatal(err)
	}
	r.before, o.Resume = nil, true
	result := mustFetch(t, o)
	if r.count("iam:GetRole") > many+100 {
		t.Errorf("%d calls of GetRole: what was read before the break was read again", r.count("iam:GetRole"))
	}
	var read struct{ RoleDetailList []struct{ Arn string } }
	if err := json.Unmarshal([]byte(tree(t, o.Folder)[accountID+"/iam/roles-read.json"]), &read); err != nil {
		t.Fatal(err)
	}
	// The domain's own role has another path than what GetRole is made to say.
	if len(read.RoleDetailList) != many+1 || result.Roles != many+1 {
		t.Errorf("%d roles in the file, %d in the result", len(read.RoleDetailList), result.Roles)
	}
}
