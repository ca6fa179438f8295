package lsp

import (
	"context"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// settleAction asks for what would settle what a finding leaves unknown: the commands that
// save the missing documents, else their names; nil where nothing is missing.
func settleAction(f finding.Finding) *protocol.CodeAction {
	var commands, missing []string
	for _, cause := range f.Causes {
		switch {
		case cause.Command != "" && !slices.Contains(commands, cause.Command):
			commands = append(commands, cause.Command)
		case cause.Command == "" && cause.Missing != "" && !slices.Contains(missing, cause.Missing):
			missing = append(missing, cause.Missing)
		}
	}
	title, text := "Show the command that saves what is missing", strings.Join(commands, "\n")
	switch {
	case len(commands)+len(missing) == 0:
		return nil
	case len(commands) == 0:
		title, text = "Show what is missing", strings.Join(missing, "\n")
	case len(commands) > 1:
		title = "Show the commands that save what is missing"
	}
	return &protocol.CodeAction{Title: title, Kind: protocol.QuickFix, Command: &protocol.Command{Title: title, Command: settleUnknown, Arguments: []any{text}}}
}

// settle shows the text of a settleAction, and gives it back: a client that has a
// clipboard puts it there.
func (v *view) settle(ctx context.Context, text string) string {
	v.server.notify(ctx, "window/showMessage", protocol.ShowMessageParams{Type: protocol.MessageInfo, Message: text})
	return text
}
