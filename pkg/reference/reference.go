// Package reference holds what AWS publishes, embedded: the AWS-managed
// policies, so that an attached arn:aws:iam::aws:policy/... is no blind spot.
//
// Source: the iam-dataset's copy of the managed policies (MIT,
// github.com/iann0036/iam-dataset), August 2026; see NOTICE beside this file.
package reference

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/klauspost/compress/zstd"
)

//go:generate go run generate.go ../../../shared/aws/managed-policies.ndjson

// Date is when the managed policies were collected.
const Date = "2026-08"

// index has a line per policy: its ARN, version, creation date, and the frame,
// offset and length of its document.
//
//go:embed managed-policies.index
var index string

// frames is the documents in zstd frames, so that a run unpacks only the
// frames of the policies it meets.
//
//go:embed managed-policies.zst
var frames []byte

// ManagedPolicy is one AWS-managed policy in its default version.
type ManagedPolicy struct {
	ARN      string
	Version  string // "v11"
	Date     string // of that version, "2024-08-16"
	Document string // the policy as JSON
}

// Managed gives the AWS-managed policy of an ARN; false where AWS publishes
// none of that name, or did not when the data was collected. The partition of
// the ARN does not matter: AWS publishes the same policies in each.
func Managed(arn string) (ManagedPolicy, bool) {
	_, name, ok := strings.Cut(arn, ":iam::aws:policy/")
	if !ok {
		return ManagedPolicy{}, false
	}
	line := lineOf("\n" + name + " ")
	if line == "" {
		return ManagedPolicy{}, false
	}
	var found, version, date string
	var frame, size, offset, length int
	if _, err := fmt.Sscan(line, &found, &version, &date, &frame, &size, &offset, &length); err != nil {
		return ManagedPolicy{}, false
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return ManagedPolicy{}, false
	}
	defer decoder.Close()
	documents, err := decoder.DecodeAll(frames[frame:frame+size], nil)
	if err != nil || offset+length > len(documents) {
		return ManagedPolicy{}, false
	}
	return ManagedPolicy{ARN: arn, Version: version, Date: date, Document: string(documents[offset : offset+length])}, true
}

// IsManaged reports whether AWS publishes a managed policy of that name, whatever
// its path.
func IsManaged(name string) bool {
	return lineOf("\n"+name+" ") != "" || lineOf("/"+name+" ") != ""
}

// lineOf finds the index line that begins with a text.
func lineOf(start string) string {
	at := strings.Index(index, start)
	if at < 0 {
		return ""
	}
	line, _, _ := strings.Cut(index[at+1:], "\n")
	return line
}
