package denial_test

import (
	"bytes"
	"compress/gzip"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/denial"
)

// TestEventsBomb: a small file that unpacks to much is refused, and says why.
func TestEventsBomb(t *testing.T) {
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	for range 80 {
		if _, err := writer.Write(blanks); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := denial.Events(packed.Bytes()); err == nil || !strings.Contains(err.Error(), "more than 64 MiB") {
		t.Errorf("%d bytes: %v", packed.Len(), err)
	}
}
