package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
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
	index, count, _ := strings.Cut(f.shard, "/")
	if index == "auto" {
		var err error
		if index, count, err = arrayOf(count); err != nil {
			return lint.Shard{}, err
		}
	}
	i, err := strconv.Atoi(index)
	n, other := strconv.Atoi(count)
	if err != nil || other != nil || i < 1 || i > n || n > finding.MostParts {
		return lint.Shard{}, fmt.Errorf("--shard takes I/N, such as 1/4 for the first of four parts, not %q", f.shard)
	}
	return lint.Shard{Index: i, Count: n}, nil
}

// arrayOf gives the part that this process of an array is to do.
func arrayOf(count string) (index, of string, err error) {
	for _, array := range []struct{ index, count string }{
		{"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS"},               // https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
		{"AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"}, // https://docs.aws.amazon.com/batch/latest/userguide/job_env_vars.html
	} {
		given := os.Getenv(array.index)
		if given == "" {
			continue
		}
		if count == "" {
			count = os.Getenv(array.count)
		}
		if count == "" {
			return "", "", fmt.Errorf("--shard auto: %s does not say how many parts there are: give --shard auto/N, or set it", array.count)
		}
		i, err := strconv.Atoi(given)
		if err != nil {
			return "", "", fmt.Errorf("--shard auto: %s is %q, and no number", array.index, given)
		}
		return strconv.Itoa(i + 1), count, nil
	}
	return "", "", errors.New("--shard auto: neither JOB_COMPLETION_INDEX nor AWS_BATCH_JOB_ARRAY_INDEX is set: give --shard I/N")
}
