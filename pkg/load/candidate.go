package load

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// candidate is a resource that a document may belong to: its ARN, the name that
// a file's name tells it by, and the folder of what describes it.
type candidate struct{ arn, name, folder string }

func candidateOf(arn, name string, node source.Node) candidate {
	c := candidate{arn: arn, name: name}
	if node.Exists() && !node.Span().IsZero() {
		c.folder = path.Dir(node.Span().File.Name)
	}
	return c
}

func (b *builder) keyCandidates() []candidate {
	var found []candidate
	for _, key := range b.snapshot.Keys {
		found = append(found, candidateOf(key.ARN, key.ID, key.Node))
	}
	return found
}

// bucketCandidates are the buckets that were read, and those that Canvas writes to.
func (b *builder) bucketCandidates() []candidate {
	var found []candidate
	for _, bucket := range b.snapshot.Buckets {
		found = append(found, candidateOf(bucket.ARN, bucket.Name, bucket.Node))
	}
	for _, domain := range b.snapshot.Domains {
		for _, name := range canvasBuckets(domain) {
			if !slices.ContainsFunc(found, func(c candidate) bool { return c.name == name }) {
				found = append(found, candidateOf("arn:"+domain.Partition+":s3:::"+name, name, source.Node{}))
			}
		}
	}
	return found
}

// likely are the candidates that the file's name tells, else those that lie
// beside it, else all, in the order of their ARNs; what a template will make is none.
func likely(doc document.Document, all []candidate) []candidate {
	all = slices.DeleteFunc(all, func(c candidate) bool { return iam.HasStandIn(c.arn) })
	for _, is := range []func(candidate) bool{
		func(c candidate) bool { return Mentions(doc.Name, c.name) },
		func(c candidate) bool { return c.folder == path.Dir(doc.Name) },
	} {
		if some := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !is(c) }); len(some) > 0 {
			return byARN(some)
		}
	}
	return byARN(all)
}

func byARN(list []candidate) []candidate {
	slices.SortFunc(list, func(a, b candidate) int { return strings.Compare(a.arn, b.arn) })
	return list
}

// whose says how to settle which of several resources a document belongs to: by
// the name of its file, which tells it only where no other has the same name, or
// by the config. It is the remedy where there are no candidates.
func whose(doc document.Document, found []candidate, remedy string) string {
	const most = 5
	if len(found) == 0 || doc.Name == "-" {
		return remedy
	}
	var arns []string
	for _, c := range found[:min(len(found), most)] {
		arns = append(arns, c.arn)
	}
	list := strings.Join(arns, ", ")
	if more := len(found) - most; more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	first := found[0]
	rename := ""
	if !slices.ContainsFunc(found[1:], func(c candidate) bool { return c.name == first.name }) {
		rename = "name the file " + first.name + "-" + documentName(doc.Kind) + path.Ext(doc.Name) + ", or "
	}
	return fmt.Sprintf("it may belong to %s; if it belongs to %s, %sadd to the config documents: [{file: %q, owner: %q}]", list, first.name, rename, doc.Name, first.arn)
}

// documentName is what a file of a kind is called, without its extension.
func documentName(k document.Kind) string {
	switch k {
	case document.Rotation:
		return "rotation"
	case document.KeyTags, document.BucketTags:
		return "tags"
	case document.Grants:
		return "grants"
	case document.Encryption:
		return "encryption"
	case document.Location:
		return "location"
	case document.PublicAccess:
		return "public-access-block"
	case document.Trust:
		return "trust"
	case document.Attached, document.InlineList:
		return "policies"
	}
	return "policy"
}
