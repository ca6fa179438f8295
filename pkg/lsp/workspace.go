package lsp

import (
	"path/filepath"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// addFolders takes in folders of the workspace.
func (s *server) addFolders(list []protocol.WorkspaceFolder) {
	for _, item := range list {
		root, ok := pathOf(item.URI)
		known := slices.ContainsFunc(s.folders, func(f *folder) bool { return f.root == root && !f.loose })
		if ok && !known {
			s.folders = append(slices.Clone(s.folders), newFolder(root, false))
		}
	}
	s.leaveLoose()
}

func (s *server) didChangeFolders(p protocol.DidChangeFoldersParams) {
	for _, item := range p.Event.Removed {
		root, _ := pathOf(item.URI)
		s.drop(func(f *folder) bool { return !f.loose && f.root == root })
	}
	s.addFolders(p.Event.Added)
	for _, b := range s.buffers {
		s.adopt(b.path)
	}
	s.touchAll()
}

// adopt makes a folder for a document that lies in none.
func (s *server) adopt(path string) {
	if s.owner(path) == nil {
		s.folders = append(slices.Clone(s.folders), newFolder(filepath.Dir(path), true))
	}
}

// leaveLoose drops the folders around loose documents that hold none any more.
func (s *server) leaveLoose() {
	s.drop(func(f *folder) bool {
		if !f.loose {
			return false
		}
		for path := range s.buffers {
			if s.owner(path) == f {
				return false
			}
		}
		return true
	})
}

func (s *server) drop(gone func(*folder) bool) {
	var left []*folder
	for _, f := range s.folders {
		if gone(f) {
			f.dropped = true
			close(f.changed) // no one waits for it any more
			s.gone = append(s.gone, f)
		} else {
			left = append(left, f)
		}
	}
	s.folders = left
	s.wakeUp()
}

// owner gives the folder that speaks of a file: the innermost, nil for none.
func (s *server) owner(path string) *folder { return ownerOf(s.folders, path) }

func ownerOf(folders []*folder, path string) *folder {
	var owner *folder
	for _, f := range folders {
		switch {
		case f.loose && filepath.Dir(path) != f.root, !isBelow(path, f.root):
		case owner == nil || owner.loose && !f.loose || owner.loose == f.loose && len(f.root) > len(owner.root):
			owner = f
		}
	}
	return owner
}
