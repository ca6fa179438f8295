package iam

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/wording"
)

func (c *Checker) action(p *Pattern) string {
	complaint, known := c.actions[p.Text]
	if !known {
		if !isPlain(p) || p.Text == "*" {
			return ""
		}
		complaint = c.judgeAction(p.Text)
		c.actions[p.Text] = complaint
	}
	return complaint
}

// Action says what is wrong with an action that is asked for, "" for nothing:
// "AWS has no action kms:Nope; did you mean ...?".
func (c *Checker) Action(text string) string {
	if strings.ContainsAny(text, "*?") {
		return fmt.Sprintf("%s is a pattern, and a request is for one action", text)
	}
	return c.judgeAction(text)
}

func (c *Checker) judgeAction(text string) string {
	prefix, name, ok := strings.Cut(text, ":")
	service := strings.ToLower(prefix)
	if !ok || strings.ContainsAny(service, "*?") || name == "" {
		return "" // faults of the grammar
	}
	if !c.vocabulary.IsService(service) {
		return fmt.Sprintf("AWS has no service with the prefix %q%s", prefix, c.elsewhere(service, name))
	}
	actions := c.vocabulary.Actions(service)
	glob := WildcardGlob(name, true)
	if len(actions) == 0 || actions[0] == "*" || slices.ContainsFunc(actions, glob.Matches) {
		return ""
	}
	if strings.ContainsAny(name, "*?") {
		return fmt.Sprintf("no action of AWS fits %s%s", text, didYouMean(service+":", wording.Nearest(strings.Trim(name, "*?"), actions)))
	}
	if action := operations()[strings.ToLower(text)]; action != "" {
		return fmt.Sprintf("AWS has no action %s%s", text, didYouMean("", strings.Split(action, " ")))
	}
	return fmt.Sprintf("AWS has no action %s%s", text, didYouMean(service+":", wording.Nearest(name, actions)))
}

// elsewhere names the action in the service that was meant: the one that people
// call by that prefix, or the one whose prefix is nearly the same.
func (c *Checker) elsewhere(service, name string) string {
	if action := operations()[service+":"+strings.ToLower(name)]; action != "" {
		return didYouMean("", []string{action})
	}
	services := []string{nicknames()[service]}
	if services[0] == "" {
		services = c.vocabulary.Services()
		slices.Sort(services)
		services = wording.Within(service, services, max(1, len(service)/4))
	}
	var found []string
	for _, candidate := range services {
		for _, action := range c.vocabulary.Actions(candidate) {
			if strings.EqualFold(action, name) {
				found = append(found, candidate+":"+action)
			}
		}
	}
	if len(found) > 0 && len(found) <= 3 {
		return didYouMean("", found)
	}
	return didYouMean("", services)
}

// didYouMean suggests names of a service, say, which a prefix says.
func didYouMean(prefix string, names []string) string {
	whole := make([]string, len(names))
	for i, name := range names {
		whole[i] = prefix + name
	}
	return wording.DidYouMean(whole)
}
