//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"github.com/canvaslint/canvaslint/bench/account"
)

// emulator is a server of AWS's protocols that asks for no signature.
type emulator struct {
	t        *testing.T
	endpoint string
}

func (a emulator) post(service, target, contentType, body string) []byte {
	a.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodPost, a.endpoint+"/", strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("X-Amz-Target", target)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		a.t.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	_ = answer.Body.Close()
	if err != nil || answer.StatusCode != http.StatusOK {
		a.t.Fatalf("%s %s: %v, %s\n%s", service, target, err, answer.Status, text)
	}
	return text
}

// stack creates the resources of a template and gives its outputs.
func (a emulator) stack(template string, parameters ...string) map[string]string {
	a.t.Helper()
	text, err := os.ReadFile(template)
	if err != nil {
		a.t.Fatal(err)
	}
	form := url.Values{"Action": {"CreateStack"}, "Version": {"2010-05-15"}, "StackName": {"canvaslint"}, "TemplateBody": {string(text)}, "Capabilities.member.1": {"CAPABILITY_IAM"}}
	for i, parameter := range parameters {
		name, value, _ := strings.Cut(parameter, "=")
		at := "Parameters.member." + string(rune('1'+i)) + ".Parameter"
		form.Set(at+"Key", name)
		form.Set(at+"Value", value)
	}
	const formType = "application/x-www-form-urlencoded"
	a.post("cloudformation", "", formType, form.Encode())
	described := a.post("cloudformation", "", formType, url.Values{"Action": {"DescribeStacks"}, "Version": {"2010-05-15"}, "StackName": {"canvaslint"}}.Encode())
	outputs := map[string]string{}
	for _, match := range regexp.MustCompile(`(?s)<OutputKey>([^<]*)</OutputKey>\s*<OutputValue>([^<]*)</OutputValue>`).FindAllStringSubmatch(string(described), -1) {
		outputs[match[1]] = match[2]
	}
	return outputs
}

// states calls Step Functions.
func (a emulator) states(operation string, input, output any) {
	a.t.Helper()
	body, err := json.Marshal(input)
	if err == nil {
		err = json.Unmarshal(a.post("states", "AWSStepFunctions."+operation, "application/x-amz-json-1.0", string(body)), output)
	}
	if err != nil {
		a.t.Fatal(err)
	}
}

// failing is a canvaslint that fails twice at one part; in the hands of the worker
// that is to be killed it stops in its third task, and says so.
const failing = `#!/bin/sh
case "$*" in
*"--shard 7/10 "*)
    if [ ! -e "$STATE/failed-twice" ]; then
        if [ -e "$STATE/failed-once" ]; then touch "$STATE/failed-twice"; else touch "$STATE/failed-once"; fi
        echo "out of luck" >&2
        exit 4
    fi
esac
if [ -n "$DOOMED" ]; then
    echo >>"$STATE/tasks"
    if [ "$(wc -l <"$STATE/tasks")" -ge 3 ]; then
        mkfifo "$STATE/never"
        touch "$STATE/stuck"
        read line <"$STATE/never"
    fi
fi
exec canvaslint "$@"
`

// TestStepFunctions runs the state machine of integrations/stepfunctions with two
// workers, of which one is killed in the middle of a task, and a part that fails
// twice: the merged report is that of one process.
func TestStepFunctions(t *testing.T) {
	servers := serverFolder(t)
	endpoint := startMoto(t)
	a := emulator{t, endpoint}
	environment := []string{"AWS_ENDPOINT_URL=" + endpoint, "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_REGION=us-east-1"}
	api, bucket := upload(t, endpoint)
	made := a.stack(filepath.Join("..", "..", "integrations", "stepfunctions", "queue.yaml"),
		"ExportsBucket=acme", "ReportsBucket=acme", "Parts=10", "Patience=5")
	// moto runs what CreateStateMachine made, and not what a stack made.
	var machine struct{ Definition, RoleArn, StateMachineArn string }
	a.states("DescribeStateMachine", map[string]string{"stateMachineArn": made["StateMachine"]}, &machine)
	request, err := http.Post(endpoint+"/moto-api/config", "application/json", strings.NewReader(`{"stepfunctions": {"execute_state_machine": true}}`))
	if err != nil {
		t.Fatal(err)
	}
	_ = request.Body.Close()
	a.states("CreateStateMachine", map[string]string{"name": "run", "definition": machine.Definition, "roleArn": machine.RoleArn}, &machine)

	// The form with Fargate cannot run here; that it is read shows that it is whole.
	a.states("CreateStateMachine", map[string]string{"name": "fargate", "definition": definition(t, "fargate.yaml"), "roleArn": machine.RoleArn}, &struct{}{})

	state, logs := t.TempDir(), &bytes.Buffer{}
	wrapper := filepath.Join(state, "canvaslint")
	if err := os.WriteFile(wrapper, []byte(failing), 0o700); err != nil {
		t.Fatal(err)
	}
	worker := func(more ...string) *exec.Cmd {
		command := exec.Command(filepath.Join(servers, "moto", "bin", "python"), filepath.Join("..", "..", "integrations", "stepfunctions", "worker.py"), made["Queue"], wrapper)
		command.Env = slices.Concat(program(environment).Env, more, []string{"STATE=" + state, "AWS_DEFAULT_REGION=us-east-1", "TMPDIR=" + state})
		command.Stderr = logs
		command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
			_ = command.Wait()
		})
		return command
	}
	var run struct{ ExecutionArn string }
	a.states("StartExecution", map[string]string{"stateMachineArn": machine.StateMachineArn, "name": "run", "input": "{}"}, &run)
	doomed := worker("DOOMED=1")
	until(t, func() bool { return exists(filepath.Join(state, "stuck")) })
	_ = syscall.Kill(-doomed.Process.Pid, syscall.SIGKILL)
	worker()
	var ended struct{ Status, Output, Error, Cause string }
	until(t, func() bool {
		a.states("DescribeExecution", map[string]string{"executionArn": run.ExecutionArn}, &ended)
		return ended.Status != "RUNNING"
	})
	if want := `{"status":1,"report":"s3://acme/canvaslint/run/report.json"}`; ended.Status != "SUCCEEDED" || strings.ReplaceAll(ended.Output, " ", "") != want {
		t.Fatalf("%+v\n%s", ended, logs)
	}
	if !exists(filepath.Join(state, "failed-twice")) {
		t.Error("no part failed twice")
	}
	whole := says(t, environment, "check", "--format", "json", "--output", "s3://acme/whole.json", "s3://acme/exports/")
	if whole != "status 1\n" {
		t.Fatal(whole)
	}
	report := func(key string) string {
		object := must[*s3.GetObjectOutput](t, "get a report")(api.GetObject(context.Background(), &s3.GetObjectInput{Bucket: &bucket, Key: &key}))
		text, err := io.ReadAll(object.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	one, merged := report("whole.json"), report("canvaslint/run/report.json")
	if diff := cmp.Diff(one, merged); diff != "" || strings.Count(one, `"severity": "error"`) < 40 {
		t.Errorf("the merged report (-one process +parts):\n%s", diff)
	}
	if !strings.Contains(report("canvaslint/run/report.csv"), "\nreadiness,") {
		t.Error("no readiness in the CSV report")
	}
}

// definition is the state machine of a template, with 7 for all that is filled in.
func definition(t *testing.T, template string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "integrations", "stepfunctions", template))
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Resources struct {
			StateMachine struct {
				Properties struct {
					DefinitionString []yaml.Node `yaml:"DefinitionString"`
				} `yaml:"Properties"`
			} `yaml:"StateMachine"`
		} `yaml:"Resources"`
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	return regexp.MustCompile(`\$\{[A-Za-z:.]+\}`).ReplaceAllString(document.Resources.StateMachine.Properties.DefinitionString[0].Value, "7")
}

// upload puts the archives of 40 accounts into a new bucket.
func upload(t *testing.T, endpoint string) (*s3.Client, string) {
	t.Helper()
	config := awsConfig(endpoint, "test", "test")
	config.Region = "us-east-1"
	api, bucket := s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true }), "acme"
	must[*s3.CreateBucketOutput](t, "create the bucket")(api.CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: &bucket}))
	packed := map[string]string{}
	for name, text := range (account.Shape{Accounts: 40, Domains: 1, Profiles: 1, Broken: true}).Folder() {
		id, _, _ := strings.Cut(name, "/")
		packed[id] += tarFile(t, name, string(text))
	}
	for id, text := range packed {
		key := "exports/" + id + ".tar.gz"
		must[*s3.PutObjectOutput](t, "put an archive")(api.PutObject(context.Background(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(zipped(t, text))}))
	}
	return api, bucket
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// until waits for something that other processes do.
func until(t *testing.T, done func() bool) {
	t.Helper()
	tick, late := time.NewTicker(100*time.Millisecond), time.After(3*time.Minute)
	defer tick.Stop()
	for !done() {
		select {
		case <-late:
			t.Fatal("it does not come to an end")
		case <-tick.C:
		}
	}
}
