package lint

import (
	"fmt"
	"os"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/objects"
	"github.com/canvaslint/canvaslint/pkg/outfile"
	"github.com/canvaslint/canvaslint/pkg/rules"
)

// Request is a check as a user asks for it: files by name, and what is not given is left
// to the config.
type Request struct {
	Paths []string
	// Read says where files are, and how they are shown.
	Read load.Options
	// Rules gives the rules that there are under the settings.
	Rules func(Settings) (*rules.Set, error)

	Config          string // "" is searched for
	Guide, FailOn   string
	AllowUnknown    bool
	Strict          bool // a run that checks no domain is a problem
	Only, Skip      []string
	Parameters      []string // files
	Account, Region string   // of templates and plans that do not name one
	PolicyType      string
}

// Options reads what the request names. Its errors are the user's.
func (r Request) Options() (Options, error) {
	o := Options{Paths: r.Paths, Read: r.Read, Only: r.Only, Skip: r.Skip}
	if r.PolicyType != "" {
		o.Read.PolicyTypes = []load.PolicyType{{Type: r.PolicyType}}
	}
	var err error
	if o.Settings, err = OpenSettings(r.Read, r.Config, objects.OnDisk(r.Paths)); err != nil {
		return o, err
	}
	if o.Rules, err = r.Rules(o.Settings); err != nil {
		return o, err
	}
	if err := o.Settings.ReadWaivers(r.Read, o.Rules); err != nil {
		return o, err
	}
	o.Settings = r.over(o.Settings)
	if err := Known(o.Rules, slices.Concat(r.Only, r.Skip)...); err != nil {
		return o, err
	}
	if o.Read.Homes, err = r.homes(); err != nil {
		return o, err
	}
	o.Read.Parameters, err = ReadParameters(o.Read, r.Parameters)
	return o, err
}

// over lays what is given over the settings.
func (r Request) over(s Settings) Settings {
	if r.Guide != "" {
		s.Guide = r.Guide
	}
	if r.FailOn != "" {
		s.FailOn = r.FailOn
	}
	s.AllowUnknown = s.AllowUnknown || r.AllowUnknown
	if r.Strict {
		s.Expect.Domains = max(s.Expect.Domains, 1)
	}
	s.Config = s.Defaults()
	return s
}

// homes says where plans and templates are deployed.
func (r Request) homes() ([]load.Home, error) {
	switch {
	case r.Account != "" && !layout.IsAccount(r.Account):
		return nil, fmt.Errorf("--account takes an account id of twelve digits, not %q", r.Account)
	case r.Region != "" && !layout.IsRegion(r.Region):
		return nil, fmt.Errorf("--region takes a Region such as eu-central-1, not %q", r.Region)
	}
	return []load.Home{{Home: layout.Home{Account: r.Account, Region: r.Region}}}, nil
}

// Reads lists what a check reads, with the folders of rules and files of parameters that
// were given, as far as it is known beforehand.
func (o Options) Reads(ruleFolders, parameters []string) []outfile.Guard {
	guards := []outfile.Guard{{What: "the waivers", Name: o.Settings.Beside(config.WaiversFileName)}}
	if o.Settings.File != "" {
		guards = append([]outfile.Guard{{What: "the config", Name: o.Settings.File}}, guards...)
	}
	for _, folder := range o.Settings.RuleFolders(ruleFolders) {
		guards = append(guards, outfile.Guard{What: "a rule", Name: folder})
	}
	for _, file := range parameters {
		guards = append(guards, outfile.Guard{What: "the parameters", Name: file})
	}
	for _, path := range o.Paths {
		if info, err := os.Stat(path); fetch.IsAddress(path) || err == nil && !info.IsDir() {
			guards = append(guards, outfile.Guard{What: "an input", Name: path})
		}
	}
	return guards
}
