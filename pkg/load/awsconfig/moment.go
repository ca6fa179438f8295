package awsconfig

import (
	"math"
	"strconv"
	"time"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// momentOf reads a time as the service writes it, as the AWS CLI of version 1
// does (seconds since 1970), or as a recorder of Python objects does. It is zero
// for what tells no moment: a time without its zone may be any of a day.
func momentOf(node source.Node) time.Time {
	text := node.Text()
	if node.Get("__class__").Text() == "datetime" {
		number := func(name string) int {
			value, _ := strconv.Atoi(node.Get(name).Text())
			return value
		}
		return time.Date(number("year"), time.Month(number("month")), number("day"), number("hour"), number("minute"), number("second"), number("microsecond")*1000, time.UTC)
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(seconds) && math.Abs(seconds) < 1<<40 {
		whole, part := math.Modf(seconds)
		return time.Unix(int64(whole), int64(part*1e9)).UTC()
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999-0700", "2006-01-02 15:04:05.999999999-07:00"} {
		if at, err := time.Parse(form, text); err == nil {
			return at.UTC()
		}
	}
	return time.Time{}
}
