package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/cloudformation"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// loadPaths reads what is to be checked, with the owners that the config names.
func loadPaths(s streams, c settings, from inputs, parameters []string) (*load.Result, error) {
	owners, at := map[string]string{}, map[string]source.Span{}
	for _, document := range c.Documents {
		if full, err := filepath.Abs(filepath.Join(c.folder, document.File)); err == nil {
			owners[full], at[full] = document.Owner, document.At
		}
	}
	values, err := readParameters(parameters)
	if err != nil {
		return nil, err
	}
	return load.Load(from.paths, load.Options{Stdin: s.in, Owners: owners, OwnerAt: at, Display: from.display, Parameters: values})
}

const parametersHelp = "`file` with values for the parameters of templates: parameter JSON as CloudFormation takes it, samconfig.toml or .yaml, or a map; later files win"

// readParameters reads the files with values for parameters; later ones win.
func readParameters(files []string) (map[string]string, error) {
	values := map[string]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the parameters: %w", err)
		}
		given, err := cloudformation.ReadParameters(display(file), data)
		if err != nil {
			return nil, fmt.Errorf("read the parameters: %w", err)
		}
		maps.Copy(values, given)
	}
	return values, nil
}

// display shows a path relative to the current folder where it lies below it,
// else as given, with forward slashes.
func display(path string) string {
	if here, err := os.Getwd(); err == nil {
		if full, err := filepath.Abs(path); err == nil {
			if relative, err := filepath.Rel(here, full); err == nil && !strings.HasPrefix(relative, "..") {
				return filepath.ToSlash(relative)
			}
		}
	}
	return filepath.ToSlash(filepath.Clean(path))
}
