package lint

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/rules"
)

// enforcement says which rules of a run are enforced.
type enforcement struct {
	options Options
	newer   map[string]bool // than rules-as-of
	ids     []string        // of newer, in order
}

// enforce works out which rules the options and the config's rules-as-of leave.
func enforce(o Options) (enforcement, error) {
	e := enforcement{options: o, newer: map[string]bool{}}
	if err := Known(o.Rules, slices.Concat(o.Only, o.Skip)...); err != nil {
		return e, err
	}
	if !slices.ContainsFunc(o.Rules.Rules, func(r *rules.Rule) bool { return e.chosen(r.ID) }) {
		return e, errors.New("no rule is left to run: --skip leaves out all that --only names")
	}
	asOf := o.Settings.RulesAsOf
	if asOf == "" {
		return e, nil
	}
	left := false
	for _, rule := range o.Rules.Rules {
		if err := rule.Describe(); err != nil {
			return e, err
		}
		left = left || e.chosen(rule.ID) && !isNewer(rule.Since, asOf)
		if isNewer(rule.Since, asOf) && e.chosen(rule.ID) {
			e.newer[rule.ID] = true
			e.ids = append(e.ids, rule.ID)
		}
	}
	if !left && len(e.ids) > 0 {
		return e, fmt.Errorf("read the config: rules-as-of %s leaves no rule: every rule that would run is newer", asOf)
	}
	return e, nil
}

// wants reports whether a rule is enforced.
func (e enforcement) wants(id string) bool { return e.chosen(id) && !e.newer[id] }

// chosen reports whether the options leave a rule in. One that is off by itself
// has to be asked for, there or in the config.
func (e enforcement) chosen(id string) bool {
	only := e.options.Only
	if slices.Contains(e.options.Skip, id) || len(only) > 0 && !slices.Contains(only, id) {
		return false
	}
	_, configured := e.options.Settings.Rules[id]
	return configured || len(only) > 0 || e.options.Rules.Find(id).Severity != finding.Off
}

// note names the rules that are not enforced because they are too new.
func (e enforcement) note(version string) []string {
	if len(e.ids) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("Newer than rules-as-of %s, and so not enforced: %s.", version, strings.Join(e.ids, ", "))}
}

// isNewer compares versions number by number; a missing number is 0.
func isNewer(version, than string) bool {
	a, b := strings.Split(version, "."), strings.Split(than, ".")
	for i := range max(len(a), len(b)) {
		if x, y := number(a, i), number(b, i); x != y {
			return x > y
		}
	}
	return false
}

func number(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil {
		return 0
	}
	return n
}
