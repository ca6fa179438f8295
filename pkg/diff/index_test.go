package diff

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// The index leaves out only what comparing each principal on each resource does not
// find either, on random small accounts.
func TestIndexFindsAll(t *testing.T) {
	tries := 30
	if more, err := strconv.Atoi(os.Getenv("CANVASLINT_TRIES")); err == nil {
		tries *= more
	}
	found, decided, all := 0, 0, 0
	for seed := range uint64(tries) {
		random := rand.New(rand.NewPCG(seed, 15)) // #nosec G404 -- the same on every run
		first := newWorld(random)
		before, after := first.side(t), first.changed(random).side(t)
		c := config.Config{}.Defaults()
		quick, full := Compare(before, after, c), product(before, after, c)
		found, decided, all = found+len(quick.Gains)+len(quick.Losses)+len(quick.Unknowns), decided+quick.Compared, all+full.Compared
		quick.Compared, full.Compared = 0, 0
		if d := cmp.Diff(full, quick); d != "" {
			t.Fatalf("seed %d: the index (+) differs from the product (-):\n%s", seed, d)
		}
	}
	if found == 0 || decided*2 > all {
		t.Errorf("%d differences, %d of %d decisions: the test shows nothing", found, decided, all)
	}
}

// What a role can do hangs on its tags too, and what a key allows on its aliases.
func TestTagsAndAliases(t *testing.T) {
	tagged := `{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalTag/team": "data0"}}}`
	aliased := `{"Effect": "Allow", "Action": "kms:Encrypt", "Resource": "*", "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/one"}}}`
	before := &world{roles: []worldRole{{inline: []string{tagged, aliased}, tag: "data0"}}, keys: []worldKey{{statements: []string{delegating}, alias: "alias/one"}}}
	retagged, renamed := *before, *before
	retagged.roles = []worldRole{{inline: []string{tagged, aliased}, tag: "other"}}
	renamed.keys = []worldKey{{statements: []string{delegating}, alias: "alias/two"}}
	for want, after := range map[string]*world{"kms:Decrypt": &retagged, "kms:Encrypt": &renamed} {
		r := Compare(before.side(t), after.side(t), config.Config{}.Defaults())
		if len(r.Losses) != 1 || r.Losses[0].Action != want {
			t.Errorf("want the loss of %s, got %+v", want, r.Losses)
		}
	}
}

// product compares each principal on each resource.
func product(before, after Side, c config.Config) *Report {
	was, is, actions := newSurvey(before.Snapshot), newSurvey(after.Snapshot), compared(before.Snapshot, after.Snapshot)
	r := &Report{Version: 1, Gains: []Change{}, Losses: []Change{}, Unknowns: []Change{}, Readiness: []Readiness{}}
	d := &comparison{
		report: r, before: canvas.NewAsker(before.Snapshot, c), after: canvas.NewAsker(after.Snapshot, c),
		search: &search{index: &index{old: was, new: is, actions: &actions}}, routed: everyPolicy(before, after),
	}
	for _, principal := range union(was.principals, is.principals) {
		for _, resource := range union(was.resources, is.resources) {
			for _, action := range actions.on(resource) {
				d.compare(principal, action, resource)
			}
		}
	}
	for _, list := range []*[]Change{&r.Gains, &r.Losses, &r.Unknowns} {
		slices.SortFunc(*list, byName)
	}
	return r
}

// everyPolicy has all policies taken for such as tell how a call is made, so that
// each way is asked about.
func everyPolicy(sides ...Side) map[*iam.Policy]tells {
	all := map[*iam.Policy]tells{}
	for _, side := range sides {
		for _, policy := range side.Snapshot.Policies {
			all[policy.Policy()] = tells{service: true}
		}
	}
	return all
}

// world is a small account: documents by their files, of which a role, a key and a
// bucket have statements of their own.
type world struct {
	roles   []worldRole
	keys    []worldKey
	buckets [][]string // statements of their policies
	managed []string   // statements of the managed policy
	scp     []string
}

type worldRole struct {
	inline, boundary, trust []string
	attached                bool
	tag                     string
	gone                    bool
}

type worldKey struct {
	statements []string
	grants     []string
	gone       bool
	hidden     bool // its policy was not exported
	alias      string
}

func pick(random *rand.Rand, texts ...string) string { return texts[random.IntN(len(texts))] }

func arnOfKey(n int) string {
	return fmt.Sprintf("arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-00000000000%d", n)
}

func randomPrincipal(random *rand.Rand) string {
	return pick(random, `"Principal": "*"`, `"Principal": {"AWS": "111122223333"}`, `"Principal": {"AWS": "111122223333"}`, `"Principal": {"AWS": "arn:aws:iam::111122223333:role/R0"}`,
		`"Principal": {"AWS": ["arn:aws:iam::111122223333:role/R1", "arn:aws:iam::444455556666:role/X"]}`, `"Principal": {"AWS": "arn:aws:sts::111122223333:assumed-role/R0/jane"}`,
		`"Principal": {"AWS": "arn:aws:iam::111122223333:user/U"}`, `"Principal": {"Service": "sagemaker.amazonaws.com"}`, `"Principal": {"AWS": "444455556666"}`,
		`"Principal": {"AWS": "AROAEXAMPLEID0000001"}`, `"NotPrincipal": {"AWS": ["arn:aws:iam::111122223333:role/R0", "111122223333"]}`)
}

func randomStatement(random *rand.Rand, kind string) string {
	effect := pick(random, "Allow", "Allow", "Allow", "Deny")
	s := `{"Effect": "` + effect + `", `
	if kind != "identity" {
		who := randomPrincipal(random)
		if strings.Contains(who, "NotPrincipal") {
			s = `{"Effect": "Deny", `
		}
		s += who + ", "
	}
	kms := []string{`"kms:Decrypt"`, `"kms:*"`, `["kms:Encrypt", "kms:GenerateDataKey*"]`, `"kms:CreateGrant"`, `"kms:TagResource"`}
	s3 := []string{`"s3:GetObject"`, `"s3:*"`, `["s3:PutObject", "s3:ListBucket"]`, `"s3:Get*"`}
	switch kind {
	case "key":
		s += `"Action": ` + pick(random, kms...) + `, "Resource": "*"`
	case "bucket":
		s += `"Action": ` + pick(random, s3...) + `, "Resource": ["arn:aws:s3:::data0", "arn:aws:s3:::data0/*"]`
	case "trust":
		s += `"Action": ` + pick(random, `"sts:AssumeRole"`, `"sts:*"`)
	default:
		element := pick(random, `"Action": `, `"Action": `, `"Action": `, `"NotAction": `)
		s += element + pick(random, slices.Concat(kms, s3, []string{`"sts:AssumeRole"`, `"*"`})...)
		s += ", " + pick(random, `"Resource": "*"`, `"Resource": "`+arnOfKey(0)+`"`, `"Resource": ["`+arnOfKey(1)+`", "arn:aws:s3:::data1/*"]`, `"Resource": "arn:aws:kms:*:111122223333:key/*"`,
			`"Resource": "arn:aws:s3:::data0/reports/*"`, `"Resource": "arn:aws:s3:::data*"`, `"NotResource": "`+arnOfKey(0)+`"`, `"Resource": "arn:aws:s3:::${aws:PrincipalTag/team}/*"`,
			`"Resource": "arn:aws:iam::111122223333:role/R1"`, `"Resource": "arn:aws:kms"`, `"Resource": "arn:aws:s3:::data?/x"`)
	}
	if random.IntN(3) == 0 {
		s += `, "Condition": ` + pick(random, `{"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}}`, `{"StringEquals": {"aws:PrincipalTag/team": "data0"}}`,
			`{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/R0"}}`, `{"StringEquals": {"aws:SourceVpc": "vpc-1"}}`, `{"StringEquals": {"aws:SourceVpc": "vpc-2"}}`,
			`{"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/one"}}`, `{"Bool": {"aws:SecureTransport": "false"}}`, `{"Bool": {"kms:GrantIsForAWSResource": "true"}}`, `{"Null": {"s3:prefix": "true"}}`)
	}
	return s + "}"
}

func randomStatements(random *rand.Rand, kind string, most int) []string {
	var list []string
	for range random.IntN(most + 1) {
		list = append(list, randomStatement(random, kind))
	}
	return list
}

const delegating = `{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"}`

func newWorld(random *rand.Rand) *world {
	w := &world{managed: randomStatements(random, "identity", 2)}
	if random.IntN(4) == 0 {
		w.scp = []string{`{"Effect": "Allow", "Action": "*", "Resource": "*"}`}
	}
	for range 3 {
		r := worldRole{inline: randomStatements(random, "identity", 3), trust: randomStatements(random, "trust", 2), attached: random.IntN(2) == 0, tag: pick(random, "data0", "data1")}
		if random.IntN(3) == 0 {
			r.boundary = []string{`{"Effect": "Allow", "Action": ["kms:*", "s3:*"], "Resource": "*"}`}
		}
		w.roles = append(w.roles, r)
	}
	for range 3 {
		k := worldKey{statements: randomStatements(random, "key", 3), hidden: random.IntN(10) == 0}
		if random.IntN(2) == 0 {
			k.statements = append(k.statements, delegating)
		}
		if random.IntN(4) == 0 {
			k.grants = append(k.grants, pick(random, "arn:aws:iam::111122223333:role/R2", "arn:aws:sts::111122223333:assumed-role/R0/jane", "arn:aws:iam::111122223333:root"))
		}
		w.keys = append(w.keys, k)
	}
	for range 2 {
		w.buckets = append(w.buckets, randomStatements(random, "bucket", 2))
	}
	return w
}

// changed gives the account with a few things changed.
func (w *world) changed(random *rand.Rand) *world {
	next := *w
	next.roles, next.keys, next.buckets = slices.Clone(w.roles), slices.Clone(w.keys), slices.Clone(w.buckets)
	altered := func(list []string, kind string) []string {
		list = slices.Clone(list)
		if len(list) > 0 && random.IntN(2) == 0 {
			return slices.Delete(list, 0, 1)
		}
		return append(list, randomStatement(random, kind))
	}
	for range 1 + random.IntN(2) {
		role, key, bucket := &next.roles[random.IntN(3)], &next.keys[random.IntN(3)], random.IntN(2)
		switch random.IntN(13) {
		case 0, 1:
			role.inline = altered(role.inline, "identity")
		case 2, 3:
			key.statements = altered(key.statements, "key")
		case 4:
			next.buckets[bucket] = altered(next.buckets[bucket], "bucket")
		case 5:
			role.trust = altered(role.trust, "trust")
		case 6:
			role.boundary = altered(role.boundary, "identity")
		case 7:
			next.managed = altered(next.managed, "identity")
		case 8:
			role.tag = "other"
		case 9:
			role.gone = true
		case 10:
			key.gone = true
		case 11:
			key.grants = append(slices.Clone(key.grants), "arn:aws:iam::111122223333:role/R1")
		case 12:
			if key.alias = "alias/one"; random.IntN(3) == 0 && next.scp != nil {
				next.scp = append(slices.Clone(next.scp), `{"Effect": "Deny", "Action": "kms:Encrypt", "Resource": "*"}`)
			}
		}
	}
	return &next
}

func (w *world) side(t *testing.T) Side {
	t.Helper()
	policy := func(statements []string) string {
		return `{"Version": "2012-10-17", "Statement": [` + strings.Join(statements, ", ") + `]}`
	}
	const account, region = "111122223333/", "111122223333/eu-central-1/"
	files := fstest.MapFS{}
	write := func(name, text string) { files[name] = &fstest.MapFile{Data: []byte(text)} }
	var roles, policies, aliases []string
	entry := func(name string, statements []string) string {
		return `{"PolicyName": "` + name + `", "Arn": "arn:aws:iam::111122223333:policy/` + name + `", "DefaultVersionId": "v1", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document": ` + policy(statements) + `}]}`
	}
	if len(w.managed) > 0 {
		policies = append(policies, entry("Shared", w.managed))
	}
	for n, r := range w.roles {
		if r.gone {
			continue
		}
		more := ""
		if r.boundary != nil {
			more = fmt.Sprintf(`, "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": "arn:aws:iam::111122223333:policy/Cap%d"}`, n)
			policies = append(policies, entry(fmt.Sprintf("Cap%d", n), r.boundary))
		}
		attached := ""
		if r.attached {
			attached = `{"PolicyName": "Shared", "PolicyArn": "arn:aws:iam::111122223333:policy/Shared"}`
		}
		inline := ""
		if len(r.inline) > 0 {
			inline = `{"PolicyName": "Own", "PolicyDocument": ` + policy(r.inline) + `}`
		}
		trust := r.trust
		if len(trust) == 0 {
			trust = []string{`{"Effect": "Allow", "Principal": {"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"}`}
		}
		roles = append(roles, fmt.Sprintf(`{"RoleName": "R%d", "Arn": "arn:aws:iam::111122223333:role/R%d", "Path": "/", "RoleId": "AROAEXAMPLEID000000%d", "AssumeRolePolicyDocument": %s,
			"RolePolicyList": [%s], "AttachedManagedPolicies": [%s], "Tags": [{"Key": "team", "Value": "%s"}]%s}`, n, n, n, policy(trust), inline, attached, r.tag, more))
	}
	write(account+"iam/account-authorization-details.json", `{"RoleDetailList": [`+strings.Join(roles, ", ")+`], "Policies": [`+strings.Join(policies, ", ")+`], "IsTruncated": false}`)
	for n, k := range w.keys {
		if k.gone {
			continue
		}
		arn := arnOfKey(n)
		id := arn[strings.LastIndexByte(arn, '/')+1:]
		folder := region + "kms/keys/" + id
		write(folder+"/key.json", `{"KeyMetadata": {"Arn": "`+arn+`", "KeyId": "`+id+`", "KeyState": "Enabled", "KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"}}`)
		var grants []string
		for i, grantee := range k.grants {
			grants = append(grants, fmt.Sprintf(`{"KeyId": %q, "GrantId": "%064d", "GranteePrincipal": %q, "Operations": ["Decrypt", "Encrypt"]}`, arn, i, grantee))
		}
		write(folder+"/grants.json", `{"Grants": [`+strings.Join(grants, ", ")+`], "Truncated": false}`)
		if !k.hidden {
			write(folder+"/policy.json", policy(k.statements))
		}
		if k.alias != "" {
			aliases = append(aliases, `{"AliasName": "`+k.alias+`", "AliasArn": "arn:aws:kms:eu-central-1:111122223333:`+k.alias+`", "TargetKeyId": "`+id+`"}`)
		}
	}
	write(region+"kms/aliases.json", `{"Aliases": [`+strings.Join(aliases, ", ")+`], "Truncated": false}`)
	for n, statements := range w.buckets {
		folder := fmt.Sprintf("%ss3/data%d", region, n)
		write(folder+"/location.json", `{"LocationConstraint": "eu-central-1"}`)
		if len(statements) > 0 {
			write(folder+"/policy.json", strings.ReplaceAll(policy(statements), "data0", fmt.Sprintf("data%d", n)))
		}
	}
	if w.scp != nil {
		write("organization/organization.json", `{"Organization": {"Id": "o-abcdefghij", "MasterAccountId": "999988887777", "FeatureSet": "ALL"}}`)
		write("organization/targets.json", `{"Targets": [{"Id": "r-abcd", "Path": ["r-abcd"], "Policies": [{"Id": "p-12345678", "Type": "SERVICE_CONTROL_POLICY"}]}, {"Id": "111122223333", "Path": ["r-abcd", "111122223333"], "Policies": [{"Id": "p-12345678", "Type": "SERVICE_CONTROL_POLICY"}]}]}`)
		write("organization/policies/p-12345678.json", `{"Policy": {"PolicySummary": {"Id": "p-12345678", "Name": "Guard", "Type": "SERVICE_CONTROL_POLICY"}, "Content": `+strconv.Quote(policy(w.scp))+`}}`)
	}
	loaded, err := load.Load([]string{"."}, load.Options{Files: filesystem.Of(files)})
	if err != nil {
		t.Fatal(err)
	}
	return Side{Snapshot: loaded.Variants[0].Snapshot}
}
