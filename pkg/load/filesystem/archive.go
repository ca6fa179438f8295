package filesystem

import (
	"archive/tar"
	"archive/zip"
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// limits bound what an archive may unpack to: a small file can hold terabytes
// of blanks.
type limits struct {
	bytes   int64 // of all files together
	ratio   int64 // unpacked to packed, once there is more than free
	free    int64
	entries int
}

// archiveLimits are far beyond an export of ten thousand roles, which packs
// thirty to one.
func archiveLimits() limits {
	return limits{bytes: 1 << 30, ratio: 100, free: 64 << 20, entries: 100_000}
}

// IsArchive tells by the first bytes, whatever the name says.
func IsArchive(data []byte) bool { return isGzip(data) || isZip(data) || isTar(data) }

func isGzip(data []byte) bool { return bytes.HasPrefix(data, []byte("\x1f\x8b")) }
func isZip(data []byte) bool  { return bytes.HasPrefix(data, []byte("PK\x03\x04")) }
func isTar(data []byte) bool  { return len(data) > 262 && string(data[257:262]) == "ustar" }

// unpacker hands on the files of one archive.
type unpacker struct {
	archive File
	packed  int64
	limits  limits
	size    int64 // unpacked so far
	count   int
	each    func(File)
	opened  Opened
}

// unpack hands on each file of an archive as if it were one below a folder of
// the archive's name. Archives inside of it are not opened.
func unpack(archive File, data []byte, limits limits, each func(File)) Opened {
	u := &unpacker{archive: archive, packed: int64(len(data)), limits: limits, each: each, opened: Opened{Archive: true}}
	switch {
	case isZip(data):
		u.zip(data)
	case isTar(data):
		u.tar(bytes.NewReader(data))
	default:
		u.gzip(data)
	}
	return u.opened
}

func (u *unpacker) problem(name, format string, args ...any) {
	shown := u.archive.Name
	if name != "" {
		shown += "/" + name
	}
	u.opened.Problems = append(u.opened.Problems, source.Problem{Path: shown, Message: fmt.Sprintf(format, args...)})
}

func (u *unpacker) ignore(name, reason string) {
	u.opened.Ignored = append(u.opened.Ignored, Ignored{u.archive.Name + "/" + name, reason})
}

// gzip holds one file, which keeps the archive's name, or a tar archive.
func (u *unpacker) gzip(data []byte) {
	reader, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		u.problem("", "unpack the file: %s", reason(err))
		return
	}
	// The files of a tar archive are read one after another, without the whole of it.
	begun := bufio.NewReaderSize(reader, 4096)
	if first, _ := begun.Peek(512); isTar(first) {
		u.tar(begun)
		return
	}
	// The last four bytes say how long the file is (https://www.rfc-editor.org/rfc/rfc1952).
	inner, ok := u.read("", begun, int64(binary.LittleEndian.Uint32(data[len(data)-4:])))
	switch {
	case !ok:
	case IsArchive(inner):
		u.nested("")
	default:
		u.hand(u.archive, inner)
	}
}

func (u *unpacker) zip(data []byte) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		u.problem("", "unpack the archive: %s", reason(err))
		return
	}
	for _, file := range archive.File {
		name := entryName(file.Name)
		if !u.wants(name, file.Mode()) {
			continue
		}
		if !u.next() {
			return
		}
		if file.Flags&1 != 0 {
			u.problem(name, "this file of the archive is encrypted: unpack it and check the folder")
			continue
		}
		reader, err := file.Open()
		if err != nil {
			u.problem(name, "unpack the file: %s", reason(err))
			continue
		}
		u.entry(name, reader, int64(min(file.UncompressedSize64, math.MaxInt64)))
		_ = reader.Close() // it was read to its end, with its checksum
		if u.full() {
			return
		}
	}
}

func (u *unpacker) tar(from io.Reader) {
	// What is passed over takes time too.
	archive := tar.NewReader(io.LimitReader(from, u.limits.bytes))
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			u.problem("", "unpack the archive: %s", reason(err))
			return
		}
		name := entryName(header.Name)
		if !u.wants(name, header.FileInfo().Mode()) {
			continue
		}
		if !u.next() {
			return
		}
		u.entry(name, archive, header.Size)
		if u.full() {
			return
		}
	}
}

// entryName makes an archive's name for a file one below the archive: leading
// and climbing parts are dropped. Nothing is ever written under it.
func entryName(name string) string {
	return strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(name, `\`, "/")), "/")
}

// wants tells whether a file of the archive is to be read, as walking a folder
// would have it.
func (u *unpacker) wants(name string, mode fs.FileMode) bool {
	for part := range strings.SplitSeq(path.Dir(name), "/") {
		if part == ".git" || part == "node_modules" || part == ".terraform" || part == "__MACOSX" {
			return false
		}
	}
	base := path.Base(name)
	switch {
	case mode.IsDir() || name == "" || isConfig(base):
		return false
	case !mode.IsRegular():
		u.ignore(name, "not a regular file")
		return false
	case !Readable(name):
		u.ignore(name, "not a JSON or YAML file by its name")
		return false
	}
	return true
}

// next counts the files.
func (u *unpacker) next() bool {
	u.count++
	if u.count <= u.limits.entries {
		return true
	}
	u.problem("", "the archive holds more than %d files: the rest was not read; unpack it and check the folder", u.limits.entries)
	return false
}

func (u *unpacker) entry(name string, reader io.Reader, size int64) {
	data, ok := u.read(name, reader, size)
	if !ok {
		return
	}
	if IsArchive(data) {
		u.nested(name)
		return
	}
	u.hand(File{Path: u.archive.Path + "/" + name, Name: u.archive.Name + "/" + name}, data)
}

func (u *unpacker) hand(file File, data []byte) {
	file.Data = data
	u.each(file)
}

func (u *unpacker) nested(name string) {
	u.problem(name, "this is an archive inside an archive: it was not opened; unpack the outer one and check the folder")
}

// read unpacks one file within the limits. The archive says what size it will have:
// room is made for that, and no more than for what is left.
func (u *unpacker) read(name string, reader io.Reader, size int64) ([]byte, bool) {
	left := u.left()
	var all bytes.Buffer
	all.Grow(int(min(max(size, 0), left)) + bytes.MinRead)
	_, err := all.ReadFrom(io.LimitReader(reader, left+1))
	data := all.Bytes()
	u.size += int64(len(data))
	switch {
	case int64(len(data)) > left:
		u.problem(name, "the archive unpacks to more than %d MiB, or to more than %d times its size: the rest was not read; unpack it and check the folder", u.limits.bytes>>20, u.limits.ratio)
		return nil, false
	case err != nil:
		u.problem(name, "unpack the file: %s", reason(err))
		return nil, false
	}
	return data, true
}

func (u *unpacker) left() int64 {
	most := max(u.limits.free, u.packed*u.limits.ratio)
	return max(0, min(u.limits.bytes, most)-u.size)
}

// full reports whether the limit was passed: the rest is not looked at.
func (u *unpacker) full() bool {
	return u.size > min(u.limits.bytes, max(u.limits.free, u.packed*u.limits.ratio))
}

// reason is the library's own word without its name.
func reason(err error) string {
	text := err.Error()
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return "it is cut off"
	}
	for _, prefix := range []string{"gzip: ", "zip: ", "archive/tar: ", "flate: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return text + "; it is damaged, fetch it again"
}
