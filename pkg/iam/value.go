package iam

import (
	"encoding/base64"
	"math"
	"math/big"
	"net/netip"
	"strings"
	"time"
)

// Value is one value of a condition, read for its operator.
type Value struct {
	Pattern
	Number *big.Rat     // Numeric; nil if the text is no number
	Time   time.Time    // Date; zero if the text is no date
	Range  netip.Prefix // IPAddress; not valid if the text is no address
	Truth  bool         // Null
	// Broken marks a value that does not fit its operator's type.
	Broken bool
	// Refused marks a broken value of a Deny: AWS refuses the policy, so it is
	// not known that it denies nothing.
	Refused bool
}

// ParseNumber reads a whole or decimal number, exactly.
func ParseNumber(text string) (*big.Rat, bool) {
	if text == "" || len(text) > 40 || strings.Trim(text, "+-.0123456789eE") != "" {
		return nil, false
	}
	if e := strings.IndexAny(text, "eE"); e >= 0 && len(text)-e > 4 {
		return nil, false // an exponent that would cost memory, and that no key has
	}
	return new(big.Rat).SetString(text)
}

// ParseDate reads what date operators take: the W3C profile of ISO 8601, or
// seconds since 1970
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date).
func ParseDate(text string) (time.Time, bool) {
	for _, form := range [...]string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006"} {
		if len(form) == 4 && !isYear(text) {
			continue
		}
		if t, err := time.Parse(form, text); err == nil {
			return t, true
		}
	}
	seconds, ok := ParseNumber(text)
	if !ok {
		return time.Time{}, false
	}
	nanoseconds := new(big.Rat).Mul(seconds, big.NewRat(1e9, 1))
	f, _ := nanoseconds.Float64()
	if math.Abs(f) > math.MaxInt64/2 {
		return time.Time{}, false
	}
	whole := new(big.Int).Quo(nanoseconds.Num(), nanoseconds.Denom())
	return time.Unix(0, whole.Int64()).UTC(), true
}

// isYear tells the year 2024 from 2024 seconds: four digits are a year.
func isYear(text string) bool { return len(text) == 4 && strings.Trim(text, "0123456789") == "" }

// ParseRange reads an address or a CIDR range; an address alone is a range of
// one (…/reference_policies_elements_condition_operators.html#Conditions_IPAddress).
func ParseRange(text string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), true
	}
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	return netip.Prefix{}, false
}

// read fills in what the operator's test compares with.
func (v *Value) read(test Test) {
	ok := true
	switch test {
	case Numeric:
		v.Number, ok = ParseNumber(v.Text)
	case Date:
		v.Time, ok = ParseDate(v.Text)
	case IPAddress:
		v.Range, ok = ParseRange(v.Text)
	case Bool, Null:
		v.Truth = strings.EqualFold(v.Text, "true")
		ok = v.Truth || strings.EqualFold(v.Text, "false")
	case Binary:
		bytes, err := base64.StdEncoding.DecodeString(v.Text)
		if ok = err == nil; ok {
			v.glob = LiteralGlob(string(bytes), false)
		}
	case ArnLike:
		ok = !v.loose && !v.short
	}
	v.Broken = !ok && !v.Symbolic
}
