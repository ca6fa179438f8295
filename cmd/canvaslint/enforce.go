package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/rules"
)

// enforcement says which rules of a run are enforced.
type enforcement struct {
	flags checkFlags
	newer map[string]bool // than rules-as-of
	ids   []string        // of newer, in order
}

// enforce works out which rules the flags and the config's rules-as-of leave.
func enforce(flags checkFlags, c config.Config, set *rules.Set) (enforcement, error) {
	e := enforcement{flags: flags, newer: map[string]bool{}}
	if c.RulesAsOf == "" {
		return e, nil
	}
	for _, rule := range set.Rules {
		if err := rule.Describe(); err != nil {
			return e, err
		}
		if isNewer(rule.Since, c.RulesAsOf) && flags.wants(rule.ID) {
			e.newer[rule.ID] = true
			e.ids = append(e.ids, rule.ID)
		}
	}
	return e, nil
}

// wants reports whether a rule is enforced.
func (e enforcement) wants(id string) bool { return e.flags.wants(id) && !e.newer[id] }

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
