package outfile

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Store is a place other than the disk. Where its functions are not set there is none.
type Store struct {
	// Holds reports whether a name is an address of the store, which may be wrong.
	Holds func(name string) (bool, error)
	// Send writes files of the disk to addresses: all, or it gives an error.
	Send func(files []Sent) error
}

// Sent is a file, and the address that it is for.
type Sent struct{ File, Address string }

// localName is where a file is written before the store takes it.
func (p *Plan) localName(i int) (string, error) {
	if !p.files[i].stored {
		return p.files[i].name, nil
	}
	if p.folder == "" {
		folder, err := os.MkdirTemp("", Temporary)
		if err != nil {
			return "", err
		}
		p.folder = folder
	}
	return filepath.Join(p.folder, strconv.Itoa(i)), nil
}

// store hands over what has an address.
func (p *Plan) store() error {
	var files []Sent
	for i, file := range p.files {
		if !file.stored {
			continue
		}
		if err := file.pending.Commit(); err != nil {
			return fmt.Errorf("write %s: %w", file.what, err)
		}
		name, err := p.localName(i)
		if err != nil {
			return err
		}
		files = append(files, Sent{name, file.name})
	}
	if len(files) == 0 {
		return nil
	}
	if err := p.Store.Send(files); err != nil {
		return StoreError{err}
	}
	return nil
}

// StoreError is that of a store which did not take a file.
type StoreError struct{ Err error }

func (e StoreError) Error() string { return e.Err.Error() }
func (e StoreError) Unwrap() error { return e.Err }

// isStored reports whether what is read is a stored file of that address, or lies in
// the archive that it is.
func (g Guard) isStored(address string) bool {
	return g.Name == address || strings.HasPrefix(g.Name, address+"/")
}
