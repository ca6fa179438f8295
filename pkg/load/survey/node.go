package survey

import (
	"io/fs"
	"path"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// node is a folder of an account whose documents are read together: one key, one
// bucket, the roles.
type node struct {
	kind            nodeKind
	account, region string
	part            string // of the path: the key's id, the bucket's name
	root            string // the account's folder as the system knows it
	// refs are the nodes that its documents refer to.
	refs []int32
	// named are references that only other documents tell the meaning of, until
	// everything was scanned.
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

func (n *node) place() nodePlace { return nodePlace{n.kind, n.account, n.region, n.id()} }

// id is that of the key, the bucket's name.
func (n *node) id() string { return layout.Unescape(n.part) }

// dir is the node's folder as the system knows it.
func (n *node) dir() string {
	switch n.kind {
	case rolesNode:
		return path.Join(n.root, "iam")
	case blockNode:
		return path.Join(n.root, "s3control")
	case domainsNode:
		return path.Join(n.root, n.region, "sagemaker")
	case endpointsNode:
		return path.Join(n.root, n.region, "ec2")
	case listsNode:
		return path.Join(n.root, n.region, "kms")
	case keyNode:
		return path.Join(n.root, n.region, "kms", "keys", n.part)
	case bucketNode:
		return path.Join(n.root, n.region, "s3", n.part)
	default:
		return path.Join(n.root, n.region, "s3control", "access-points", n.part)
	}
}

// nodeOf says which folder of an account a file belongs to, by its path below the
// account's.
func nodeOf(below []string) (node, bool) {
	switch {
	case len(below) > 1 && below[0] == "iam":
		return node{kind: rolesNode}, true
	case len(below) > 1 && below[0] == "s3control":
		return node{kind: blockNode}, true
	case len(below) < 3 || !layout.IsRegion(below[0]):
		return node{}, false
	}
	n := node{region: below[0]}
	switch {
	case below[1] == "sagemaker":
		n.kind = domainsNode
	case below[1] == "ec2":
		n.kind = endpointsNode
	case below[1] == "kms" && len(below) == 3:
		n.kind = listsNode
	case below[1] == "kms" && below[2] == "keys" && len(below) == 5:
		n.kind, n.part = keyNode, below[3]
	case below[1] == "s3" && len(below) == 4:
		n.kind, n.part = bucketNode, below[2]
	case below[1] == "s3control" && below[2] == "access-points" && len(below) == 5:
		n.kind, n.part = pointNode, below[3]
	default:
		return node{}, false
	}
	return n, true
}

// inputs lists the files of a node.
func (s *Survey) inputs(n *node) []filesystem.File {
	if n.isShallow() {
		entries, err := fs.ReadDir(s.options.FS, n.dir())
		if err != nil {
			return nil
		}
		var list []filesystem.File
		for _, entry := range entries {
			if child := path.Join(n.dir(), entry.Name()); !entry.IsDir() {
				list = append(list, filesystem.File{Path: child, Name: s.options.Display(child)})
			}
		}
		return list
	}
	list, _ := s.below(n.dir())
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
		x.keys[n.id()] = append(x.keys[n.id()], at)
	case bucketNode:
		x.buckets[n.id()] = append(x.buckets[n.id()], at)
	case listsNode:
		x.lists[n.account] = append(x.lists[n.account], at)
	default:
	}
}
