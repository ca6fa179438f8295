package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/lint/proposal"
	"github.com/canvaslint/canvaslint/schema"
)

// output runs a command line that must end with a status and say nothing on
// standard error.
func output(t *testing.T, status int, args ...string) string {
	t.Helper()
	var out, errors bytes.Buffer
	if got := run(args, streams{in: strings.NewReader(""), out: &out, err: &errors}); got != status || errors.Len() > 0 {
		t.Fatalf("canvaslint %s: status %d, want %d; standard error: %s", strings.Join(args, " "), got, status, errors.String())
	}
	return out.String()
}

// fitsConfig holds a config against its schema and the reader.
func fitsConfig(t *testing.T, text string) {
	t.Helper()
	if _, err := config.Parse("config", []byte(text)); err != nil {
		t.Errorf("the reader refuses it: %v\n%s", err, text)
	}
	var value any
	if err := yaml.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Config))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("config.json", document); err != nil {
		t.Fatal(err)
	}
	if err := compiler.MustCompile("config.json").Validate(instance); err != nil {
		t.Errorf("the schema refuses it: %v\n%s", err, text)
	}
}

// uncommented takes the signs off what is a setting, of several owners but the first.
func uncommented(text string) string {
	setting := regexp.MustCompile(`^# ( *- |  +[a-z-]+:|[a-z-]+:( [\[{].*)?$)`)
	var lines []string
	owner := false
	for line := range strings.Lines(text) {
		if setting.MatchString(strings.TrimSuffix(line, "\n")) && !strings.HasPrefix(line, "# yaml-language-server") {
			line = strings.TrimPrefix(line, "# ")
		}
		is := strings.HasPrefix(line, "    owner: ")
		if !is || !owner {
			lines = append(lines, line)
		}
		owner = is
	}
	return strings.Join(lines, "")
}

// What init writes is a config, also with its comments taken off, and a run with
// it says what a run without it says.
func TestInit(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	hostile := t.TempDir()
	for name, text := range map[string]string{
		"a\n- rule: x\x1b[2J # \"policy\".json": `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}`,
		"bucket \u202e.json":                    `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}`,
	} {
		if err := os.WriteFile(filepath.Join(hostile, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, folder := range []string{
		filepath.Join(root, "testdata", "snapshots", "clean"), filepath.Join(root, "testdata", "snapshots", "broken"), hostile,
	} {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Chdir(folder)
			text := output(t, 0, "init", "--stdout")
			fitsConfig(t, text)
			fitsConfig(t, uncommented(text))
			if first, _, _ := strings.Cut(text, "\n"); first != "# yaml-language-server: $schema="+proposal.SchemaURL {
				t.Errorf("first line: %s", first)
			}
			for i, c := range text {
				if c < ' ' && c != '\n' || c > 126 {
					t.Errorf("a raw character %q at %d", c, i)
				}
			}
			file := filepath.Join(t.TempDir(), "config.yaml")
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			without := output(t, 0, "check", "--fail-on", "never", "--allow-unknown", ".")
			with := output(t, 0, "check", "--fail-on", "never", "--allow-unknown", "--config", file, ".")
			with = strings.Replace(with, "note: the config "+display(file)+" was used\n", "", 1)
			if diff := cmp.Diff(strings.ReplaceAll(without, "\n\n", "\n"), strings.ReplaceAll(with, "\n\n", "\n")); diff != "" {
				t.Errorf("the config changes the report:\n%s", diff)
			}
		})
	}
}

// proposal.SchemaURL names the file that this repository publishes.
func TestSchemaURL(t *testing.T) {
	_, name, _ := strings.Cut(proposal.SchemaURL, "/main/")
	if data, err := os.ReadFile(filepath.Join("..", "..", name)); err != nil || !bytes.Equal(data, schema.Config) {
		t.Errorf("%s is not the config's schema: %v", name, err)
	}
}
