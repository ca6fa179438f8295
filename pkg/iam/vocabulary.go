package iam

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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
		return fmt.Sprintf("no action of AWS fits %s%s", text, didYouMean(service+":", nearest(strings.Trim(name, "*?"), actions)))
	}
	if action := operations()[strings.ToLower(text)]; action != "" {
		return fmt.Sprintf("AWS has no action %s%s", text, didYouMean("", strings.Split(action, " ")))
	}
	return fmt.Sprintf("AWS has no action %s%s", text, didYouMean(service+":", nearest(name, actions)))
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
		services = within(service, services, max(1, len(service)/4))
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

// didYouMean words a suggestion.
func didYouMean(prefix string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	last := prefix + names[len(names)-1]
	for i := len(names) - 2; i >= 0; i-- {
		joint := ", "
		if i == len(names)-2 {
			joint = " or "
		}
		last = prefix + names[i] + joint + last
	}
	return "; did you mean " + last + "?"
}

// nearest gives up to three names that continue the text, else the one or two
// that the fewest changes make of it.
func nearest(text string, names []string) []string {
	text = strings.ToLower(text)
	var longer []string
	for _, name := range names {
		if text != "" && strings.HasPrefix(strings.ToLower(name), text) {
			longer = append(longer, name)
		}
	}
	if len(longer) > 0 {
		slices.SortStableFunc(longer, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
		return longer[:min(3, len(longer))]
	}
	return within(text, names, max(1, len(text)/3))
}

// within gives the one or two names that the fewest changes make of a text, if
// they are no more than a limit.
func within(text string, names []string, limit int) []string {
	best, found := limit+1, []string(nil)
	for _, name := range names {
		switch d := Distance(text, strings.ToLower(name), best); {
		case d < best:
			best, found = d, []string{name}
		case d == best && len(found) > 0:
			found = append(found, name)
		}
	}
	slices.Sort(found)
	return found[:min(2, len(found))]
}

// Distance counts the letters to add, drop or change between two texts; more
// than limit is limit+1.
func Distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal, least := row[0], i+1
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, diagonal+1, row[j]+1)
			least = min(least, row[j+1])
		}
		if least > limit {
			return limit + 1
		}
	}
	return row[len(b)]
}
