package survey

import (
	"io/fs"
	"path"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// node is a folder of an account whose documents are read together: one key, one
// bucket, the roles.
type node struct {
	kind            nodeKind
	account, region string
	id              string // of the key or bucket
	dir             string // as the system knows it
	// refs are the nodes that its documents refer to, once everything was scanned.
	refs []int32
	// named are references by name, until they are resolved.
	named []reference
	// A bucket's policy admits accounts, or is open to anyone.
	admits []string
	open   bool
	// borrowers counts the groups that read it.
	borrowers int32
}

type nodeKind uint8

const (
	rolesNode   nodeKind = iota // <account>/iam
	domainsNode                 // <account>/<region>/sagemaker
	listsNode                   // <account>/<region>/kms, the lists alone
	keyNode
	bucketNode
	endpointsNode // <account>/<region>/ec2
	pointNode     // an access point
	blockNode     // <account>/s3control, what holds for all buckets of the account
)

// names reports whether names in the node's documents may mean what only documents
// of other nodes tell.
func (n *node) names() bool {
	return n.kind == keyNode || n.kind == bucketNode || n.kind == domainsNode
}

// lends reports whether others may borrow the node together with what it refers to,
// in its own account too.
func (n *node) lends() bool { return n.kind == keyNode || n.kind == bucketNode || n.kind == pointNode }

// isShallow reports whether only the files of the folder itself are the node's.
func (n *node) isShallow() bool { return n.kind == listsNode }

// nodePlace is what tells nodes apart.
type nodePlace struct {
	kind            nodeKind
	account, region string
	id              string
}

func (n *node) place() nodePlace { return nodePlace{n.kind, n.account, n.region, n.id} }

// nodeOf says which folder of an account a file belongs to.
func nodeOf(account string, in filesystem.File, depth int) (*node, bool) {
	parts := strings.Split(in.Name, "/")
	below := parts[len(parts)-depth:]
	n := &node{account: account}
	var up int // steps from the file to the node's folder
	switch {
	case len(below) > 1 && below[0] == "iam":
		n.kind, up = rolesNode, depth-1
	case len(below) > 1 && below[0] == "s3control":
		n.kind, up = blockNode, depth-1
	case len(below) > 2 && layout.IsRegion(below[0]):
		n.region = below[0]
		switch {
		case below[1] == "sagemaker":
			n.kind, up = domainsNode, depth-2
		case below[1] == "ec2":
			n.kind, up = endpointsNode, depth-2
		case below[1] == "kms" && len(below) == 3:
			n.kind, up = listsNode, depth-2
		case below[1] == "kms" && below[2] == "keys" && len(below) == 5:
			n.kind, n.id, up = keyNode, layout.Unescape(below[3]), depth-4
		case below[1] == "s3" && len(below) == 4:
			n.kind, n.id, up = bucketNode, layout.Unescape(below[2]), depth-3
		case below[1] == "s3control" && below[2] == "access-points" && len(below) == 5:
			n.kind, n.id, up = pointNode, layout.Unescape(below[3]), depth-4
		default:
			return nil, false
		}
	default:
		return nil, false
	}
	n.dir = above(in.Path, up)
	return n, true
}

// inputs lists the files of a node.
func (s *Survey) inputs(n *node) []filesystem.File {
	if n.isShallow() {
		entries, err := fs.ReadDir(s.options.FS, n.dir)
		if err != nil {
			return nil
		}
		var list []filesystem.File
		for _, entry := range entries {
			if child := path.Join(n.dir, entry.Name()); !entry.IsDir() {
				list = append(list, filesystem.File{Path: child, Name: s.options.Display(child)})
			}
		}
		return list
	}
	list, _ := s.below(n.dir)
	return list
}

// below lists the files below a folder of an account as the walk over everything
// does.
func (s *Survey) below(folder string) ([]filesystem.File, filesystem.Found) {
	var list []filesystem.File
	met, err := filesystem.Walk([]string{folder}, s.options, func(file filesystem.File) { list = append(list, file) })
	if err != nil {
		met.Problems = append(met.Problems, source.Problem{Path: s.options.Display(folder), Message: err.Error()})
	}
	return list, met.Found
}

// nodeIndex finds nodes by what refers to them.
type nodeIndex struct {
	at      map[nodePlace]int32
	keys    map[string][]int32
	buckets map[string][]int32
	// defined are the nodes by names that only their documents tell: aliases, VPCs,
	// unique ids of roles.
	defined map[reference][]int32
	lists   map[string][]int32 // by account
}

func newNodeIndex() nodeIndex {
	return nodeIndex{
		at: map[nodePlace]int32{}, keys: map[string][]int32{}, buckets: map[string][]int32{}, defined: map[reference][]int32{}, lists: map[string][]int32{},
	}
}

func (x *nodeIndex) add(n *node, at int32) {
	x.at[n.place()] = at
	switch n.kind {
	case keyNode:
		x.keys[n.id] = append(x.keys[n.id], at)
	case bucketNode:
		x.buckets[n.id] = append(x.buckets[n.id], at)
	case listsNode:
		x.lists[n.account] = append(x.lists[n.account], at)
	default:
	}
}
