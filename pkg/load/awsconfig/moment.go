package awsconfig

import (
	"math"
	"strconv"
	"time"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// moment is a capture time in seconds since 1970; zero where it is not there
// or not understood.
type moment float64

func (m moment) before(other moment) bool { return m < other }

// momentOf reads a time as the service writes it, as the AWS CLI of version 1
// does (seconds since 1970), or as a recorder of Python objects does.
func momentOf(node source.Node) moment {
	text := node.Text()
	if node.Get("__class__").Text() == "datetime" {
		number := func(name string) int {
			value, _ := strconv.Atoi(node.Get(name).Text())
			return value
		}
		at := time.Date(number("year"), time.Month(number("month")), number("day"), number("hour"), number("minute"), number("second"), number("microsecond")*1000, time.UTC)
		return moment(float64(at.UnixNano()) / 1e9)
	}
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(seconds) && !math.IsInf(seconds, 0) {
		return moment(seconds)
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999-0700", "2006-01-02 15:04:05.999999999-07:00"} {
		if at, err := time.Parse(form, text); err == nil {
			return moment(float64(at.UnixNano()) / 1e9)
		}
	}
	return 0
}
