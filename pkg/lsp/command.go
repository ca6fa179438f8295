package lsp

import (
	"context"
	"maps"
	"slices"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/canvaslint/canvaslint/pkg/fix"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// executeCommand runs a command of the server.
func executeCommand(ctx context.Context, v *view, p protocol.ExecuteCommandParams) (any, error) {
	var uri protocol.URI
	var at protocol.Range
	var text string
	switch {
	case p.Command == settleUnknown && decode(p.Arguments, &text):
		return v.settle(ctx, text), nil
	case p.Command == applyPlan && decode(p.Arguments, &uri):
		return nil, v.applyPlan(ctx, uri)
	case p.Command == openRule && decode(p.Arguments, &uri):
		v.show(ctx, protocol.ShowDocumentParams{URI: uri, External: true})
	case p.Command == goTo && decode(p.Arguments, &uri, &at):
		v.show(ctx, protocol.ShowDocumentParams{URI: uri, TakeFocus: true, Selection: &at})
	default:
		return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeInvalidParams, Message: "there is no command " + p.Command + " with such arguments"}
	}
	return nil, nil //nolint:nilnil // the protocol wants null
}

func (v *view) show(ctx context.Context, p protocol.ShowDocumentParams) {
	_ = v.server.conn.Call(ctx, "window/showDocument", p, nil)
}

// applyPlan works out the plan for the folder of a document, and asks the client to
// make its edits.
func (v *view) applyPlan(ctx context.Context, uri protocol.URI) error {
	c, err := v.fresh(ctx, uri)
	if c == nil || c.err != nil || err != nil {
		return err
	}
	o := c.options
	o.Read.Cache = &load.Cache{} // that of the folder belongs to the checker
	plan, err := fix.Make(ctx, o)
	if err != nil {
		return err
	}
	e := c.edits()
	for _, name := range slices.Sorted(maps.Keys(plan.Files)) {
		e.replace(name, plan.Files[name].Old, plan.Files[name].New)
	}
	v.server.notify(ctx, "window/showMessage", protocol.ShowMessageParams{Type: protocol.MessageInfo, Message: "canvaslint: " + plan.Summary()})
	if edit := e.workspace(v.client); edit != nil {
		return v.server.conn.Call(ctx, "workspace/applyEdit", protocol.ApplyEditParams{Label: "canvaslint: " + plan.Summary(), Edit: *edit}, nil)
	}
	return nil
}
