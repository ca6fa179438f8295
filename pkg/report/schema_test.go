package report

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// written gives a report in a format.
func written(t *testing.T, format string, r *finding.Report) string {
	t.Helper()
	var out bytes.Buffer
	for _, f := range Formats(Options{Time: time.Unix(1767225600, 0)}) {
		if f.Name == format {
			if err := f.Write(&out, r); err != nil {
				t.Fatal(err)
			}
			return out.String()
		}
	}
	t.Fatalf("there is no format %s", format)
	return ""
}

func schemaOf(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "schemas", name))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("schema.json", jsonValue(t, string(text))); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("schema.json")
}

func jsonValue(t *testing.T, text string) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v in %.300s", err, text)
	}
	return value
}

// samples are reports of every kind: full, empty, redacted, and hostile.
func samples(t *testing.T) map[string]*finding.Report {
	all := map[string]*finding.Report{"full": read(t, "report.json"), "empty": {}, "nothing but names": reportOf("a-b")}
	all["redacted"] = Redact(all["full"])
	for _, hostile := range hostileTexts {
		all[hostile.name] = reportOf(hostile.text)
		all[hostile.name+", redacted"] = Redact(all[hostile.name])
	}
	return all
}

// TestSchemas holds SARIF, OCSF and GitLab's code quality against their schemas.
func TestSchemas(t *testing.T) {
	sarif, ocsf, gitlab := schemaOf(t, "sarif-2.1.0.json"), schemaOf(t, "ocsf-compliance-finding-1.8.0.json"), schemaOf(t, "gitlab-code-quality.json")
	for name, r := range samples(t) {
		t.Run(name, func(t *testing.T) {
			if err := sarif.Validate(jsonValue(t, written(t, "sarif", r))); err != nil {
				t.Errorf("sarif: %v", err)
			}
			for _, event := range jsonValue(t, written(t, "ocsf", r)).([]any) {
				if err := ocsf.Validate(event); err != nil {
					t.Errorf("ocsf: %v", err)
				}
			}
			if err := gitlab.Validate(jsonValue(t, written(t, "gitlab", r))); err != nil {
				t.Errorf("gitlab: %v", err)
			}
		})
	}
	// The schemas say something.
	changed := strings.Replace(written(t, "sarif", samples(t)["full"]), `"level": "error"`, `"level": "fatal"`, 1)
	if sarif.Validate(jsonValue(t, changed)) == nil {
		t.Error("sarif: a level of its own is valid")
	}
	event := jsonValue(t, written(t, "ocsf", samples(t)["full"])).([]any)[0].(map[string]any)
	delete(event, "time")
	if ocsf.Validate(event) == nil {
		t.Error("ocsf: no time is valid")
	}
}

// TestSARIFForGitHub checks what GitHub demands beyond the schema
// (https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning).
func TestSARIFForGitHub(t *testing.T) {
	for name, r := range samples(t) {
		t.Run(name, func(t *testing.T) {
			run := jsonValue(t, written(t, "sarif", r)).(map[string]any)["runs"].([]any)[0].(map[string]any)
			rules := run["tool"].(map[string]any)["driver"].(map[string]any)["rules"].([]any)
			artifacts := run["artifacts"].([]any)
			hashes := map[string]bool{}
			for _, each := range run["results"].([]any) {
				result := each.(map[string]any)
				index, err := strconv.Atoi(fmt.Sprint(result["ruleIndex"]))
				if err != nil || rules[index].(map[string]any)["id"] != result["ruleId"] {
					t.Errorf("the rule of %v is not rule %v", result["ruleId"], result["ruleIndex"])
				}
				location := result["locations"].([]any)[0].(map[string]any)["physicalLocation"].(map[string]any)
				file := location["artifactLocation"].(map[string]any)
				uri := file["uri"].(string)
				if strings.Contains(uri, `\`) || !strings.HasPrefix(uri, "file:") && !strings.HasPrefix(uri, "../") && file["uriBaseId"] != sourceRoot {
					t.Errorf("%v is no relative URI", file)
				}
				index, err = strconv.Atoi(fmt.Sprint(file["index"]))
				if err != nil || artifacts[index].(map[string]any)["location"].(map[string]any)["uri"] != uri {
					t.Errorf("the artifact of %s is not artifact %v", uri, file["index"])
				}
				if _, ok := location["region"].(map[string]any)["startLine"]; !ok {
					t.Errorf("%v has no line", result["message"])
				}
				hash := result["partialFingerprints"].(map[string]any)["primaryLocationLineHash"].(string)
				if hashes[hash] {
					t.Errorf("two results have the fingerprint %s", hash)
				}
				hashes[hash] = true
			}
			for _, rule := range rules {
				if help := rule.(map[string]any)["help"].(map[string]any); help["text"] == "" || help["markdown"] == nil {
					t.Errorf("%v has no help", rule)
				}
			}
		})
	}
}

// TestFileURI turns file names into URIs.
func TestFileURI(t *testing.T) {
	for name, want := range map[string]sarifLocation{
		"a/b.json":              {URI: "a/b.json", URIBaseID: sourceRoot},
		"with space/ä#?%.json":  {URI: "with%20space/%C3%A4%23%3F%25.json", URIBaseID: sourceRoot},
		"javascript:alert(1)":   {URI: "javascript%3Aalert(1)", URIBaseID: sourceRoot},
		"bad\xff":               {URI: "bad%FF", URIBaseID: sourceRoot},
		"/abs/x.json":           {URI: "file:///abs/x.json"},
		"//host/share/x.json":   {URI: "file://host/share/x.json"},
		"C:/x.json":             {URI: "file:///C:/x.json"},
		"s3://acme/a b/x.json":  {URI: "s3://acme/a%20b/x.json"},
		"s3:/acme/x.json":       {URI: "s3%3A/acme/x.json", URIBaseID: sourceRoot},
		"../other/x.json":       {URI: "../other/x.json"},
		"..x.json":              {URI: "..x.json", URIBaseID: sourceRoot},
		"-":                     {URI: "-", URIBaseID: sourceRoot},
		"":                      {URI: ".", URIBaseID: sourceRoot},
		`back\slash "quoted" <`: {URI: "back%5Cslash%20%22quoted%22%20%3C", URIBaseID: sourceRoot},
	} {
		if got := fileURI(name); got != want {
			t.Errorf("%q: got %v, want %v", name, got, want)
		}
	}
}

// junitGrammar is the JUnit XML that readers agree on: for each element the
// attributes it may have (those with ! it must) and the elements within it. There
// is no official schema, and no XSD validator in Go; this says the same.
func junitGrammar() map[string]struct{ attributes, children []string } {
	type element = struct{ attributes, children []string }
	counts := []string{"name!", "tests!", "failures!", "errors!", "skipped"}
	return map[string]element{
		"":           {nil, []string{"testsuites"}},
		"testsuites": {counts, []string{"testsuite"}},
		"testsuite":  {counts, []string{"properties", "testcase"}},
		"properties": {nil, []string{"property"}},
		"property":   {[]string{"name!", "value!"}, nil},
		"testcase":   {[]string{"name!", "classname!", "file", "line"}, []string{"failure", "error", "skipped", "system-out"}},
		"failure":    {[]string{"message!", "type!"}, nil},
		"error":      {[]string{"message!", "type!"}, nil},
		"skipped":    {[]string{"message!"}, nil},
		"system-out": {nil, nil},
	}
}

// TestJUnit holds JUnit XML against its grammar, and counts what it counts.
func TestJUnit(t *testing.T) {
	grammar := junitGrammar()
	for name, r := range samples(t) {
		t.Run(name, func(t *testing.T) {
			decoder := xml.NewDecoder(strings.NewReader(written(t, "junit", r)))
			stack := []string{""}
			said, found := map[string]int{}, map[string]int{}
			for {
				next, err := decoder.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				switch element := next.(type) {
				case xml.StartElement:
					own := element.Name.Local
					if !slices.Contains(grammar[stack[len(stack)-1]].children, own) {
						t.Errorf("%s stands in %s", own, stack[len(stack)-1])
					}
					has := map[string]string{}
					for _, attribute := range element.Attr {
						has[attribute.Name.Local] = attribute.Value
						if allowed := grammar[own].attributes; !slices.Contains(allowed, attribute.Name.Local) && !slices.Contains(allowed, attribute.Name.Local+"!") {
							t.Errorf("%s has an attribute %s", own, attribute.Name.Local)
						}
					}
					for _, attribute := range grammar[own].attributes {
						if _, ok := has[strings.TrimSuffix(attribute, "!")]; strings.HasSuffix(attribute, "!") && !ok {
							t.Errorf("%s has no attribute %s", own, attribute)
						}
					}
					found[own]++
					if own == "testsuites" {
						for element, attribute := range map[string]string{"testcase": "tests", "failure": "failures", "error": "errors", "skipped": "skipped"} {
							said[element], _ = strconv.Atoi(has[attribute])
						}
					}
					stack = append(stack, own)
				case xml.EndElement:
					stack = stack[:len(stack)-1]
				}
			}
			for element, n := range said {
				if found[element] != n {
					t.Errorf("%d of %s are counted, %d are there", n, element, found[element])
				}
			}
			if found["testcase"] == 0 {
				t.Error("there is no test case: readers take that for a failure")
			}
		})
	}
}
