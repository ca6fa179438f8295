package lint_test

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/fix"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/report"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/triage"
	"github.com/canvaslint/canvaslint/policies"
)

// organization makes up a few accounts, and ties some of them together: by shared
// keys and buckets, by principals of each other, by an organization.
func organization(random *rand.Rand) account.Files {
	shape := account.Shape{Accounts: 2 + random.IntN(5), Domains: 1 + random.IntN(2), Profiles: random.IntN(3), Keys: 1, Buckets: random.IntN(2), Broken: random.IntN(3) == 0, Seed: random.Uint64()}
	files := shape.Folder()
	texts := map[string]string{}
	for name, text := range files {
		texts[name] = string(text)
	}
	o := org{random: random, files: texts}
	for range random.IntN(6) {
		o.tie()
	}
	if random.IntN(2) == 0 {
		o.guard(shape.Accounts)
	}
	made := account.Files{}
	for name, text := range o.files {
		made[name] = []byte(text)
	}
	return made
}

// org is an organization in the making.
type org struct {
	random *rand.Rand
	files  map[string]string
}

// some gives any file whose name holds a text.
func (o org) some(part string) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(o.files)) {
		if strings.Contains(name, part) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return names[o.random.IntN(len(names))]
}

func (o org) replace(file, old, with string, n int) {
	if file != "" {
		o.files[file] = strings.Replace(o.files[file], old, with, n)
	}
}

// tie makes an account refer to another, in one of the ways in which they do.
func (o org) tie() {
	key := o.some("/kms/keys/")
	parts := strings.Split(key, "/")
	id, arn := parts[4], "arn:aws:kms:"+parts[1]+":"+parts[0]+":key/"+parts[4]
	bucket := o.some("/s3/")
	name := strings.Split(bucket, "/")[3]
	domain := o.some("/sagemaker/domains/")
	user := o.some("/iam/")[:12]
	policy := strings.Join(parts[:5], "/") + "/policy.json"
	switch o.random.IntN(14) {
	case 0: // the storage key of another account
		o.replace(domain, `"S3KmsKeyId":"arn:aws:kms:`, `"S3KmsKeyId":"`+arn+`","Was":"arn:aws:kms:`, -1)
	case 1: // by its id alone, which is found nowhere at home
		o.replace(domain, `"S3KmsKeyId":"arn:aws:kms:`, `"S3KmsKeyId":"`+id+`","Was":"arn:aws:kms:`, -1)
	case 2: // the bucket of another account
		o.replace(domain, `"S3ArtifactPath":"s3://`, `"S3ArtifactPath":"s3://`+name+`/data","Was":"s3://`, 1)
	case 3: // a role of another account in a key's policy, or one that is missing
		role := []string{"Canvas-0", "Gone"}[o.random.IntN(2)]
		o.replace(policy, `\"kms:*\"`, `\"kms:*\"},{\"Sid\":\"Far\",\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::`+user+`:role/`+role+`\"},\"Resource\":\"*\",\"Action\":\"kms:CreateGrant\"`, 1)
	case 4: // everybody in a bucket's policy
		o.files[strings.TrimSuffix(bucket, bucket[strings.LastIndex(bucket, "/")+1:])+"policy.json"] =
			`{"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":[\"arn:aws:s3:::` + name + `\",\"arn:aws:s3:::` + name + `/*\"]}]}"}`
	case 5: // another account in a bucket's policy
		o.files[strings.TrimSuffix(bucket, bucket[strings.LastIndex(bucket, "/")+1:])+"policy.json"] =
			`{"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::` + user + `:root\"},\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::` + name + `/*\"}]}"}`
	case 6: // the default key of a bucket
		o.replace(strings.Join(strings.Split(bucket, "/")[:4], "/")+"/encryption.json", `"SSEAlgorithm":"AES256"`, `"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"`+arn+`"`, 1)
	case 7: // an identity policy on another account's bucket
		o.replace(o.some("/iam/"), `"s3:ListBucket"`, `"s3:GetObject","s3:ListBucket"`, -1)
		o.replace(o.some("/iam/"), `"Resource":"arn:aws:s3:::`, `"Resource":"arn:aws:s3:::`+name+`","Was":"arn:aws:s3:::`, 1)
	case 8: // an alias that another account has
		o.replace(domain, `"KmsKeyId":"arn:aws:kms:`, `"KmsKeyId":"alias/app-`+id+`","Was":"arn:aws:kms:`, 1)
	case 9: // a condition that never holds on a key
		o.replace(policy, `\"kms:DescribeKey\"]`, `\"kms:DescribeKey\"],\"Condition\":{\"StringEquals\":{\"kms:ViaService\":\"s3.*.amazonaws.com\"}}`, 1)
	case 10: // a VPC that another account's endpoint is of
		o.replace(domain, "PublicInternetOnly", "VpcOnly", 1)
		o.files[user+"/eu-central-1/ec2/vpc-endpoints.json"] = `{"VpcEndpoints":[{"VpcEndpointId":"vpce-1","VpcEndpointType":"Gateway","VpcId":"vpc-1","ServiceName":"com.amazonaws.eu-central-1.s3","State":"available","PolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[]}"}]}`
	case 11: // nothing is known of the grants, or of the state
		delete(o.files, strings.Join(parts[:5], "/")+"/"+[]string{"grants.json", "key.json", "policy.json"}[o.random.IntN(3)])
	case 12, 13: // an access point to a bucket, by its alias, its ARN or its host
		owner, place := strings.Split(bucket, "/")[0], strings.Split(bucket, "/")[1]
		point := "arn:aws:s3:" + place + ":" + owner + ":accesspoint/canvas"
		path := []string{"s3://canvas-" + owner + "-s3alias", "s3://" + point, "https://canvas-" + owner + ".s3-accesspoint." + place + ".amazonaws.com"}[o.random.IntN(3)]
		o.replace(domain, `"S3ArtifactPath":"`, `"S3ArtifactPath":"`+path+`/data","Was":"`, 1)
		folder := owner + "/" + place + "/s3control/access-points/canvas/"
		o.files[folder+"access-point.json"] = `{"Name":"canvas","Bucket":"` + name + `","NetworkOrigin":"Internet","Alias":"canvas-` + owner + `-s3alias","AccessPointArn":"` + point + `"}`
		o.files[folder+"policy.json"] = `{"Policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:*\",\"Resource\":\"` + point + `/object/*\"}]}"}`
		if o.random.IntN(2) == 0 {
			o.files[owner+"/s3control/public-access-block.json"] = `{"PublicAccessBlockConfiguration":{"RestrictPublicBuckets":true}}`
		}
	}
}

// guard adds an organization with a service control policy.
func (o org) guard(accounts int) {
	var targets []string
	for _, path := range []string{`"r-abcd"`} {
		targets = append(targets, `{"TargetId":"r-abcd","Path":[`+path+`],"Policies":["p-FullAWSAccess","p-guard123"]}`)
	}
	for n := range accounts {
		id := fmt.Sprintf("%012d", 100000000000+n)
		targets = append(targets, `{"TargetId":"`+id+`","Path":["r-abcd","`+id+`"],"Policies":["p-FullAWSAccess"]}`)
	}
	o.files["organization/organization.json"] = `{"Organization":{"Id":"o-abcdefghij","MasterAccountId":"999999999999"}}`
	o.files["organization/targets.json"] = `{"Targets":[` + strings.Join(targets, ",") + `]}`
	condition := []string{`{}`, `{\"StringEquals\":{\"kms:ViaService\":\"s3.*.amazonaws.com\"}}`}[o.random.IntN(2)]
	o.files["organization/policies/p-guard123.json"] = `{"Policy":{"PolicySummary":{"Id":"p-guard123","Name":"Guard","Type":"SERVICE_CONTROL_POLICY"},"Content":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"No\",\"Effect\":\"Deny\",\"Action\":\"kms:` + []string{"Decrypt", "ScheduleKeyDeletion"}[o.random.IntN(2)] + `\",\"Resource\":\"*\",\"Condition\":` + condition + `}]}"}}`
}

func ruleSet(t *testing.T) *rules.Set {
	t.Helper()
	set, err := rules.Load(policies.FS)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func over(set *rules.Set, files account.Files) lint.Options {
	mapped := fstest.MapFS{}
	for name, text := range files {
		mapped[name] = &fstest.MapFile{Data: text}
	}
	return lint.Options{Rules: set, Read: load.Options{Files: filesystem.Of(mapped)}}
}

// bytesOf writes a report, and what its exit status goes by.
func bytesOf(t *testing.T, r finding.Whole, failed, undecided bool) string {
	t.Helper()
	var out bytes.Buffer
	if err := report.StreamJSON(&out, r); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s failed %t, undecided %t", out.String(), failed, undecided)
}

// TestStreamed checks accounts one by one and all together: the report has the same
// bytes.
func TestStreamed(t *testing.T) {
	set := ruleSet(t)
	alone, all := 0, 25*tries()
	for seed := range uint64(all) {
		files := organization(rand.New(rand.NewPCG(seed, 19)))
		r, err := lint.Check(context.Background(), over(set, files))
		if err != nil {
			t.Fatal(err)
		}
		fix.Attach(r)
		want := bytesOf(t, finding.WholeOf(r.Report), r.Failed, r.Undecided)
		o, err := lint.CheckAll(context.Background(), over(set, files), fix.Attach)
		if err != nil {
			t.Fatal(err)
		}
		if o.Groups > 2 {
			alone++
		}
		if got := bytesOf(t, o.Report, o.Failed, o.Undecided); got != want {
			t.Fatalf("seed %d:\n%s", seed, firstDifference(got, want))
		}
	}
	if alone < all/3 {
		t.Errorf("of %d organizations only %d were split by account", all, alone)
	}
	t.Logf("%d of %d organizations were split by account", alone, all)
}

// firstDifference shows the lines around the first one that differs.
func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			from := max(0, i-12)
			return "streamed:\n" + strings.Join(a[from:min(i+6, len(a))], "\n") + "\nat once:\n" + strings.Join(b[from:min(i+6, len(b))], "\n")
		}
	}
	return fmt.Sprintf("%d and %d lines", len(a), len(b))
}

// tries is how often a law that holds for random input is put to the test: once on
// every run, and CANVASLINT_TRIES times as many where someone has the time.
func tries() int {
	if times, err := strconv.Atoi(os.Getenv("CANVASLINT_TRIES")); err == nil {
		return times
	}
	return 1
}

// TestStreamedSettings lays waivers, a baseline and an expectation over accounts that
// are checked one by one.
func TestStreamedSettings(t *testing.T) {
	const config = `expect:
  domains: 50
waivers:
- rule: role-cannot-use-storage-key
  path: "100000000001/**"
  reason: a test
- rule: key-open-to-everyone
  path: "**"
  reason: a test
`
	set := ruleSet(t)
	for seed := range uint64(6 * tries()) {
		files := organization(rand.New(rand.NewPCG(seed, 22)))
		files[".canvaslint.yaml"] = []byte(config)
		options := func() lint.Options {
			o := over(set, files)
			settings, err := lint.ReadSettings(o.Read, ".canvaslint.yaml")
			if err != nil {
				t.Fatal(err)
			}
			o.Settings = settings
			return o
		}
		first, err := lint.Check(context.Background(), options())
		if err != nil {
			t.Fatal(err)
		}
		known := triage.Entries(first.Report.Findings[:len(first.Report.Findings)/2])
		for _, baseline := range []*lint.Baseline{nil, {File: "b.json", Entries: known}, {File: "b.json", Renew: true}} {
			o := options()
			o.Baseline = baseline
			at, err := lint.Check(context.Background(), o)
			if err != nil {
				t.Fatal(err)
			}
			fix.Attach(at)
			all, err := lint.CheckAll(context.Background(), o, fix.Attach)
			if err != nil {
				t.Fatal(err)
			}
			want := bytesOf(t, finding.WholeOf(at.Report), at.Failed, at.Undecided)
			if got := bytesOf(t, all.Report, all.Failed, all.Undecided); got != want {
				t.Fatalf("seed %d, baseline %v:\n%s", seed, baseline != nil, firstDifference(got, want))
			}
			if len(at.Entries) != len(all.Entries) {
				t.Errorf("seed %d: a baseline of %d entries, at once %d", seed, len(all.Entries), len(at.Entries))
			}
		}
	}
}
