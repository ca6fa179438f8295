package main

import (
	"io"

	"github.com/canvaslint/canvaslint/pkg/access/cases"
)

// decideCases answers access questions, one JSON object a line, with one
// decision a line, in order. A line that cannot be read is answered with an
// Error result of its own; the error returned is one of reading or writing.
func decideCases(in io.Reader, out io.Writer) error { return cases.Run(in, out) }
