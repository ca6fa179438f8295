package config

import (
	"bytes"

	"gopkg.in/yaml.v3"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// written is a config as its file has it; what is not set is left out.
type written struct {
	Guide       string                      `yaml:"guide"`
	FailOn      string                      `yaml:"fail-on"`
	Unknown     string                      `yaml:"unknown"`
	Canvas      string                      `yaml:"canvas"`
	Rules       map[string]finding.Severity `yaml:"rules,omitempty"`
	RuleDirs    []string                    `yaml:"rule-dirs,omitempty"`
	RulesAsOf   string                      `yaml:"rules-as-of,omitempty"`
	Overrides   []writtenOverride           `yaml:"overrides,omitempty"`
	Datasets    []string                    `yaml:"datasets,omitempty"`
	Exclude     []string                    `yaml:"exclude,omitempty"`
	Documents   []writtenDocument           `yaml:"documents,omitempty"`
	DeployedTo  []writtenDeployment         `yaml:"deployed-to,omitempty"`
	Expect      writtenExpect               `yaml:"expect,omitempty"`
	Facts       writtenFacts                `yaml:"facts,omitempty"`
	WaiversNeed []string                    `yaml:"waivers-need,omitempty"`
	NotWaivable []string                    `yaml:"not-waivable,omitempty"`
	Waivers     []writtenWaiver             `yaml:"waivers,omitempty"`
}

type writtenOverride struct {
	Paths    []string                    `yaml:"paths,omitempty"`
	Accounts []string                    `yaml:"accounts,omitempty"`
	Rules    map[string]finding.Severity `yaml:"rules"`
}

type writtenDocument struct {
	File  string `yaml:"file"`
	Owner string `yaml:"owner,omitempty"`
	Type  string `yaml:"type,omitempty"`
}

type writtenDeployment struct {
	Path    string `yaml:"path,omitempty"`
	Account string `yaml:"account,omitempty"`
	Region  string `yaml:"region,omitempty"`
}

type writtenExpect struct {
	CustomerKeys []finding.Purpose `yaml:"customer-keys,omitempty"`
	Domains      int               `yaml:"domains,omitempty"`
	Models       []writtenModel    `yaml:"models,omitempty"`
}

type writtenModel struct {
	Name    string `yaml:"name"`
	Domain  string `yaml:"domain,omitempty"`
	Problem string `yaml:"problem"`
	Key     string `yaml:"key,omitempty"`
}

type writtenFacts struct {
	Organization struct {
		ID    string   `yaml:"id,omitempty"`
		Paths []string `yaml:"paths,omitempty"`
	} `yaml:"organization,omitempty"`
	PrincipalTags map[string]map[string]string `yaml:"principal-tags,omitempty"`
	Context       map[string][]string          `yaml:"context,omitempty"`
}

type writtenWaiver struct {
	Rule     string `yaml:"rule"`
	Resource string `yaml:"resource,omitempty"`
	Path     string `yaml:"path,omitempty"`
	Reason   string `yaml:"reason"`
	Owner    string `yaml:"owner,omitempty"`
	Until    string `yaml:"until,omitempty"`
}

// YAML writes the settings that are in force, defaults included, as a config file
// that Parse reads back.
func (c Config) YAML() ([]byte, error) {
	c = c.Defaults()
	w := written{
		Guide: c.Guide, FailOn: c.FailOn, Unknown: "fail", Canvas: "detected",
		Rules: c.Rules, RuleDirs: c.RuleDirs, RulesAsOf: c.RulesAsOf, Datasets: c.Datasets, Exclude: c.Exclude,
		Expect:      writtenExpect{CustomerKeys: c.Expect.CustomerKeys, Domains: c.Expect.Domains},
		WaiversNeed: c.WaiversNeed, NotWaivable: c.NotWaivable,
	}
	if c.AllowUnknown {
		w.Unknown = "allow"
	}
	if c.AllProfiles {
		w.Canvas = "all"
	}
	for _, o := range c.Overrides {
		w.Overrides = append(w.Overrides, writtenOverride(o))
	}
	for _, d := range c.Documents {
		w.Documents = append(w.Documents, writtenDocument{d.File, d.Owner, d.Type})
	}
	for _, d := range c.DeployedTo {
		w.DeployedTo = append(w.DeployedTo, writtenDeployment(d))
	}
	for _, m := range c.Expect.Models {
		w.Expect.Models = append(w.Expect.Models, writtenModel{m.Name, m.Domain, m.Problem, m.Key})
	}
	w.Facts.Organization.ID, w.Facts.Organization.Paths = c.Facts.OrganizationID, c.Facts.OrganizationPaths
	w.Facts.PrincipalTags, w.Facts.Context = c.Facts.PrincipalTags, c.Facts.Context
	for _, v := range c.Waivers {
		w.Waivers = append(w.Waivers, writtenWaiver{v.Rule, v.Resource, v.Path, v.Reason, v.Owner, v.Until})
	}
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	if err := encoder.Encode(w); err != nil {
		return nil, err
	}
	return out.Bytes(), encoder.Close()
}
