package protocol

import "encoding/json"

// DidOpenParams says that a document was opened.
type DidOpenParams struct {
	TextDocument TextDocumentItem `json:"textDocument"`
}

// DidChangeParams says what changed in an open document.
type DidChangeParams struct {
	TextDocument   VersionedTextDocumentIdentifier `json:"textDocument"`
	ContentChanges []ContentChange                 `json:"contentChanges"`
}

// ContentChange puts a text in the place of a range, or of everything.
type ContentChange struct {
	Range *Range `json:"range,omitempty"`
	Text  string `json:"text"`
}

// DidChangeFoldersParams says which folders came and went.
type DidChangeFoldersParams struct {
	Event struct {
		Added   []WorkspaceFolder `json:"added"`
		Removed []WorkspaceFolder `json:"removed"`
	} `json:"event"`
}

// DidChangeConfigurationParams are new settings of the editor.
type DidChangeConfigurationParams struct {
	Settings json.RawMessage `json:"settings"`
}

// PublishDiagnosticsParams is all that there is to say of one document.
type PublishDiagnosticsParams struct {
	URI         URI          `json:"uri"`
	Version     *int32       `json:"version,omitempty"`
	Diagnostics []Diagnostic `json:"diagnostics"`
}

// Diagnostic is one thing that is wrong.
type Diagnostic struct {
	Range              Range                `json:"range"`
	Severity           int                  `json:"severity"`
	Code               string               `json:"code,omitempty"`
	CodeDescription    *CodeDescription     `json:"codeDescription,omitempty"`
	Source             string               `json:"source"`
	Message            string               `json:"message"`
	Tags               []int                `json:"tags,omitempty"`
	RelatedInformation []RelatedInformation `json:"relatedInformation,omitempty"`
	// Data is the fingerprint of the finding.
	Data string `json:"data,omitempty"`
}

// CodeDescription is the page of a rule.
type CodeDescription struct {
	Href string `json:"href"`
}

// RelatedInformation is another place that matters.
type RelatedInformation struct {
	Location Location `json:"location"`
	Message  string   `json:"message"`
}

// The severities of diagnostics, and the tag for what has no effect.
const (
	SeverityError       = 1
	SeverityWarning     = 2
	SeverityInformation = 3
	TagUnnecessary      = 1
)

// CodeActionOptions says which actions there are.
type CodeActionOptions struct {
	CodeActionKinds []string `json:"codeActionKinds"`
}

// ExecuteCommandOptions says which commands there are.
type ExecuteCommandOptions struct {
	Commands []string `json:"commands"`
}

// ExecuteCommandParams runs a command.
type ExecuteCommandParams struct {
	Command   string            `json:"command"`
	Arguments []json.RawMessage `json:"arguments"`
}

// CodeActionParams asks what can be done about a range.
type CodeActionParams struct {
	TextDocument TextDocumentIdentifier `json:"textDocument"`
	Range        Range                  `json:"range"`
	Context      CodeActionContext      `json:"context"`
}

// CodeActionContext says what the client shows there, and wants.
type CodeActionContext struct {
	Diagnostics []ClientDiagnostic `json:"diagnostics"`
	Only        []string           `json:"only,omitempty"`
}

// ClientDiagnostic is a diagnostic that comes back from the client, of any server.
// It goes out again as it came.
type ClientDiagnostic = json.RawMessage

// The kinds of code actions.
const (
	QuickFix     = "quickfix"
	SourceFixAll = "source.fixAll"
)

// CodeAction is something that can be done.
type CodeAction struct {
	Title       string          `json:"title"`
	Kind        string          `json:"kind"`
	Diagnostics []Diagnostic    `json:"diagnostics,omitempty"`
	IsPreferred bool            `json:"isPreferred,omitempty"`
	Edit        *WorkspaceEdit  `json:"edit,omitempty"`
	Command     *Command        `json:"command,omitempty"`
	Data        json.RawMessage `json:"data,omitempty"`
}

// Command is a command of the server with its arguments.
type Command struct {
	Title     string `json:"title"`
	Command   string `json:"command"`
	Arguments []any  `json:"arguments,omitempty"`
}

// WorkspaceEdit changes documents: by DocumentChanges where the client knows
// them, else by Changes.
type WorkspaceEdit struct {
	Changes         map[URI][]TextEdit `json:"changes,omitempty"`
	DocumentChanges []any              `json:"documentChanges,omitempty"`
}

// TextDocumentEdit changes one version of a document.
type TextDocumentEdit struct {
	TextDocument OptionalVersionedTextDocumentIdentifier `json:"textDocument"`
	Edits        []TextEdit                              `json:"edits"`
}

// CreateFile makes a file before it is edited.
type CreateFile struct {
	Kind    string            `json:"kind"` // "create"
	URI     URI               `json:"uri"`
	Options CreateFileOptions `json:"options"`
}

// CreateFileOptions says what happens to a file that is there already.
type CreateFileOptions struct {
	IgnoreIfExists bool `json:"ignoreIfExists"`
}

// ApplyEditParams asks the client to make edits.
type ApplyEditParams struct {
	Label string        `json:"label"`
	Edit  WorkspaceEdit `json:"edit"`
}

// TextEdit puts a text in the place of a range.
type TextEdit struct {
	Range   Range  `json:"range"`
	NewText string `json:"newText"`
}
