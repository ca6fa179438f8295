package lint

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// Settings is the config with the file that it stands in.
type Settings struct {
	config.Config
	File string // "" where there is none
}

// OpenSettings reads the config file that is named, else the one that is found for the
// paths.
func OpenSettings(from load.Options, file string, paths []string) (Settings, error) {
	if file == "" {
		var err error
		if file, err = FindSettings(from.Files, paths); err != nil {
			return Settings{}, err
		}
	}
	return ReadSettings(from, file)
}

// ReadSettings reads a config file; the name "" is none.
func ReadSettings(from load.Options, file string) (Settings, error) {
	from = from.Defaults()
	s := Settings{File: file}
	if file == "" {
		return s, nil
	}
	data, err := fs.ReadFile(from.Files, file)
	if err != nil {
		return s, fmt.Errorf("read the config: %w", err)
	}
	if s.Config, err = config.Parse(from.Display(file), data); err != nil {
		return s, fmt.Errorf("read the config:\n%w", err)
	}
	return s, nil
}

// FindSettings gives the config file for paths: the one that is found upwards from
// them, else from the current folder; "" is none.
func FindSettings(files filesystem.FS, paths []string) (string, error) {
	found := map[string]bool{}
	for _, name := range paths {
		info, err := fs.Stat(files, name)
		if name == "-" || err != nil {
			continue // standard input has no folder, and who reads the path says what is wrong
		}
		if !info.IsDir() {
			name = filepath.Dir(name)
		}
		file, err := findUpwards(files, files.Absolute(name))
		if err != nil {
			return "", err
		}
		if file != "" {
			found[file] = true
		}
	}
	switch list := slices.Sorted(maps.Keys(found)); len(list) {
	case 0:
		return findUpwards(files, files.Absolute("."))
	case 1:
		return list[0], nil
	default:
		return "", fmt.Errorf("find the config: the paths have several, %s and %s: check them one by one, or name one with --config", list[0], list[1])
	}
}

// findUpwards looks for the config file in a folder and those above it.
func findUpwards(files filesystem.FS, folder string) (string, error) {
	for {
		names, err := filesystem.Named(files, folder, "canvaslint")
		if err != nil {
			names = nil // not for us to see, and so not for us to read
		}
		name, err := config.FileIn(names)
		if err != nil {
			return "", fmt.Errorf("find the config: %s: %w", folder, err)
		}
		if name != "" {
			return filepath.Join(folder, name), nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", nil
		}
		folder = parent
	}
}

// Beside gives the path of a file that the config names, or of the config's own
// folder for "". Without a config it is relative to the current folder.
func (s Settings) Beside(file string) string {
	if s.File == "" {
		return file
	}
	return path.Join(path.Dir(filepath.ToSlash(s.File)), file)
}

// ReadWaivers adds the waivers of the file beside the config. It refuses waivers
// that cannot be taken, and rules that the config names and no one knows.
func (s *Settings) ReadWaivers(from load.Options, set *rules.Set) error {
	from = from.Defaults()
	other := ""
	for _, name := range config.WaiversFileNames() {
		file := s.Beside(name)
		data, err := fs.ReadFile(from.Files, file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return fmt.Errorf("read the waivers: %w", err)
		case other != "":
			return fmt.Errorf("read the waivers: there are two files, %s and %s: keep one", other, name)
		}
		other = name
		waivers, err := config.ParseWaivers(from.Display(file), data)
		if err != nil {
			return fmt.Errorf("read the waivers:\n%w", err)
		}
		s.Waivers = append(s.Waivers, waivers...)
	}
	var wrong []error
	for _, w := range s.Waivers {
		if objection := s.objectionTo(set, w); objection != "" {
			wrong = append(wrong, fmt.Errorf("%s: %s", w.Span, objection))
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("read the waivers:\n%w", errors.Join(wrong...))
	}
	for id, span := range s.RuleAt {
		if err := Known(set, id); err != nil {
			return fmt.Errorf("read the config: %s: %w", span, err)
		}
	}
	return nil
}

// Known refuses ids of rules that are not in the set.
func Known(set *rules.Set, ids ...string) error {
	for _, id := range ids {
		if set.Find(id) != nil {
			continue
		}
		var known []string
		for _, rule := range set.Rules {
			known = append(known, rule.ID)
		}
		if meant := wording.Nearest(id, known); len(meant) > 0 {
			return fmt.Errorf("there is no rule %q%s", id, wording.DidYouMean(meant))
		}
		return fmt.Errorf("there is no rule %q; \"canvaslint rules\" lists them", id)
	}
	return nil
}

// objectionTo says why a waiver cannot be taken, "" if it can.
func (s *Settings) objectionTo(set *rules.Set, w config.Waiver) string {
	if err := Known(set, w.Rule); err != nil {
		return err.Error()
	}
	return s.Objection(w)
}

// owners are those that the config's documents name, and where it names them.
func (s Settings) owners() (owners map[string]string, at map[string]source.Span) {
	owners, at = map[string]string{}, map[string]source.Span{}
	for _, document := range s.Documents {
		if document.Owner == "" {
			continue
		}
		file := s.Beside(document.File)
		owners[file], at[file] = document.Owner, document.At
	}
	return owners, at
}

// policyTypes are the kinds of policies that the config's documents say.
func (s Settings) policyTypes() []load.PolicyType {
	var types []load.PolicyType
	for _, document := range s.Documents {
		if document.Type != "" {
			types = append(types, load.PolicyType{Path: s.Beside(document.File), Type: document.Type})
		}
	}
	return types
}

// homes are where the config says that plans and templates are deployed.
func (s Settings) homes() []load.Home {
	var homes []load.Home
	for _, d := range s.DeployedTo {
		homes = append(homes, load.Home{Path: s.Beside(d.Path), Home: layout.Home{Account: d.Account, Region: d.Region}})
	}
	return homes
}

// relative turns a file as it is shown into a path relative to the config's
// folder, with forward slashes.
func (o Options) relative(file string) string {
	folder := o.Read.Files.Absolute(o.Settings.Beside(""))
	below, err := filepath.Rel(folder, o.Read.Files.Absolute(file))
	if err != nil {
		return file
	}
	return filepath.ToSlash(below)
}

// ReadParameters reads files with values for the parameters of templates; later
// ones win.
func ReadParameters(from load.Options, files []string) (map[string]string, error) {
	from = from.Defaults()
	values := map[string]string{}
	for _, file := range files {
		data, err := fs.ReadFile(from.Files, file)
		if err != nil {
			return nil, fmt.Errorf("read the parameters: %w", err)
		}
		given, err := cloudformation.ReadParameters(from.Display(file), data)
		if err != nil {
			return nil, fmt.Errorf("read the parameters: %w", err)
		}
		maps.Copy(values, given)
	}
	return values, nil
}

// RuleFolders gives the folders of the user's own rules: those that are given, and those
// that the config names.
func (s Settings) RuleFolders(given []string) []string {
	folders := slices.Clone(given)
	for _, folder := range s.RuleDirs {
		if !filepath.IsAbs(folder) {
			folder = s.Beside(folder)
		}
		folders = append(folders, folder)
	}
	return folders
}

// Shown gives the settings in force as a config file; display gives the name of the one
// that they come from.
func (s Settings) Shown(display func(file string) string) (string, error) {
	text, err := s.YAML()
	from := "no config file: these are the defaults"
	if s.File != "" {
		from = display(s.File)
	}
	return fmt.Sprintf("# %s\n%s", from, text), err
}
