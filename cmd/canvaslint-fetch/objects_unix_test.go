//go:build unix

package main

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// TestObjectsBrokenOff: who ends the program while it copies finds nothing left behind.
func TestObjectsBrokenOff(t *testing.T) {
	s := &store{mutex: &sync.Mutex{}, objects: map[string]string{"in/a.json": "{}", "in/b.json": "{}"}}
	reached, once := make(chan struct{}), sync.Once{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "b.json") {
			once.Do(func() { close(reached) })
			<-r.Context().Done()
			return
		}
		s.ServeHTTP(w, r)
	}))
	defer server.Close()
	folder := t.TempDir()
	command := program([]string{"AWS_ENDPOINT_URL=" + server.URL, "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b", "TMPDIR=" + folder}, "check", "s3://acme/in/")
	var messages bytes.Buffer
	command.Stderr = &messages
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	<-reached
	_ = command.Process.Signal(syscall.SIGTERM)
	var exit *exec.ExitError
	if err := command.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitIncomplete {
		t.Errorf("it ended with %v", err)
	}
	if want := "canvaslint: s3://acme/in/b.json: the copy was broken off\n"; messages.String() != want {
		t.Errorf("got %q, want %q", messages.String(), want)
	}
	if left := files(t, folder); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
