package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/pkg/rules/ruletest"
	"github.com/canvaslint/canvaslint/policies"
)

func rulesCommand(s streams) *cobra.Command {
	return &cobra.Command{
		Use: "rules [ID]", Short: "List the rules, or explain one", Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			set, err := rules.Load(policies.FS)
			if err != nil {
				return statusError{exitInternal, err}
			}
			if len(args) == 1 {
				return explain(s, set, args[0])
			}
			return list(s, set)
		},
	}
}

func list(s streams, set *rules.Set) error {
	width := 0
	for _, rule := range set.Rules {
		width = max(width, len(rule.ID))
	}
	for _, rule := range set.Rules {
		if err := rule.Describe(); err != nil {
			return statusError{exitInternal, err}
		}
		if _, err := fmt.Fprintf(s.out, "%-*s  %-7s  %s\n", width, rule.ID, rule.Severity, rule.Title); err != nil {
			return err
		}
	}
	return nil
}

func explain(s streams, set *rules.Set, id string) error {
	rule := set.Find(id)
	if rule == nil {
		return usageError(fmt.Errorf("there is no rule %q; \"canvaslint rules\" lists them", id))
	}
	text, err := ruletest.Explain(rule)
	if err != nil {
		return statusError{exitInternal, err}
	}
	_, err = fmt.Fprint(s.out, strings.TrimRight(text, "\n")+"\n")
	return err
}
