package canvas_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Twice the accounts are twice the work: nothing puts each profile to each bucket.
func TestWorkIsLinearInAccounts(t *testing.T) {
	allocations := func(n int) float64 {
		s := manyAccounts(t, n)
		return testing.AllocsPerRun(1, func() { canvas.Work(s, config.Config{}.Defaults()) })
	}
	if small, large := allocations(10), allocations(20); large > 2.4*small {
		t.Errorf("10 accounts take %.0f allocations, 20 take %.0f", small, large)
	}
}

func BenchmarkAccounts(b *testing.B) {
	for _, n := range []int{20, 40} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := manyAccounts(b, n)
			b.ReportAllocs()
			for b.Loop() {
				canvas.Work(s, config.Config{}.Defaults())
			}
		})
	}
}

// manyAccounts gives accounts of ten profiles with a role each, and ten buckets
// with a key of their own, which the roles of the account read through a wildcard.
func manyAccounts(tb testing.TB, n int) *snapshot.Snapshot {
	tb.Helper()
	s := &snapshot.Snapshot{Managed: map[string]*snapshot.Policy{}, Complete: map[string]bool{}}
	policy := func(kind iam.Kind, name, text string) *snapshot.Policy {
		documents, problems := source.Parse(name, []byte(text), source.JSON)
		if len(problems) > 0 {
			tb.Fatal(problems)
		}
		return &snapshot.Policy{Text: iam.NewText(documents[0].Root(), kind), Name: name}
	}
	given := func(value string) snapshot.Setting { return snapshot.Setting{State: snapshot.Given, Value: value} }
	identity := policy(iam.IdentityPolicy, "identity", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:*","kms:*"],"Resource":"*"}]}`)
	const region = "eu-central-1"
	for i := range n {
		account := fmt.Sprintf("%012d", i+1)
		domain := &snapshot.Domain{ID: "d-" + account, Account: account, Region: region, Partition: "aws"}
		domain.Settings.Canvas.State = snapshot.Given
		keyPolicy := policy(iam.KeyPolicy, "key", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::`+account+`:root"},"Action":"kms:*","Resource":"*"}]}`)
		arn := "arn:aws:kms:" + region + ":" + account + ":key/00000000-0000-4000-8000-" + account
		s.Keys = append(s.Keys, &snapshot.Key{ARN: arn, ID: arn[strings.LastIndex(arn, "/")+1:], Account: account, Region: region, Partition: "aws", Policy: keyPolicy, Status: given("Enabled")})
		for j := range 10 {
			role := fmt.Sprintf("arn:aws:iam::%s:role/Canvas%d", account, j)
			s.Roles = append(s.Roles, &snapshot.Role{ARN: role, Name: fmt.Sprintf("Canvas%d", j), Account: account, Inline: []*snapshot.Policy{identity}, PoliciesKnown: true, TagsKnown: true})
			profile := &snapshot.Profile{Name: fmt.Sprintf("p%d", j), DomainID: domain.ID, Account: account, Region: region}
			profile.Settings.ExecutionRole = given(role)
			domain.Profiles = append(domain.Profiles, profile)
			name := fmt.Sprintf("data-%s-%d", account, j)
			s.Buckets = append(s.Buckets, &snapshot.Bucket{
				Name: name, ARN: "arn:aws:s3:::" + name, Account: account, Region: region,
				PolicyState: snapshot.Unset, EncryptionState: snapshot.Given, Algorithm: given("aws:kms"), Key: given(arn),
			})
		}
		s.Domains = append(s.Domains, domain)
	}
	if len(canvas.Work(s, config.Config{}.Defaults()).Needs) < 100*n {
		tb.Fatal("the roles do not read from the buckets of their account")
	}
	return s
}
