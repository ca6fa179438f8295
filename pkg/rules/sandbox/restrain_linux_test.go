package sandbox

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	llsyscall "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// restrained names the folder in which a restrained process tries to make another.
const restrained = "CANVASLINT_RESTRAINED"

// TestRestrain takes from a process what limits of resources leave it: a folder is
// made without a file descriptor.
func TestRestrain(t *testing.T) {
	if folder := os.Getenv(restrained); folder != "" {
		if err := restrain(256 << 20); err != nil {
			os.Exit(3)
		}
		if err := unix.Mkdir(filepath.Join(folder, "made"), 0o700); errors.Is(err, unix.EACCES) {
			os.Exit(0)
		}
		os.Exit(4)
	}
	if version, err := llsyscall.LandlockGetABIVersion(); err != nil || version < 1 {
		t.Skipf("SKIPPED: this kernel has no Landlock (%d, %v): only the limits of resources hold", version, err)
	}
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestRestrain$")
	command.Env = append(os.Environ(), restrained+"="+t.TempDir())
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
