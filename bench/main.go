// Bench makes up inputs of all sizes, checks each in turn with canvaslint, and
// prints what that took: go run ./bench. A ratio near 2 says that twice the
// input takes twice the time.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/canvaslint/canvaslint/bench/account"
)

func main() {
	rounds := flag.Int("rounds", 3, "`times` that each input is checked; the median counts")
	scale := flag.Float64("scale", 1, "`factor` for the sizes of all inputs")
	binary := flag.String("binary", "", "canvaslint to measure; built from here if empty")
	only := flag.String("only", "", "measure only inputs whose `name` holds this")
	seed := flag.Uint64("seed", 1, "inputs are the same for the same seed")
	install := flag.Bool("install", false, "install conftest and opa at pinned versions first: some minutes")
	flag.Parse()
	if err := run(*rounds, *scale, *binary, *only, *seed, *install); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// axis is an input that grows: it is measured at n and at 2n.
type axis struct {
	name   string
	n      int
	make   func(n int) account.Files
	status int // of a right answer
	goal   string
}

// The exit statuses of check that are right answers here.
const (
	clean    = 0
	findings = 1
)

func axes(seed uint64) []axis {
	shape := func(of func(n int) account.Shape) func(int) account.Shape {
		return func(n int) account.Shape {
			s := of(n)
			s.Seed = seed
			return s
		}
	}
	folder := func(of func(n int) account.Shape) func(int) account.Files {
		return func(n int) account.Files { return shape(of)(n).Folder() }
	}
	mixed := shape(func(n int) account.Shape {
		return account.Shape{Domains: n, Profiles: 10, Roles: 20 * n, Keys: 6 * n, Buckets: 6 * n}
	})
	return []axis{
		{"domains of 50 profiles", 100, folder(func(n int) account.Shape { return account.Shape{Domains: n, Profiles: 50} }), clean, "200: 2.5 s wall, 500 MB"},
		{"the same, no one may use the storage key", 50, folder(func(n int) account.Shape { return account.Shape{Domains: n, Profiles: 50, Broken: true} }), findings, ""},
		{"thousands of roles, one domain", 19, folder(func(n int) account.Shape { return account.Shape{Domains: 1, Roles: 1000 * n} }), clean, "peak 4 times the input and 60 MB"},
		{"keys", 1000, folder(func(n int) account.Shape { return account.Shape{Domains: 1, Keys: n} }), clean, "2000: 0.8 s wall"},
		{"buckets with policies", 1000, folder(func(n int) account.Shape { return account.Shape{Domains: 1, Buckets: n} }), clean, "2000: 0.5 s wall"},
		{"accounts of 67 files", 1000, folder(func(n int) account.Shape {
			return account.Shape{Accounts: n, Domains: 3, Profiles: 3, Keys: 2, Buckets: 1}
		}), clean, "ratio 2"},
		{"AWS Config, domains in one snapshot", 95, func(n int) account.Files { return mixed(n).Config() }, clean, "peak 6 times the input and 60 MB"},
		{"Terraform, domains in one plan", 30, func(n int) account.Files { return mixed(n).Plan() }, clean, "peak 6 times the input and 60 MB"},
	}
}

func run(rounds int, scale float64, binary, only string, seed uint64, install bool) error {
	work, err := os.MkdirTemp("", "canvaslint-bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(work) }()
	if binary == "" {
		binary = filepath.Join(work, "canvaslint")
		build := exec.Command("go", "build", "-ldflags=-s -w", "-o", binary, "./cmd/canvaslint")
		if build.Stdout, build.Stderr = os.Stderr, os.Stderr; build.Run() != nil {
			return fmt.Errorf("build canvaslint: run this in the module's folder")
		}
	}
	if install {
		if err := installPeers(work); err != nil {
			return err
		}
	}
	tasks, err := prepare(work, binary, scale, only, seed)
	if err != nil {
		return err
	}
	for round := range rounds {
		for _, t := range tasks { // in turn: what else the machine does meets all alike
			fmt.Fprintf(os.Stderr, "round %d of %d: %s\n", round+1, rounds, t.name)
			if err := t.run(); err != nil {
				return err
			}
		}
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "| input\t| MB\t| wall s\t| CPU s\t| cores\t| peak MB\t| CPU, 2n to n\t| goal\t|")
	fmt.Fprintln(table, "|"+strings.Repeat("---\t|", 8))
	for _, t := range tasks {
		ratio := ""
		if t.half != nil {
			ratio = fmt.Sprintf("%.2f", t.median(cpu)/t.half.median(cpu))
		}
		fmt.Fprintf(table, "| %s\t| %.1f\t| %.3f\t| %.3f\t| %.1f\t| %.0f\t| %s\t| %s\t|\n", t.name, t.size, t.median(wall), t.median(cpu), t.median(cpu)/t.median(wall), t.median(peak), ratio, t.goal)
	}
	return table.Flush()
}

// prepare writes all inputs and says how each is measured.
func prepare(work, binary string, scale float64, only string, seed uint64) ([]*task, error) {
	tasks, err := smallTasks(work, binary)
	if err != nil {
		return nil, err
	}
	tasks = append(tasks, peers(work)...)
	for i, axis := range axes(seed) {
		if !strings.Contains(axis.name, only) {
			continue
		}
		var half *task
		for _, n := range []int{1, 2} {
			n *= max(1, int(float64(axis.n)*scale))
			folder := filepath.Join(work, fmt.Sprintf("%d-%d", i, n))
			files := axis.make(n)
			if err := files.Write(folder); err != nil {
				return nil, err
			}
			t := &task{name: fmt.Sprintf("%d %s", n, axis.name), half: half, goal: axis.goal, size: files.Size(), status: axis.status, command: []string{binary, "check", "--no-cache", "--format", "json", folder}}
			tasks, half = append(tasks, t), t
		}
	}
	return tasks, nil
}
