package main

import (
	"fmt"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load"
)

const (
	accountHelp = "`account` of plans and templates that do not name one"
	regionHelp  = "`Region` of plans and templates that do not name one"
)

// homes says by flags where plans and templates are deployed.
func homes(account, region string) ([]load.Home, error) {
	switch {
	case account != "" && !layout.IsAccount(account):
		return nil, fmt.Errorf("--account takes an account id of twelve digits, not %q", account)
	case region != "" && !layout.IsRegion(region):
		return nil, fmt.Errorf("--region takes a Region such as eu-central-1, not %q", region)
	}
	return []load.Home{{Home: layout.Home{Account: account, Region: region}}}, nil
}
