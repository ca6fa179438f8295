package lint

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// ParseShard reads I/N, auto/N or auto: then it takes the part from the environment of an
// array of processes. Arrays count from 0, parts from 1. Its errors are the user's.
func ParseShard(text string, environment func(string) string) (Shard, error) {
	index, count, _ := strings.Cut(text, "/")
	if index == "auto" {
		var err error
		if index, count, err = arrayOf(count, environment); err != nil {
			return Shard{}, err
		}
	}
	i, err := strconv.Atoi(index)
	n, other := strconv.Atoi(count)
	if err != nil || other != nil || i < 1 || i > n || n > finding.MostParts {
		return Shard{}, fmt.Errorf("--shard takes I/N, such as 1/4 for the first of four parts, not %q", text)
	}
	return Shard{Index: i, Count: n}, nil
}

// arrayOf gives the part that this process of an array is to do.
func arrayOf(count string, environment func(string) string) (index, of string, err error) {
	for _, array := range []struct{ index, count string }{
		{"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS"},               // https://kubernetes.io/docs/concepts/workloads/controllers/job/#completion-mode
		{"AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"}, // https://docs.aws.amazon.com/batch/latest/userguide/job_env_vars.html
	} {
		given := environment(array.index)
		if given == "" {
			continue
		}
		if count == "" {
			count = environment(array.count)
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
