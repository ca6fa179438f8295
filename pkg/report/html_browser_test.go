package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// browserPath gives the Chromium that CANVASLINT_CHROMIUM names. Another one that
// happens to be installed is not tried: some do not start within a test.
func browserPath(t *testing.T) string {
	t.Helper()
	named := os.Getenv("CANVASLINT_CHROMIUM")
	if named == "" {
		t.Skip("SKIPPED: CANVASLINT_CHROMIUM is not set: the HTML report was not tried in a browser; .ci/browser installs one and says what to set")
	}
	return named
}

// openBrowser starts one browser for a test.
func openBrowser(t *testing.T) context.Context {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(browserPath(t)), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("no-zygote", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("force-color-profile", "srgb"), chromedp.WSURLReadTimeout(time.Minute))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	browser, leave := chromedp.NewContext(allocator)
	t.Cleanup(leave)
	if err := chromedp.Do(browser); err != nil {
		t.Fatalf("start the browser: %v", err)
	}
	return browser
}

// tab is one page in the browser, and what it complained of or reached for.
type tab struct {
	t       *testing.T
	context context.Context
	address string
	mutex   sync.Mutex
	noise   []string
}

type screen struct {
	name          string
	width, height int64
	mobile        bool
}

func screens() []screen {
	return []screen{{"desktop", 1280, 900, false}, {"phone", 390, 844, true}}
}

// open writes a report to a file and opens that, as a reader would.
func open(browser context.Context, t *testing.T, r *finding.Report, s screen, fragment string) *tab {
	t.Helper()
	name := filepath.Join(t.TempDir(), "report.html")
	var out bytes.Buffer
	if err := WriteHTML(&out, r); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return openFile(browser, t, name, s, fragment)
}

// openFile opens a page that is on the disk.
func openFile(browser context.Context, t *testing.T, name string, s screen, fragment string) *tab {
	t.Helper()
	inTab, leave := chromedp.NewContext(browser)
	limited, stop := context.WithTimeout(inTab, 3*time.Minute)
	t.Cleanup(func() { stop(); leave() })
	b := &tab{t: t, context: limited, address: (&url.URL{Scheme: "file", Path: filepath.ToSlash(name), Fragment: fragment}).String()}
	if err := chromedp.Listen(limited, b.listen); err != nil {
		t.Fatal(err)
	}
	b.run(call(network.Enable, network.EnableParams{}), call(log.Enable, cdp.Empty{}), call(runtime.Enable, cdp.Empty{}),
		call(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: s.width, Height: s.height, DeviceScaleFactor: 1, Mobile: s.mobile}), chromedp.Navigate(b.address))
	return b
}

// listen keeps every complaint (a violated policy is one) and every request for
// anything but the page.
func (b *tab) listen(event any) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	switch event := event.(type) {
	case *log.EventEntryAdded:
		b.noise = append(b.noise, event.Entry.Text)
	case *runtime.EventConsoleAPICalled:
		b.noise = append(b.noise, fmt.Sprintf("console.%s", event.Type))
	case *runtime.EventExceptionThrown:
		b.noise = append(b.noise, event.ExceptionDetails.Text)
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(event.Request.URL, "file://") || !strings.HasSuffix(event.Request.URL, "/report.html") {
			b.noise = append(b.noise, "request for "+event.Request.URL)
		}
	}
}

// action is a step without a result.
type action = chromedp.Action[chromedp.Void]

// call is a command of the protocol as a step.
func call[P, R any](command cdp.Command[P, R], params P) action {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	})
}

// media emulates what the page is shown on, and in which colours.
func media(medium, scheme string) action {
	params := emulation.SetEmulatedMediaParams{Media: medium}
	if scheme != "" {
		params.Features = []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
	}
	return call(emulation.SetEmulatedMedia, params)
}

func (b *tab) run(actions ...action) {
	b.t.Helper()
	if err := chromedp.Do(b.context, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// get runs a step that has a result.
func get[T any](b *tab, step chromedp.Action[T]) T {
	b.t.Helper()
	answer, err := chromedp.Run(b.context, step)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer
}

// do evaluates an expression of the page, whatever comes of it.
func (b *tab) do(expression string) {
	b.t.Helper()
	get(b, chromedp.Evaluate[*runtime.RemoteObject](expression))
}

// until waits until an expression of the page is true.
func (b *tab) until(expression string) {
	b.t.Helper()
	get(b, chromedp.Poll[bool](expression, chromedp.WithPollingTimeout(time.Minute)))
}

// ask evaluates an expression of the page, which may be a promise.
func ask[T any](b *tab, expression string) T {
	b.t.Helper()
	return get(b, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

func (b *tab) want(what string, got, want any) {
	b.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		b.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// shown waits for a count to be announced, then compares what can be seen.
func (b *tab) shown(what, announced string, rules ...string) {
	b.t.Helper()
	b.until(fmt.Sprintf(`document.getElementById('shown').textContent === %q`, announced))
	got := ask[[]string](b, `[...document.querySelectorAll('.finding')].filter(e => e.getClientRects().length).map(e => e.dataset.rule)`)
	if got == nil {
		got = []string{}
	}
	b.want(what, got, append([]string{}, rules...))
}

// tooWide lists what reaches beyond the page, where that scrolls sideways.
func (b *tab) tooWide() []string {
	b.t.Helper()
	return append([]string{}, ask[[]string](b, `document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
		[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll, pre') && e.getBoundingClientRect().right > document.documentElement.clientWidth).map(e => e.tagName + '.' + e.className)`)...)
}

// quiet asserts that the page complained of nothing and asked for nothing.
func (b *tab) quiet() {
	b.t.Helper()
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.want("console and network", append([]string{}, b.noise...), []string{})
}

// eachScreen runs a test at desktop and phone width, in one browser.
func eachScreen(t *testing.T, test func(*testing.T, context.Context, screen)) {
	browser := openBrowser(t)
	for _, s := range screens() {
		t.Run(s.name, func(t *testing.T) { test(t, browser, s) })
	}
}

// fourRules are rules that the saved report has findings of: two errors, a
// warning, an info.
func fourRules() []string {
	return []string{"role-cannot-use-storage-key", "bucket-requires-other-key", "model-time-series-key", "role-relies-on-iam"}
}

// four is the saved report with one finding of each of the rules.
func four(t *testing.T) *finding.Report {
	t.Helper()
	r := read(t, "report.json")
	rest := fourRules()
	r.Findings = slices.DeleteFunc(r.Findings, func(f finding.Finding) bool {
		wanted := len(rest) > 0 && f.Rule == rest[0]
		if wanted {
			rest = rest[1:]
		}
		return !wanted
	})
	if len(rest) > 0 {
		t.Fatalf("the saved report has no finding of %s", rest[0])
	}
	return r
}

func TestBrowserFilters(t *testing.T) {
	all := fourRules()
	eachScreen(t, func(t *testing.T, browser context.Context, s screen) {
		b := open(browser, t, four(t), s, "")
		b.shown("no filter", "4 of 4 findings shown", all...)

		b.run(chromedp.Focus(`[name=severity][value=error]`), chromedp.KeyEvent(" "))
		b.shown("errors off, by the space bar", "2 of 4 findings shown", all[2:]...)
		b.want("fragment", ask[string](b, `location.hash`), "#severity=warning%2Cinfo")
		b.want("a group without findings is gone", ask[bool](b, `document.getElementById('errors').hidden`), true)

		b.run(chromedp.SendKeys(`[name=q]`, "AMAZONSAGEMAKER"))
		b.shown("text, in any case", "1 of 4 findings shown", all[3])
		b.run(chromedp.SendKeys(`[name=q]`, "x"))
		b.shown("nothing left", "0 of 4 findings shown")
		b.want("it is said", ask[bool](b, `document.getElementById('nothing').getClientRects().length > 0`), true)

		b.run(chromedp.Focus(`button[type=reset]`), chromedp.KeyEvent("\r"))
		b.shown("reset", "4 of 4 findings shown", all...)
		b.want("no fragment is left", ask[string](b, `location.hash`), "")

		b.run(chromedp.Focus(`[name=rule]`), chromedp.KeyEvent("b"))
		b.shown("rule, by its first letter", "1 of 4 findings shown", all[1])
		b.want("what is announced is announced politely", ask[string](b, `document.getElementById('shown').getAttribute('aria-live')`), "polite")

		// A link to a hidden finding shows it.
		b.do(`document.querySelector('a[href="#f-5f2c6a4a0b1e4c0d9a7e3b21"]').dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}))`)
		b.shown("a link to a hidden finding", "4 of 4 findings shown", all...)
		b.want("focus", ask[string](b, `document.activeElement.id`), "f-5f2c6a4a0b1e4c0d9a7e3b21")

		again := open(browser, t, four(t), s, "rule=model-time-series-key&account=111122223333")
		again.shown("state from the fragment", "1 of 4 findings shown", all[2])
		strange := open(browser, t, four(t), s, "rule=no-such&account=<b>&severity=error&q=")
		strange.shown("a fragment of another report", "2 of 4 findings shown", all[:2]...)
		for _, each := range []*tab{b, again, strange} {
			each.quiet()
		}
	})
}

// TestBrowserLinks follows every link of the page.
func TestBrowserLinks(t *testing.T) {
	eachScreen(t, func(t *testing.T, browser context.Context, s screen) {
		b := open(browser, t, read(t, "report.json"), s, "")
		lost := ask[[]string](b, `(async () => {
			const lost = [], frame = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
			const links = [...document.querySelectorAll('a')];
			if (links.length < 40) lost.push('only ' + links.length + ' links');
			for (const link of links) {
				const href = link.getAttribute('href');
				if (href.startsWith('https://github.com/canvaslint/canvaslint/')) continue;
				link.dispatchEvent(new MouseEvent('click', {bubbles: true, cancelable: true}));
				await frame();
				const to = document.getElementById(href.slice(1));
				const box = to && to.getBoundingClientRect();
				if (!box || !box.height || box.top >= innerHeight || box.bottom <= 0) lost.push(href + ' ' + JSON.stringify(box));
			}
			return lost;
		})()`)
		b.want("links that lead nowhere", append([]string{}, lost...), []string{})
		b.want("what makes the page scroll sideways", b.tooWide(), []string{})
		b.quiet()
	})
}

// TestBrowserHostile opens a page full of hostile names.
func TestBrowserHostile(t *testing.T) {
	eachScreen(t, func(t *testing.T, browser context.Context, s screen) {
		for _, hostile := range append(hostilePages(), strings.Repeat("long", 60)) {
			b := open(browser, t, reportOf(hostile), s, "")
			b.want("scripts, styles and strange elements", ask[[]int](b, `['script', 'style', 'img', 'iframe', 'object', 'base', 'b.pwned'].map(n => document.querySelectorAll(n).length)`), []int{1, 1, 0, 0, 0, 0, 0})
			b.want("attributes that run or style", ask[[]string](b, `[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames()).filter(n => n.startsWith('on') || n === 'style')`), []string{})
			b.want("links", ask[[]string](b, `[...document.querySelectorAll('a')].map(a => a.getAttribute('href')).filter(h => !h.startsWith('#') && !h.startsWith('https://github.com/canvaslint/canvaslint/'))`), []string{})
			b.want("what a script could have set", ask[bool](b, `'pwned' in window`), false)
			b.want("the name as text", ask[string](b, `document.querySelector('.finding .message').textContent`), Clean(hostile))
			b.want("the rule to filter by", ask[string](b, `document.querySelector('.finding').dataset.rule`), Clean(hostile))
			rule, _ := json.Marshal(Clean(hostile))
			b.do(`(() => { const s = document.querySelector('[name=rule]'); s.value = ` + string(rule) + `; s.dispatchEvent(new Event('change', {bubbles: true})); })()`)
			b.want("what makes the page scroll sideways", b.tooWide(), []string{})
			b.until(`location.hash.startsWith('#rule=') && document.getElementById('shown').textContent === '2 of 2 findings shown'`)
			b.quiet()
		}
	})
}

// TestBrowserPrint prints everything, whatever the filters hide.
func TestBrowserPrint(t *testing.T) {
	b := open(openBrowser(t), t, four(t), screens()[0], "severity=info")
	b.shown("filtered", "1 of 4 findings shown", "role-relies-on-iam")
	b.run(media("print", ""))
	b.want("findings in print", ask[int](b, `[...document.querySelectorAll('.finding')].filter(e => e.getClientRects().length).length`), 4)
	b.want("controls in print", ask[int](b, `[...document.querySelectorAll('#filters, nav, .copy')].filter(e => e.getClientRects().length).length`), 0)
	const folded = `[...document.querySelectorAll('details')].filter(e => !e.open).length`
	before := ask[int](b, folded)
	b.do(`dispatchEvent(new Event('beforeprint'))`)
	b.want("what stays folded", ask[int](b, folded), 0)
	b.do(`dispatchEvent(new Event('afterprint'))`)
	b.want("what is folded again", ask[int](b, folded), max(before, 1))
	b.quiet()
}

// TestBrowserMany opens ten thousand findings and filters them.
func TestBrowserMany(t *testing.T) {
	b := open(openBrowser(t), t, many(10_000), screens()[0], "")
	b.run(chromedp.SendKeys(`[name=q]`, "team-4242 "))
	b.until(`document.getElementById('shown').textContent === '1 of 10000 findings shown'`)
	b.want("seen", ask[int](b, `[...document.querySelectorAll('.finding')].filter(e => e.getClientRects().length).length`), 1)
	b.do(`document.querySelector('button[type=reset]').click()`)
	b.until(`document.getElementById('shown').textContent === '10000 of 10000 findings shown'`)
	b.do(`location.hash = document.querySelectorAll('.finding')[9000].id`)
	b.until(`(() => { const box = document.querySelectorAll('.finding')[9000].getBoundingClientRect(); return box.top >= 0 && box.top < innerHeight; })()`)
	b.quiet()
}

// many is a report with n findings, as a large account has them.
func many(n int) *finding.Report {
	saved := finding.Report{Tool: finding.Tool{Name: "canvaslint"}, Guide: "2022"}
	for i := range n {
		f := finding.Finding{
			Rule: "role-cannot-use-storage-key", Severity: []finding.Severity{finding.Error, finding.Warning, finding.Info}[i*3/n],
			Message: fmt.Sprintf("the role team-%d may not use the storage key", i),
			Place:   finding.Place{File: fmt.Sprintf("export/roles/team-%d.json", i)},
			Account: fmt.Sprint(111122220000 + i%7), Region: "eu-central-1", Domain: "d-many", Profiles: []string{fmt.Sprintf("team-%d", i)},
			Principal: fmt.Sprintf("arn:aws:iam::111122223333:role/team-%d", i), Resource: "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
			Purpose:     finding.Storage,
			Causes:      []finding.Cause{{Action: "kms:Decrypt", Layer: "identity-policy", Cause: "no-statement", Message: "no statement of the identity policy allows it", Place: finding.Place{File: "export/iam.json"}}},
			Fix:         &finding.Fix{Message: "add this statement to the key policy", File: "export/policy.json", Statement: `{"Sid":"AllowCanvas","Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":"*"}`},
			Snippet:     []finding.Line{{Line: 14, Text: strings.Repeat(`"S3KmsKeyId": "arn:aws:kms:eu-central-1:111122223333:key/1234abcd", `, 8)}},
			Fingerprint: fmt.Sprintf("%024x", i),
		}
		f.Start.Line, f.Start.Column, f.End.Line, f.End.Column = 14, 300, 14, 340
		saved.Findings = append(saved.Findings, f)
		saved.Readiness = append(saved.Readiness, finding.Readiness{
			Account: "111122223333", Region: "eu-central-1", Domain: "d-many", Profile: f.Profiles[0], Role: f.Principal,
			Purpose: finding.Storage, Key: f.Resource, Verdict: finding.NotReady, Findings: []string{f.Fingerprint}, Reason: "kms:Decrypt is not allowed",
		})
	}
	return &saved
}

// TestBrowserAxe lets axe-core look at the page. CANVASLINT_AXE names its
// axe.min.js; without it the test is skipped, and says so.
func TestBrowserAxe(t *testing.T) {
	name := os.Getenv("CANVASLINT_AXE")
	if name == "" {
		t.Skip("SKIPPED: no axe-core: accessibility was not tried; .ci/browser installs it, CANVASLINT_AXE names its axe.min.js")
	}
	axe, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	eachScreen(t, func(t *testing.T, browser context.Context, s screen) {
		for _, scheme := range []string{"light", "dark"} {
			for _, r := range []*finding.Report{everything(t), many(60), read(t, "broken.json"), read(t, "empty.json")} {
				b := open(browser, t, r, s, "")
				b.run(media("", scheme))
				b.do(string(axe))
				b.want("axe in "+scheme, append([]string{}, ask[[]string](b, `axe.run(document, {rules: {"target-size": {enabled: true}}}).then(r => r.violations.flatMap(v => v.nodes.map(n => v.id + ': ' + n.html.slice(0, 200) + ' ' + n.failureSummary)))`)...), []string{})
			}
		}
	})
}

// TestScreenshots writes what the pages look like into the folder that
// CANVASLINT_SCREENSHOTS names; it is for people to look at. Reports in that
// folder, NAME.json, are shown too.
func TestScreenshots(t *testing.T) {
	folder := os.Getenv("CANVASLINT_SCREENSHOTS")
	if folder == "" {
		t.Skip("CANVASLINT_SCREENSHOTS names no folder")
	}
	names, _ := filepath.Glob(filepath.Join(folder, "*.json"))
	eachScreen(t, func(t *testing.T, browser context.Context, s screen) {
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			r, err := ReadJSON(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			b := open(browser, t, r, s, "")
			for _, scheme := range []string{"light", "dark"} {
				b.do(`document.querySelectorAll('.finding').forEach(e => e.style.contentVisibility = 'visible')`)
				b.run(media("", scheme))
				shot := get(b, chromedp.FullScreenshot(100))
				if err := os.WriteFile(strings.TrimSuffix(name, ".json")+"-"+s.name+"-"+scheme+".png", shot, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			b.run(media("", ""))
			pdf := get(b, chromedp.PrintToPDF(chromedp.PDFPrintBackground()))
			if err := os.WriteFile(strings.TrimSuffix(name, ".json")+"-"+s.name+".pdf", pdf, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	})
}
