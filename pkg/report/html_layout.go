package report

import (
	"cmp"
	"fmt"
	"slices"
)

// The measures of a picture, in SVG user units.
const (
	nodeWidth  = 236
	nodeLeast  = 58  // the height of a node with up to two edges on a side
	columnGap  = 228 // between nodes; pills with words stand in it
	rowGap     = 16
	portGap    = 26 // between edges that meet the same side of a node
	pillHeight = 20
	topMargin  = 30 // for the captions
	bend       = 70
	glyph      = 7  // the width that a character is given, of 12 units height
	labelCells = 22 // what fits a node
	subCells   = 34
	longLabel  = 21 // cells that fit a pill
)

// layOut gives nodes and edges their places: a column for profiles, roles, and
// what the roles use, each node near those it is joined to.
func (p *picture) layOut() {
	var columns [3][]*node
	for _, n := range p.Nodes {
		columns[n.column] = append(columns[n.column], n)
		n.Width, n.Height = nodeWidth, max(nodeLeast, portGap*max(len(n.in), len(n.out))+6)
		n.Label, n.Sub = middle(n.Label, labelCells), shortened(n.Sub, subCells)
	}
	height := 0
	for i, column := range columns {
		sortNear(column, i > 0)
		height = max(height, heightOf(column))
	}
	for i, column := range columns {
		y := topMargin + (height-heightOf(column))/2
		for _, n := range column {
			n.X, n.Y = i*(nodeWidth+columnGap), y
			y += n.Height + rowGap
		}
	}
	p.Width, p.Height = 3*nodeWidth+2*columnGap, topMargin+height
	for i, text := range []string{"profiles", "roles", "keys and buckets"} {
		p.Columns = append(p.Columns, caption{X: i * (nodeWidth + columnGap), Text: text})
	}
	for _, n := range p.Nodes {
		n.ports()
	}
	for _, e := range p.Edges {
		e.route()
	}
	// What fails is drawn last, above the rest.
	slices.SortStableFunc(p.Edges, func(a, b *edge) int { return cmp.Compare(drawRank(a), drawRank(b)) })
}

func drawRank(e *edge) int {
	return map[string]int{uses: 0, works: 1, unknown: 2, fails: 3}[e.Class]
}

func heightOf(column []*node) int {
	height := max(0, len(column)-1) * rowGap
	for _, n := range column {
		height += n.Height
	}
	return height
}

// sortNear orders a column by the mean place of what leads to each node, and
// notes each node's place for the next column. Keys stand above buckets.
func sortNear(column []*node, byEdges bool) {
	for _, n := range column {
		n.rank = 0
		for _, e := range n.in {
			n.rank += e.from.rank / float64(len(n.in))
		}
	}
	if byEdges {
		slices.SortStableFunc(column, func(a, b *node) int {
			return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(kindRank(a), kindRank(b)), cmp.Compare(a.key, b.key))
		})
	}
	for i, n := range column {
		n.rank = float64(i)
	}
}

func kindRank(n *node) int {
	if n.Kind == "bucket" || n.Kind == "helper role" {
		return 1
	}
	return 0
}

// ports spreads the edges of a node over its sides, in the order of their other
// ends, so that they cross as little as can be.
func (n *node) ports() {
	other := func(end func(*edge) *node) func(a, b *edge) int {
		return func(a, b *edge) int {
			return cmp.Or(cmp.Compare(end(a).Y, end(b).Y), cmp.Compare(drawRank(b), drawRank(a)))
		}
	}
	slices.SortStableFunc(n.in, other(func(e *edge) *node { return e.from }))
	slices.SortStableFunc(n.out, other(func(e *edge) *node { return e.to }))
	port := func(i, all int) int { return n.Y + n.Height/2 + (2*i-all+1)*portGap/2 }
	for i, e := range n.in {
		e.y2 = port(i, len(n.in))
	}
	for i, e := range n.out {
		e.y1 = port(i, len(n.out))
	}
}

// route draws an edge and puts its pill before its end, where no other is.
func (e *edge) route() {
	const arrow = 12
	x1, x2 := e.from.X+nodeWidth, e.to.X
	e.EndX, e.EndY = x2, e.y2
	e.PillWidth = 24 + textWidth(e.Label)*glyph
	if e.Label == "" {
		e.PillWidth = 0
	}
	e.PillX, e.PillY = x2-arrow-e.PillWidth, e.y2-pillHeight/2
	e.MarkX, e.MarkY, e.TextX = e.PillX+12, e.y2, e.PillX+21
	start := e.PillX
	curve := min(bend, (start-x1)/2+10)
	e.Path = fmt.Sprintf("M%d %dC%d %d %d %d %d %dL%d %d", x1, e.y1, x1+curve, e.y1, start-curve, e.y2, start, e.y2, x2-1, e.y2)
}

// middle leaves out the middle of a long name: both ends tell names apart.
func middle(text string, limit int) string {
	if textWidth(text) <= limit {
		return text
	}
	cells := cellsOf(text)
	left, right := 0, len(cells)
	for used, turn := 1, 0; left < right; turn++ {
		next := &cells[left]
		if turn%2 == 1 {
			next = &cells[right-1]
		}
		if used += next.width; used > limit {
			break
		}
		if turn%2 == 1 {
			right--
		} else {
			left++
		}
	}
	return textOf(cells[:left]) + ellipsis + textOf(cells[right:])
}

// shortened cuts a text at its end.
func shortened(text string, limit int) string {
	if textWidth(text) <= limit {
		return text
	}
	cells := cellsOf(text)
	used, last := 1, 0
	for ; last < len(cells) && used+cells[last].width <= limit; last++ {
		used += cells[last].width
	}
	return textOf(cells[:last]) + ellipsis
}
