//go:build ignore

// Generate packs the managed policies of an NDJSON file (arn, version,
// createDate, document) into managed-policies.index and managed-policies.zst.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"sort"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// frameSize is how much text a frame holds: small enough to unpack in a
// millisecond, large enough to compress well.
const frameSize = 128 << 10

type policy struct {
	ARN, Version, CreateDate string
	Document                 json.RawMessage
}

func main() {
	file, err := os.Open(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	var policies []policy
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var p policy
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			log.Fatal(err)
		}
		policies = append(policies, p)
	}
	// The policies that Canvas roles have stand together, in one frame.
	rank := func(arn string) string {
		if strings.Contains(arn, "SageMaker") {
			return "0" + arn
		}
		return "1" + arn
	}
	sort.Slice(policies, func(i, j int) bool { return rank(policies[i].ARN) < rank(policies[j].ARN) })
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		log.Fatal(err)
	}
	var index, frames, text bytes.Buffer
	var pending []string
	flush := func() {
		frame := encoder.EncodeAll(text.Bytes(), nil)
		for _, line := range pending {
			fmt.Fprintf(&index, line, frames.Len(), len(frame))
		}
		frames.Write(frame)
		text.Reset()
		pending = nil
	}
	index.WriteString("\n")
	for _, p := range policies {
		name := strings.TrimPrefix(p.ARN, "arn:aws:iam::aws:policy/")
		pending = append(pending, fmt.Sprintf("%s %s %.10s %%d %%d %d %d\n", name, p.Version, p.CreateDate, text.Len(), len(p.Document)))
		text.Write(p.Document)
		if text.Len() > frameSize {
			flush()
		}
	}
	flush()
	for name, data := range map[string][]byte{"managed-policies.index": index.Bytes(), "managed-policies.zst": frames.Bytes()} {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}
