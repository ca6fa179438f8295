package compare

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Sides gives the paths of both states: the two arguments, or the archives of the
// arguments in two revisions, A..B, which remove takes away. Archive saves one. The
// errors are the user's.
func Sides(revisions string, args []string, archive func(revision, file string, paths []string) error) (sides [2][]string, remove func(), err error) {
	if revisions == "" {
		if len(args) != 2 {
			return sides, nil, errors.New("diff takes two paths, OLD and NEW, or --rev A..B and the paths to compare")
		}
		return [2][]string{{args[0]}, {args[1]}}, func() {}, nil
	}
	before, after, ok := strings.Cut(revisions, "..")
	if !ok || before == "" || after == "" || strings.HasPrefix(after, ".") || strings.HasPrefix(revisions, "-") {
		return sides, nil, fmt.Errorf("--rev takes two revisions, as in main..HEAD, not %q", revisions)
	}
	folder, err := os.MkdirTemp("", "canvaslint-diff-")
	if err != nil {
		return sides, nil, err
	}
	remove = func() { _ = os.RemoveAll(folder) } // temporary: nothing depends on it
	for i, revision := range []string{before, after} {
		file := filepath.Join(folder, []string{"old", "new"}[i]+".tar")
		if err := archive(revision, file, args); err != nil {
			remove()
			return sides, nil, err
		}
		sides[i] = []string{file}
	}
	return sides, remove, nil
}
