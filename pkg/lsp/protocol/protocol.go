// Package protocol holds the messages of the Language Server Protocol 3.17 that
// canvaslint speaks, as types:
// https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/
package protocol

import "encoding/json"

// URI names a document as the client spells it.
type URI string

// Position is a place in a text. Both numbers start at 0; a character is a UTF-16
// code unit.
type Position struct {
	Line      uint32 `json:"line"`
	Character uint32 `json:"character"`
}

// Range is a part of a text; End is exclusive.
type Range struct {
	Start Position `json:"start"`
	End   Position `json:"end"`
}

// Location is a range of a document.
type Location struct {
	URI   URI   `json:"uri"`
	Range Range `json:"range"`
}

// TextDocumentIdentifier names a document.
type TextDocumentIdentifier struct {
	URI URI `json:"uri"`
}

// VersionedTextDocumentIdentifier names a version of an open document.
type VersionedTextDocumentIdentifier struct {
	URI     URI   `json:"uri"`
	Version int32 `json:"version"`
}

// OptionalVersionedTextDocumentIdentifier has no version for a document that is not open.
type OptionalVersionedTextDocumentIdentifier struct {
	URI     URI    `json:"uri"`
	Version *int32 `json:"version"`
}

// TextDocumentItem is a document that was opened.
type TextDocumentItem struct {
	URI        URI    `json:"uri"`
	LanguageID string `json:"languageId"`
	Version    int32  `json:"version"`
	Text       string `json:"text"`
}

// TextDocumentPositionParams is a place in a document.
type TextDocumentPositionParams struct {
	TextDocument TextDocumentIdentifier `json:"textDocument"`
	Position     Position               `json:"position"`
}

// DocumentParams is a request about a whole document.
type DocumentParams struct {
	TextDocument TextDocumentIdentifier `json:"textDocument"`
}

// WorkspaceFolder is a folder that is open in the editor.
type WorkspaceFolder struct {
	URI  URI    `json:"uri"`
	Name string `json:"name"`
}

// InitializeParams is the first request of a client.
type InitializeParams struct {
	RootURI               *URI               `json:"rootUri"`
	WorkspaceFolders      []WorkspaceFolder  `json:"workspaceFolders"`
	Capabilities          ClientCapabilities `json:"capabilities"`
	InitializationOptions json.RawMessage    `json:"initializationOptions"`
}

// ClientCapabilities are those that make a difference to canvaslint.
type ClientCapabilities struct {
	Workspace struct {
		WorkspaceEdit struct {
			DocumentChanges    bool     `json:"documentChanges"`
			ResourceOperations []string `json:"resourceOperations"`
		} `json:"workspaceEdit"`
		DidChangeWatchedFiles struct {
			DynamicRegistration bool `json:"dynamicRegistration"`
		} `json:"didChangeWatchedFiles"`
		InlayHint struct {
			RefreshSupport bool `json:"refreshSupport"`
		} `json:"inlayHint"`
	} `json:"workspace"`
	Window struct {
		ShowDocument struct {
			Support bool `json:"support"`
		} `json:"showDocument"`
	} `json:"window"`
}

// InitializeResult says what the server can do.
type InitializeResult struct {
	Capabilities ServerCapabilities `json:"capabilities"`
	ServerInfo   ServerInfo         `json:"serverInfo"`
}

// ServerInfo names the server.
type ServerInfo struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

// ServerCapabilities is what the server can do.
type ServerCapabilities struct {
	PositionEncoding       string                  `json:"positionEncoding"`
	TextDocumentSync       TextDocumentSyncOptions `json:"textDocumentSync"`
	Workspace              WorkspaceOptions        `json:"workspace"`
	CodeActionProvider     *CodeActionOptions      `json:"codeActionProvider,omitempty"`
	ExecuteCommandProvider *ExecuteCommandOptions  `json:"executeCommandProvider,omitempty"`
	HoverProvider          bool                    `json:"hoverProvider,omitempty"`
	InlayHintProvider      bool                    `json:"inlayHintProvider,omitempty"`
	DefinitionProvider     bool                    `json:"definitionProvider,omitempty"`
	ReferencesProvider     bool                    `json:"referencesProvider,omitempty"`
	DocumentSymbolProvider bool                    `json:"documentSymbolProvider,omitempty"`
	CompletionProvider     *CompletionOptions      `json:"completionProvider,omitempty"`
}

// TextDocumentSyncOptions says what the server wants to hear of open documents.
type TextDocumentSyncOptions struct {
	OpenClose bool        `json:"openClose"`
	Change    int         `json:"change"`
	Save      SaveOptions `json:"save"`
}

// SaveOptions says whether the text comes with a save.
type SaveOptions struct {
	IncludeText bool `json:"includeText"`
}

// Incremental asks for changes of documents part by part.
const Incremental = 2

// WorkspaceOptions says what the server knows of workspaces.
type WorkspaceOptions struct {
	WorkspaceFolders WorkspaceFoldersOptions `json:"workspaceFolders"`
}

// WorkspaceFoldersOptions says that there may be several folders.
type WorkspaceFoldersOptions struct {
	Supported           bool `json:"supported"`
	ChangeNotifications bool `json:"changeNotifications"`
}

// Registration asks the client for something more.
type Registration struct {
	ID              string `json:"id"`
	Method          string `json:"method"`
	RegisterOptions any    `json:"registerOptions,omitempty"`
}

// RegistrationParams are several of them.
type RegistrationParams struct {
	Registrations []Registration `json:"registrations"`
}

// WatchedFiles asks to be told of files that change.
type WatchedFiles struct {
	Watchers []FileSystemWatcher `json:"watchers"`
}

// FileSystemWatcher is a pattern of files.
type FileSystemWatcher struct {
	GlobPattern string `json:"globPattern"`
}

// ShowMessageParams is a sentence for the user.
type ShowMessageParams struct {
	Type    int    `json:"type"`
	Message string `json:"message"`
}

// The types of messages.
const (
	MessageError = 1
	MessageInfo  = 3
)

// ShowDocumentParams asks the client to open a document, or a page in a browser.
type ShowDocumentParams struct {
	URI       URI    `json:"uri"`
	External  bool   `json:"external,omitempty"`
	TakeFocus bool   `json:"takeFocus,omitempty"`
	Selection *Range `json:"selection,omitempty"`
}

// CancelParams names a request that no one waits for any more.
type CancelParams struct {
	ID json.RawMessage `json:"id"`
}
