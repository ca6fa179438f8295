package rules

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// maxFile is the size in bytes above which a file of a rules folder is refused:
// the largest built-in rule has 5 KiB.
const maxFile = 1 << 20

var idPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// ValidID reports whether a rule may have the id: words of a to z and digits,
// joined by hyphens, and none of the words that "canvaslint rules" and a rules
// folder use themselves.
func ValidID(id string) bool {
	return idPattern.MatchString(id) && !slices.Contains([]string{"lib", "new", "schema", "capabilities"}, id)
}

// AddFolders is AddFolder for folders that may be named more than once; display gives the
// name of one in messages.
func (s *Set) AddFolders(folders []string, display func(string) string) error {
	var seen []string
	for _, folder := range folders {
		full, err := filepath.Abs(folder)
		if err != nil {
			return fmt.Errorf("find the rules folder %s: %w", folder, err)
		}
		if slices.Contains(seen, full) {
			continue
		}
		seen = append(seen, full)
		if _, err := s.AddFolder(folder, display(folder)); err != nil {
			return err
		}
	}
	return nil
}

// AddFolder is Add for a folder of the disk. It reads nothing outside of it.
func (s *Set) AddFolder(folder, shown string) (added []*Rule, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("read the rules folder: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	return s.Add(root.FS(), shown)
}

// Add reads the user's rules of a folder into the set: one folder per rule, and
// lib/ for what they share, in packages of their own. Folder is the name of
// fsys in messages. It gives the rules that were added, sorted by id. Links are
// refused: what runs is what lies in the folder.
func (s *Set) Add(fsys fs.FS, folder string) ([]*Rule, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("read the rules folder %s: %w", folder, err)
	}
	var added []*Rule
	for _, entry := range entries {
		name := entry.Name()
		switch {
		case strings.HasPrefix(name, "."):
			continue
		case entry.Type()&fs.ModeSymlink != 0:
			return nil, linkError(path.Join(folder, name))
		case !entry.IsDir():
			continue
		}
		modules, err := readModules(fsys, folder, name)
		if err != nil {
			return nil, err
		}
		if name == "lib" {
			if s.Base, err = readFile(fsys, folder, "lib/base.txtar"); err != nil && !isMissing(err) {
				return nil, err
			}
		} else {
			rule, err := s.addRule(fsys, folder, name)
			if err != nil {
				return nil, err
			}
			added = append(added, rule)
		}
		s.shared = append(s.shared, modules...)
	}
	if len(added) == 0 {
		return nil, fmt.Errorf("read the rules folder %s: it holds no rule; a rule is a folder in it, %s",
			folder, path.Join(folder, "<rule-id>", "rule.rego"))
	}
	sort.Slice(s.Rules, func(i, j int) bool { return s.Rules[i].ID < s.Rules[j].ID })
	return added, nil
}

func linkError(file string) error {
	return fmt.Errorf("read the rules: %s is a link; rules are not read through links: put the file itself there", file)
}

func (s *Set) addRule(fsys fs.FS, folder, id string) (*Rule, error) {
	file := path.Join(folder, id, "rule.rego")
	if !ValidID(id) {
		return nil, fmt.Errorf("read the rules: %s: %q cannot be the id of a rule: use words of a to z and digits, joined by hyphens", file, id)
	}
	text, err := readFile(fsys, folder, path.Join(id, "rule.rego"))
	if err != nil {
		return nil, err
	}
	cases, err := readFile(fsys, folder, path.Join(id, "cases.txtar"))
	if err != nil && !isMissing(err) {
		return nil, err
	}
	rule := &Rule{ID: id, module: text, cases: func() string { return cases }, file: file, own: true, Inputs: headerList(text, "inputs")}
	if err := rule.Describe(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", file, lineOf(text, "# METADATA"), err)
	}
	if other := s.Find(id); other != nil {
		return nil, fmt.Errorf("read the rules: %s: the rule %s is there already, in %s: give yours another id", file, id, other.where())
	}
	s.Rules = append(s.Rules, rule)
	return rule, nil
}

// IsOwn reports whether a rule is the user's own.
func (r *Rule) IsOwn() bool { return r.own }

// where names the place of a rule for people.
func (r *Rule) where() string {
	if r.own {
		return r.file
	}
	return "canvaslint itself"
}

// lineOf gives the first line, from 1, that begins with a text; 1 where none does.
func lineOf(text, start string) int {
	number := 0
	for line := range strings.Lines(text) {
		number++
		if strings.HasPrefix(line, start) {
			return number
		}
	}
	return 1
}

// readModules reads the Rego files of a folder beside rule.rego: tests, and in
// lib/ what rules share.
func readModules(fsys fs.FS, folder, name string) ([]module, error) {
	entries, err := fs.ReadDir(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read the rules folder %s: %w", path.Join(folder, name), err)
	}
	var modules []module
	for _, entry := range entries {
		file := path.Join(name, entry.Name())
		isTest := strings.HasSuffix(file, "_test.rego")
		switch {
		case !strings.HasSuffix(file, ".rego") || entry.Name() == "rule.rego" && name != "lib":
			continue
		case !isTest && name != "lib":
			return nil, fmt.Errorf("read the rules: %s belongs to no rule: a rule is one file, rule.rego; put what rules share into %s",
				path.Join(folder, file), path.Join(folder, "lib"))
		}
		text, err := readFile(fsys, folder, file)
		if err != nil {
			return nil, err
		}
		modules = append(modules, module{File: path.Join(folder, file), Text: text, Test: isTest})
	}
	return modules, nil
}

// missingError is a file that is missing.
type missingError struct{ error }

func isMissing(err error) bool {
	_, ok := err.(missingError) //nolint:errorlint // readFile alone makes it, and wraps nothing around it
	return ok
}

// readFile reads a plain file of bearable size.
func readFile(fsys fs.FS, folder, name string) (string, error) {
	shown := path.Join(folder, name)
	info, err := fs.Lstat(fsys, name)
	switch {
	case err != nil:
		return "", missingError{fmt.Errorf("read the rules: %s: there is no such file", shown)}
	case info.Mode()&fs.ModeSymlink != 0:
		return "", linkError(shown)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("read the rules: %s is no plain file", shown)
	case info.Size() > maxFile:
		return "", fmt.Errorf("read the rules: %s has %d bytes, more than %d", shown, info.Size(), maxFile)
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return "", fmt.Errorf("read the rules: %s: %w", shown, err)
	}
	return string(data), nil
}
