package canvas_test

import (
	"fmt"
	"runtime"
	"testing"
	"testing/fstest"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// However many workers decide, and for whichever domains, the needs are the same and
// in the same order.
func TestNeedsOnManyProcessors(t *testing.T) {
	for name, shape := range map[string]account.Shape{
		"many domains":     {Accounts: 2, Domains: 12, Profiles: 5, Buckets: 3, Broken: true},
		"one large domain": {Accounts: 1, Domains: 1, Profiles: 150, Buckets: 3, Broken: true},
	} {
		t.Run(name, func(t *testing.T) { onManyProcessors(t, shape) })
	}
}

func onManyProcessors(t *testing.T, shape account.Shape) {
	disk := fstest.MapFS{}
	for name, text := range shape.Folder() {
		disk[name] = &fstest.MapFile{Data: text}
	}
	loaded, err := load.Load([]string{"."}, load.Options{Files: filesystem.Of(disk)})
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var want []string
	for _, processors := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(processors)
		got := needsOf(canvas.Work(loaded.Snapshot, config.Config{Datasets: []string{"data-100000000000-1"}}.Defaults()))
		if len(got) < 500 {
			t.Fatalf("only %d actions", len(got))
		}
		if want == nil {
			want = got
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%d processors (-one +many):\n%s", processors, diff)
		}
	}
}

// needsOf writes down the needs with all that was found out about them.
func needsOf(f *canvas.Facts) []string {
	var list []string
	for _, need := range f.Needs {
		for _, a := range need.Actions {
			line := fmt.Sprint(need.Domain.ID, need.Role, need.Purpose, need.Resource, need.Maybe, need.ViaIAM, a.Name, a.Result, a.Missing, a.Services)
			for _, user := range a.Users {
				line += " " + user.Name
			}
			for _, reason := range a.Reasons {
				line += " " + reason.Message
			}
			list = append(list, line)
		}
	}
	for _, broad := range f.Broad {
		list = append(list, fmt.Sprint(broad.Role, len(broad.Users), broad.Policy.Name, broad.Statement.Index))
	}
	return list
}
