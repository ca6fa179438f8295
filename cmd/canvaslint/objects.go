package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/outfile"
)

// objects are files to read, those of the disk and copies of those that were named
// by an address of S3. Whatever is said of a copy is said of its address.
type objects struct {
	paths   []string
	files   filesystem.FS
	display func(path string) string // nil where nothing is a copy
	remove  func()                   // takes the copies away
	unread  []fetch.Odd
}

// hasAddress reports whether a path is one of S3.
func hasAddress(paths []string) bool { return slices.ContainsFunc(paths, fetch.IsAddress) }

// onDiskAlone gives the paths that are none of S3.
func onDiskAlone(paths []string) []string {
	return slices.DeleteFunc(slices.Clone(paths), fetch.IsAddress)
}

// obtain copies what paths name by addresses into a folder that is removed in the end.
// Its errors have a status.
func (s streams) obtain(paths []string) (*objects, error) {
	o := &objects{paths: paths, remove: func() {}}
	if !hasAddress(paths) {
		return o, nil
	}
	folder, err := os.MkdirTemp("", "canvaslint-")
	if err != nil {
		return nil, statusError{exitInternal, fmt.Errorf("make a temporary folder: %w", err)}
	}
	o.remove = func() { _ = os.RemoveAll(folder) }
	var ask fetch.Transfer
	for i, path := range paths {
		if !fetch.IsAddress(path) {
			continue
		}
		to := filepath.Join(folder, strconv.Itoa(i))
		if err := os.Mkdir(to, 0o700); err != nil {
			o.remove()
			return nil, statusError{exitInternal, fmt.Errorf("make a temporary folder: %w", err)}
		}
		ask.From = append(ask.From, fetch.From{Address: path, Folder: to})
	}
	done, err := s.transfer("copying from S3", ask)
	if err != nil {
		o.remove()
		return nil, err
	}
	o.remove = untilSignal(o.remove)
	o.replace(done.From)
	return o, nil
}

// untilSignal gives a function that does what has to be done in the end, once; a
// signal that ends the program does it first.
func untilSignal(end func()) func() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if got, ok := <-signals; ok {
			end()
			os.Exit(128 + int(got.(syscall.Signal))) // as a shell has it
		}
	}()
	return sync.OnceFunc(func() {
		signal.Stop(signals)
		close(signals)
		end()
	})
}

// replace puts copies in the place of addresses.
func (o *objects) replace(copies []fetch.Copied) {
	var paths, odd []string
	failures, addresses := map[string]error{}, map[string]string{}
	prefixes := map[string]string{}
	next := 0
	for _, path := range o.paths {
		if !fetch.IsAddress(path) {
			paths = append(paths, path)
			continue
		}
		c := copies[next]
		next++
		paths, prefixes[c.Path] = append(paths, c.Path), c.Prefix
		for _, object := range c.Odd {
			addresses[object.Path] = object.Address
			if object.Error != "" {
				failures[object.Path] = errors.New(object.Error)
				o.unread = append(o.unread, object)
			}
			if relative, err := filepath.Rel(c.Path, object.Path); err == nil && !filepath.IsLocal(relative) {
				odd = append(odd, object.Path)
			}
		}
	}
	o.paths = slices.Concat(paths, odd)
	o.files = copied{filesystem.Disk{}, failures}
	o.display = func(path string) string {
		if address, ok := addresses[filepath.Clean(path)]; ok {
			return address
		}
		for folder, prefix := range prefixes {
			if relative, err := filepath.Rel(folder, path); err == nil && filepath.IsLocal(relative) {
				return strings.TrimSuffix(strings.TrimSuffix(prefix, "/")+"/"+filepath.ToSlash(relative), "/.")
			}
		}
		return display(path)
	}
}

// copied is a file system in which some objects could not be read.
type copied struct {
	filesystem.FS
	failures map[string]error
}

func (c copied) ReadFile(name string) ([]byte, error) {
	if err := c.failures[filepath.Clean(name)]; err != nil {
		return nil, err
	}
	return fs.ReadFile(c.FS, name)
}

func (c copied) Stat(name string) (fs.FileInfo, error)      { return fs.Stat(c.FS, name) }
func (c copied) Lstat(name string) (fs.FileInfo, error)     { return fs.Lstat(c.FS, name) }
func (c copied) ReadLink(name string) (string, error)       { return fs.ReadLink(c.FS, name) }
func (c copied) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(c.FS, name) }

// read has a run read the copies.
func (o *objects) read(options *load.Options) {
	if o.display != nil {
		options.Files, options.Display = o.files, o.display
	}
}

// named has an error of a file name its address.
func (o *objects) named(err error) error {
	var path *fs.PathError
	if o.display == nil || !errors.As(err, &path) {
		return err
	}
	return &fs.PathError{Op: path.Op, Path: o.display(path.Path), Err: path.Err}
}

// allRead is an error where an object could not be read: for who needs all of them.
func (o *objects) allRead() error {
	if len(o.unread) == 0 {
		return nil
	}
	return statusError{exitIncomplete, fmt.Errorf("%s: %s", o.unread[0].Address, o.unread[0].Error)}
}

// plan begins a plan of files to write, some of them to S3.
func (s streams) plan() *outfile.Plan {
	return &outfile.Plan{Store: outfile.Store{
		Holds: func(name string) (bool, error) {
			if !fetch.IsAddress(name) {
				return false, nil
			}
			_, err := fetch.ParseObject(name)
			return true, err
		},
		Send: func(files []outfile.Sent) error {
			var ask fetch.Transfer
			for _, file := range files {
				ask.To = append(ask.To, fetch.To(file))
			}
			_, err := s.transfer("copying to S3", ask)
			return err
		},
	}}
}

// transfer has objects copied until that is done or the user breaks it off.
func (s streams) transfer(what string, ask fetch.Transfer) (*fetch.Transferred, error) {
	process, err := fetcher(s.err, "reading and writing S3")
	if err != nil {
		return nil, usageError(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	show, remove := showSteps(s, what, progressbar.OptionThrottle(100*time.Millisecond))
	defer remove()
	ask.Progress = show
	done, err := fetch.Copy(ctx, process, ask)
	if err != nil {
		return nil, fetchError(err)
	}
	return done, nil
}
