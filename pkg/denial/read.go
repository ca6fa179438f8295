package denial

import (
	"errors"
	"fmt"
)

// Read gives the denied calls of a text: CloudTrail records, or a text of any lines with
// AWS's sentences. Its errors are for the user.
func Read(text string) ([]Denial, error) {
	denials := Sentences(text)
	if events, err := Events([]byte(text)); err == nil && len(events) > 0 {
		denials = events
	}
	if len(denials) > 0 {
		return Group(denials), nil
	}
	if hint := Hint(text); hint != "" {
		return nil, errors.New(hint)
	}
	return nil, errors.New(`the text holds no sentence of the form "User: ARN is not authorized to perform: ACTION on resource: ARN"`)
}

// ReadEvents gives the denied calls of a file of CloudTrail records. Its errors are for
// the user.
func ReadEvents(file string, data []byte) ([]Denial, error) {
	denials, err := Events(data)
	if err == nil && len(denials) == 0 {
		err = fmt.Errorf("%s holds no record of a denied call", file)
	}
	return Group(denials), err
}
