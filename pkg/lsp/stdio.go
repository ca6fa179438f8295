package lsp

import (
	"context"
	"io"
	"time"
)

// typingPause is how long the server waits for the next keystroke before it checks.
const typingPause = 40 * time.Millisecond

// TypingPause waits for the next keystroke to pass.
func TypingPause(ctx context.Context) {
	timer := time.NewTimer(typingPause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// Stdio is standard input and output as one connection.
type Stdio struct {
	io.Reader
	io.Writer
}

// Close leaves the streams to the process, which ends.
func (Stdio) Close() error { return nil }
