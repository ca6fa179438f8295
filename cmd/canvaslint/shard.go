package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/lint"
)

const shardHelp = "check only part I of N of the accounts, as `I/N`; auto or auto/N takes I from a Kubernetes Indexed Job or an AWS Batch array; {part} in names of reports stands for I"

// shard reads --shard. Arrays count from 0, parts from 1.
func (f *checkFlags) readShard() (lint.Shard, error) {
	if f.shard == "" && f.exitZero {
		return lint.Shard{}, errors.New("--exit-zero works only with --shard: merge judges the whole")
	}
	if f.shard == "" {
		return lint.Shard{}, nil
	}
	for _, with := range []struct {
		flag string
		on   bool
	}{
		{"--baseline and --write-baseline, which canvaslint merge takes", f.baseline+f.Baseline != ""},
		{"--redact, which canvaslint merge takes", f.Redact}, {"--changed", f.changes.on || f.changes.from != ""}, {"--live", f.live.on},
	} {
		if with.on {
			return lint.Shard{}, fmt.Errorf("--shard excludes %s", with.flag)
		}
	}
	return lint.ParseShard(f.shard, os.Getenv)
}

// name puts the number of the part in the place of {part}: what starts the parts of an
// array gives all of them one command line.
func (o *outputs) name(part lint.Shard) {
	if part.Count == 0 {
		return
	}
	fill := func(name string) string { return strings.ReplaceAll(name, "{part}", strconv.Itoa(part.Index)) }
	o.Output, o.Reports = fill(o.Output), slices.Clone(o.Reports)
	for i, name := range o.Reports {
		o.Reports[i] = fill(name)
	}
}
