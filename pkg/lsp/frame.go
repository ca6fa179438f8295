package lsp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/sourcegraph/jsonrpc2"
)

// largestMessage bounds what a header may announce.
const largestMessage = 1 << 30

// frames reads and writes messages as the protocol frames them. It is a
// jsonrpc2.ObjectStream that survives a message that is no JSON-RPC: the frame
// says where the next one begins.
type frames struct {
	conn io.ReadWriteCloser
	in   *bufio.Reader
	mu   sync.Mutex // of writes
}

func newFrames(conn io.ReadWriteCloser) *frames {
	return &frames{conn: conn, in: bufio.NewReader(conn)}
}

// ReadObject reads the next message that is one.
func (f *frames) ReadObject(into any) error {
	for {
		text, err := f.read()
		if err != nil {
			return err
		}
		if err = json.Unmarshal(text, into); err == nil {
			return nil
		}
		reflect.ValueOf(into).Elem().SetZero()
		if err := f.refuse(err); err != nil {
			return err
		}
	}
}

// read reads the text of one frame.
func (f *frames) read() ([]byte, error) {
	size := -1
	for {
		line, err := f.in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		if strings.EqualFold(strings.TrimSpace(name), "Content-Length") {
			if size, err = strconv.Atoi(strings.TrimSpace(value)); err != nil {
				return nil, fmt.Errorf("read a message: its length: %w", err)
			}
		}
	}
	if size < 0 || size > largestMessage {
		return nil, errors.New("read a message: it has no Content-Length, or too large a one")
	}
	var text bytes.Buffer
	if _, err := io.CopyN(&text, f.in, int64(size)); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}

// refuse answers a message that is none.
func (f *frames) refuse(cause error) error {
	return f.WriteObject(map[string]any{
		"jsonrpc": "2.0", "id": nil,
		"error": jsonrpc2.Error{Code: jsonrpc2.CodeParseError, Message: cause.Error()},
	})
}

// WriteObject writes one message.
func (f *frames) WriteObject(message any) error {
	text, err := json.Marshal(message)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err = f.conn.Write(append(fmt.Appendf(nil, "Content-Length: %d\r\n\r\n", len(text)), text...))
	return err
}

// Close closes the connection.
func (f *frames) Close() error { return f.conn.Close() }
