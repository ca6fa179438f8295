// Canvaslint-fetch reads live AWS accounts, and objects of S3, for canvaslint, which
// starts it and tells it what to read: a program of its own, since the AWS SDK takes longer to compile
// and to start than everything else.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/live"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, in io.Reader, out, complaints io.Writer) (status int) {
	if len(args) > 0 {
		fmt.Fprintf(complaints, "%s: canvaslint starts this program; it takes no arguments\n", fetch.Program)
		return 2
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// A second Ctrl-C ends the program as usual.
	context.AfterFunc(ctx, stop)
	if err := fetch.Serve(ctx, in, out, fetch.Work{Fetch: live.Fetch, Transfer: live.Transfer}); err != nil {
		fmt.Fprintf(complaints, "%s: %v; canvaslint starts this program\n", fetch.Program, err)
		return 2
	}
	return 0
}
