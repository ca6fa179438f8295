package live_test

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/live"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// member is the id of the nth account besides the management account.
func member(n int) string { return fmt.Sprintf("2000000000%02d", n) }

// organization answers for an organization of so many accounts, each of which has what
// the small account has. The management account is that of the login.
func organization(size int) map[string]answer {
	answers := map[string]answer{}
	for name, a := range wholeAccount() {
		a.body = strings.ReplaceAll(a.body, "vpce-1", "vpce-"+accountID)
		answers[name] = ofCaller(a)
	}
	var accounts []string
	for n := 1; n < size; n++ {
		accounts = append(accounts, `{"Id":"`+member(n)+`","Status":"ACTIVE"}`)
	}
	listed := func(more ...string) answer {
		return ok(`{"Accounts":[` + strings.Join(append(slices.Clone(accounts), more...), ",") + `]}`)
	}
	return with(answers, map[string]answer{
		"organizations:DescribeOrganization":             ok(`{"Organization":{"Id":"o-1","MasterAccountId":"` + accountID + `"}}`),
		"organizations:ListAccounts":                     listed(`{"Id":"`+accountID+`","Status":"ACTIVE"}`, `{"Id":"999900001111","Status":"SUSPENDED"}`),
		"organizations:ListAccountsForParent":            listed(),
		"organizations:ListOrganizationalUnitsForParent": ok(`{"OrganizationalUnits":[]}`),
		"organizations:ListPoliciesForTarget": {give: func(in map[string]any, _ int) answer {
			if in["Filter"] == "SERVICE_CONTROL_POLICY" {
				return ok(`{"Policies":[{"Id":"p-FullAWSAccess"}]}`)
			}
			return ok(`{"Policies":[]}`)
		}},
		"sts:AssumeRole": {give: func(in map[string]any, _ int) answer {
			id := strings.Split(in["RoleArn"].(string), ":")[4]
			return xml("AssumeRole", `<Credentials><AccessKeyId>ASIA`+id+`</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>`)
		}},
		"s3:ListBuckets": ofCaller(ok(`<ListAllMyBucketsResult><Buckets><Bucket><Name>` + bucket + `</Name></Bucket></Buckets></ListAllMyBucketsResult>`)),
	})
}

// ofCaller puts the caller's account in the place of the small account's.
func ofCaller(a answer) answer {
	return answer{give: func(in map[string]any, call int) answer {
		said := a
		if a.give != nil {
			said = a.give(in, call)
		}
		said.body = strings.ReplaceAll(said.body, accountID, in["caller"].(string))
		return said
	}}
}

// of answers one account in another way than the others.
func of(account string, other, usual answer) answer {
	return answer{give: func(in map[string]any, call int) answer {
		chosen := usual
		if in["caller"] == account {
			chosen = other
		}
		if chosen.give != nil {
			return chosen.give(in, call)
		}
		return chosen
	}}
}

func organizationOptions(folder string) fetch.Options {
	o := options(folder)
	o.Organization = &fetch.Organization{RoleName: "audit/canvaslint"}
	o.Parallel = 3
	return o
}

// statuses gives how the run ended for each account.
func statuses(m fetch.Manifest) map[string]fetch.Status {
	found := map[string]fetch.Status{}
	for _, a := range m.Accounts {
		found[a.Account] = a.Status
	}
	return found
}

// TestOrganization reads twelve accounts: each has the files that it has when it is
// read alone, and what is of the organization is asked for once.
func TestOrganization(t *testing.T) {
	r := newReplay(t, organization(12))
	folder := filepath.Join(t.TempDir(), "out")
	var last fetch.Steps
	o := organizationOptions(folder)
	o.Progress = func(s fetch.Steps) { last = s }
	result := mustFetch(t, o)
	if result.IsPartial() || result.Nothing || result.Domains != 12 || result.Keys != 12 || result.Roles != 12 || result.Buckets != 12 {
		t.Errorf("%+v", result)
	}
	if want := (fetch.Steps{Done: last.Known, Known: last.Known, Failed: 0, Accounts: 12, Members: 12}); last != want || last.Done != result.Calls {
		t.Errorf("steps %+v, want %+v, and %d calls", last, want, result.Calls)
	}
	got := tree(t, folder)
	// The login is in the management account: what is in its folder is what it is alone.
	newReplay(t, organization(1))
	alone := filepath.Join(t.TempDir(), "alone")
	mustFetch(t, options(alone))
	want := tree(t, alone)
	for id := range statuses(result.Manifest) {
		for name, text := range want {
			if below, own := strings.CutPrefix(name, accountID+"/"); own && id != "999900001111" && got[id+"/"+strings.ReplaceAll(below, accountID, id)] != strings.ReplaceAll(text, accountID, id) {
				t.Errorf("%s/%s:\n%s", id, below, got[id+"/"+below])
			}
		}
	}
	for name := range got {
		if strings.HasPrefix(name, ".fetch/") {
			t.Errorf("%s was left", name)
		}
	}
	for operation, times := range map[string]int{"organizations:DescribeOrganization": 1, "organizations:ListParents": 12, "organizations:DescribePolicy": 1, "organizations:ListPoliciesForTarget": 26, "sts:AssumeRole": 11, "s3:ListBuckets": 12} {
		if r.count(operation) != times {
			t.Errorf("%s was called %d times, want %d", operation, r.count(operation), times)
		}
	}
	if targets := got["organization/targets.json"]; strings.Count(targets, `"TargetId"`) != 13 { // without the management account
		t.Errorf("targets:\n%s", targets)
	}
	if s := statuses(result.Manifest); s["999900001111"] != fetch.StatusClosed || s[member(7)] != fetch.StatusComplete || len(s) != 13 {
		t.Errorf("accounts: %v", s)
	}
	noProblems(t, folder)
	// Check can take one account after the other.
	found, err := load.Survey([]string{folder}, load.Options{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if groups := found.Groups(); len(groups) != 13 { // one is what belongs to no account
		t.Errorf("groups: %v", groups)
	}
}

// noProblems loads a folder as check does.
func noProblems(t *testing.T, folder string) {
	t.Helper()
	loaded, err := load.Load([]string{folder}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(loaded.Problems) > 0 {
		t.Errorf("problems: %s", strings.Join(messages(loaded.Problems), "\n"))
	}
}

func messages(problems []source.Problem) []string {
	var texts []string
	for _, p := range problems {
		texts = append(texts, p.Message)
	}
	slices.Sort(texts)
	return texts
}

// TestMembers: which accounts are read.
func TestMembers(t *testing.T) {
	answers := organization(4)
	unit := func(accounts string) answer { return ok(`{"Accounts":[` + accounts + `]}`) }
	one := func(n int) string { return `{"Id":"` + member(n) + `","Status":"ACTIVE"}` }
	answers["organizations:ListAccountsForParent?ou-abcd-11111111"] = unit(one(1))
	answers["organizations:ListAccountsForParent?ou-abcd-22222222"] = unit(one(2))
	answers["organizations:ListAccountsForParent?ou-abcd-33333333"] = unit(one(3))
	answers["organizations:ListOrganizationalUnitsForParent?ou-abcd-11111111"] = ok(`{"OrganizationalUnits":[{"Id":"ou-abcd-22222222"}]}`)
	for _, test := range []struct {
		name           string
		units, exclude []string
		want           []string
	}{
		{"everything", nil, nil, []string{accountID, member(1), member(2), member(3), "999900001111"}},
		{"a unit with its children", []string{"ou-abcd-11111111"}, nil, []string{member(1), member(2)}},
		{"two units", []string{"ou-abcd-11111111", "ou-abcd-33333333"}, nil, []string{member(1), member(2), member(3)}},
		{"without an account", nil, []string{member(2), "999900001111"}, []string{accountID, member(1), member(3)}},
		{"without a unit", nil, []string{"ou-abcd-11111111"}, []string{accountID, member(3), "999900001111"}},
		{"a unit without another", []string{"ou-abcd-11111111"}, []string{"ou-abcd-22222222"}, []string{member(1)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			newReplay(t, answers)
			o := organizationOptions(t.TempDir())
			o.Jobs, o.Organization.Units, o.Organization.Exclude = fetch.JobsNone, test.units, test.exclude
			got := slices.Sorted(maps.Keys(statuses(mustFetch(t, o).Manifest)))
			slices.Sort(test.want)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestOrganizationGaps: what goes wrong in one account stops no other, and is told of
// that one.
func TestOrganizationGaps(t *testing.T) {
	answers := organization(5)
	answers["kms:GetKeyPolicy"] = of(member(1), fails("kms:", 400, "AccessDeniedException"), answers["kms:GetKeyPolicy"])
	answers["s3:ListBuckets"] = of(member(3), fails("s3:", 403, "AccessDenied"), answers["s3:ListBuckets"])
	answers["organizations:ListParents?"+member(4)] = fails("organizations:", 400, "AccessDeniedException")
	assume := answers["sts:AssumeRole"]
	answers["sts:AssumeRole"] = answer{give: func(in map[string]any, call int) answer {
		if strings.Contains(in["RoleArn"].(string), member(2)) {
			return fails("sts:", 403, "AccessDenied")
		}
		return assume.give(in, call)
	}}
	newReplay(t, answers)
	folder := filepath.Join(t.TempDir(), "out")
	result := mustFetch(t, organizationOptions(folder))
	want := map[string]fetch.Status{accountID: fetch.StatusComplete, member(1): fetch.StatusPartial, member(2): fetch.StatusUnread, member(3): fetch.StatusPartial, member(4): fetch.StatusPartial, "999900001111": fetch.StatusClosed}
	if diff := cmp.Diff(want, statuses(result.Manifest)); diff != "" || result.Manifest.Status != fetch.StatusPartial {
		t.Errorf("%s (-want +got):\n%s", result.Manifest.Status, diff)
	}
	var gaps []string
	for _, m := range result.Manifest.Missing {
		if m.IsGap() {
			gaps = append(gaps, m.Operation+" "+m.Resource)
		}
	}
	slices.Sort(gaps)
	if diff := cmp.Diff([]string{
		"AssumeRole arn:aws:iam::" + member(2) + ":role/audit/canvaslint", "GetKeyPolicy " + strings.ReplaceAll(keyARN, accountID, member(1)), "ListBuckets " + member(3), "ListParents " + member(4),
	}, gaps); diff != "" {
		t.Errorf("gaps (-want +got):\n%s", diff)
	}
	loaded, err := load.Load([]string{folder}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{
		"AssumeRole of arn:aws:iam::" + member(2) + ":role/audit/canvaslint failed (access-denied): nothing was read with it; grant sts:AssumeRole and export it again",
		"ListParents of " + member(4) + " failed (access-denied): the organization policies that organization/targets.json lists are unknown; grant organizations:ListParents and export it again",
	}, messages(loaded.Problems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
	// Once that is put right, resume reads what is missing, and nothing else.
	whole := filepath.Join(t.TempDir(), "whole")
	r := newReplay(t, organization(5))
	mustFetch(t, organizationOptions(whole))
	before := r.count("sagemaker:DescribeDomain")
	o := options(folder)
	o.Resume = true
	mustFetch(t, o)
	if diff := cmp.Diff(tree(t, whole), tree(t, folder)); diff != "" {
		t.Errorf("resumed (-whole +resumed):\n%s", diff)
	}
	if asked := r.count("sagemaker:DescribeDomain") - before; asked != 1 {
		t.Errorf("%d domains were asked for again, want that of the account which could not be entered", asked)
	}
}

// TestUndiscovered: without the list of accounts nothing is read, and nothing passes
// for whole.
func TestUndiscovered(t *testing.T) {
	answers := organization(3)
	answers["organizations:ListAccounts"] = fails("organizations:", 400, "AccessDeniedException")
	r := newReplay(t, answers)
	folder := filepath.Join(t.TempDir(), "out")
	result := mustFetch(t, organizationOptions(folder))
	if !result.IsPartial() || !result.Nothing || r.count("") != 2 {
		t.Errorf("%d calls, %+v", r.count(""), result)
	}
	loaded, err := load.Load([]string{folder}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"ListAccounts of organization failed (access-denied): nothing was read with it; grant organizations:ListAccounts and export it again"}, messages(loaded.Problems)); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}

// TestResumeWhole: of a folder that is whole nothing is read again but lists, and it
// stays as it is.
func TestResumeWhole(t *testing.T) {
	r := newReplay(t, organization(3))
	folder := filepath.Join(t.TempDir(), "out")
	mustFetch(t, organizationOptions(folder))
	want := tree(t, folder)
	before := r.count("sagemaker:DescribeDomain") + r.count("kms:GetKeyPolicy") + r.count("iam:GetRole")
	o := options(folder)
	o.Resume = true
	mustFetch(t, o)
	if diff := cmp.Diff(want, tree(t, folder)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if again := r.count("sagemaker:DescribeDomain") + r.count("kms:GetKeyPolicy") + r.count("iam:GetRole") - before; again != 0 {
		t.Errorf("%d calls for what was there", again)
	}
}

// TestGuardrailsUnread: where nothing of the organization's policies can be read no
// member is complete.
func TestGuardrailsUnread(t *testing.T) {
	answers := organization(3)
	answers["organizations:ListPoliciesForTarget"] = fails("organizations:", 400, "AccessDeniedException")
	newReplay(t, answers)
	result := mustFetch(t, organizationOptions(filepath.Join(t.TempDir(), "out")))
	want := map[string]fetch.Status{accountID: fetch.StatusComplete, member(1): fetch.StatusPartial, member(2): fetch.StatusPartial, "999900001111": fetch.StatusClosed}
	if diff := cmp.Diff(want, statuses(result.Manifest)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestLead: the organization is asked as a login of its own.
func TestLead(t *testing.T) {
	answers := organization(2)
	callers := map[string]bool{}
	listed := answers["organizations:ListAccounts"]
	answers["organizations:ListAccounts"] = answer{give: func(in map[string]any, _ int) answer {
		callers[in["caller"].(string)] = true
		return listed
	}}
	newReplay(t, answers)
	o := organizationOptions(t.TempDir())
	o.Organization.Login = "arn:aws:iam::" + member(9) + ":role/reads-organization"
	mustFetch(t, o)
	if !callers[member(9)] || len(callers) != 1 {
		t.Errorf("ListAccounts was called by %v", callers)
	}
}

// TestForeignDocuments: a bucket of another account of the organization is asked for
// as that account, which lists it as its own.
func TestForeignDocuments(t *testing.T) {
	answers := organization(3)
	const shared = "acme-datasets"
	list := answers["s3:ListBuckets"]
	answers["s3:ListBuckets"] = of(member(2), ok(`<ListAllMyBucketsResult><Buckets><Bucket><Name>`+shared+`</Name></Bucket></Buckets></ListAllMyBucketsResult>`), list)
	answers["s3:GetBucketLocation?"+shared] = of(member(2), wholeAccount()["s3:GetBucketLocation"], fails("s3:", 403, "AccessDenied"))
	newReplay(t, answers)
	o := organizationOptions(filepath.Join(t.TempDir(), "out"))
	o.Datasets = []string{shared}
	result := mustFetch(t, o)
	if result.IsPartial() {
		t.Errorf("missing: %+v", result.Manifest.Missing)
	}
	if tree(t, o.Folder)[member(2)+"/eu-central-1/s3/"+shared+"/location.json"] == "" {
		t.Error("the bucket was not saved")
	}
}

// TestOrganizationInterrupt breaks a run off at many of its calls, or lets its
// credentials expire there, and goes on with it: the end is the folder, or the
// archives, of an unbroken run.
func TestOrganizationInterrupt(t *testing.T) {
	for _, archive := range []bool{false, true} {
		for _, expires := range []bool{false, true} {
			r := newReplay(t, organization(4))
			start := func(folder string) fetch.Options {
				o := organizationOptions(folder)
				o.Organization.Archive = archive
				return o
			}
			whole := filepath.Join(t.TempDir(), "whole")
			mustFetch(t, start(whole))
			want, calls := tree(t, whole), r.count("")
			for at := 4; at <= calls; at += 41 {
				brokenAt(t, at, expires, start, want)
			}
		}
	}
}

func brokenAt(t *testing.T, at int, expires bool, start func(string) fetch.Options, want map[string]string) {
	t.Helper()
	r := newReplay(t, organization(4))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var broken atomic.Bool
	r.before = func(string, int) {
		if r.count("") < at {
			return
		}
		if broken.Store(true); !expires {
			cancel()
		}
	}
	if expires {
		inner := r.Config.Handler
		r.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
			if broken.Load() {
				operation, _ := read(request)
				a := fails(operation, 400, "ExpiredTokenException")
				w.WriteHeader(a.status)
				_, _ = io.WriteString(w, a.body)
				return
			}
			inner.ServeHTTP(w, request)
		})
	}
	folder := filepath.Join(t.TempDir(), "out")
	result, err := live.Fetch(ctx, start(folder))
	if err != nil {
		t.Fatalf("broken off at call %d: %v", at, err)
	}
	const advice = "the credentials have expired: log in again and use --resume"
	if result.Manifest.Status != fetch.StatusComplete && (result.Manifest.Status != fetch.StatusInterrupted || expires != slices.Contains(result.Failures, advice)) {
		t.Errorf("broken off at call %d (expiry: %v): status %s, %q", at, expires, result.Manifest.Status, result.Failures)
	}
	newReplay(t, organization(4))
	o := options(folder)
	o.Resume = true
	mustFetch(t, o)
	if diff := cmp.Diff(want, tree(t, folder)); diff != "" {
		t.Fatalf("broken off at call %d (expiry: %v) and gone on with (-want +got):\n%s", at, expires, diff)
	}
}

// TestArchives: an archive holds what the folder does of its account, and what binds
// that one.
func TestArchives(t *testing.T) {
	newReplay(t, organization(3))
	folder, archives := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "archives")
	mustFetch(t, organizationOptions(folder))
	o := organizationOptions(archives)
	o.Organization.Archive = true
	mustFetch(t, o)
	names := slices.Sorted(maps.Keys(tree(t, archives)))
	if diff := cmp.Diff([]string{accountID + ".zip", member(1) + ".zip", member(2) + ".zip", "manifest.json"}, names); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	reader, err := zip.OpenReader(filepath.Join(archives, member(1)+".zip"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	got, want := map[string]string{}, map[string]string{}
	for _, file := range reader.File {
		data, err := fsRead(file)
		if err != nil {
			t.Fatal(err)
		}
		got[file.Name] = data
	}
	for name, text := range tree(t, folder) {
		if strings.HasPrefix(name, member(1)) || strings.HasPrefix(name, "organization/") {
			want[name] = text
		}
	}
	if !strings.Contains(got["organization/targets.json"], member(1)) || strings.Contains(got["organization/targets.json"], member(2)) || !strings.Contains(got["manifest.json"], `"status": "complete"`) {
		t.Errorf("targets and manifest:\n%s\n%s", got["organization/targets.json"], got["manifest.json"])
	}
	for _, own := range []string{"manifest.json", "organization/targets.json"} {
		delete(got, own)
		delete(want, own)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-folder +archive):\n%s", diff)
	}
	noProblems(t, archives)
}

func fsRead(file *zip.File) (string, error) {
	reader, err := file.Open()
	if err != nil {
		return "", err
	}
	data, err := io.ReadAll(reader)
	return string(data), errors.Join(err, reader.Close())
}

// TestOrganizationUsage: requests that cannot be carried out as they are put.
func TestOrganizationUsage(t *testing.T) {
	newReplay(t, organization(2))
	for name, test := range map[string]struct {
		change func(*fetch.Options)
		want   string
	}{
		"no role":         {func(o *fetch.Options) { o.Organization.RoleName = "" }, "name the role to assume in each account with --role-name"},
		"an ARN":          {func(o *fetch.Options) { o.Organization.RoleName = "arn:aws:iam::1:role/x" }, "is no role's name"},
		"roles by ARN":    {func(o *fetch.Options) { o.Roles = []string{"arn:aws:iam::111122223333:role/x"} }, "roles by ARN are for single accounts"},
		"two profiles":    {func(o *fetch.Options) { o.Profiles = []string{"a", "b"} }, "entered from one profile"},
		"no unit":         {func(o *fetch.Options) { o.Organization.Units = []string{"Sandbox"} }, `"Sandbox" is no organizational unit`},
		"nothing to omit": {func(o *fetch.Options) { o.Organization.Exclude = []string{"sandbox"} }, `"sandbox" is neither an account id nor an organizational unit`},
		"no parallel":     {func(o *fetch.Options) { o.Parallel = -1 }, "accounts at a time are at least 1, not -1"},
	} {
		o := organizationOptions(filepath.Join(t.TempDir(), "out"))
		test.change(&o)
		_, err := live.Fetch(context.Background(), o)
		if usage := (fetch.UsageError{}); !errors.As(err, &usage) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want a usage error with %q", name, err, test.want)
		}
		if _, err := os.Stat(o.Folder); err == nil {
			t.Errorf("%s: a folder was made", name)
		}
	}
}
