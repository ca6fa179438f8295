package access

import (
	"math/big"
	"net/netip"
	"slices"
	"time"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// maxElements bounds the values whose subsets stand for a multivalued key.
const maxElements = 8

// list works out what a key can be: absent, if it may be, and one value for
// each class of values that the conditions tell apart. Where the classes
// cannot be listed, it is absent or present.
func (s *split) list(k *splitKey) {
	value := s.request.Context.entries[k.entry]
	if value.state == oneOf {
		for _, v := range value.values {
			k.values = append(k.values, entry{state: known, values: []string{v}})
		}
		return
	}
	if value.state == unknown {
		k.values = append(k.values, entry{state: absent})
	}
	texts, ok := s.texts(k, &value)
	s.bounded = s.bounded || *s.steps < 0
	if !ok || k.variable {
		whole := value
		if whole.state == unknown {
			whole.state = present
		}
		k.values = append(k.values, whole)
		return
	}
	sets := value.multi || value.shapeless && quantified(k)
	if !value.multi {
		for _, text := range texts {
			k.values = append(k.values, entry{state: known, values: []string{text}})
		}
	}
	if !sets {
		return
	}
	if len(texts) > maxElements {
		k.values = append(k.values, entry{state: present, multi: true})
		return
	}
	for set := 1; set < 1<<len(texts); set++ {
		k.values = append(k.values, subset(texts, set))
	}
}

func subset(texts []string, set int) entry {
	e := entry{state: known, multi: true}
	for i, text := range texts {
		if set&(1<<i) != 0 {
			e.values = append(e.values, text)
		}
	}
	return e
}

// quantified reports whether a condition takes the key for a set.
func quantified(k *splitKey) bool {
	for _, c := range k.conditions {
		if c.Op.Set != iam.Single {
			return true
		}
	}
	return false
}

// family is a group of tests that tell the same kind of values apart.
type family uint8

const (
	noFamily family = iota
	textual
	numeric
	temporal
	network
	opaque // values are not listed
)

func familyOf(test iam.Test) family {
	switch test {
	case iam.Null, iam.Unsupported:
		return noFamily
	case iam.Numeric:
		return numeric
	case iam.Date:
		return temporal
	case iam.IPAddress:
		return network
	case iam.Binary:
		return opaque
	}
	return textual
}

// texts lists a value for each class of single values.
func (s *split) texts(k *splitKey, value *entry) ([]string, bool) {
	group := noFamily
	if len(k.literals) > 0 {
		group = textual
	}
	for _, c := range k.conditions {
		f := familyOf(c.Op.Test)
		if f == noFamily {
			continue
		}
		if group != noFamily && f != group {
			return nil, false // values of two kinds: not worth the search
		}
		group = f
	}
	if value.hasBeginning() && group != textual && group != noFamily {
		return nil, false
	}
	free := isFree(k.key)
	switch group {
	case noFamily:
		return []string{"x"}, !value.hasBeginning()
	case textual:
		return s.textual(k, value, free)
	case numeric:
		return numbers(k, free), true
	case temporal:
		return dates(k, free), true
	case opaque:
		return nil, false
	}
	return s.addresses(k, free)
}

// textual lists the classes of texts.
func (s *split) textual(k *splitKey, value *entry, free bool) ([]string, bool) {
	var globs []*iam.Glob
	onlyBool, onlyARN, arns := len(k.literals) == 0, len(k.literals) == 0, -1
	for _, text := range k.literals {
		g := iam.LiteralGlob(text, false)
		globs = append(globs, &g)
	}
	for _, c := range k.conditions {
		if c.Op.Test == iam.Null || c.Op.Test == iam.Unsupported {
			continue
		}
		onlyBool = onlyBool && c.Op.Test == iam.Bool
		onlyARN = onlyARN && c.Op.Test == iam.ArnLike
		if c.Op.Test == iam.ArnLike && c.Op.Negated && arns < 0 {
			arns = len(globs)
			g := iam.ARNGlob("arn:*:*:*:*:*")
			globs = append(globs, &g)
		}
		for i := range c.Values {
			g, ok, exact := c.Values[i].Resolve(s.eval.variable)
			if !exact || c.Values[i].Symbolic || c.Values[i].HasStandIn() {
				return nil, false
			}
			if ok {
				globs = append(globs, &g)
			}
		}
	}
	if onlyBool && !free {
		return []string{"true", "false"}, true
	}
	if quantified(k) {
		empty := iam.LiteralGlob("", false)
		globs = append(globs, &empty)
	}
	start := ""
	var within *iam.Glob
	if value.hasBeginning() {
		start = value.beginning()
	}
	if value.state == every {
		if glob := iam.SetGlob(value.values[0]); glob.FitBeginning(start) != iam.Always {
			within = &glob
		}
	}
	texts, ok := witnesses(globs, start, within, s.steps)
	if ok && onlyARN && arns >= 0 && !free {
		texts = slices.DeleteFunc(texts, func(text string) bool { return !globs[arns].Matches(text) })
	}
	return texts, ok
}

// numbers lists each number compared with, one between any two, one below and
// one above all; and one text that is no number where the key may hold any.
func numbers(k *splitKey, free bool) []string {
	var points []*big.Rat
	for _, c := range k.conditions {
		for i := range c.Values {
			if n := c.Values[i].Number; n != nil {
				points = append(points, n)
			}
		}
	}
	slices.SortFunc(points, (*big.Rat).Cmp)
	points = slices.CompactFunc(points, func(a, b *big.Rat) bool { return a.Cmp(b) == 0 })
	one, texts := big.NewRat(1, 1), []string(nil)
	add := func(n *big.Rat) { texts = append(texts, decimal(n)) }
	for i, p := range points {
		if i == 0 {
			add(new(big.Rat).Sub(p, one))
		} else {
			sum := new(big.Rat).Add(p, points[i-1])
			add(sum.Quo(sum, big.NewRat(2, 1)))
		}
		add(p)
	}
	if len(points) > 0 {
		add(new(big.Rat).Add(points[len(points)-1], one))
	}
	if free || len(texts) == 0 {
		texts = append(texts, "x")
	}
	return texts
}

// decimal writes a number in full. Halves of finite decimals are finite.
func decimal(n *big.Rat) string {
	if n.IsInt() {
		return n.Num().String()
	}
	digits, exact := n.FloatPrec()
	if !exact {
		digits = 30
	}
	return n.FloatString(digits)
}

// dates is numbers for points in time.
func dates(k *splitKey, free bool) []string {
	var points []time.Time
	for _, c := range k.conditions {
		for i := range c.Values {
			if v := &c.Values[i]; !v.Broken && !v.Symbolic {
				points = append(points, v.Time)
			}
		}
	}
	slices.SortFunc(points, time.Time.Compare)
	points = slices.CompactFunc(points, time.Time.Equal)
	var texts []string
	add := func(t time.Time) { texts = append(texts, t.UTC().Format(time.RFC3339Nano)) }
	for i, p := range points {
		if i == 0 {
			add(p.Add(-time.Second))
		} else if gap := p.Sub(points[i-1]) / 2; gap > 0 {
			add(points[i-1].Add(gap))
		}
		add(p)
	}
	if len(points) > 0 {
		add(points[len(points)-1].Add(time.Second))
	}
	if free || len(texts) == 0 {
		texts = append(texts, "x")
	}
	return texts
}

// addresses lists the borders of every range and what lies next to them; it
// reports false where they are more than can be tried.
func (s *split) addresses(k *splitKey, free bool) ([]string, bool) {
	var texts []string
	seen := map[netip.Addr]bool{}
	add := func(a netip.Addr) {
		if a.IsValid() && !seen[a] {
			seen[a] = true
			texts = append(texts, a.String())
		}
	}
	most := s.mostCases()
	add(netip.MustParseAddr("0.0.0.0"))
	add(netip.MustParseAddr("::"))
	for _, c := range k.conditions {
		for i := range c.Values {
			r := c.Values[i].Range
			if !r.IsValid() {
				continue
			}
			first, last := r.Addr(), lastOf(r)
			add(first)
			add(last)
			add(first.Prev())
			add(last.Next())
			if len(texts) > most {
				s.bounded = true
				return nil, false
			}
		}
	}
	if free {
		texts = append(texts, "x")
	}
	return texts, true
}

func lastOf(r netip.Prefix) netip.Addr {
	bytes := r.Addr().AsSlice()
	for i := r.Bits(); i < len(bytes)*8; i++ {
		bytes[i/8] |= 1 << (7 - i%8)
	}
	a, _ := netip.AddrFromSlice(bytes)
	return a
}
