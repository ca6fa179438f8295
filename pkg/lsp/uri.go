package lsp

import (
	"net/url"
	"path/filepath"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// pathOf gives the path of a file's URI; false for documents that are no files.
func pathOf(uri protocol.URI) (string, bool) {
	u, err := url.Parse(string(uri))
	if err != nil || u.Scheme != "file" || u.Path == "" {
		return "", false
	}
	path := u.Path
	switch {
	case u.Host != "" && u.Host != "localhost":
		path = "//" + u.Host + path
	case hasDrive(strings.TrimPrefix(path, "/")):
		path = path[1:]
	}
	return filepath.Clean(filepath.FromSlash(path)), true
}

// uriOf gives the URI of a path.
func uriOf(path string) protocol.URI {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	u := url.URL{Scheme: "file", Path: path}
	return protocol.URI(u.String())
}

func hasDrive(path string) bool {
	return len(path) > 1 && path[1] == ':' && (path[0]|0x20 >= 'a' && path[0]|0x20 <= 'z')
}

// isBelow reports whether a path is a folder or in it.
func isBelow(path, folder string) bool {
	below, err := filepath.Rel(folder, path)
	return err == nil && below != ".." && !strings.HasPrefix(below, ".."+string(filepath.Separator))
}
