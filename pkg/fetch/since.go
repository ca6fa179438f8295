package fetch

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// ParseSince reads a day, or a number of days before now; "" is no time. Its errors are
// the user's.
func ParseSince(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 {
			return now.AddDate(0, 0, -n), nil
		}
	}
	since, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("--since takes a day like 2027-01-31 or a number of days like 90d, not %q", text)
	}
	return since, nil
}
