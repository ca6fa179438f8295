package survey

import (
	"bytes"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// reference is a name that a document has, or that leads to one.
type reference struct {
	kind refKind
	name string
	// account and region are those of an ARN.
	account, region string
}

type refKind uint8

const (
	toKey      refKind = iota // a key's id
	toBucket                  // a bucket's name
	toRoles                   // a role or user of an account
	toLists                   // the keys and aliases of an account
	toAlias                   // an alias by its name alone
	toAliasARN                // an alias of an account
	toVPC
	toUniqueID // AROA..., AIDA...
	toAccount  // of a domain's document: an account in any form
	toPoint    // an access point of an account
	toPointAlias
)

// isTold reports whether the name itself says where it leads, once all folders are known.
func (r reference) isTold() bool {
	switch r.kind {
	case toKey, toBucket, toRoles, toLists, toPoint:
		return true
	default:
		return false
	}
}

// scanNode reads the files of a node for what they refer to; false where one of
// them is no plain text. Nothing of them is kept.
func (s *Survey) scanNode(n *node) bool {
	found := map[reference]bool{}
	for _, in := range s.inputs(n) {
		if !filesystem.Readable(in.Name) {
			continue
		}
		data, err := fs.ReadFile(s.options.FS, in.Path)
		if err != nil {
			continue // a problem when it is read
		}
		if filesystem.IsArchive(data) || bytes.IndexByte(data, 0) >= 0 {
			return false
		}
		for _, text := range spellings(data) {
			s.tokens(n, text, found)
		}
		if n.kind == bucketNode && strings.TrimSuffix(path.Base(in.Name), ".json") == "policy" {
			n.admits, n.open = admits(in.Name, data)
		}
	}
	for r := range found {
		if r.isTold() {
			n.refs = append(n.refs, s.leads(n, r)...)
			continue
		}
		r.name, r.region = strings.Clone(r.name), strings.Clone(r.region) // the texts are let go of
		n.named = append(n.named, r)
	}
	slices.Sort(n.refs)
	n.refs = slices.Clip(slices.Compact(n.refs))
	return true
}

// admits tells whom a bucket's policy lets read its objects; open where it is not
// understood.
func admits(name string, data []byte) (accounts []string, open bool) {
	trees, problems := source.Parse(name, data, source.Auto)
	if len(trees) != 1 || len(problems) > 0 {
		return nil, true
	}
	root := trees[0].Root()
	if text := root.Get("Policy"); text.Exists() {
		inner, _ := text.Embedded()
		if inner == nil {
			return nil, true
		}
		root = inner.Root()
	}
	return iam.Compile(root, iam.BucketPolicy).Admits("s3:GetObject")
}

// spellings gives a text as it stands, and where it has escapes also without them.
func spellings(data []byte) []string {
	text := string(data)
	all := []string{text}
	if strings.Contains(text, `\u00`) {
		text = withoutEscapes(text)
		all = append(all, text)
	}
	if strings.Contains(text, "%3A") || strings.Contains(text, "%3a") || strings.Contains(text, "%22") || strings.Contains(text, "%2F") {
		if plain, err := url.PathUnescape(text); err == nil {
			all = append(all, plain)
		} else {
			all = append(all, strings.NewReplacer("%3A", ":", "%3a", ":", "%22", `"`, "%2F", "/", "%2f", "/").Replace(text))
		}
	}
	return all
}

// withoutEscapes puts the characters in the place of their \u00xx escapes.
func withoutEscapes(text string) string {
	var b strings.Builder
	for {
		at := strings.Index(text, `\u00`)
		if at < 0 || at+6 > len(text) {
			return b.String() + text
		}
		b.WriteString(text[:at])
		if code, err := strconv.ParseUint(text[at+4:at+6], 16, 8); err == nil {
			b.WriteByte(byte(code))
		}
		text = text[at+6:]
	}
}

// tokens takes a text apart and notes the names in it that may lead elsewhere.
func (s *Survey) tokens(n *node, text string, found map[reference]bool) {
	for start := 0; start < len(text); {
		if !isNameByte(text[start]) {
			start++
			continue
		}
		end := start
		for end < len(text) && isNameByte(text[end]) {
			end++
		}
		s.token(n, text, start, end, found)
		start = end
	}
}

// isNameByte tells the bytes of ids and of names of buckets.
func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_'
}

// token notes what one name may lead to.
func (s *Survey) token(n *node, text string, start, end int, found map[reference]bool) {
	token := text[start:end]
	if len(token) < 3 {
		return
	}
	if s.leadsAway(n, s.index.buckets[token]) {
		found[reference{kind: toBucket, name: token}] = true
	}
	if s.leadsAway(n, s.index.keys[token]) || n.kind == listsNode && s.index.keys[token] != nil {
		found[reference{kind: toKey, name: token}] = true
	}
	switch {
	case token == "alias" && end < len(text) && text[end] == '/':
		stop := end + 1
		for stop < len(text) && (isNameByte(text[stop]) || text[stop] == '/') {
			stop++
		}
		s.name(n, reference{kind: toAlias, name: text[start:stop]}, found)
	case strings.HasSuffix(token, "-s3alias"):
		s.name(n, reference{kind: toPointAlias, name: token}, found)
	case strings.Contains(token, ".s3-accesspoint."):
		label, _, _ := strings.Cut(token, ".")
		if account := label[max(0, len(label)-12):]; n.kind == domainsNode && s.accounts[account] != nil && account != n.account {
			found[reference{kind: toAccount, account: s.account(account)}] = true
		}
	case strings.HasPrefix(token, "vpc-"):
		s.name(n, reference{kind: toVPC, name: token}, found)
	case strings.HasPrefix(token, "AROA") || strings.HasPrefix(token, "AIDA"):
		s.name(n, reference{kind: toUniqueID, name: token}, found)
	case len(token) == 12 && s.accounts[token] != nil && (token != n.account || n.lends()):
		s.mention(n, text, start, end, found)
	}
}

// leadsAway reports whether any of the nodes of a name matters to a node: of its own
// account everything is read anyway, but by those who borrow the node.
func (s *Survey) leadsAway(n *node, nodes []int32) bool {
	return slices.ContainsFunc(nodes, func(at int32) bool { return n.lends() || s.nodes[at].account != n.account })
}

// name notes a name that only documents tell the meaning of: where it may matter, and
// then where it is wanted.
func (s *Survey) name(n *node, r reference, found map[reference]bool) {
	if wants(n, r) || !n.names() && s.wanted[r] {
		found[r] = true
	}
}

// mention notes what the ARN around an account's id may lead to.
func (s *Survey) mention(n *node, text string, start, end int, found map[reference]bool) {
	account := s.account(text[start:end])
	if n.kind == domainsNode {
		found[reference{kind: toAccount, account: account}] = true
	}
	if start == 0 || text[start-1] != ':' || end == len(text) || text[end] != ':' {
		return
	}
	before := strings.Split(text[max(0, start-60):start-1], ":")
	if len(before) < 2 {
		return
	}
	region, service, resource := before[len(before)-1], before[len(before)-2], text[end+1:]
	switch {
	case (service == "iam" || service == "sts") && !strings.HasPrefix(resource, "root"):
		found[reference{kind: toRoles, account: account}] = true
	case service == "s3" && strings.HasPrefix(resource, "accesspoint/"):
		name := strings.TrimPrefix(resource, "accesspoint/")
		if stop := strings.IndexFunc(name, func(r rune) bool { return r > 0x7f || !isNameByte(byte(r)) }); stop >= 0 {
			name = name[:stop]
		}
		found[reference{toPoint, name, account, region}] = true
	case service == "kms" && strings.HasPrefix(resource, "alias/"):
		found[reference{kind: toAliasARN, account: account, region: region}] = true
	case service == "kms":
		found[reference{kind: toLists, account: account, region: region}] = true
	}
}

// account gives the survey's own copy of an id, so that no text is kept for it.
func (s *Survey) account(id string) string {
	if at, ok := slices.BinarySearch(s.ids, id); ok {
		return s.ids[at]
	}
	return strings.Clone(id)
}
