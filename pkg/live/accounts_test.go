package live_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

const (
	foreignID  = "444455556666"
	foreignKey = "arn:aws:kms:eu-west-1:" + foreignID + ":key/0a000000-0000-4000-8000-000000000001"
)

// foreign is the small account with an app key of another account and Region.
func foreign() map[string]answer {
	answers := wholeAccount()
	answers["sagemaker:DescribeDomain"] = answer{status: 200, body: strings.ReplaceAll(answers["sagemaker:DescribeDomain"].body, keyARN, foreignKey)}
	answers["kms:DescribeKey?"+foreignKey] = ok(`{"KeyMetadata":{"AWSAccountId":"` + foreignID + `","KeyId":"0a000000-0000-4000-8000-000000000001","Arn":"` + foreignKey + `","Enabled":true,"KeyState":"Enabled","KeyManager":"CUSTOMER"}}`)
	return answers
}

// gaps gives the operations that gave nothing, with code, for a resource.
func gaps(result *fetch.Result, resource string) []string {
	var found []string
	for _, m := range result.Manifest.Missing {
		if m.Resource == resource {
			found = append(found, m.Operation+" "+string(m.Reason)+" "+m.Code)
		}
	}
	return found
}

// TestForeignKey: another account's key can be described, its policy can not be
// read from outside, and is not asked for.
func TestForeignKey(t *testing.T) {
	r := newReplay(t, foreign())
	folder := filepath.Join(t.TempDir(), "out")
	result := mustFetch(t, options(folder))
	if diff := cmp.Diff([]string{"ListGrants access-denied OtherAccount", "GetKeyPolicy access-denied OtherAccount"}, gaps(result, foreignKey)); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	if place := foreignID + "/eu-west-1/kms/keys/0a000000-0000-4000-8000-000000000001/key.json"; tree(t, folder)[place] == "" {
		t.Errorf("%s was not saved", place)
	}
	if r.count("kms:GetKeyPolicy") != 0 || !result.IsPartial() {
		t.Errorf("%d calls of GetKeyPolicy, partial %v", r.count("kms:GetKeyPolicy"), result.IsPartial())
	}
}

// TestTwoAccounts: with credentials of both accounts each key is asked for by
// its own, and a bucket is given to the account that owns it.
func TestTwoAccounts(t *testing.T) {
	answers := foreign()
	assumed := func(id string) answer {
		return xml("AssumeRole", `<Credentials><AccessKeyId>ASIA`+id+`</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2100-01-01T00:00:00Z</Expiration></Credentials>`)
	}
	first, second := "arn:aws:iam::"+accountID+":role/Audit", "arn:aws:iam::"+foreignID+":role/Audit"
	whoAmI, externalIDs, calls := "", []string{}, 0
	answers["sts:AssumeRole"] = answer{give: func(in map[string]any, _ int) answer {
		externalIDs = append(externalIDs, in["ExternalId"].(string))
		whoAmI = strings.Split(in["RoleArn"].(string), ":")[4]
		return assumed(whoAmI)
	}}
	answers["sts:GetCallerIdentity"] = answer{give: func(map[string]any, int) answer {
		return xml("GetCallerIdentity", `<Arn>arn:aws:sts::`+whoAmI+`:assumed-role/Audit/canvaslint</Arn><Account>`+whoAmI+`</Account>`)
	}}
	answers["sagemaker:ListDomains"] = answer{give: func(map[string]any, int) answer {
		if calls++; calls == 1 {
			return ok(`{"Domains":[{"DomainId":"d-1"}]}`)
		}
		return ok(`{"Domains":[]}`)
	}}
	r := newReplay(t, answers)
	o := options(filepath.Join(t.TempDir(), "out"))
	o.Roles, o.ExternalID, o.Jobs = []string{first, second}, "our-id", fetch.JobsNone
	result := mustFetch(t, o)
	if diff := cmp.Diff([]string{"our-id", "our-id"}, externalIDs); diff != "" {
		t.Errorf("external ids (-want +got):\n%s", diff)
	}
	callers := []string{"arn:aws:sts::" + accountID + ":assumed-role/Audit/canvaslint", "arn:aws:sts::" + foreignID + ":assumed-role/Audit/canvaslint"}
	if diff := cmp.Diff(callers, result.Manifest.Callers); diff != "" {
		t.Errorf("callers (-want +got):\n%s", diff)
	}
	if found := gaps(result, foreignKey); len(found) > 0 || r.count("kms:GetKeyPolicy") == 0 {
		t.Errorf("missing of the other account's key: %v", found)
	}
	for name, text := range tree(t, o.Folder) {
		if strings.Contains(text, "ASIA") {
			t.Errorf("an access key is in %s", name)
		}
	}
}

// TestRegions: partitions are those of the Regions, and a profile's Region is
// taken where none is named.
func TestRegions(t *testing.T) {
	for region, partition := range map[string]string{"cn-north-1": "aws-cn", "us-gov-west-1": "aws-us-gov", "eu-south-2": "aws"} {
		answers := wholeAccount()
		answers["sagemaker:DescribeDomain"] = fails("sagemaker:", 400, "ResourceNotFound")
		newReplay(t, answers)
		config := filepath.Join(t.TempDir(), "config")
		if err := os.WriteFile(config, []byte("[profile there]\naws_access_key_id = a\naws_secret_access_key = b\nregion = "+region+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("AWS_CONFIG_FILE", config)
		t.Setenv("AWS_REGION", "")
		o := options(filepath.Join(t.TempDir(), "out"))
		o.Profiles = []string{"there"}
		result := mustFetch(t, o)
		want := []string{"DescribeDomain not-found ResourceNotFound"}
		if diff := cmp.Diff(want, gaps(result, "arn:"+partition+":sagemaker:"+region+":"+accountID+":domain/d-1")); diff != "" || !slices.Equal(result.Places, []string{accountID + " in " + region}) {
			t.Errorf("%s: %v\n%s", region, result.Places, diff)
		}
	}
}

// TestBucketElsewhere: S3 says in which Region a bucket is, in its answer or by
// sending the caller there.
func TestBucketElsewhere(t *testing.T) {
	location := func(constraint string) answer {
		return ok(`<LocationConstraint>` + constraint + `</LocationConstraint>`)
	}
	elsewhere := func(status int, code string) answer {
		return answer{give: func(_ map[string]any, call int) answer {
			if call == 1 {
				a := fails("s3:", status, code)
				a.header["X-Amz-Bucket-Region"] = "us-west-2"
				return a
			}
			return location("us-west-2")
		}}
	}
	for _, test := range []struct {
		name           string
		answer         answer
		region, saving string
	}{
		{"none is us-east-1", location(""), "us-east-1", "{\n    \"LocationConstraint\": null\n}\n"},
		{"EU is eu-west-1", location("EU"), "eu-west-1", "{\n    \"LocationConstraint\": \"EU\"\n}\n"},
		{"a redirect", elsewhere(301, "PermanentRedirect"), "us-west-2", "{\n    \"LocationConstraint\": \"us-west-2\"\n}\n"},
		{"a signature for another Region", elsewhere(400, "AuthorizationHeaderMalformed"), "us-west-2", "{\n    \"LocationConstraint\": \"us-west-2\"\n}\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			newReplay(t, with(wholeAccount(), map[string]answer{"s3:GetBucketLocation": test.answer}))
			folder := filepath.Join(t.TempDir(), "out")
			result := mustFetch(t, options(folder))
			place := accountID + "/" + test.region + "/s3/" + bucket + "/"
			if got := tree(t, folder)[place+"location.json"]; got != test.saving || result.IsPartial() {
				t.Errorf("%slocation.json: %q, want %q; missing %+v", place, got, test.saving, result.Manifest.Missing)
			}
			if tree(t, folder)[place+"tags.json"] == "" {
				t.Errorf("%stags.json was not saved", place)
			}
		})
	}
}

// TestSharedVPC: the owner of a VPC is asked for its endpoints and routes; where there
// is no login for it, they are missing.
func TestSharedVPC(t *testing.T) {
	vpc := ok(strings.ReplaceAll(wholeAccount()["ec2:DescribeVpcs"].body, accountID, foreignID))
	newReplay(t, with(wholeAccount(), map[string]answer{"ec2:DescribeVpcs": vpc}))
	o := options(filepath.Join(t.TempDir(), "out"))
	result := mustFetch(t, o)
	if diff := cmp.Diff([]string{"DescribeRouteTables access-denied NoCredentials", "DescribeVpcEndpoints access-denied NoCredentials"}, gaps(result, "vpc-1")); diff != "" || !result.IsPartial() {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	// In an organization there is one.
	answers := organization(3)
	answers["ec2:DescribeVpcs"] = of(member(1), ok(strings.ReplaceAll(vpc.body, foreignID, member(2))), answers["ec2:DescribeVpcs"])
	newReplay(t, answers)
	o = organizationOptions(filepath.Join(t.TempDir(), "organization"))
	if result := mustFetch(t, o); result.IsPartial() {
		t.Errorf("missing: %+v", result.Manifest.Missing)
	}
	got := tree(t, o.Folder)
	for file, want := range map[string]bool{
		member(2) + "/eu-central-1/ec2/vpc-endpoints-vpc-1.json": true, member(2) + "/eu-central-1/ec2/route-tables-vpc-1.json": true,
		member(1) + "/eu-central-1/ec2/vpc-endpoints.json": false, member(2) + "/eu-central-1/ec2/vpc-endpoints.json": true,
	} {
		if (got[file] != "") != want {
			t.Errorf("%s: saved %v, want %v", file, got[file] != "", want)
		}
	}
	noProblems(t, o.Folder)
}

// TestSiblings: the other keys of a multi-Region key are read in their Regions.
func TestSiblings(t *testing.T) {
	answers := wholeAccount()
	const mrk = "mrk-0a0000000000400080000000000000aa"
	arn := func(region string) string { return "arn:aws:kms:" + region + ":" + accountID + ":key/" + mrk }
	answers["sagemaker:DescribeDomain"] = answer{status: 200, body: strings.ReplaceAll(answers["sagemaker:DescribeDomain"].body, keyARN, arn("eu-central-1"))}
	answers["kms:DescribeKey"] = answer{give: func(in map[string]any, _ int) answer {
		return ok(`{"KeyMetadata":{"AWSAccountId":"` + accountID + `","KeyId":"` + mrk + `","Arn":` + quoted(in["KeyId"].(string)) + `,"Enabled":true,"KeyState":"Enabled","KeyManager":"CUSTOMER","MultiRegion":true,"MultiRegionConfiguration":{"MultiRegionKeyType":"PRIMARY","PrimaryKey":{"Arn":"` + arn("eu-central-1") + `","Region":"eu-central-1"},"ReplicaKeys":[{"Arn":"` + arn("eu-west-1") + `","Region":"eu-west-1"}]}}}`)
	}}
	r := newReplay(t, answers)
	o := options(filepath.Join(t.TempDir(), "out"))
	result := mustFetch(t, o)
	for _, document := range []string{"key", "policy", "grants"} {
		if file := accountID + "/eu-west-1/kms/keys/" + mrk + "/" + document + ".json"; tree(t, o.Folder)[file] == "" {
			t.Errorf("%s was not saved", file)
		}
	}
	if result.Keys != 2 || r.count("kms:DescribeKey") != 2 || result.IsPartial() {
		t.Errorf("%d keys, %d calls, missing %+v", result.Keys, r.count("kms:DescribeKey"), result.Manifest.Missing)
	}
}
