package report

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

func picturesOf(r *finding.Report) []*picture {
	var pictures []*picture
	for _, d := range newPageWriter(r).page().Domains {
		if d.Picture != nil {
			pictures = append(pictures, d.Picture)
		}
	}
	return pictures
}

// TestPictures tells in words what the pictures of the broken account show:
// who uses what, how that ends, and which rule's finding it leads to. broken.json
// is its report without what pictures do not need.
func TestPictures(t *testing.T) {
	r := read(t, "broken.json")
	rules := map[string]string{}
	for i, id := range (func() []string {
		w := &pageWriter{report: r, byMark: map[string]*finding.Finding{}, at: map[string]string{}}
		w.number()
		return w.ids
	})() {
		rules[id] = r.Findings[i].Rule
	}
	var out strings.Builder
	for _, p := range picturesOf(r) {
		fmt.Fprintf(&out, "%s\n", p.Title)
		for _, e := range p.Edges {
			to := rules[e.Href]
			if to == "" {
				to = e.Href
			}
			fmt.Fprintf(&out, "  %s: %s\n", e.Title, to)
		}
	}
	golden(t, "broken-pictures.txt", []byte(out.String()))
}

// TestPicturesAreClear finds nothing that covers anything else.
func TestPicturesAreClear(t *testing.T) {
	for name, r := range map[string]*finding.Report{
		"saved": read(t, "report.json"), "broken": read(t, "broken.json"), "many": many(300), "hostile": reportOf(strings.Repeat("<W>\u202e", 40)),
	} {
		pictures := picturesOf(r)
		if len(pictures) == 0 {
			t.Errorf("%s: no picture", name)
		}
		for _, p := range pictures {
			type box struct {
				what         string
				x, y, x2, y2 int
			}
			var boxes []box
			for _, n := range p.Nodes {
				boxes = append(boxes, box{n.key, n.X, n.Y, n.X + n.Width, n.Y + n.Height})
				if textWidth(n.Label) > labelCells || textWidth(n.Sub) > subCells {
					t.Errorf("%s: %q does not fit its node", name, n.Label)
				}
			}
			for _, e := range p.Edges {
				if e.Label != "" {
					boxes = append(boxes, box{e.Title, e.PillX, e.PillY, e.PillX + e.PillWidth, e.PillY + pillHeight})
				}
				if e.EndX != e.to.X || e.EndY < e.to.Y || e.EndY > e.to.Y+e.to.Height {
					t.Errorf("%s: %s does not end at its node", name, e.Title)
				}
			}
			for i, a := range boxes {
				if a.x < 0 || a.y < topMargin || a.x2 > p.Width || a.y2 > p.Height {
					t.Errorf("%s: %s lies outside", name, a.what)
				}
				for _, b := range boxes[:i] {
					if a.x < b.x2 && b.x < a.x2 && a.y < b.y2 && b.y < a.y2 {
						t.Errorf("%s: %s covers %s", name, a.what, b.what)
					}
				}
			}
		}
	}
}

// TestPictureEdges draws each kind of answer.
func TestPictureEdges(t *testing.T) {
	const role, helper, key = "arn:aws:iam::1:role/Canvas", "arn:aws:iam::1:role/Helper", "arn:aws:kms:eu-central-1:1:key/a"
	row := func(p finding.Purpose, v finding.Verdict, marks ...string) finding.Readiness {
		return finding.Readiness{Account: "1", Region: "eu-central-1", Domain: "d", Profile: "p", Role: role, Purpose: p, Verdict: v, Findings: marks}
	}
	with := func(r finding.Readiness, key, bucket string) finding.Readiness {
		r.Key, r.Bucket = key, bucket
		return r
	}
	help := with(row(finding.LargeData, finding.NotReady, "ab"), key, "b")
	help.Role = helper
	tests := []struct {
		name     string
		rows     []finding.Readiness
		findings []finding.Finding
		want     []string
	}{
		{"ready", []finding.Readiness{with(row(finding.App, finding.Ready), key, "")}, nil,
			[]string{"works p Canvas app 1", "works Canvas a app 1"}},
		{"ready without a key", []finding.Readiness{row(finding.App, finding.Ready)}, nil,
			[]string{"works p Canvas app 1", "works Canvas none set app 1"}},
		{"not ready, and no finding says why", []finding.Readiness{with(row(finding.Storage, finding.NotReady), key, "b")}, nil,
			[]string{"uses p Canvas  1", "fails Canvas a storage 1"}},
		{"the finding names the key", []finding.Readiness{with(row(finding.Storage, finding.NotReady, "ab"), key, "b")},
			[]finding.Finding{{Severity: finding.Error, Resource: key, Principal: role, Fingerprint: "ab"}},
			[]string{"uses p Canvas  1", "fails Canvas a storage f-ab"}},
		{"the finding names the role", []finding.Readiness{with(row(finding.App, finding.NotReady, "ab"), key, "")},
			[]finding.Finding{{Severity: finding.Error, Principal: role, Fingerprint: "ab"}},
			[]string{"unknown Canvas a app 1", "fails p Canvas app f-ab"}},
		{"the finding names neither", []finding.Readiness{row(finding.Dataset, finding.NotReady, "ab")},
			[]finding.Finding{{Severity: finding.Error, Fingerprint: "ab"}},
			[]string{"fails p Canvas dataset f-ab"}},
		{"no usable key", []finding.Readiness{row(finding.Storage, finding.NotReady, "ab")},
			[]finding.Finding{{Severity: finding.Error, Fingerprint: "ab"}},
			[]string{"uses p Canvas  1", "fails Canvas not usable storage f-ab"}},
		{"a helper whose bucket fails proves nothing of its key", []finding.Readiness{with(row(finding.App, finding.Ready), key, ""), help},
			[]finding.Finding{{Severity: finding.Error, Resource: "arn:aws:s3:::b", Principal: helper, Fingerprint: "ab"}},
			[]string{"uses p Helper  2", "works p Canvas app 1", "works Canvas a app 1", "unknown Helper a large-data 2", "fails Helper b large-data f-ab"}},
		{"unknown", []finding.Readiness{with(row(finding.Bucket, finding.Unknown, "ab"), "", "b")},
			[]finding.Finding{{Severity: finding.Warning, Resource: "arn:aws:s3:::b", Fingerprint: "ab"}},
			[]string{"uses p Canvas  1", "unknown Canvas b bucket f-ab"}},
		{"a warning leads nowhere worse", []finding.Readiness{with(row(finding.App, finding.Ready, "ab"), key, "")},
			[]finding.Finding{{Severity: finding.Warning, Resource: key, Fingerprint: "ab"}},
			[]string{"works p Canvas app 1", "works Canvas a app f-ab"}},
		{"not checked", []finding.Readiness{row(finding.TimeSeries, finding.NotChecked)}, nil, []string{"uses p Canvas  1"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, p := range picturesOf(&finding.Report{Readiness: test.rows, Findings: test.findings}) {
				for _, e := range p.Edges {
					var names []string
					for _, purpose := range purposes() {
						for _, name := range e.purposes {
							if name == purposeName(purpose) {
								names = append(names, string(purpose))
							}
						}
					}
					got = append(got, fmt.Sprintf("%s %s %s %s %s", e.Class, e.from.Label, e.to.Label, strings.Join(names, ","), strings.TrimPrefix(e.Href, "domain-1-group-1-")))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPictureGroups draws profiles that share role and keys once, and many
// that share nothing up to a limit.
func TestPictureGroups(t *testing.T) {
	var r finding.Report
	for i := range 1000 {
		r.Readiness = append(r.Readiness, finding.Readiness{Domain: "d", Profile: fmt.Sprint("p", i), Role: "r", Purpose: finding.App, Key: "k", Verdict: finding.Ready})
	}
	labels := func(r *finding.Report) []string {
		var labels []string
		for _, n := range picturesOf(r)[0].Nodes {
			labels = append(labels, n.Label)
		}
		return labels
	}
	if diff := cmp.Diff([]string{"1000 profiles", "r", "k"}, labels(&r)); diff != "" {
		t.Error(diff)
	}
	got := labels(many(300))
	if want := mostNodes*2 + 2; len(got) != want || got[len(got)-1] != "260 more profiles" {
		t.Errorf("%d nodes, the last is %s; want %d", len(got), got[len(got)-1], want)
	}
}
