package policies_test

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/rules/ruletest"
)

// formats are the forms in which people have an account, as folders of
// testdata/formats/base.txtar. What an archive says for one holds for those that
// are like it, too, but for files.
var formats = []struct{ folder, title, like string }{
	{"cli", "AWS CLI", ""},
	{"cloudformation", "CloudFormation", ""},
	{"cdk", "CDK output", ""},
	{"terraform-plan", "Terraform plan", ""},
	{"terraform-state", "Terraform state", ""},
	{"tfstate", "terraform.tfstate", "terraform-state"},
	{"aws-config", "Config snapshot", ""},
	{"aws-config-query", "Config query", "aws-config"},
	{"iam-collect", "iam-collect", ""},
	{"steampipe", "Steampipe", ""},
}

const formatsFolder = "../testdata/formats"

// archive is testdata/formats/<rule>.txtar: one mistake, made in every format.
//
//	at                 the text that each finding stands at, a line per finding; a
//	                   format may have its own
//	edit               how the mistake is made in every format's base, or in one's
//	cli/edit
//	cli/<file>         a file that is laid over the base's; an empty one takes it away
//	cli/cannot         why the format can't express the mistake
//	cli/differs        why it reports something else than the first format does
//	cli/parameters     values for the parameters of templates, Name=value on a line
//	cli/want           what the rule reports then
//
// Quotation marks count neither in at nor in the text that it is looked for in:
// the formats quote differently.
type archive struct {
	rule  string
	texts map[string]string
	files []txtar.File
}

func readArchive(t *testing.T, name string) archive {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(formatsFolder, name+".txtar"))
	if err != nil {
		t.Fatalf("%v: every rule needs one", err)
	}
	a := archive{rule: name, texts: map[string]string{}, files: txtar.Parse(data).Files}
	for _, file := range a.files {
		a.texts[file.Name] = string(file.Data)
	}
	return a
}

// text is what the archive says for one format, else for the one that it is
// like, else for all.
func (a archive) text(format, name string) string {
	for _, f := range formats {
		if f.folder != format {
			continue
		}
		for _, folder := range []string{f.folder, f.like} {
			if text, ok := a.texts[folder+"/"+name]; ok {
				return text
			}
		}
	}
	return a.texts[name]
}

func (a archive) cannot(format string) string { return words(a.text(format, "cannot")) }

func (a archive) parameters(format string) map[string]string {
	values := map[string]string{}
	for _, line := range strings.Fields(a.text(format, "parameters")) {
		name, value, _ := strings.Cut(line, "=")
		values[name] = value
	}
	return values
}

func words(text string) string { return strings.Join(strings.Fields(text), " ") }

// account gives the files of one format with the mistake in them.
func (a archive) account(base archive, format string) (map[string]string, error) {
	files := map[string]string{}
	for name, text := range base.texts {
		if path, ok := strings.CutPrefix(name, format+"/"); ok {
			files[path] = text
		}
	}
	if err := edit(files, a.text(format, "edit")); err != nil {
		return nil, err
	}
	for name, text := range a.texts {
		path, ok := strings.CutPrefix(name, format+"/")
		switch {
		case !ok || slices.Contains([]string{"at", "edit", "cannot", "differs", "parameters", "want"}, path):
		case strings.TrimSpace(text) == "":
			delete(files, path)
		default:
			files[path] = text
		}
	}
	return files, nil
}

// edit replaces texts of files. Lines that begin with "- " are replaced by those
// with "+ " below them; they may be parts of longer lines. The text is looked
// for in every file, as it stands and as the formats would write it, and must
// be there just once.
func edit(files map[string]string, script string) error {
	var gone, come []string
	apply := func() error {
		if gone == nil {
			return nil
		}
		before, after := strings.Join(gone, "\n"), strings.Join(come, "\n")
		gone, come = nil, nil
		return replace(files, before, after)
	}
	for _, line := range strings.Split(strings.TrimSuffix(script, "\n"), "\n") {
		switch {
		case strings.HasPrefix(line, "- "):
			if come != nil {
				if err := apply(); err != nil {
					return err
				}
			}
			gone = append(gone, line[2:])
		case strings.HasPrefix(line, "+ "):
			come = append(come, line[2:])
		case strings.TrimSpace(line) == "":
			if err := apply(); err != nil {
				return err
			}
		default:
			return fmt.Errorf("the line %q of an edit begins with neither \"- \" nor \"+ \"", line)
		}
	}
	return apply()
}

func replace(files map[string]string, before, after string) error {
	found := 0
	var changed, text string
	for name, content := range files {
		var tried []string
		for _, spell := range spellings(name) {
			if slices.Contains(tried, spell(before)) {
				continue
			}
			tried = append(tried, spell(before))
			if count := strings.Count(content, spell(before)); count > 0 {
				found += count
				changed, text = name, strings.Replace(content, spell(before), spell(after), 1)
			}
		}
	}
	if found != 1 {
		return fmt.Errorf("the text of an edit is there %d times, not once: %s", found, before)
	}
	files[changed] = text
	return nil
}

var plainWord = regexp.MustCompile(`"([A-Za-z][A-Za-z0-9:/._*-]*)"`)

// spellings are the ways in which a file may write a piece of JSON: as it is,
// in a string, in a string in a string, percent-encoded, and as YAML has it.
func spellings(file string) []func(string) string {
	asIs := func(text string) string { return text }
	quoted := func(text string) string {
		return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text)
	}
	twice := func(text string) string { return quoted(quoted(text)) }
	encoded := func(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
	yaml := func(text string) string { return plainWord.ReplaceAllString(text, "$1") }
	if strings.HasSuffix(file, ".yaml") {
		return []func(string) string{asIs, yaml}
	}
	return []func(string) string{asIs, quoted, twice, encoded}
}

// Every rule finds its mistake in every format that can express it, at the text
// that makes it, and says the same of it; no other rule makes a difference
// between the formats.
func TestFormats(t *testing.T) {
	set := loadRules(t)
	base := readArchive(t, "base")
	for _, rule := range set.Rules {
		t.Run(rule.ID, func(t *testing.T) {
			t.Parallel()
			a := readArchive(t, rule.ID)
			wants, essences := map[string]string{}, map[string]string{}
			for _, format := range formats {
				if a.cannot(format.folder) != "" {
					continue
				}
				files, own, others := a.run(t, set, base, format.folder)
				wants[format.folder], essences[format.folder] = own, essence(own, files)+others
				if want := a.texts[format.folder+"/want"]; own != want && !*update {
					t.Errorf("%s:\ngot:\n%s\nwant:\n%s", format.folder, own, want)
				}
				checkPlaces(t, format.folder, files, own, a.text(format.folder, "at"))
			}
			a.checkAlike(t, essences)
			if *update {
				a.write(t, wants)
			}
		})
	}
}

// run gives the account of one format with the mistake in it, what the rule
// reports, and which other rules report something.
func (a archive) run(t *testing.T, set *rules.Set, base archive, format string) (files map[string]string, own, others string) {
	t.Helper()
	files, err := a.account(base, format)
	if err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	findings, problems, err := ruletest.Findings(set, everyRule, ruletest.Case{Name: format, Files: files, Parameters: a.parameters(format)}, t.TempDir())
	if err != nil {
		t.Fatalf("%s: %v", format, err)
	}
	var mine []finding.Finding
	var also []string
	for _, f := range findings {
		if f.Rule == a.rule {
			mine = append(mine, f)
		} else {
			also = append(also, fmt.Sprintf("also %s %s\n", f.Severity, f.Rule))
		}
	}
	slices.Sort(also)
	return files, ruletest.Output(mine, problems), strings.Join(also, "")
}

func everyRule(string) bool { return true }

var findingLine = regexp.MustCompile(`^(error|warning|info) (\S+):(\d+):(\d+)-(\d+):(\d+) `)

// checkPlaces reports findings that do not stand at any of the texts, and texts
// at which none stands.
func checkPlaces(t *testing.T, format string, files map[string]string, output, at string) {
	t.Helper()
	snippets := strings.Split(strings.TrimSpace(at), "\n")
	used := map[string]bool{}
	for _, line := range strings.Split(output, "\n") {
		found := findingLine.FindStringSubmatch(line)
		if found == nil {
			continue
		}
		text := slice(files[found[2]], found[3:])
		i := slices.IndexFunc(snippets, func(snippet string) bool {
			return snippet != "" && unquoted(text) == unquoted(snippet)
		})
		if i < 0 {
			t.Errorf("%s: a finding stands at %q, which is none of %q", format, text, snippets)
			continue
		}
		used[snippets[i]] = true
	}
	for _, snippet := range snippets {
		if !used[snippet] {
			t.Errorf("%s: no finding stands at %q; the rule reported:\n%s", format, snippet, output)
		}
	}
}

// slice gives the text from a line and column to another.
func slice(text string, place []string) string {
	number := func(i int) int {
		value, err := strconv.Atoi(place[i])
		if err != nil {
			panic(err) // the pattern has digits only
		}
		return value
	}
	offset := func(line, column int) int {
		at := 0
		for range line - 1 {
			at += strings.IndexByte(text[at:], '\n') + 1
		}
		return at + len(string([]rune(text[at:])[:column-1]))
	}
	return text[offset(number(0), number(1)):offset(number(2), number(3))]
}

func unquoted(text string) string {
	if strings.Contains(text, "%3A") || strings.Contains(text, "%22") {
		if decoded, err := url.PathUnescape(text); err == nil {
			text = decoded
		}
	}
	return strings.NewReplacer(`\`, "", `"`, "", " ", "", "\n", "").Replace(text)
}

// checkAlike reports formats whose findings are not in essence those of the
// first one.
func (a archive) checkAlike(t *testing.T, essences map[string]string) {
	t.Helper()
	first := ""
	for _, format := range formats {
		essence, ok := essences[format.folder]
		if !ok {
			continue
		}
		if first == "" {
			first = essence
		}
		differs := a.text(format.folder, "differs") != ""
		if same := essence == first; same == differs {
			t.Errorf("%s: the findings are the same as in the first format: %v, but the archive has a reason to differ: %v\n%s\nfirst:\n%s", format.folder, same, differs, essence, first)
		}
	}
}

// sameNames turns what formats call a thing into what the AWS CLI calls it: what
// is not deployed has no id, and two of them keep the storage key elsewhere.
var sameNames = strings.NewReplacer(
	"‹AccountId›", "111122223333", "‹Region›", "eu-central-1",
	"{Domain}", "d-1", "{aws_sagemaker_domain.studio}", "d-1",
	"{AppKey}", "0a000000-0000-4000-8000-000000000001", "{aws_kms_key.app}", "0a000000-0000-4000-8000-000000000001",
	"{StorageKey}", "0b000000-0000-4000-8000-000000000002", "{aws_kms_key.storage}", "0b000000-0000-4000-8000-000000000002",
	"{DatasetKey}", "0c000000-0000-4000-8000-000000000003", "{aws_kms_key.dataset}", "0c000000-0000-4000-8000-000000000003",
	"SharingSettings.S3KmsKeyId", "CanvasAppSettings.WorkspaceSettings.S3KmsKeyId",
	" of profile alice of domain d-1", " of domain d-1",
	" (its grants were not exported; one of them could still allow this)", "",
)

var (
	placePattern = regexp.MustCompile(`(\S+):(\d+):(\d+)-(\d+):(\d+)`)
	fixPattern   = regexp.MustCompile(`^  fix \S*`)
	madeOf       = regexp.MustCompile(` \((aws_|AWS::)[^)]*\)`)       // what a fix calls the resource of a plan or template
	notEssential = regexp.MustCompile(`^  (profiles|only in guide) `) // AWS Config has no profiles
)

// essence is the part of the findings that is the same in every format: all but
// names and places. Of a cause the text at its place counts, but for whole policies.
func essence(output string, files map[string]string) string {
	var lines []string
	for _, line := range strings.Split(output, "\n") {
		if notEssential.MatchString(line) {
			continue
		}
		line = placePattern.ReplaceAllStringFunc(line, func(place string) string {
			found := placePattern.FindStringSubmatch(place)
			text := unquoted(slice(files[found[1]], found[2:]))
			if !strings.HasPrefix(line, "  cause ") || strings.ContainsAny(text, "{\n") {
				return "here"
			}
			return text
		})
		// Twice: the names of things are parts of longer texts.
		line = fixPattern.ReplaceAllString(sameNames.Replace(sameNames.Replace(line)), "  fix")
		lines = append(lines, madeOf.ReplaceAllString(line, ""))
	}
	return strings.Join(lines, "\n")
}

// write puts the outputs into the archive, behind all that is given for a format.
func (a archive) write(t *testing.T, outputs map[string]string) {
	t.Helper()
	name := filepath.Join(formatsFolder, a.rule+".txtar")
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	parsed := txtar.Parse(data)
	kept := slices.DeleteFunc(parsed.Files, func(file txtar.File) bool { return strings.HasSuffix(file.Name, "/want") })
	parsed.Files = slices.DeleteFunc(slices.Clone(kept), func(file txtar.File) bool { return formatOf(file.Name) != "" })
	for _, format := range formats {
		for _, file := range kept {
			if formatOf(file.Name) == format.folder {
				parsed.Files = append(parsed.Files, file)
			}
		}
		if want, ok := outputs[format.folder]; ok {
			parsed.Files = append(parsed.Files, txtar.File{Name: format.folder + "/want", Data: []byte(want)})
		}
	}
	if err := os.WriteFile(name, txtar.Format(parsed), 0o644); err != nil {
		t.Fatal(err)
	}
}

// formatOf is the format that a file of an archive is of, "" for all.
func formatOf(name string) string {
	for _, format := range formats {
		if strings.HasPrefix(name, format.folder+"/") {
			return format.folder
		}
	}
	return ""
}

// The account without the mistakes has nothing to report, in any format.
func TestFormatsOfTheCleanAccount(t *testing.T) {
	set := loadRules(t)
	base := readArchive(t, "base")
	for _, format := range formats {
		_, own, others := archive{}.run(t, set, base, format.folder)
		if own != "" || others != "" {
			t.Errorf("%s:\n%s%s", format.folder, own, others)
		}
	}
}

// Every file of an archive is of a format or of all, and every archive is of a rule.
func TestFormatArchives(t *testing.T) {
	names, err := filepath.Glob(formatsFolder + "/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	set := loadRules(t)
	for _, name := range names {
		id := strings.TrimSuffix(filepath.Base(name), ".txtar")
		isRule := false
		for _, rule := range set.Rules {
			isRule = isRule || rule.ID == id
		}
		if id != "base" && !isRule {
			t.Errorf("%s is of no rule", name)
		}
		for _, file := range readArchive(t, id).files {
			if formatOf(file.Name) == "" && !slices.Contains([]string{"at", "edit"}, file.Name) {
				t.Errorf("%s: the file %s is of no format", name, file.Name)
			}
		}
	}
}

// docs/formats.md says which rule looks into which format, and what of each format
// is used, not needed and unknown (testdata/formats/documents.md).
func TestFormatsDocs(t *testing.T) {
	var table, notes strings.Builder
	table.WriteString("# Rules and formats\n\nThis page is made from testdata/formats (`go test ./policies -update`), where each rule's\nmistake is made in every format that can express it. A number leads to the reason why one cannot.\n\n| rule |")
	for _, format := range formats {
		table.WriteString(" " + format.title + " |")
	}
	table.WriteString("\n|" + strings.Repeat("---|", len(formats)+1) + "\n")
	var reasons []string
	for _, rule := range loadRules(t).Rules {
		a := readArchive(t, rule.ID)
		fmt.Fprintf(&table, "| [%s](rules.md#%s) |", rule.ID, rule.ID)
		for _, format := range formats {
			cell := "yes"
			if reason := a.cannot(format.folder); reason != "" {
				if !slices.Contains(reasons, reason) {
					reasons = append(reasons, reason)
				}
				cell = fmt.Sprintf("no (%d)", slices.Index(reasons, reason)+1)
			}
			table.WriteString(" " + cell + " |")
			if differs := words(a.text(format.folder, "differs")); differs != "" {
				fmt.Fprintf(&notes, "- %s, %s: %s\n", rule.ID, format.title, differs)
			}
		}
		table.WriteString("\n")
	}
	table.WriteString("\n")
	for i, reason := range reasons {
		fmt.Fprintf(&table, "%d. %s\n", i+1, reason)
	}
	if notes.Len() > 0 {
		table.WriteString("\nWhere the same mistake is reported in another way:\n\n" + notes.String())
	}
	documents, err := os.ReadFile(filepath.Join(formatsFolder, "documents.md"))
	if err != nil {
		t.Fatal(err)
	}
	table.Write(documents)
	file := filepath.Join("..", "docs", "formats.md")
	if *update {
		if err := os.WriteFile(file, []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != table.String() {
		t.Errorf("docs/formats.md is not current (%v); run: go test ./policies -update", err)
	}
}
