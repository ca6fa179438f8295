// Package proposal looks at what a folder holds and writes a commented config for
// it. What it proposes decides nothing by itself.
package proposal

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// SchemaURL is where editors find the schema of the config.
const SchemaURL = "https://raw.githubusercontent.com/canvaslint/canvaslint/main/schema/config.schema.json"

// plain are words that YAML and shells take as they are.
var plain = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[A-Za-z0-9_./][A-Za-z0-9_./:@+=-]*$`)
})

// Proposal is what a folder holds, as far as a config can speak of it.
type Proposal struct {
	files     int
	documents map[string]int
	accounts  []string
	domains   []string
	ownerless []ownerless
	buckets   []string // that no domain keeps its data in
	keys      bool     // some domain has a key of its own
	foreign   bool     // a policy asks for the organization, which was not exported
	problems  int
	inputs    []string // the files that were read
}

// ownerless is a document that nothing gives to a resource.
type ownerless struct {
	file       string // relative to the folder
	what       string // "a key policy"
	candidates []string
}

// Of looks at what was read from a folder.
func Of(folder string, loaded *load.Result, facts *canvas.Facts) *Proposal {
	s := &Proposal{files: loaded.Files, documents: loaded.Documents, problems: len(loaded.Problems) + len(facts.Problems)}
	if facts.Scope.Problem() != nil {
		s.problems++
	}
	accounts := map[string]bool{}
	own := map[string]bool{}
	for _, domain := range loaded.Snapshot.Domains {
		accounts[domain.Account] = true
		s.domains = append(s.domains, domain.ID)
		s.keys = s.keys || domain.AppKey.IsGiven()
	}
	for _, key := range loaded.Snapshot.Keys {
		accounts[key.Account] = true
	}
	for _, role := range loaded.Snapshot.Roles {
		accounts[role.Account] = true
	}
	for account := range accounts {
		if len(account) == 12 {
			s.accounts = append(s.accounts, account)
		}
	}
	for _, user := range facts.Users {
		own[user.Bucket.Name] = true
	}
	for _, bucket := range loaded.Snapshot.Buckets {
		if !own[bucket.Name] && bucket.Node.Exists() && !strings.ContainsAny(bucket.Name, "{‹:/*") {
			s.buckets = append(s.buckets, bucket.Name)
		}
	}
	s.policies(folder, loaded.Snapshot)
	slices.Sort(s.accounts)
	slices.Sort(s.domains)
	slices.Sort(s.buckets)
	return s
}

// policies notes what policies leave open.
func (s *Proposal) policies(folder string, snap *snapshot.Snapshot) {
	for _, policy := range snap.Policies {
		if !policy.Node.Exists() {
			continue
		}
		s.foreign = s.foreign || snap.Organization == nil && strings.Contains(policy.Node.Raw(), "aws:PrincipalOrg")
		candidates, ok := candidates(policy, snap)
		if !ok {
			continue
		}
		entry := ownerless{file: relativeTo(folder, policy.Node.Span().File.Name), what: article(policy.Kind.String()), candidates: candidates}
		if !slices.ContainsFunc(s.ownerless, func(o ownerless) bool { return o.file == entry.file }) {
			s.ownerless = append(s.ownerless, entry)
		}
	}
	slices.SortFunc(s.ownerless, func(a, b ownerless) int { return strings.Compare(a.file, b.file) })
}

// candidates gives the resources that an ownerless policy can be of: those that
// have none yet. It reports false for a policy that has an owner or needs none.
func candidates(policy *snapshot.Policy, snap *snapshot.Snapshot) ([]string, bool) {
	if policy.Owner != "" || policy.AWSManaged {
		return nil, false
	}
	var list []string
	switch policy.Kind {
	case iam.KeyPolicy:
		for _, key := range snap.Keys {
			if key.Policy == nil && !iam.HasStandIn(key.ARN) {
				list = append(list, key.ARN)
			}
		}
	case iam.BucketPolicy:
		for _, bucket := range snap.Buckets {
			if bucket.Policy == nil && !iam.HasStandIn(bucket.ARN) {
				list = append(list, bucket.ARN)
			}
		}
	case iam.TrustPolicy:
		for _, role := range snap.Roles {
			if role.Trust == nil {
				list = append(list, role.ARN)
			}
		}
	case iam.IdentityPolicy:
		for _, role := range snap.Roles {
			list = append(list, role.ARN)
		}
	default:
		return nil, false
	}
	slices.Sort(list)
	return list, true
}

// article puts one before a noun.
func article(noun string) string {
	if strings.HasPrefix(noun, "i") {
		return "an " + noun
	}
	return "a " + noun
}

// relativeTo gives the path of a file as it is shown, as the config of a folder
// has to name it.
func relativeTo(folder, file string) string {
	below, err := filepath.Rel(filesystem.Disk{}.Absolute(folder), filesystem.Disk{}.Absolute(file))
	if err != nil {
		return file
	}
	return filepath.ToSlash(below)
}

// Found says in a line what is there.
func (s *Proposal) Found() string {
	parts := []string{wording.CountAs(s.files, "file that canvaslint knows", "files that canvaslint knows")}
	for _, part := range []struct {
		n         int
		one, many string
	}{
		{len(s.accounts), "account", "accounts"}, {len(s.domains), "domain", "domains"},
		{s.problems, "problem, which check shows", "problems, which check shows"},
	} {
		if part.n > 0 {
			parts = append(parts, wording.CountAs(part.n, part.one, part.many))
		}
	}
	return strings.Join(parts, ", ")
}

// fewest is how many of a long list of candidates are written down.
const fewest = 5

// Decisions says what the user has to decide, a line each.
func (s *Proposal) Decisions() []string {
	var lines []string
	if n := len(s.ownerless); n > 0 {
		lines = append(lines, "decide under documents: "+wording.CountAs(n, "document names no resource, name the one it belongs to", "documents name no resource, name the one each belongs to"))
	}
	if len(s.buckets) > 0 {
		lines = append(lines, "decide under datasets: do users import from "+few(s.buckets)+"?")
	}
	return lines
}

// Config writes the config. What would change a verdict is a comment: a guess of
// ours must not make anything pass or fail.
func (s *Proposal) Config() string {
	w := &strings.Builder{}
	fmt.Fprintf(w, "# yaml-language-server: $schema=%s\n", SchemaURL)
	fmt.Fprintf(w, "# Settings of canvaslint for this folder. Everything is optional; paths are relative to the folder.\n")
	s.summary(w)
	fmt.Fprint(w, `
# Edition of the AWS page that is checked: "2022", or current for the page as it is today.
guide: "2022"

# The least severity that gives exit status 1: error, warning, info or never.
fail-on: error

# Whether an unknown permission gives exit status 3: fail or allow.
unknown: fail

# Which profiles are checked: those with signs of Canvas (detected) or all.
canvas: detected

# Severity by rule, and off; "canvaslint rules" lists the rules.
# rules:
#   key-rotation-off: off

`)
	s.datasets(w)
	s.owners(w)
	s.expectations(w)
	fmt.Fprint(w, `# Accepted findings. A waiver names the rule, why, and a resource, a path, or both.
# waivers:
#   - rule: key-rotation-off
#     resource: arn:aws:kms:*
#     reason: rotated by hand each spring
#     until: 2099-12-31

# What each waiver must say besides its reason: owner, until.
# waivers-need: [owner, until]
`)
	return w.String()
}

func (s *Proposal) summary(w *strings.Builder) {
	fmt.Fprintf(w, "# Found when this was written: %s.\n", s.Found())
	for _, list := range []struct {
		what  string
		names []string
	}{{"Accounts", s.accounts}, {"Domains", s.domains}} {
		if len(list.names) > 0 {
			fmt.Fprintf(w, "# %s: %s\n", list.what, few(list.names))
		}
	}
	var kinds []string
	for kind, n := range s.documents {
		kinds = append(kinds, fmt.Sprintf("%s %d", kind, n))
	}
	slices.Sort(kinds)
	if len(kinds) > 0 {
		fmt.Fprintf(w, "# Documents: %s\n", strings.Join(kinds, ", "))
	}
}

func few(names []string) string {
	rest := ""
	if len(names) > fewest {
		names, rest = names[:fewest], fmt.Sprintf(" and %d more", len(names)-fewest)
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = yamlText(name)
	}
	return strings.Join(quoted, ", ") + rest
}

func (s *Proposal) datasets(w *strings.Builder) {
	fmt.Fprint(w, "# Buckets that users import data from: their roles must be able to read them.\n")
	if len(s.buckets) == 0 {
		fmt.Fprint(w, "# datasets:\n#   - name-of-a-bucket\n\n")
		return
	}
	fmt.Fprint(w, "# These buckets were read, and no domain stores its own data in them.\n# datasets:\n")
	for _, name := range s.buckets {
		fmt.Fprintf(w, "#   - %s\n", yamlText(name))
	}
	fmt.Fprintln(w)
}

func (s *Proposal) owners(w *strings.Builder) {
	fmt.Fprint(w, "# The resource that a file belongs to, if neither its content nor its name says so.\n")
	if len(s.ownerless) == 0 {
		fmt.Fprint(w, "# documents:\n#   - file: policies/app-key.json\n#     owner: arn:aws:kms:eu-central-1:111122223333:key/<key id>\n\n")
		return
	}
	fmt.Fprint(w, "# These files name no resource. Uncomment the right one.\n# documents:\n")
	for _, o := range s.ownerless {
		fmt.Fprintf(w, "#   - file: %s # %s\n", yamlText(o.file), o.what)
		shown := o.candidates[:min(len(o.candidates), fewest)]
		for _, arn := range shown {
			fmt.Fprintf(w, "#     owner: %s\n", yamlText(arn))
		}
		switch more := len(o.candidates) - len(shown); {
		case more > 0:
			fmt.Fprintf(w, "#     # or one of %d more\n", more)
		case len(shown) == 0:
			fmt.Fprint(w, "#     owner: arn:... # no resource that was read lacks such a document\n")
		}
	}
	fmt.Fprintln(w)
}

func (s *Proposal) expectations(w *strings.Builder) {
	fmt.Fprint(w, "# Your own requirements: purposes that must have a customer-managed key.\n")
	if s.keys {
		fmt.Fprint(w, "# A domain here has one for its application data.\n")
	}
	fmt.Fprintf(w, "# expect:\n#   customer-keys: [%s, %s]\n\n", finding.App, finding.Storage)
	if s.foreign {
		fmt.Fprint(w, "# A policy depends on the organization, which was not exported: name it here.\n")
	} else {
		fmt.Fprint(w, "# Facts that no document contains.\n")
	}
	fmt.Fprint(w, "# facts:\n#   organization:\n#     id: o-exampleorgid\n\n")
	if len(s.accounts) > 1 {
		fmt.Fprint(w, "# Other severities for some of the accounts or files.\n# overrides:\n")
		fmt.Fprintf(w, "#   - accounts: [%q]\n#     rules: {key-rotation-off: warning}\n\n", s.accounts[0])
	}
}

// yamlText writes a text so that YAML reads it as this text, and no comment ends
// in the middle of it.
func yamlText(text string) string {
	if plain().MatchString(text) && !regexp.MustCompile(`^[0-9.]+$`).MatchString(text) {
		return text
	}
	return strconv.QuoteToASCII(text)
}
