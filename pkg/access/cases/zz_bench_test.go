package cases

import (
	"bytes"
	"io"
	"os"
	"testing"
)

func BenchmarkRunFile(b *testing.B) {
	data, err := os.ReadFile(os.Getenv("CASES"))
	if err != nil {
		b.Skip()
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if err := Run(bytes.NewReader(data), io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
