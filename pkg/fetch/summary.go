package fetch

import (
	"cmp"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/canvaslint/canvaslint/pkg/wording"
)

// WritePlan lists the calls that a run makes, with the permission of each.
func (o Options) WritePlan(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "CALL\tPERMISSION\tGIVES")
	for _, call := range o.Planned() {
		permission := call.Permission
		if permission == "" {
			permission = "none needed"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", call.ID(), permission, call.Yields)
	}
	if of := o.Organization; of != nil {
		if strings.HasPrefix(of.Login, "arn:") {
			fmt.Fprintf(table, "sts:AssumeRole\tsts:AssumeRole\tcredentials of %s, for AWS Organizations\n", of.Login)
		}
		fmt.Fprintf(table, "sts:AssumeRole\tsts:AssumeRole\tcredentials of the role %s of each account\n", of.RoleName)
	}
	for _, role := range o.Roles {
		fmt.Fprintf(table, "sts:AssumeRole\tsts:AssumeRole\tcredentials of %s\n", role)
	}
	return table.Flush()
}

// Summarize says what was saved in a folder and, by permission, what was not read.
func (r *Result) Summarize(w io.Writer, folder string) {
	if len(r.Places) > 0 {
		fmt.Fprintf(w, "%s, %s, %s, %s, %s and %s saved in %s, with %s.\n",
			wording.Count(r.Domains, "domain"), wording.Count(r.Profiles, "profile"), wording.Count(r.Jobs, "job"), wording.Count(r.Roles, "role"), wording.Count(r.Keys, "key"), wording.Count(r.Buckets, "bucket"),
			filepath.ToSlash(folder), wording.Count(r.Calls, "call"))
	}
	if len(r.Manifest.Accounts) > 0 {
		fmt.Fprintln(w, members(r.Manifest.Accounts))
	}
	for _, line := range gaps(r.Manifest.Missing) {
		fmt.Fprintln(w, line)
	}
	switch {
	case r.Manifest.Status == StatusInterrupted:
		fmt.Fprintln(w, "Interrupted. Continue with --resume.")
	case len(r.Places) == 0:
		fmt.Fprintln(w, "Nothing was read.")
	case r.Nothing && !r.IsPartial():
		fmt.Fprintf(w, "No SageMaker domain found in %s. Name other Regions with --region.\n", r.asked())
	case r.IsPartial():
		fmt.Fprintln(w, "Partial: manifest.json lists every call that failed. check shows what stays unknown as a result.")
	default:
		fmt.Fprintln(w, "Complete.")
	}
}

// asked names the accounts that were asked, where they are few.
func (r *Result) asked() string {
	if n := len(r.Manifest.Accounts); n > 0 {
		return "the " + wording.Count(n, "account")
	}
	return "account " + strings.Join(r.Places, ", ")
}

// members counts accounts by how the run ended for them.
func members(accounts []Member) string {
	counts := map[Status]int{}
	for _, a := range accounts {
		counts[a.Status]++
	}
	var parts []string
	for _, status := range []Status{StatusComplete, StatusPartial, StatusUnread, StatusInterrupted, StatusClosed} {
		if counts[status] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[status], status))
		}
	}
	return wording.Count(len(accounts), "account") + ": " + strings.Join(parts, ", ") + "."
}

// gaps tells in one line for each call and reason what was not read.
func gaps(missing []Missing) []string {
	type group struct {
		call, permission, code string
		reason                 Reason
	}
	first, counts := map[group]Missing{}, map[group]int{}
	var order []group
	for _, m := range missing {
		g := group{m.Service + ":" + m.Operation, m.Permission, m.Code, m.Reason}
		if !m.IsGap() {
			continue
		}
		if counts[g]++; counts[g] == 1 {
			first[g] = m
			order = append(order, g)
		}
	}
	slices.SortFunc(order, func(a, b group) int {
		return strings.Compare(a.call+string(a.reason)+a.code, b.call+string(b.reason)+b.code)
	})
	var lines []string
	for _, g := range order {
		line := fmt.Sprintf("not read (%s): %s of %s, %s", g.reason, g.call, shown(cmp.Or(first[g].Resource, "the default credentials")), g.code)
		if id := first[g].RequestID; id != "" {
			line += ", request " + id
		}
		if more := counts[g] - 1; more > 0 {
			line += fmt.Sprintf(", and of %d more", more)
		}
		if g.reason == AccessDenied && g.permission != "" && g.code != "NoCredentials" && g.code != "OtherAccount" {
			line += "; allow " + g.permission
		}
		if g.code == "NoCredentials" || g.code == "OtherAccount" {
			line += "; pass credentials of that account with --profile or --role-arn"
		}
		lines = append(lines, line)
	}
	return lines
}

// shown spells a name of someone else's so that it stays in its line and a terminal
// does not act upon it.
func shown(name string) string {
	if !strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsPrint(c) }) {
		return name
	}
	return strings.Trim(strconv.Quote(name), `"`)
}
