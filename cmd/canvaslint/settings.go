package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/rules"
)

// settings is the config with the folder its paths are relative to.
type settings struct {
	config.Config
	file, folder string // of the config; "" where there is none
}

// readConfig reads the config file and lays the flags over it, and loads the
// rules that both name.
func readConfig(flags checkFlags) (settings, *rules.Set, error) {
	c, err := openConfig(flags.config)
	if err != nil {
		return c, nil, err
	}
	set, err := flags.rules.load(c)
	if err != nil {
		return c, nil, err
	}
	if err := c.readWaivers(set); err != nil {
		return c, nil, err
	}
	for id, span := range c.RuleAt {
		if set.Find(id) == nil {
			return c, nil, fmt.Errorf("read the config: %s: there is no rule %q; \"canvaslint rules\" lists them", span, id)
		}
	}
	for _, id := range append(slices.Clone(flags.only), flags.skip...) {
		if set.Find(id) == nil {
			return c, nil, fmt.Errorf("there is no rule %q; \"canvaslint rules\" lists them", id)
		}
	}
	for _, word := range []struct {
		flag, value string
		into        *string
		known       []string
	}{
		{"--guide", flags.guide, &c.Guide, []string{config.Guide2022, config.GuideCurrent}},
		{"--fail-on", flags.failOn, &c.FailOn, []string{"error", "warning", "info", "never"}},
	} {
		if word.value == "" {
			continue
		}
		if !slices.Contains(word.known, word.value) {
			return c, nil, fmt.Errorf("%s takes one of %s, not %q", word.flag, strings.Join(word.known, ", "), word.value)
		}
		*word.into = word.value
	}
	c.AllowUnknown = c.AllowUnknown || flags.allowUnknown
	c.Config = c.Defaults()
	return c, set, nil
}

// openConfig reads the config file that is named, else the one that is found.
func openConfig(file string) (settings, error) {
	var c settings
	if file == "" {
		file = findConfig()
	}
	if file == "" {
		return c, nil
	}
	data, err := os.ReadFile(file)
	if err != nil {
		return c, fmt.Errorf("read the config: %w", err)
	}
	if c.Config, err = config.Parse(display(file), data); err != nil {
		return c, fmt.Errorf("read the config:\n%w", err)
	}
	c.file, c.folder = file, filepath.Dir(file)
	return c, nil
}

// findConfig looks for the config file in the current folder and upwards.
func findConfig() string {
	folder, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		file := filepath.Join(folder, config.FileName)
		if info, err := os.Stat(file); err == nil && !info.IsDir() {
			return file
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return ""
		}
		folder = parent
	}
}
