// Package markers finds what a tool puts values in place of before AWS sees a
// document: variables of the Serverless Framework, and tags of Jinja, Helm and
// ERB. Text with a marker is not final, so that a stand-in takes its place.
package markers

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Open puts a stand-in where a marker is.
func Open(text string) string {
	if first := First(text); first == "" {
		return text
	}
	var b strings.Builder
	for text != "" {
		at, length := next(text)
		if length == 0 {
			break
		}
		b.WriteString(text[:at] + iam.Unknown(text[at:at+length]))
		text = text[at+length:]
	}
	return b.String() + text
}

// First gives the first marker of a text, "" where it has none.
func First(text string) string {
	at, length := next(text)
	return text[at : at+length]
}

// next finds the first marker; its length is 0 where there is none.
func next(text string) (at, length int) {
	for at := range len(text) {
		rest := text[at:]
		switch {
		case strings.HasPrefix(rest, "${"):
			if length := balanced(rest[1:]); length > 0 && isServerless(rest[2:length]) {
				return at, 1 + length
			}
		case strings.HasPrefix(rest, "{{") && !strings.HasPrefix(rest, "{{resolve:"):
			if length := closed(rest, "}}"); length > 0 {
				return at, length
			}
		case strings.HasPrefix(rest, "{%"):
			if length := closed(rest, "%}"); length > 0 {
				return at, length
			}
		case strings.HasPrefix(rest, "<%"):
			if length := closed(rest, "%>"); length > 0 {
				return at, length
			}
		}
	}
	return 0, 0
}

func closed(text, by string) int {
	if end := strings.Index(text[2:], by); end >= 0 {
		return 2 + end + len(by)
	}
	return 0
}

// balanced gives the length of what the first brace opens, 0 where nothing
// closes it: variables can hold variables.
func balanced(text string) int {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// isServerless tells the sources of variables of the Serverless Framework from
// the policy variables of IAM, which have a colon too
// (https://www.serverless.com/framework/docs/guides/variables).
func isServerless(variable string) bool {
	end := strings.IndexAny(variable, ":(.,")
	if end < 0 {
		return false
	}
	name, rest := variable[:end], variable[end:]
	if !strings.ContainsAny(rest, ":(") {
		return false
	}
	switch name {
	case "self", "opt", "env", "sls", "param", "file", "cf", "git", "output", "terraform", "vault", "doppler", "strToBool":
		return true
	case "ssm", "s3", "secrets":
		return strings.HasPrefix(rest, "(") || strings.HasPrefix(rest, ":/")
	case "aws":
		word, _, _ := strings.Cut(rest[1:], ",")
		return word == "accountId" || word == "region"
	}
	return false
}

// Find gives the first text with a marker in a tree, and the marker.
func Find(root source.Node) (source.Node, string) {
	if root.IsScalar() {
		return root, First(root.Text())
	}
	for _, member := range root.Members() {
		if at, found := Find(member); found != "" {
			return at, found
		}
	}
	for item := range root.Items() {
		if at, found := Find(item); found != "" {
			return at, found
		}
	}
	return root, ""
}

// Opened gives a tree with stand-ins in the place of its markers; the tree
// itself where it has none.
func Opened(root source.Node) source.Node {
	if _, found := Find(root); found == "" {
		return root
	}
	return source.Derive(opened(root)).Root()
}

func opened(n source.Node) source.Value {
	switch {
	case n.Is(source.Object):
		made := source.Make(n)
		for name, member := range n.Members() {
			made = made.WithName(name.Text(), name, opened(member))
		}
		return made
	case n.Is(source.Array):
		var items []source.Value
		for item := range n.Items() {
			items = append(items, opened(item))
		}
		return source.List(n, items...)
	case n.IsScalar() && First(n.Text()) != "":
		return source.Text(Open(n.Text()), n)
	}
	return source.Copy(n)
}
