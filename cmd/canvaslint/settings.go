package main

import (
	"github.com/spf13/pflag"

	"github.com/canvaslint/canvaslint/pkg/commandline"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/rules"
)

// reading is how the program reads files: from the disk and standard input.
func (s streams) reading() load.Options {
	o := load.Options{Files: filesystem.Disk{}, Stdin: s.in, Display: display}
	if s.files != nil {
		o.Files = s.files
	}
	return o
}

// readConfig reads the config file and lays the flags over it, and loads the
// rules that both name.
func readConfig(s streams, flags checkFlags, paths []string) (lint.Settings, *rules.Set, error) {
	c, err := openConfig(s, flags.config, paths...)
	if err != nil {
		return c, nil, err
	}
	set, err := flags.rules.load(c)
	if err != nil {
		return c, nil, err
	}
	if err := c.ReadWaivers(s.reading(), set); err != nil {
		return c, nil, err
	}
	if flags.guide != "" {
		c.Guide = flags.guide
	}
	if flags.failOn != "" {
		c.FailOn = flags.failOn
	}
	c.AllowUnknown = c.AllowUnknown || flags.allowUnknown
	if flags.strict {
		c.Expect.Domains = max(c.Expect.Domains, 1)
	}
	c.Config = c.Defaults()
	return c, set, nil
}

// openConfig reads the config file that is named, else the one that is found for
// the paths.
func openConfig(s streams, file string, paths ...string) (lint.Settings, error) {
	from := s.reading()
	if file == "" {
		var err error
		if file, err = lint.FindSettings(from.Files, paths); err != nil {
			return lint.Settings{}, err
		}
	}
	return lint.ReadSettings(from, file)
}

// guideFlag adds the flag for the edition of the page.
func guideFlag(f *pflag.FlagSet, into *string) {
	commandline.OneOf(f, into, "guide", "edition of the AWS page: 2022 (default) or current",
		config.Guide2022+"\tthe AWS guide of 2022", config.GuideCurrent+"\tthe AWS guide as it is today")
}

const parametersHelp = "`file` with values for the parameters of templates: parameter JSON as CloudFormation takes it, samconfig.toml or .yaml, or a map; later files win"

// display shows a path.
func display(path string) string { return filesystem.Display(path) }
