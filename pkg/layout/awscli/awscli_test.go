package awscli_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/layout/awscli"
)

const clean = "../../../testdata/snapshots/clean"

// runBash runs a script over an account that testdata/aws answers for, and gives
// the folder, what was printed on standard error, and the exit status.
func runBash(t *testing.T, o awscli.Options, account string) (folder, printed string, status int) {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("SKIPPED: there is no bash to run the script")
	}
	o.Folder = "account"
	text, err := awscli.Script(awscli.Bash, o)
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	script := filepath.Join(folder, "export.sh")
	if err := os.WriteFile(script, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	bin, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	if account, err = filepath.Abs(account); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), bash, script)
	command.Dir = folder
	command.Env = append(os.Environ(), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "ACCOUNT="+account, "CALLS="+filepath.Join(folder, "calls"))
	var messages bytes.Buffer
	command.Stderr = &messages
	_ = command.Run() // the status says it
	return filepath.Join(folder, "account"), messages.String(), command.ProcessState.ExitCode()
}

// TestBashScript saves the clean account: every file but the manifest comes out
// as it is there, and what AWS does not have stands as the error that says so.
func TestBashScript(t *testing.T) {
	folder, printed, status := runBash(t, awscli.Options{Account: "111122223333", Datasets: []string{"acme-churn-datasets"}}, clean)
	want := "not read: aws organizations describe-organization\n46 calls, 0 failed; now run: canvaslint check account\n"
	if printed != want || status != 0 {
		t.Errorf("printed %q with status %d, want %q and 0", printed, status, want)
	}
	saved := map[string]bool{}
	for name, text := range files(t, folder) {
		saved[name] = true
		want, err := os.ReadFile(filepath.Join(clean, filepath.FromSlash(name)))
		switch {
		case err == nil && text != string(want):
			t.Errorf("%s is not what AWS answered", name)
		case err != nil && !isList(name) && !strings.Contains(text, "An error occurred ("):
			t.Errorf("%s was not asked for: %s", name, text)
		}
	}
	for name := range files(t, clean) {
		if !saved[name] && name != "manifest.json" && !strings.Contains(name, "auto-ml-jobs") && !strings.Contains(name, "e5087b3d") {
			t.Errorf("%s was not saved", name)
		}
	}
}

// TestBashPoint saves the access points that stand in the place of a bucket, and the
// buckets behind them.
func TestBashPoint(t *testing.T) {
	const arn = "arn:aws:s3:eu-central-1:111122223333:accesspoint/canvas"
	for path, want := range map[string]string{
		"s3://" + arn + "/team": "", "s3://canvas-abc-s3alias/team": "", "https://canvas-111122223333.s3-accesspoint.eu-central-1.amazonaws.com/team": "",
		"s3://other-abc-s3alias": "no access point of account 111122223333 in eu-central-1 has the alias other-abc-s3alias\n",
	} {
		account := t.TempDir()
		if err := os.CopyFS(account, os.DirFS(clean)); err != nil {
			t.Fatal(err)
		}
		place := filepath.Join(account, "111122223333", "eu-central-1")
		write := func(name, text string) {
			name = filepath.Join(place, filepath.FromSlash(name))
			if err := errors.Join(os.MkdirAll(filepath.Dir(name), 0o700), os.WriteFile(name, []byte(text), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		write("s3control/access-points/canvas/access-point.json", "{\n\"Name\": \"canvas\",\n\"Bucket\": \"acme\",\n\"Alias\": \"canvas-abc-s3alias\",\n\"AccessPointArn\": \""+arn+"\"\n}\n")
		write("s3/acme/location.json", "{\"LocationConstraint\": \"eu-central-1\"}\n")
		write("sagemaker/user-profiles/d-point/alice.json", "{}\n")
		write("sagemaker/domains/d-point.json", "{\n\"DomainId\": \"d-point\",\n\"S3ArtifactPath\": \""+path+"\"\n}\n")
		folder, printed, status := runBash(t, awscli.Options{Domains: []string{"d-point"}}, account)
		got := files(t, folder)
		saved := strings.Contains(got["111122223333/eu-central-1/s3control/access-points/canvas/policy.json"], "(NoSuchAccessPointPolicy)") &&
			got["111122223333/eu-central-1/s3control/access-points/canvas/access-point.json"] != "" && got["111122223333/eu-central-1/s3/acme/location.json"] != ""
		if !strings.HasPrefix(printed, want) || saved != (want == "") || (status == 0) != (want == "") {
			t.Errorf("%s: saved %t with status %d, and printed %q", path, saved, status, printed)
		}
	}
}

// isList names the files that the snapshot has not, since testdata/aws makes them up.
func isList(name string) bool {
	return strings.HasSuffix(name, "sagemaker/domains.json") || strings.HasSuffix(name, "list.json") || strings.HasSuffix(name, "vpc-endpoints.json")
}

// TestBashRefuses holds that credentials of another account save nothing.
func TestBashRefuses(t *testing.T) {
	folder, printed, status := runBash(t, awscli.Options{Account: "444455556666"}, clean)
	if want := "these are credentials of account 111122223333, not of 444455556666\n"; printed != want || status != 2 {
		t.Errorf("printed %q with status %d, want %q and 2", printed, status, want)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("something was saved")
	}
}

func files(t *testing.T, root string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		found[filepath.ToSlash(name)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestScriptRefuses(t *testing.T) {
	cases := []struct {
		shell awscli.Shell
		o     awscli.Options
		want  string
	}{
		{awscli.Bash, awscli.Options{Account: "1", Folder: "a"}, `"1" is not an account id: it has 12 digits`},
		{awscli.Bash, awscli.Options{Regions: []string{"$(id)"}, Folder: "a"}, `"$(id)" is not a Region: write it as eu-central-1`},
		{awscli.PowerShell, awscli.Options{Domains: []string{"d-'x"}, Folder: "a"}, `"d-'x" is not the id of a domain: write it as d-1a2b3c4d5e6f`},
		{awscli.Bash, awscli.Options{Datasets: []string{"a b"}, Folder: "a"}, `"a b" is not the name of a bucket`},
		{awscli.Bash, awscli.Options{Folder: "a;b"}, `"a;b" cannot be the folder of the export: use letters, digits and . _ - / only`},
		{"fish", awscli.Options{Folder: "a"}, `there is no script for the shell "fish": choose bash or powershell`},
	}
	for _, c := range cases {
		if _, err := awscli.Script(c.shell, c.o); err == nil || err.Error() != c.want {
			t.Errorf("%s, %+v: %v, want %s", c.shell, c.o, err, c.want)
		}
	}
}

func TestHeads(t *testing.T) {
	o := awscli.Options{Account: "111122223333", Regions: []string{"eu-central-1", "eu-west-1"}, Domains: []string{"d-abc"}, Datasets: []string{"acme"}, AllKeys: true, Folder: "out"}
	want := map[awscli.Shell][]string{
		awscli.Bash:       {"out=${1:-out}", "expected_account='111122223333'", "regions='eu-central-1 eu-west-1'", "domains='d-abc'", "datasets='acme'", "all_keys=yes", "jobs=no"},
		awscli.PowerShell: {"param([string]$out = 'out')", "$expectedAccount = '111122223333'", "$regions = @('eu-central-1', 'eu-west-1')", "$domains = @('d-abc')", "$datasets = @('acme')", "$allKeys = $true", "$jobs = $false"},
	}
	for shell, lines := range want {
		text, err := awscli.Script(shell, o)
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(text, "\n\n#")
		for _, line := range lines {
			if !strings.Contains(text, line) {
				t.Errorf("%s: %q is not in\n%s", shell, line, head)
			}
		}
	}
}

func TestCommand(t *testing.T) {
	in := layout.Place{Account: "111122223333", Region: "eu-central-1"}
	const (
		region = "111122223333/eu-central-1/"
		key    = "arn:aws:kms:eu-west-1:111122223333:key/0a1b"
		keys   = "111122223333/eu-west-1/kms/keys/0a1b"
		bucket = "mkdir -p " + region + "s3/acme && aws s3api "
		role   = "mkdir -p 111122223333/iam && aws iam get-account-authorization-details --filter Role LocalManagedPolicy AWSManagedPolicy --output json > 111122223333/iam/account-authorization-details.json"
	)
	cases := []struct{ operation, resource, folder, want string }{
		{"GetKeyPolicy", key, "", "mkdir -p " + keys + " && aws kms get-key-policy --policy-name default --key-id 0a1b --region eu-west-1 --output json > " + keys + "/policy.json"},
		{"DescribeKey", key, "../my-account", "mkdir -p ../my-account/" + keys + " && aws kms describe-key --key-id 0a1b --region eu-west-1 --output json > ../my-account/" + keys + "/key.json"},
		{"ListGrants", key, "a folder", "mkdir -p " + keys + " && aws kms list-grants --key-id 0a1b --region eu-west-1 --output json > " + keys + "/grants.json"},
		{"PutKeyPolicy", key, "", ""},
		{"GetKeyPolicy", "arn:aws:kms:‹Region›:111122223333:key/{K}", "", ""},
		{"GetKeyPolicy", "arn:aws:kms:eu-west-1:111122223333:key/0a;id", "", ""},
		{"GetKeyPolicy", "arn:aws:kms:eu-west-1:111122223333:alias/acme", "", ""},
		{"GetBucketPolicy", "arn:aws:s3:::acme", "", bucket + "get-bucket-policy --bucket acme --output json > " + region + "s3/acme/policy.json 2>&1"},
		{"GetBucketEncryption", "arn:aws:s3:::acme", "", bucket + "get-bucket-encryption --bucket acme --output json > " + region + "s3/acme/encryption.json 2>&1"},
		{"GetBucketPolicy", "arn:aws:s3:::a$(id)", "", ""},
		{"GetPolicy", "arn:aws:iam::111122223333:policy/Own", "", role},
		{"GetPolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess", "", role},
		{"GetRole", "arn:aws:iam::‹AccountId›:role/Own", "", ""},
		{"ListAliases", "111122223333/eu-central-1", "", "mkdir -p " + region + "kms && aws kms list-aliases --region eu-central-1 --output json > " + region + "kms/aliases.json"},
		{"DescribeVpcEndpoints", "", "", "mkdir -p " + region + "ec2 && aws ec2 describe-vpc-endpoints --region eu-central-1 --output json > " + region + "ec2/vpc-endpoints.json"},
		{"DescribePolicy", "p-abc", "", "mkdir -p organization/policies && aws organizations describe-policy --policy-id p-abc --output json > organization/policies/p-abc.json"},
		{"DescribePolicy", "p-abc&id", "", ""},
		{"ListPoliciesForTarget", "111122223333", "", "canvaslint export --account 111122223333 | bash"},
		{"ListPoliciesForTarget", "ou-1", "", ""},
	}
	for _, c := range cases {
		if got := awscli.Command(c.operation, c.resource, in, c.folder); got != c.want {
			t.Errorf("%s %s:\n%s\nwant\n%s", c.operation, c.resource, got, c.want)
		}
	}
}
