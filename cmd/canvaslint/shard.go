package main

import (
	"fmt"
	"os"

	"github.com/canvaslint/canvaslint/pkg/lint"
)

const shardHelp = "check only part I of N of the accounts, as `I/N`; auto or auto/N takes I from a Kubernetes Indexed Job or an AWS Batch array"

// shard reads --shard. Arrays count from 0, parts from 1.
func (f *checkFlags) readShard() (lint.Shard, error) {
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
