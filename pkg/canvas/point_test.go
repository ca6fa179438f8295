package canvas_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/load"
)

// pointCase is an account with one profile, whose artifact path leads through an
// access point to the bucket acme.
type pointCase struct {
	name     string
	path     string // "" is s3://ALIAS/team
	role     []string
	point    string // a policy; "" is NoSuchAccessPointPolicy
	bucket   string
	describe string // members of the access point; "-" leaves it out
	domain   string // members of the domain
	owner    string // of bucket and access point; "" is the domain's account
	blocked  bool   // the owner's account restricts public buckets
	want     string // of the access point, of the bucket
}

const (
	pointRole  = "arn:aws:iam::111122223333:role/Canvas"
	toEveryone = `{"Sid":"A","Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:*","Resource":"*"}`
	toRole     = `{"Sid":"A","Effect":"Allow","Principal":{"AWS":"` + pointRole + `"},"Action":"s3:*","Resource":["AP","AP/object/*"]}`
	toRoleOn   = `{"Sid":"A","Effect":"Allow","Principal":{"AWS":"` + pointRole + `"},"Action":"s3:*","Resource":["arn:aws:s3:::acme","arn:aws:s3:::acme/*"]}`
	delegates  = `{"Sid":"D","Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:*","Resource":["arn:aws:s3:::acme","arn:aws:s3:::acme/*"],"Condition":{"StringEquals":{"s3:DataAccessPointAccount":"111122223333"}}}`
	denies     = `{"Sid":"N","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"AP/object/*"}`
	otherPoint = `{"Sid":"N","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::acme/*","Condition":{"StringNotEquals":{"s3:DataAccessPointArn":"arn:aws:s3:eu-central-1:111122223333:accesspoint/other"}}}`
	private    = `"NetworkOrigin":"VPC","VpcConfiguration":{"VpcId":"vpc-1"}`
)

// TestAccessPoints: a call through an access point is allowed where it is on both
// sides; what AWS does not document, and what was not read, is unknown.
func TestAccessPoints(t *testing.T) {
	both, bucketAlone, pointAlone := []string{"AP", "AP/object/*", "arn:aws:s3:::acme", "arn:aws:s3:::acme/*"}, []string{"arn:aws:s3:::acme", "arn:aws:s3:::acme/*"}, []string{"AP", "AP/object/*"}
	for _, test := range []pointCase{
		{name: "the role's policy names both sides", role: both, want: "Allowed Allowed"},
		{name: "both resource policies allow it", point: toRole, bucket: toRoleOn, want: "Allowed Allowed"},
		{name: "the bucket delegates", point: toRole, bucket: delegates, want: "Allowed Allowed"},
		{name: "the bucket does not delegate", point: toRole, want: "Allowed ImplicitlyDenied"},
		{name: "the access point does not allow it", bucket: toRoleOn, want: "ImplicitlyDenied Allowed"},
		{name: "the access point denies it", role: both, point: denies, want: "ExplicitlyDenied Allowed"},
		{name: "the bucket takes another access point only", role: both, bucket: otherPoint, want: "Allowed ExplicitlyDenied"},
		{name: "the role's policy names the bucket alone", role: bucketAlone, want: "Unknown Allowed"},
		{name: "the role's policy names the access point alone", role: pointAlone, want: "Allowed Unknown"},
		{name: "nothing allows it", want: "ImplicitlyDenied ImplicitlyDenied"},
		{name: "by ARN", path: "s3://AP/team", role: both, want: "Allowed Allowed"},
		{name: "by ARN with a colon", path: "s3://arn:aws:s3:eu-central-1:111122223333:accesspoint:canvas/team", role: both, want: "Allowed Allowed"},
		{name: "by host", path: "https://canvas-111122223333.s3-accesspoint.eu-central-1.amazonaws.com/team", role: both, want: "Allowed Allowed"},
		{name: "by alias as a host", path: "https://ALIAS.s3.eu-central-1.amazonaws.com/team", role: both, want: "Allowed Allowed"},
		{name: "one that was not read", role: []string{"*"}, describe: "-", want: "Unknown"},
		{name: "one of several Regions", path: "s3://arn:aws:s3::111122223333:accesspoint/m.mrap", role: []string{"*"}, want: "Unknown"},
		{name: "of a VPC, and the domain calls from there", role: both, describe: private, domain: `"AppNetworkAccessType":"VpcOnly","VpcId":"vpc-1"`, want: "Allowed Allowed"},
		{name: "of a VPC, and the domain is of another", role: both, describe: private, domain: `"AppNetworkAccessType":"VpcOnly","VpcId":"vpc-2"`, want: "Unknown Allowed"},
		{name: "of a VPC, and the domain calls from elsewhere", role: both, describe: private, want: "Unknown Allowed"},
		{name: "of another account", owner: "444455556666", role: both, point: toRole, bucket: toRoleOn, want: "Allowed Allowed"},
		{name: "of another account that allows nothing", owner: "444455556666", role: both, want: "ImplicitlyDenied ImplicitlyDenied"},
		{name: "of another account that is open", owner: "444455556666", role: both, point: toEveryone, bucket: toRoleOn, want: "Allowed Allowed"},
		{name: "of another account whose block may close it", owner: "444455556666", role: both, point: toEveryone, bucket: toRoleOn, blocked: true, want: "Unknown Allowed"},
		{name: "open, in an account that blocks others", role: both, point: toEveryone, bucket: toRoleOn, blocked: true, want: "Allowed Allowed"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, test.answer(t)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// answer gives the worst answer to an action on objects, on each side.
func (c *pointCase) answer(t *testing.T) string {
	t.Helper()
	loaded, err := load.Load([]string{c.folder(t)}, load.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range loaded.Problems {
		t.Errorf("problem: %s", problem)
	}
	facts := canvas.Work(loaded.Snapshot, config.Config{AllProfiles: true}.Defaults())
	var answers []string
	for _, need := range facts.Needs {
		if need.Purpose != finding.Bucket {
			continue
		}
		answer := access.Allowed
		for _, a := range need.Actions {
			if strings.HasSuffix(a.Name, "Object") && a.Result != access.Allowed {
				answer = a.Result
			}
		}
		answers = append(answers, answer.String())
	}
	return strings.Join(answers, " ")
}

// folder writes the export of the account.
func (c *pointCase) folder(t *testing.T) string {
	t.Helper()
	owner, path, describe := c.owner, c.path, c.describe
	if owner == "" {
		owner = "111122223333"
	}
	if path == "" {
		path = "s3://ALIAS/team"
	}
	if describe == "" {
		describe = `"NetworkOrigin":"Internet"`
	}
	arn := "arn:aws:s3:eu-central-1:" + owner + ":accesspoint/canvas"
	fill := strings.NewReplacer("AP", arn, "ALIAS", "canvas-k3-s3alias")
	folder := t.TempDir()
	write := func(name, text string) {
		name = filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	policy := func(name, statement, none string) {
		if statement == "" {
			write(name, "\nAn error occurred ("+none+") when calling the "+strings.Replace(none, "NoSuch", "Get", 1)+" operation: there is none\n")
			return
		}
		text, _ := json.Marshal(`{"Version":"2012-10-17","Statement":[` + fill.Replace(statement) + `]}`)
		write(name, `{"Policy":`+string(text)+`}`)
	}
	resources, _ := json.Marshal(c.role)
	role := ""
	if c.role != nil {
		role = `{"PolicyName":"p","PolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":` + fill.Replace(string(resources)) + `}]}}`
	}
	write("111122223333/iam/account-authorization-details.json", `{"RoleDetailList":[{"Arn":"`+pointRole+`","RoleName":"Canvas","Path":"/","RoleId":"AROA1","AssumeRolePolicyDocument":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sagemaker.amazonaws.com"},"Action":"sts:AssumeRole"}]},"RolePolicyList":[`+role+`],"AttachedManagedPolicies":[],"Tags":[]}],"Policies":[]}`)
	domain := `"DomainId":"d-1","DomainArn":"arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1"`
	if c.domain != "" {
		domain += "," + c.domain
	}
	write("111122223333/eu-central-1/sagemaker/domains/d-1.json", fmt.Sprintf(`{%s,"DefaultUserSettings":{"ExecutionRole":%q,"CanvasAppSettings":{"WorkspaceSettings":{"S3ArtifactPath":%q}}}}`, domain, pointRole, fill.Replace(path)))
	place := owner + "/eu-central-1/"
	write(place+"s3/acme/location.json", `{"LocationConstraint":"eu-central-1"}`)
	write(place+"s3/acme/encryption.json", `{"ServerSideEncryptionConfiguration":{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}}`)
	policy(place+"s3/acme/policy.json", c.bucket, "NoSuchBucketPolicy")
	if describe != "-" {
		write(place+"s3control/access-points/canvas/access-point.json", fill.Replace(`{"Name":"canvas","Bucket":"acme",`+describe+`,"Alias":"ALIAS","AccessPointArn":"AP"}`))
		policy(place+"s3control/access-points/canvas/policy.json", c.point, "NoSuchAccessPointPolicy")
	}
	if c.blocked {
		write(owner+"/s3control/public-access-block.json", `{"PublicAccessBlockConfiguration":{"RestrictPublicBuckets":true}}`)
	}
	return folder
}
