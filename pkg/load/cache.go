package load

import (
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/kept"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Cache keeps what files held, and the policies in them compiled, from one Load to
// the next: only files whose content changed are parsed again, and where only policies
// changed that belong to nothing, everything else stays as it is. The zero value is
// empty. It may serve several Loads, one after the other.
type Cache struct {
	files    document.Cache
	policies kept.Store[policyID, compiled]
	last     *reading
}

// policyID is a text of a file, read as a policy of a kind. A file that stayed as it
// was is the same source.File; the text is there since a template makes several of
// one place.
type policyID struct {
	span source.Span
	text string
	kind iam.Kind
}

// idOf identifies a policy; false for one that another format was translated to, which is
// made anew each time.
func idOf(node source.Node, kind iam.Kind) (policyID, bool) {
	if node.Written() != node {
		return policyID{}, false
	}
	return policyID{node.Span(), node.Raw(), kind}, true
}

// compiled is a policy with the problems of the string that quotes it.
type compiled struct {
	text     *iam.Text
	problems []source.Problem
}

func (c *Cache) documents() *document.Cache {
	if c == nil {
		return nil
	}
	return &c.files
}

// end keeps what a Load of everything found.
func (c *Cache) end(now reading, result *Result) {
	if c != nil {
		c.policies.Forget()
		c.keepReading(now, result)
	}
}

// recall gives a policy that an earlier Load compiled, once for each builder: two
// policies of a snapshot are never one.
func (b *builder) recall(node source.Node, kind iam.Kind) (compiled, bool) {
	if b.cache == nil {
		return compiled{}, false
	}
	id, ok := idOf(node, kind)
	if !ok || b.recalled[id] {
		return compiled{}, false
	}
	b.recalled[id] = true
	return b.cache.policies.Get(id)
}

// keep keeps a policy for later Loads.
func (b *builder) keep(node source.Node, kind iam.Kind, c compiled) {
	if b.cache == nil {
		return
	}
	if id, ok := idOf(node, kind); ok {
		if _, known := b.cache.policies.Get(id); !known {
			b.cache.policies.Put(id, c)
		}
	}
}
