package report

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// hostilePages are names that would run, style, link or reorder, if they could.
func hostilePages() []string {
	return []string{
		`<script>window.pwned = 1</script>`,
		`"><img src=x onerror="window.pwned=1">`,
		`' onfocus='window.pwned=1' autofocus x='`,
		`</style><style>*{display:none}</style></script></title></textarea>`,
		`javascript:window.pwned=1`,
		"a\u202egnp.exe\u2066\x1b[31m\x00\n<b class=pwned>",
		`{{.}} ${alert(1)} <!-- --> ]]> &lt;b&gt; &#x202e;`,
	}
}

func htmlOf(t *testing.T, r *finding.Report) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteHTML(&out, r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestGoldenHTML holds the page against a saved one. Style and script are left
// out of that: they are files of their own.
func TestGoldenHTML(t *testing.T) {
	for name, saved := range map[string]string{"page.html": "report.json", "page-empty.html": "empty.json"} {
		text := htmlOf(t, read(t, saved))
		if again := htmlOf(t, read(t, saved)); again != text {
			t.Error("the bytes differ from one time to the next")
		}
		for _, element := range []string{"style", "script"} {
			text = regexp.MustCompile(`(?s)<`+element+`>.*</`+element+`>`).ReplaceAllString(text, "<"+element+">...</"+element+">")
		}
		text = regexp.MustCompile(`sha256-[^&]+&`).ReplaceAllString(text, "sha256-...&")
		golden(t, name, []byte(text))
	}
}

// elements parses a page and gives its elements in their order.
func elements(t *testing.T, text string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var list []*html.Node
	for node := range root.Descendants() {
		if node.Type == html.ElementNode {
			list = append(list, node)
		}
	}
	return list
}

func attribute(node *html.Node, name string) (string, bool) {
	for _, a := range node.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// faults lists what no page may have: links that lead nowhere or away, an id
// twice, what runs or loads or styles beside the one script and the one style.
func faults(t *testing.T, text string) []string {
	t.Helper()
	found := []string{}
	all := elements(t, text)
	ids := map[string]bool{}
	number := map[string]int{}
	for _, node := range all {
		number[node.Data]++
		id, ok := attribute(node, "id")
		if ok && (ids[id] || strings.ContainsAny(id, " \t\n\"'<>&#=")) {
			found = append(found, "the id "+id)
		}
		ids[id] = ids[id] || ok
	}
	for _, node := range all {
		for _, a := range node.Attr {
			led := strings.HasPrefix(a.Val, "#") && ids[a.Val[1:]]
			named := !slices.ContainsFunc(strings.Fields(a.Val), func(id string) bool { return !ids[id] })
			switch {
			case a.Key == "href" && !led && !strings.HasPrefix(a.Val, ours),
				a.Key == "aria-labelledby" && !named,
				slices.Contains([]string{"src", "style", "action", "formaction", "srcset", "srcdoc", "data", "ping", "background"}, a.Key),
				strings.HasPrefix(a.Key, "on"):
				found = append(found, node.Data+" "+a.Key+"="+a.Val)
			}
		}
	}
	for _, name := range []string{"img", "iframe", "object", "embed", "link", "base", "foreignObject", "use", "image", "template"} {
		if number[name] > 0 {
			found = append(found, "an element "+name)
		}
	}
	if number["script"] != 1 || number["style"] != 1 || number["meta"] != 5 {
		found = append(found, fmt.Sprintf("%d scripts, %d styles, %d metas", number["script"], number["style"], number["meta"]))
	}
	if i := strings.IndexFunc(text, hostileInJSON); i >= 0 {
		found = append(found, fmt.Sprintf("%q", text[i:min(i+8, len(text))]))
	}
	return found
}

func TestHTMLIsSound(t *testing.T) {
	reports := map[string]*finding.Report{
		"saved": read(t, "report.json"), "empty": read(t, "empty.json"), "many": many(200), "everything": everything(t),
	}
	for _, hostile := range hostilePages() {
		reports[hostile] = reportOf(hostile)
	}
	for _, test := range hostileTexts {
		reports[test.name] = reportOf(test.text)
	}
	for name, r := range reports {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff([]string{}, faults(t, htmlOf(t, r))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestFaultsSees proves that the law above is enforced.
func TestFaultsSees(t *testing.T) {
	good := `<meta><meta><meta><meta><meta><script></script><style></style>`
	tests := []struct{ text, want string }{
		{`<a href="#no">`, "a href=#no"},
		{`<a href="javascript:x">`, "a href=javascript:x"},
		{`<svg><a href="http://a/">`, "a href=http://a/"},
		{`<p id="a"></p><p id="a">`, "the id a"},
		{`<p onclick="x">`, "p onclick=x"},
		{`<p style="x">`, "p style=x"},
		{`<img>`, "an element img"},
		{`<script></script>`, "2 scripts, 1 styles, 5 metas"},
		{`<section aria-labelledby="no">`, "section aria-labelledby=no"},
		{"\u202e", `"\u202e"`},
	}
	for _, test := range tests {
		if diff := cmp.Diff([]string{test.want}, faults(t, good+test.text)); diff != "" {
			t.Errorf("%s:\n%s", test.text, diff)
		}
	}
	if diff := cmp.Diff([]string{}, faults(t, good)); diff != "" {
		t.Error(diff)
	}
}

// everything is the saved report with what a run seldom has at once.
func everything(t *testing.T) *finding.Report {
	r := read(t, "report.json")
	twice := r.Findings[0]
	r.Findings = append(r.Findings, twice, finding.Finding{Rule: "own-rule", Severity: finding.Info, Message: "from a rule of the user's own", Help: "https://example.com/"})
	r.Waived[0].Waiver = &finding.Waiver{Reason: "until the key goes", Owner: "the platform team", Until: "2027-01-31"}
	r.Baseline = &finding.Baseline{File: "baseline.json", Known: []finding.Finding{twice}, Stale: []finding.BaselineEntry{{Fingerprint: "0", Count: 2, Rule: "gone", Resource: "arn:aws:s3:::gone", Message: "is gone"}}}
	return r
}

// TestHTMLPolicy finds the hashes of the script and the style that the page has.
func TestHTMLPolicy(t *testing.T) {
	text := htmlOf(t, read(t, "report.json"))
	hash := func(element string) string {
		inner := regexp.MustCompile(`(?s)<` + element + `>(.*)</` + element + `>`).FindStringSubmatch(text)
		sum := sha256.Sum256([]byte(inner[1]))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := "default-src 'none'; style-src " + hash("style") + "; script-src " + hash("script") + "; base-uri 'none'; form-action 'none'"
	for _, node := range elements(t, text) {
		if name, _ := attribute(node, "http-equiv"); name == "Content-Security-Policy" {
			if got, _ := attribute(node, "content"); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			return
		}
	}
	t.Error("no policy")
}

// TestHTMLText finds a hostile name as the text it is.
func TestHTMLText(t *testing.T) {
	for _, hostile := range hostilePages() {
		found := false
		for _, node := range elements(t, htmlOf(t, reportOf(hostile))) {
			class, _ := attribute(node, "class")
			if class == "message" {
				found = node.FirstChild.Data == Clean(hostile)
			}
		}
		if !found {
			t.Errorf("%q is not the text of a message", hostile)
		}
	}
}

func TestHTMLVerdict(t *testing.T) {
	row := func(v finding.Verdict) finding.Readiness { return finding.Readiness{Domain: "d", Verdict: v} }
	problem := []finding.Problem{{Message: "no JSON"}}
	failing := []finding.Finding{{Severity: finding.Error}}
	tests := []struct {
		name, class, want string
		report            finding.Report
	}{
		{"nothing", "unknown", "Readiness was not checked", finding.Report{}},
		{"only out of scope", "unknown", "Readiness was not checked", finding.Report{Readiness: []finding.Readiness{row(finding.NotChecked)}}},
		{"ready", "works", "Canvas is ready", finding.Report{Readiness: []finding.Readiness{row(finding.Ready), row(finding.NotChecked)}}},
		{"one is unknown", "unknown", "Readiness is not proven", finding.Report{Readiness: []finding.Readiness{row(finding.Ready), row(finding.Unknown)}}},
		{"a verdict of a later version", "unknown", "Readiness is not proven", finding.Report{Readiness: []finding.Readiness{row(finding.Ready), row("partly")}}},
		{"a problem", "unknown", "Readiness is not proven", finding.Report{Readiness: []finding.Readiness{row(finding.Ready)}, Problems: problem}},
		{"a problem and errors", "fails", "There is 1 error", finding.Report{Findings: failing, Problems: problem}},
		{"unknown and an error", "fails", "Readiness is not proven, with 1 error", finding.Report{Readiness: []finding.Readiness{row(finding.Unknown)}, Findings: failing}},
		{"one is not ready", "fails", "Canvas is not ready", finding.Report{Readiness: []finding.Readiness{row(finding.Ready), row(finding.NotReady), row(finding.Unknown)}, Problems: problem}},
		{"an error elsewhere", "fails", "Canvas is ready, with 1 error", finding.Report{Readiness: []finding.Readiness{row(finding.Ready)}, Findings: failing}},
		{"no domain, two errors", "fails", "There are 2 errors", finding.Report{Findings: slices.Repeat(failing, 2)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := newPageWriter(&test.report).page()
			if got.Class != test.class || got.Title != test.want {
				t.Errorf("got %s %s, want %s %s", got.Class, got.Title, test.class, test.want)
			}
		})
	}
}

// TestHTMLWriteErrors hands on what the writer says.
func TestHTMLWriteErrors(t *testing.T) {
	full := errors.New("disk full")
	for _, r := range []*finding.Report{read(t, "report.json"), many(500)} {
		if err := WriteHTML(refusing{full}, r); !errors.Is(err, full) || err.Error() != "write report: disk full" {
			t.Errorf("got %v", err)
		}
	}
}
