package load

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// misowned reports an entry of the config's documents that names no owner, once.
func (b *builder) misowned(owner owner, format string, args ...any) {
	problem := source.Problem{Message: "the owner of this document is not understood: " + fmt.Sprintf(format, args...) + "; the document was checked alone", Span: owner.at}
	if owner.at.IsZero() {
		problem.Path = "the config"
	}
	if !slices.Contains(b.problems, problem) {
		b.problems = append(b.problems, problem)
	}
}

// keyOfOwner gives the key that the config names: by its ARN, or, where the run
// has the key, by its id, its alias or the ARN of that.
func (b *builder) keyOfOwner(owner owner, doc document.Document) *snapshot.Key {
	name := snapshot.ParseKeyName(owner.arn)
	switch name.Form {
	case snapshot.KeyARN:
		return b.key(owner.arn)
	case snapshot.KeyID:
		if key := b.keyOfPlace(doc.Place, owner.arn); key != nil {
			return key
		}
		b.misowned(owner, "%q is a key id, but the input has no key, or several keys, with that id: write the key's ARN", owner.arn)
	case snapshot.AliasName, snapshot.AliasARN:
		if key := b.keyOfAlias(owner.arn); key != nil {
			return key
		}
		b.misowned(owner, "%q is an alias whose key was not read: write the key's ARN, arn:aws:kms:<Region>:<account>:key/<key id>, or export list-aliases too", owner.arn)
	default:
		b.misowned(owner, "the document belongs to a key, and %q does not name one: write arn:aws:kms:<Region>:<account>:key/<key id>", owner.arn)
	}
	return nil
}

// keyOfAlias follows an alias by its name or ARN to the only key it can mean.
func (b *builder) keyOfAlias(alias string) *snapshot.Key {
	var keys []*snapshot.Key
	for _, a := range b.snapshot.Aliases {
		if a.Name != alias && a.ARN != alias || a.Target == "" {
			continue
		}
		if key := b.keyOfPlace(layout.Place{Account: a.Account, Region: a.Region}, a.Target); key != nil && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	return only(keys)
}

func (b *builder) roleOfOwner(owner owner) *snapshot.Role {
	if role := b.roles[owner.arn]; role != nil {
		return role
	}
	if arn, ok := iam.ParseARN(owner.arn); ok && arn.Service == "iam" && strings.HasPrefix(arn.Resource, "role/") {
		b.misowned(owner, "the role %s was not exported: export it with get-role", owner.arn)
		return nil
	}
	b.misowned(owner, "the document belongs to a role, and %q is not the ARN of a role: write arn:aws:iam::<account>:role/<name>", owner.arn)
	return nil
}

// Mentions reports whether a folder of the path has a name, or its file's name
// holds it as a word of its own.
func Mentions(file, name string) bool {
	folder, base := path.Split(file)
	for part := range strings.SplitSeq(folder, "/") {
		if layout.Unescape(part) == name {
			return true
		}
	}
	base = layout.Unescape(base)
	for from := 0; ; {
		at := strings.Index(base[from:], name)
		if at < 0 || name == "" {
			return false
		}
		at += from
		if !continues(base, at-1) && !continues(base, at+len(name)) {
			return true
		}
		from = at + 1
	}
}

// continues reports whether the byte at an offset is part of a word.
func continues(text string, at int) bool {
	if at < 0 || at >= len(text) {
		return false
	}
	c := text[at]
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// longest keeps the candidates with the longest name: "Canvas-Finance.json" is
// of Canvas-Finance, not of Canvas.
func longest[T any](candidates []*T, name func(*T) string) []*T {
	length := 0
	for _, c := range candidates {
		length = max(length, len(name(c)))
	}
	return slices.DeleteFunc(candidates, func(c *T) bool { return len(name(c)) < length })
}

// only gives the single candidate of the first list that has any.
func only[T any](lists ...[]*T) *T {
	for _, list := range lists {
		switch len(list) {
		case 0:
			continue
		case 1:
			return list[0]
		}
		return nil
	}
	return nil
}

// keyIDPattern finds the id of a key in a file's name
// (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-id).
var keyIDPattern = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|mrk-[0-9a-f]{32}`)

// keyAtHome gives the key of an id in the account and Region that all domains
// share, nil where they are in several.
func (b *builder) keyAtHome(id string) *snapshot.Key {
	var arn string
	for _, domain := range b.snapshot.Domains {
		if own := "arn:" + domain.Partition + ":kms:" + domain.Region + ":" + domain.Account + ":key/" + id; arn == "" || arn == own {
			arn = own
		} else {
			return nil
		}
	}
	return b.key(arn)
}

// bucketPattern finds the bucket in the name that people give to the answer of a
// call: get-bucket-encryption-acme.json, GetBucketLocation_acme.json. What has no
// letter is a number of theirs.
var bucketPattern = regexp.MustCompile(`(?i)get-?bucket-?(?:encryption|location|tagging|tags|policy)[-_.]([0-9.-]*[a-z][a-z0-9.-]*[a-z0-9])$`)

// bucketOfFile gives the bucket that a file is named after, "" for none.
func bucketOfFile(file string) string {
	base := path.Base(file)
	found := bucketPattern.FindStringSubmatch(strings.TrimSuffix(base, path.Ext(base)))
	if len(found) != 2 || len(found[1]) < 3 || strings.ToLower(found[1]) != found[1] {
		return ""
	}
	return found[1]
}
