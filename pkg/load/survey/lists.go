package survey

import (
	"iter"
	"slices"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Lists finds the items of lists that are about some accounts: what is said of an
// organization is one list of all of them, which would be walked over for each.
type Lists struct {
	mutex sync.Mutex
	known map[source.Node]map[string][]listed
}

// listed is an item with its place in the list.
type listed struct {
	at   int
	item source.Node
}

// About gives the items of a list that are about one of the accounts, or about none,
// in their order. Account tells whom an item is about; it is asked once.
func (l *Lists) About(list source.Node, account func(item source.Node) string, accounts []string) iter.Seq[source.Node] {
	by := l.of(list, account)
	found := slices.Clone(by[""])
	for _, id := range slices.Compact(slices.Sorted(slices.Values(accounts))) {
		if id != "" {
			found = append(found, by[id]...)
		}
	}
	slices.SortFunc(found, func(a, b listed) int { return a.at - b.at })
	return func(yield func(source.Node) bool) {
		for _, each := range found {
			if !yield(each.item) {
				return
			}
		}
	}
}

func (l *Lists) of(list source.Node, account func(item source.Node) string) map[string][]listed {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	by := l.known[list]
	if by != nil {
		return by
	}
	by = map[string][]listed{}
	at := 0
	for item := range list.Items() {
		id := account(item)
		by[id] = append(by[id], listed{at, item})
		at++
	}
	if l.known == nil {
		l.known = map[source.Node]map[string][]listed{}
	}
	l.known[list] = by
	return by
}
