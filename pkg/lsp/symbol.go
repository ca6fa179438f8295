package lsp

import (
	"context"
	"fmt"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// documentSymbols lists the statements of a document, by their Sids.
func documentSymbols(ctx context.Context, v *view, p protocol.DocumentParams) ([]protocol.DocumentSymbol, error) {
	t, c, err := v.document(ctx, p.TextDocument.URI)
	symbols := []protocol.DocumentSymbol{}
	if c == nil || err != nil {
		return symbols, err
	}
	documents, _ := source.Parse(t.Name, []byte(t.Text), source.Auto)
	for _, d := range documents {
		walk(d.Root(), func(n source.Node) bool {
			if n.Name().Text() != "Statement" {
				return true
			}
			number := 0
			for statement := range n.Each() {
				number++
				if statement.Is(source.Object) {
					symbols = append(symbols, t.symbol(statement, number))
				}
			}
			return false
		})
	}
	return symbols, nil
}

// symbol is one statement.
func (t text) symbol(statement source.Node, number int) protocol.DocumentSymbol {
	span, name := statement.Span(), fmt.Sprintf("statement %d", number)
	symbol := protocol.DocumentSymbol{Kind: protocol.SymbolObject, Range: t.span(span.Start, span.End)}
	symbol.SelectionRange = symbol.Range
	if sid := statement.Get("Sid"); sid.Text() != "" {
		name = sid.Text()
		symbol.SelectionRange = t.span(sid.Span().Start, sid.Span().End)
	}
	symbol.Name = name
	words := []string{statement.Get("Effect").Text()}
	for action := range statement.Get("Action").Each() {
		words = append(words, action.Text())
	}
	symbol.Detail = title("", strings.TrimSpace(strings.Join(words, " ")))
	return symbol
}
