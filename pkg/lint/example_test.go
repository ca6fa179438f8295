package lint_test

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/canvaslint/canvaslint/pkg/lint"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/rules"
	"github.com/canvaslint/canvaslint/policies"
)

// A program that checks a folder.
func ExampleRun() {
	set, err := rules.Load(policies.FS)
	if err != nil {
		log.Fatal(err)
	}
	report, err := lint.Run(context.Background(), lint.Options{
		Rules: set,
		Read:  load.Options{Files: filesystem.Of(os.DirFS("../../testdata/snapshots/broken"))},
	})
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range report.Readiness[:3] {
		fmt.Println(row.Domain, row.Purpose, row.Verdict)
	}
	fmt.Println(report.Summary["error"], "errors, the first at", report.Findings[0].File)
	// Output:
	// d-0perat1ons7x app ready
	// d-0perat1ons7x storage ready
	// d-0perat1ons7x bucket ready
	// 17 errors, the first at 111122223333/eu-central-1/kms/keys/58c3e7f0-2a91-4d6b-8e04-b7f61c9d2a53/policy.json
}
