// Readonly is the part of the program that speaks to AWS, alone. TestReadOnly
// lists the operations that the linker leaves in it. The whole program holds
// more: for the page of HTML the linker must keep every exported method there
// is, although nothing calls it.
package main

import (
	"context"
	"os"

	"github.com/canvaslint/canvaslint/pkg/live"
)

func main() {
	if _, err := live.Fetch(context.Background(), live.Options{}); err != nil {
		os.Exit(1)
	}
}
