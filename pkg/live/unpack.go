package live

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"

	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

// being holds archives that are being unpacked.
const being = "unpacked"

// unpack replaces an archive by a folder of its name, so that accounts that are an
// archive each can be read one by one: the names of the files stay what they are in
// an archive. What cannot be unpacked whole, and to the same effect, stays.
func (c *copying) unpack(file string) error {
	name, err := filepath.Rel(c.to, file)
	if err != nil {
		return err
	}
	name = filepath.ToSlash(name)
	c.mutex.Lock()
	c.archives++
	folder := path.Join(being, strconv.Itoa(c.archives))
	c.mutex.Unlock()
	defer func() { _ = c.root.RemoveAll(folder) }()
	u := unpacking{root: c.root, from: name, to: folder}
	opened := filesystem.Open(filesystem.Disk{}, filesystem.File{Path: file, Name: name, Named: true}, func(f filesystem.File) { u.write(f.Name, f.Data) })
	for _, ignored := range opened.Ignored {
		if filesystem.Readable(ignored.File) {
			return nil // for another reason than its name, which a folder would not give
		}
		u.write(ignored.File, nil)
	}
	if !opened.Archive || len(opened.Problems) > 0 || u.err != nil || u.count == 0 {
		return nil // whoever reads the archive says what is wrong with it
	}
	return errors.Join(c.root.Remove(name), c.root.Rename(folder, name))
}

// unpacking writes the files of one archive.
type unpacking struct {
	root     *os.Root
	from, to string
	count    int
	err      error
}

func (u *unpacking) write(name string, data []byte) {
	inside, err := filepath.Rel(u.from, name)
	if err == nil && (inside == "." || !filepath.IsLocal(inside)) {
		err = fs.ErrInvalid // a single file that was compressed is no folder
	}
	target := path.Join(u.to, filepath.ToSlash(inside))
	if err == nil {
		err = u.root.MkdirAll(path.Dir(target), 0o700)
	}
	if err != nil {
		u.err = errors.Join(u.err, err)
		return
	}
	file, err := u.root.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		_, err = file.Write(data)
		err = errors.Join(err, file.Close())
	}
	u.count++
	u.err = errors.Join(u.err, err)
}
