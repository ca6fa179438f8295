package load

import (
	"slices"
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// contentOf gives a text that is the same for documents that say the same:
// members in any order, a policy quoted or not, a single value alone or in a
// list. Lists of policies and of tags are sets.
func contentOf(node source.Node) string {
	var b strings.Builder
	writeContent(&b, node)
	return b.String()
}

func writeContent(b *strings.Builder, node source.Node) {
	if node.Is(source.String) {
		if inner, _ := node.Embedded(); inner != nil {
			node = inner.Root()
		}
	}
	switch node.Kind() {
	case source.Object:
		var members []string
		for name, value := range node.Members() {
			members = append(members, strconv.Quote(name.Text())+":"+contentOf(value))
		}
		slices.Sort(members)
		b.WriteString("{" + strings.Join(members, ",") + "}")
	case source.Array:
		var items []string
		for item := range node.Items() {
			items = append(items, contentOf(item))
		}
		slices.Sort(items)
		items = slices.Compact(items)
		if len(items) == 1 {
			b.WriteString(items[0])
			return
		}
		b.WriteString("[" + strings.Join(items, ",") + "]")
	case source.Null, source.Absent:
		b.WriteString("null")
	default:
		b.WriteString(strconv.Quote(node.Text()))
	}
}
