package lsp

import (
	"context"
	"encoding/json"
	"maps"

	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// settings are those of the editor.
type settings struct {
	// InlayHints shows alias and state next to the keys that documents name.
	InlayHints bool `json:"inlayHints"`
}

// view is what a request met: it does not change while it is answered.
type view struct {
	server   *server
	client   protocol.ClientCapabilities
	settings settings
	buffers  map[string]buffer
	folders  []*folder
}

// view copies the state; the caller holds the lock.
func (s *server) view() *view {
	return &view{s, s.client, s.settings, maps.Clone(s.buffers), s.folders}
}

// initialize begins the session. The lock is held.
func initialize(_ context.Context, v *view, p protocol.InitializeParams) (protocol.InitializeResult, error) {
	s := v.server
	s.phase, s.client = ready, p.Capabilities
	s.configure(p.InitializationOptions)
	folders := p.WorkspaceFolders
	if len(folders) == 0 && p.RootURI != nil {
		folders = []protocol.WorkspaceFolder{{URI: *p.RootURI}}
	}
	s.addFolders(folders)
	result := protocol.InitializeResult{ServerInfo: protocol.ServerInfo{Name: name, Version: s.options.Version}}
	result.Capabilities = capabilities()
	return result, nil
}

// capabilities is what the server can do.
func capabilities() protocol.ServerCapabilities {
	return protocol.ServerCapabilities{
		PositionEncoding: "utf-16",
		TextDocumentSync: protocol.TextDocumentSyncOptions{OpenClose: true, Change: protocol.Incremental},
		Workspace:        protocol.WorkspaceOptions{WorkspaceFolders: protocol.WorkspaceFoldersOptions{Supported: true, ChangeNotifications: true}},

		CodeActionProvider:     &protocol.CodeActionOptions{CodeActionKinds: []string{protocol.QuickFix, fixAll}},
		HoverProvider:          true,
		InlayHintProvider:      true,
		DefinitionProvider:     true,
		ReferencesProvider:     true,
		DocumentSymbolProvider: true,
		CompletionProvider:     &protocol.CompletionOptions{TriggerCharacters: []string{`"`, ":", "/", " "}},
		ExecuteCommandProvider: &protocol.ExecuteCommandOptions{Commands: []string{applyPlan, openRule, goTo, settleUnknown}},
	}
}

// shutdown ends all but the connection. The lock is held.
func shutdown(_ context.Context, v *view, _ struct{}) (any, error) {
	v.server.phase = over
	return nil, nil //nolint:nilnil // the protocol wants null
}

// initialized begins to check, and asks to be told of files that change.
func (s *server) initialized(struct{}) {
	if s.client.Workspace.DidChangeWatchedFiles.DynamicRegistration {
		s.ask(context.Background(), "client/registerCapability", protocol.RegistrationParams{Registrations: []protocol.Registration{{
			ID: "files", Method: "workspace/didChangeWatchedFiles",
			RegisterOptions: protocol.WatchedFiles{Watchers: []protocol.FileSystemWatcher{{GlobPattern: "**/*"}}},
		}}})
	}
	s.touchAll()
}

// didChangeFiles looks at everything again: parsing is spared for what is as it was.
func (s *server) didChangeFiles(struct{}) { s.touchAll() }

func (s *server) didChangeConfiguration(p protocol.DidChangeConfigurationParams) {
	var nested struct {
		Canvaslint json.RawMessage `json:"canvaslint"`
	}
	if json.Unmarshal(p.Settings, &nested) == nil && nested.Canvaslint != nil {
		p.Settings = nested.Canvaslint
	}
	s.configure(p.Settings)
}

// configure takes settings that are understood.
func (s *server) configure(text json.RawMessage) {
	given := s.settings
	if len(text) > 0 && json.Unmarshal(text, &given) == nil {
		s.settings = given
	}
}
