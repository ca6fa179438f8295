package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/canvaslint/canvaslint/bench/account"
)

// templates are the CloudFormation templates of integrations.
func templates(t *testing.T) []string {
	t.Helper()
	var found []string
	for _, name := range []string{"stepfunctions/fargate.yaml", "stepfunctions/queue.yaml", "batch/template.yaml"} {
		found = append(found, filepath.Join(projectRoot(t), "integrations", filepath.FromSlash(name)))
	}
	return found
}

// TestTemplatesOfIntegrations has cfn-lint look at them: it has nothing to say.
func TestTemplatesOfIntegrations(t *testing.T) {
	peer := os.Getenv("CANVASLINT_CFNLINT")
	if peer == "" {
		t.Skip("SKIPPED: CANVASLINT_CFNLINT is not set; .ci/cfnlint installs cfn-lint")
	}
	said, err := exec.Command(filepath.Join(peer, "bin", "cfn-lint"), append([]string{"--regions", "eu-central-1", "--"}, templates(t)...)...).CombinedOutput()
	if err != nil || len(said) > 0 {
		t.Errorf("cfn-lint: %v\n%s", err, said)
	}
}

// TestManifests holds the manifests against the schema of Kubernetes, which notices a
// name that is none.
func TestManifests(t *testing.T) {
	peer := os.Getenv("CANVASLINT_KUBECONFORM")
	if peer == "" {
		t.Skip("SKIPPED: CANVASLINT_KUBECONFORM is not set; .ci/kubeconform installs kubeconform")
	}
	folder := filepath.Join(projectRoot(t), "integrations", "kubernetes")
	conforms := func(text []byte) error {
		command := exec.Command(filepath.Join(peer, "kubeconform"), "-schema-location", filepath.Join(peer, "{{.ResourceKind}}{{.KindSuffix}}.json"), "-")
		command.Stdin = bytes.NewReader(text)
		said, err := command.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w\n%s", err, said)
		}
		return nil
	}
	for _, name := range []string{"parts.yaml", "merge.yaml"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := conforms(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := conforms(bytes.Replace(text, []byte("restartPolicy"), []byte("restartPolicies"), 1)); err == nil {
			t.Errorf("%s: a name that is none passes", name)
		}
	}
}

// machine is the state machine of a template, with 7 for all that is filled in. What
// starts a task is replaced by the command line that it gets.
func machine(t *testing.T, template string) map[string]any {
	t.Helper()
	var document struct {
		Resources struct {
			StateMachine struct {
				Properties struct {
					DefinitionString yaml.Node `yaml:"DefinitionString"`
				} `yaml:"Properties"`
			} `yaml:"StateMachine"`
		} `yaml:"Resources"`
	}
	text, err := os.ReadFile(template)
	if err == nil {
		err = yaml.Unmarshal(text, &document)
	}
	if err != nil {
		t.Fatal(err)
	}
	definition := document.Resources.StateMachine.Properties.DefinitionString
	for definition.Kind == yaml.SequenceNode {
		definition = *definition.Content[0]
	}
	var m map[string]any
	if err := json.Unmarshal(regexp.MustCompile(`\$\{[A-Za-z:.]+\}`).ReplaceAll([]byte(definition.Value), []byte("7")), &m); err != nil {
		t.Fatalf("%s: %v", template, err)
	}
	return m
}

// task takes apart how a state starts canvaslint.
func task(state map[string]any) (arguments any) {
	parameters := state["Parameters"].(map[string]any)
	if message, ok := parameters["MessageBody"].(map[string]any); ok {
		arguments = message["arguments.$"]
	} else {
		container := parameters["Overrides"].(map[string]any)["ContainerOverrides"].([]any)[0].(map[string]any)
		arguments = container["Command.$"]
	}
	delete(state, "Parameters")
	delete(state, "Resource")
	return arguments
}

// TestStateMachines: the one that CI runs, with a queue, and the one with Fargate differ
// in how they start a task and learn its exit status, and in nothing else.
func TestStateMachines(t *testing.T) {
	type form struct {
		Plan, Parts, Done any
		Check, Merge      any
	}
	read := func(template string) form {
		states := machine(t, template)["States"].(map[string]any)
		inner := states["Parts"].(map[string]any)["ItemProcessor"].(map[string]any)["States"].(map[string]any)["Check"].(map[string]any)
		return form{Check: task(inner), Merge: task(states["Merge"].(map[string]any)), Plan: states["Plan"], Parts: states["Parts"], Done: states["Done"]}
	}
	files := templates(t)
	fargate, queue := read(files[0]), read(files[1])
	if diff := cmp.Diff(queue, fargate); diff != "" {
		t.Errorf("(-queue +fargate):\n%s", diff)
	}
}

// TestBatch runs the jobs of integrations/batch, part by part, with folders in the place
// of buckets: what is merged is the report of one check.
func TestBatch(t *testing.T) {
	text, err := os.ReadFile(templates(t)[2])
	if err != nil {
		t.Fatal(err)
	}
	type definition struct {
		Properties struct {
			ContainerProperties struct {
				Command []string `yaml:"Command"`
			} `yaml:"ContainerProperties"`
		} `yaml:"Properties"`
	}
	var template struct {
		Resources struct {
			Check definition `yaml:"Check"`
			Merge definition `yaml:"Merge"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &template); err != nil {
		t.Fatal(err)
	}
	exports, reports := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(reports, "parts"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := (account.Shape{Accounts: 12, Domains: 1, Profiles: 1, Broken: true}).Folder().Write(exports); err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("s3://${ExportsBucket}/${ExportsPrefix}", exports+"/", "s3://${ReportsBucket}/${ReportsPrefix}", reports+"/", "${Parts}", "4")
	start := func(job definition) int {
		var args []string
		for _, arg := range job.Properties.ContainerProperties.Command {
			args = append(args, fill.Replace(arg))
		}
		var out, errs bytes.Buffer
		status := run(args, streams{in: strings.NewReader(""), out: &out, err: &errs})
		if errs.Len() > 0 {
			t.Fatalf("%q: %s", args, errs.String())
		}
		return status
	}
	for i := range 4 {
		t.Setenv("AWS_BATCH_JOB_ARRAY_INDEX", fmt.Sprint(i))
		if status := start(template.Resources.Check); status != exitClean {
			t.Errorf("part %d: status %d", i, status)
		}
	}
	if status := start(template.Resources.Merge); status != exitFindings {
		t.Errorf("merge: status %d", status)
	}
	got, err := os.ReadFile(filepath.Join(reports, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want, errs bytes.Buffer
	if status := run([]string{"check", "--no-cache", "--format", "json", exports + "/"}, streams{in: strings.NewReader(""), out: &want, err: &errs}); status != exitFindings {
		t.Errorf("check: status %d, %s", status, errs.String())
	}
	if diff := cmp.Diff(want.String(), string(got)); diff != "" {
		t.Errorf("(-one check +merged):\n%s", diff)
	}
}
