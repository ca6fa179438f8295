package access

import (
	"crypto/sha256"
	"encoding/binary"
)

// Digest tells requests apart by everything that a decision can rest on:
// principal, action, resource, its account and all that is known of the context.
// Two requests of one digest get the same answer from the same policies. A
// context whose keys were set in another order has another digest, which costs
// a decision and never a wrong one.
func (r *Request) Digest() [sha256.Size]byte {
	b := make([]byte, 0, 1024)
	b = r.Principal.digest(b)
	b = text(b, r.Action)
	b = append(text(b, r.Resource), bit(r.Set))
	b = text(b, r.ResourceAccount)
	b = r.Context.digest(b)
	return sha256.Sum256(b)
}

func (p *Principal) digest(b []byte) []byte {
	b = append(b, byte(p.Kind), bit(p.SessionUnknown), bit(p.standIn))
	for _, part := range [...]string{p.ARN, p.Account, p.Name, p.Session, p.RoleARN, p.UserARN, p.UniqueID, p.partition} {
		b = text(b, part)
	}
	return b
}

func (c *Context) digest(b []byte) []byte {
	if c == nil {
		return append(b, 0)
	}
	b = append(b, 1, bit(c.open), bit(c.standIns), bit(c.sets))
	b = binary.AppendUvarint(b, uint64(len(c.below)))
	for _, below := range c.below {
		b = below.digest(b)
	}
	b = texts(b, c.families)
	b = binary.AppendUvarint(b, uint64(len(c.entries)))
	for i := range c.entries {
		e := &c.entries[i]
		b = text(b, e.key.String())
		b = append(b, byte(e.state), bit(e.multi), bit(e.shapeless))
		b = text(b, e.name)
		b = texts(b, e.values)
	}
	return b
}

func texts(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = text(b, s)
	}
	return b
}

// text adds a text with its length, so that no two lists of texts read the same.
func text(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func bit(b bool) byte {
	if b {
		return 1
	}
	return 0
}
