// Bench makes up inputs of all sizes, checks each in turn with canvaslint, and
// prints what that took: go run ./bench. A ratio near 2 says that twice the
// input takes twice the time.
package main

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
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
	peers := flag.Bool("peers", true, "compare with conftest, built once at a pinned version: some minutes")
	input := flag.String("input", "", "write one input, `axis,n,folder`, and end: bench starts itself so")
	bare := flag.String("scan", "", "read the JSON files of a `folder` token by token, and end: what checks are compared with")
	flag.Parse()
	if *bare != "" {
		if err := scan(*bare); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if *input != "" {
		if err := writeInput(*input, *seed); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	if err := run(*rounds, *scale, *binary, *only, *seed, *peers); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// axis is an input that grows: it is measured at n and at 2n, or at the multiples of
// n that it names.
type axis struct {
	name  string
	n     int
	times []int
	// command is what is measured, check where there is none. Its input is the
	// folder, and for diff the one that later makes, or of the same shape with a key more.
	command string
	later   func(n int) account.Files
	make    func(n int) account.Files
	status  int // of a right answer
	goal    string
	// scan is how many times as long as a bare scan of the input it may take at most,
	// 0 for no such goal.
	scan int
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
		{name: "domains of 50 profiles", n: 100, make: folder(func(n int) account.Shape { return account.Shape{Domains: n, Profiles: 50} }), status: clean, goal: "200: 2.5 s wall, 500 MB"},
		{name: "the same, no one may use the storage key", n: 50, make: folder(func(n int) account.Shape { return account.Shape{Domains: n, Profiles: 50, Broken: true} }), status: findings, goal: ""},
		{name: "thousands of roles, one domain", n: 21, times: []int{1, 2, 4}, scan: 8, make: folder(func(n int) account.Shape { return account.Shape{Domains: 1, Roles: 1000 * n} }), status: clean, goal: "peak 4 times the input and 60 MB"},
		{name: "keys", n: 1000, make: folder(func(n int) account.Shape { return account.Shape{Domains: 1, Keys: n} }), status: clean, goal: "2000: 0.8 s wall"},
		{name: "buckets with policies", n: 1000, make: folder(func(n int) account.Shape { return account.Shape{Domains: 1, Buckets: n} }), status: clean, goal: "2000: 0.5 s wall"},
		{name: "accounts of 67 files", n: 100, times: []int{1, 5, 10, 20}, make: folder(func(n int) account.Shape {
			return account.Shape{Accounts: n, Domains: 3, Profiles: 3, Keys: 2, Buckets: 1}
		}), status: clean, goal: "1000 to 2000: 2.1; 2000: 1.2 times the peak of 100, CPU 1.7 cores"},
		{name: "fix: domains of 10 profiles without their storage key", n: 5, command: "fix", make: folder(func(n int) account.Shape { return account.Shape{Domains: n, Profiles: 10, Broken: true} }), status: findings},
		{name: "fix: domains of 2 profiles, each with a fault of one of five kinds", n: 50, times: []int{1, 2, 4}, command: "fix", make: folder(func(n int) account.Shape { return account.Shape{Domains: n, Profiles: 2, Faulty: true} }), status: clean},
		{name: "diff: domains of 10 profiles, one key more", n: 20, command: "diff", make: folder(func(n int) account.Shape { return account.Shape{Domains: n, Profiles: 10} }), status: clean},
		{name: "diff: domains of 10 profiles, each role and key differs", n: 50, command: "diff", make: folder(func(n int) account.Shape { return account.Shape{Domains: n, Profiles: 10} }),
			later: folder(func(n int) account.Shape { return account.Shape{Domains: n, Profiles: 10, Later: true} }), status: clean},
		{name: "AWS Config, domains in one snapshot", n: 95, times: []int{1, 2, 10}, scan: 15, make: func(n int) account.Files { return mixed(n).Config() }, status: clean, goal: "peak 6 times the input and 60 MB"},
		{name: "Terraform, domains in one plan", n: 30, times: []int{1, 2, 9}, scan: 15, make: func(n int) account.Files { return mixed(n).Plan() }, status: clean, goal: "peak 6 times the input and 60 MB"},
	}
}

func run(rounds int, scale float64, binary, only string, seed uint64, compare bool) error {
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
	tasks, err := prepare(work, binary, scale, only, seed)
	if err != nil {
		return err
	}
	if compare && (only == "" || strings.Contains(only, "conftest")) {
		peers, err := peerTasks(work, binary)
		if err != nil {
			return err
		}
		tasks = append(tasks, peers...)
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
	fmt.Fprintln(table, "| input\t| MB\t| wall s\t| CPU s\t| cores\t| peak MB\t| CPU to the row above\t| goal\t|")
	fmt.Fprintln(table, "|"+strings.Repeat("---\t|", 8))
	for _, t := range tasks {
		ratio := ""
		if t.half != nil {
			ratio = fmt.Sprintf("%.2f for %.3g", t.median(cpu)/t.half.median(cpu), float64(t.items)/float64(t.half.items))
		}
		goal := t.goal
		if t.check != nil {
			goal = fmt.Sprintf("check takes %.2f times the wall time and %.2f times the CPU; %s", t.check.median(wall)/t.median(wall), t.check.median(cpu)/t.median(cpu), goal)
		}
		fmt.Fprintf(table, "| %s\t| %.1f\t| %.3f\t| %.3f\t| %.1f\t| %.0f\t| %s\t| %s\t|\n", t.name, t.size, t.median(wall), t.median(cpu), t.median(cpu)/t.median(wall), t.median(peak), ratio, goal)
	}
	return table.Flush()
}

// prepare writes all inputs and says how each is measured.
func prepare(work, binary string, scale float64, only string, seed uint64) ([]*task, error) {
	tasks, err := smallTasks(work, binary)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	for i, axis := range axes(seed) {
		if !strings.Contains(axis.name, only) {
			continue
		}
		var half *task
		times := axis.times
		if times == nil {
			times = []int{1, 2}
		}
		for _, n := range times {
			n *= max(1, int(float64(axis.n)*scale))
			folder := filepath.Join(work, fmt.Sprintf("%d-%d", i, n))
			size, err := makeInput(i, n, folder, seed)
			if err != nil {
				return nil, err
			}
			t := &task{name: fmt.Sprintf("%d %s", n, axis.name), items: n, half: half, goal: axis.goal, size: size, status: axis.status, command: axis.on(binary, folder)}
			tasks, half = append(tasks, t), t
			if axis.scan > 0 {
				tasks = append(tasks, &task{name: "a bare scan of the same", size: size, check: t, command: []string{self, "-scan", folder}, goal: fmt.Sprint(axis.scan)})
			}
		}
	}
	return tasks, nil
}

// makeInput has a process of its own write an input, and gives its size in MB. Linux
// counts the memory that bench once had towards the peak of each program that it
// starts (https://man7.org/linux/man-pages/man2/getrusage.2.html, ru_maxrss is kept
// across execve), so bench itself stays small.
func makeInput(axis, n int, folder string, seed uint64) (float64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	write := exec.Command(self, "-seed", strconv.FormatUint(seed, 10), "-input", fmt.Sprintf("%d,%d,%s", axis, n, folder))
	write.Stderr = os.Stderr
	if err := write.Run(); err != nil {
		return 0, fmt.Errorf("write %s: %w", folder, err)
	}
	var size int64
	err = filepath.WalkDir(folder, func(_ string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	return float64(size) / (1 << 20), err
}

// writeInput writes the input that the flag names.
func writeInput(text string, seed uint64) error {
	var i, n int
	var folder string
	if _, err := fmt.Sscanf(text, "%d,%d,%s", &i, &n, &folder); err != nil {
		return fmt.Errorf("-input %s: %w", text, err)
	}
	axis := axes(seed)[i]
	files := axis.make(n)
	if err := files.Write(folder); err != nil || axis.command != "diff" {
		return err
	}
	if axis.later != nil {
		return axis.later(n).Write(folder + "-after")
	}
	for name, text := range (account.Shape{Accounts: 1, Keys: 1, Seed: 2}).Folder() {
		if strings.Contains(name, "/kms/keys/") {
			files[name] = text
		}
	}
	return files.Write(folder + "-after")
}

// on gives the command that is measured on a folder.
func (a axis) on(binary, folder string) []string {
	switch a.command {
	case "":
		return []string{binary, "check", "--no-cache", "--format", "json", folder}
	case "diff":
		return []string{binary, "diff", folder, folder + "-after"}
	}
	return []string{binary, a.command, folder}
}
