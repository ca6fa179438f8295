package canvas_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// What is answered for a profile does not depend on who else is there: each
// profile of a random account gets the answers that it gets alone.
func TestNobodyGetsAnothersAnswer(t *testing.T) {
	differing := 0
	for seed := range uint64(tries(15)) {
		folder := t.TempDir()
		randomAccounts(t, rand.New(rand.NewPCG(seed, 1)), folder)
		loaded, err := load.Load([]string{folder}, load.Options{})
		if err != nil {
			t.Fatal(err)
		}
		guide := []string{config.Guide2022, config.GuideCurrent}[seed%2]
		c := config.Config{Guide: guide, Datasets: []string{"data-1"}}
		all := canvas.Work(loaded.Snapshot, c)
		answers := map[string]bool{}
		for _, domain := range loaded.Snapshot.Domains {
			for _, profile := range domain.Profiles {
				want := answersOf(canvas.Work(alone(loaded.Snapshot, domain, profile), c), profile.Name)
				got := answersOf(all, profile.Name)
				if diff := gocmp.Diff(want, got); diff != "" {
					t.Fatalf("seed %d, profile %s (-alone +together):\n%s", seed, profile.Name, diff)
				}
				answers[strings.ReplaceAll(strings.Join(got, "\n"), profile.Name, "")] = true
			}
		}
		if len(answers) > 2 {
			differing++
		}
	}
	if differing < 7 {
		t.Errorf("only %d accounts have profiles that differ: the accounts prove little", differing)
	}
}

// tries is how many random cases a law is put to: a few hundred to thousand on
// every run, and CANVASLINT_TRIES times as many where someone has the time.
func tries(n int) int {
	if times, err := strconv.Atoi(os.Getenv("CANVASLINT_TRIES")); err == nil {
		return n * times
	}
	return n
}

// alone is the snapshot with one profile.
func alone(s *snapshot.Snapshot, domain *snapshot.Domain, profile *snapshot.Profile) *snapshot.Snapshot {
	d := *domain
	d.Profiles = []*snapshot.Profile{profile}
	return &snapshot.Snapshot{
		Domains: []*snapshot.Domain{&d}, Keys: s.Keys, Aliases: s.Aliases, Roles: s.Roles, Buckets: s.Buckets, Endpoints: s.Endpoints,
		Organization: s.Organization, Policies: s.Policies, Managed: s.Managed, Complete: s.Complete, Missing: s.Missing,
	}
}

// answersOf lists who is ready and which actions are not allowed, for a profile.
func answersOf(f *canvas.Facts, profile string) []string {
	var list []string
	for _, row := range f.Readiness() {
		if row.Profile == profile {
			list = append(list, fmt.Sprintf("%s %s: %s", profile, row.Purpose, row.Verdict))
		}
	}
	for _, need := range f.Needs {
		if need.Maybe != "" {
			continue // whether it is a need follows from all readings
		}
		for _, a := range need.Actions {
			for _, user := range a.Users {
				if user.Name == profile {
					list = append(list, fmt.Sprintf("%s %s %s %s is not allowed", profile, need.Purpose, need.Resource, a.Name))
				}
			}
		}
	}
	slices.Sort(list)
	return list
}

// randomAccounts writes two accounts whose profiles share roles, keys and
// buckets, with policies that tell apart what they share.
func randomAccounts(t *testing.T, r *rand.Rand, folder string) {
	t.Helper()
	write := func(path, format string, args ...any) {
		path = filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, fmt.Appendf(nil, format, args...), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	one := func(of ...string) string { return of[r.IntN(len(of))] }
	const region = "eu-central-1"
	accounts := []string{"111122223333", "444455556666"}
	for n, account := range accounts {
		key := func(i int) string { return fmt.Sprintf("%d%d000000-0000-4000-8000-00000000000%d", i, n, i) }
		arn := func(i int) string { return "arn:aws:kms:" + region + ":" + account + ":key/" + key(i) }
		role := func(i string) string { return "arn:aws:iam::" + account + ":role/Canvas" + i }
		var roles []string
		for _, i := range []string{"1", "2"} {
			roles = append(roles, fmt.Sprintf(`{"Path":"/","RoleName":"Canvas%s","RoleId":"AROAEXAMPLECANVAS%d%s","Arn":%q,
  "AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]},
  "AttachedManagedPolicies":[],"Tags":[{"Key":"bucket","Value":%q}],
  "RolePolicyList":[{"PolicyName":"P","PolicyDocument":{"Version":"2012-10-17","Statement":[
   {"Effect":"Allow","Action":["s3:*Object","s3:ListBucket","s3:GetBucketLocation"],"Resource":%q},{"Effect":"Allow","Action":"kms:*","Resource":%q}]}}]}`,
				i, n, i, role(i), one("arn:aws:s3:::work-1", "arn:aws:s3:::work-2"),
				one("*", "arn:aws:s3:::work-*", "arn:aws:s3:::*/Canvas/a*", "arn:aws:s3:::data-1/*"), one("*", arn(1), arn(2))))
		}
		write(account+"/iam/account-authorization-details.json", `{"UserDetailList":[],"GroupDetailList":[],"Policies":[],"RoleDetailList":[%s]}`, strings.Join(roles, ","))
		write(account+"/"+region+"/kms/aliases.json", `{"Aliases":[{"AliasName":"alias/work","AliasArn":"arn:aws:kms:%s:%s:alias/work","TargetKeyId":%q}]}`, region, account, key(1+r.IntN(2)))
		for i := 1; i <= 2; i++ {
			folder := account + "/" + region + "/kms/keys/" + key(i)
			write(folder+"/key.json", `{"KeyMetadata":{"AWSAccountId":%q,"KeyId":%q,"Arn":%q,"Enabled":true,"KeyState":"Enabled","KeyUsage":"ENCRYPT_DECRYPT","KeySpec":"SYMMETRIC_DEFAULT","KeyManager":"CUSTOMER","Origin":"AWS_KMS","MultiRegion":false}}`, account, key(i), arn(i))
			condition := one(`{}`, `{"StringEquals":{"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::work-1"}}`, `{"StringLike":{"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::work-1/Canvas/a*"}}`,
				`{"StringEquals":{"kms:EncryptionContext:aws:s3:arn":"${aws:PrincipalTag/bucket}"}}`, `{"StringEquals":{"aws:PrincipalTag/bucket":"${kms:EncryptionContext:aws:s3:arn}"}}`)
			write(folder+"/policy.json", `{"Policy":%q}`, fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":%q},"Action":"kms:*","Resource":"*","Condition":%s}]}`,
				one("arn:aws:iam::"+account+":root", role("1")), condition))
			write(folder+"/grants.json", `{"Grants":[{"KeyId":%q,"GrantId":"g%d","GranteePrincipal":%q,"Operations":["Decrypt","GenerateDataKey"],"Constraints":{"EncryptionContextSubset":{"aws:s3:arn":%q}}}]}`,
				arn(i), i, role(one("1", "2")), one("arn:aws:s3:::work-1", "arn:aws:s3:::work-2"))
		}
		domain := fmt.Sprintf("d-%d", n)
		write(account+"/"+region+"/sagemaker/domains/"+domain+".json", `{"DomainArn":"arn:aws:sagemaker:%s:%s:domain/%s","DomainId":%q,"Status":"InService","AppNetworkAccessType":"PublicInternetOnly","VpcId":"vpc-1",
 "KmsKeyId":%q,"DefaultUserSettings":{"ExecutionRole":%q,"SharingSettings":{"NotebookOutputOption":"Allowed","S3KmsKeyId":%q},"CanvasAppSettings":{%s}}}`,
			region, account, domain, domain, arn(1), role("1"), arn(2), one("", `"WorkspaceSettings":{"S3KmsKeyId":"`+arn(1)+`"}`))
		for _, name := range []string{"alice", "anna", "bob", "carl"} {
			name = fmt.Sprintf("%s-%d", name, n)
			write(account+"/"+region+"/sagemaker/user-profiles/"+domain+"/"+name+".json", `{"DomainId":%q,"UserProfileArn":"arn:aws:sagemaker:%s:%s:user-profile/%s/%s","UserProfileName":%q,"Status":"InService","UserSettings":{"ExecutionRole":%q%s}}`,
				domain, region, account, domain, name, name, role(one("1", "2")),
				one("", `,"CanvasAppSettings":{}`, `,"CanvasAppSettings":{"WorkspaceSettings":{"S3ArtifactPath":"s3://work-1","S3KmsKeyId":"`+arn(2)+`"}}`,
					`,"CanvasAppSettings":{"WorkspaceSettings":{"S3ArtifactPath":"s3://work-2","S3KmsKeyId":"`+arn(2)+`"}}`, `,"CanvasAppSettings":{"WorkspaceSettings":{"S3ArtifactPath":"s3://work-2"}}`))
		}
	}
	for _, bucket := range []string{"work-1", "work-2", "data-1", "data-2"} {
		folder := one(accounts...) + "/" + region + "/s3/" + bucket
		write(folder+"/location.json", `{"LocationConstraint":%q}`, region)
		write(folder+"/encryption.json", `{"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"alias/work"},"BucketKeyEnabled":%s}]}}`, one("true", "false"))
		if r.IntN(3) > 0 {
			write(folder+"/policy.json", `{"Policy":%q}`, fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":%q,"Principal":{"AWS":%q},"Action":"s3:*Object","Resource":"arn:aws:s3:::%s/%s"}]}`,
				one("Allow", "Deny"), one("*", "arn:aws:iam::444455556666:root", "arn:aws:iam::111122223333:role/Canvas1"), bucket, one("*", "Canvas/a*", "secret/*")))
		}
	}
}
