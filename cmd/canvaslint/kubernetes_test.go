package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/canvaslint/canvaslint/bench/account"
)

// job is what these tests need of a Kubernetes Job.
type job struct {
	Spec struct {
		Completions int
		Template    struct {
			Spec struct {
				Containers []struct {
					Args         []string
					Env          []struct{ Name, Value string }
					VolumeMounts []struct {
						MountPath string `yaml:"mountPath"`
					} `yaml:"volumeMounts"`
				}
			}
		}
	}
}

func readJob(t *testing.T, name string) job {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(projectRoot(t), "integrations", "kubernetes", name))
	if err != nil {
		t.Fatal(err)
	}
	var j job
	if err := yaml.Unmarshal(text, &j); err != nil {
		t.Fatal(err)
	}
	return j
}

// pod runs the container of a Job as Kubernetes does, with folders for its volumes.
func (j job) pod(t *testing.T, volumes map[string]string, env map[string]string) int {
	t.Helper()
	container := j.Spec.Template.Spec.Containers[0]
	env = maps.Clone(env)
	for _, e := range container.Env {
		env[e.Name] = e.Value
	}
	for name, value := range env {
		t.Setenv(name, value)
	}
	var args []string
	for _, arg := range container.Args {
		for name, value := range env {
			arg = strings.ReplaceAll(arg, "$("+name+")", value)
		}
		for _, mount := range container.VolumeMounts {
			arg = strings.ReplaceAll(arg, mount.MountPath, volumes[mount.MountPath])
		}
		args = append(args, arg)
	}
	var out, errs bytes.Buffer
	status := run(args, streams{in: strings.NewReader(""), out: &out, err: &errs})
	if errs.Len() > 0 {
		t.Fatalf("%q: %s", args, errs.String())
	}
	return status
}

// TestKubernetes runs the Jobs of integrations/kubernetes, part by part: what is
// merged is the report of one check.
func TestKubernetes(t *testing.T) {
	volumes := map[string]string{"/exports": t.TempDir(), "/reports": t.TempDir(), "/merged": t.TempDir()}
	files := account.Shape{Accounts: 50, Domains: 1, Profiles: 1, Broken: true}.Folder()
	if err := files.Write(volumes["/exports"]); err != nil {
		t.Fatal(err)
	}
	parts, merge := readJob(t, "parts.yaml"), readJob(t, "merge.yaml")
	for i := range parts.Spec.Completions {
		if status := parts.pod(t, volumes, map[string]string{"JOB_COMPLETION_INDEX": fmt.Sprint(i)}); status != exitClean && status != exitFindings {
			t.Fatalf("part %d: status %d", i, status)
		}
	}
	if status := merge.pod(t, volumes, map[string]string{}); status != exitFindings {
		t.Errorf("merge: status %d", status)
	}
	got, err := os.ReadFile(filepath.Join(volumes["/merged"], "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want, errs bytes.Buffer
	if status := run([]string{"check", "--no-cache", "--format", "json", volumes["/exports"]}, streams{in: strings.NewReader(""), out: &want, err: &errs}); status != exitFindings {
		t.Errorf("check: status %d, %s", status, errs.String())
	}
	if !bytes.Equal(got, want.Bytes()) {
		t.Errorf("the merged report has %d bytes, that of one check %d", len(got), want.Len())
	}
}
