package triage

import (
	"bytes"
	"container/heap"
	"fmt"
	"iter"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/zstd"
)

// pile is one list in sorted pieces, each packed. Going through it opens a piece
// only where its first item is due: those of different accounts hardly overlap.
type pile[T any] struct {
	compare func(a, b T) int
	pieces  []piece[T]
}

type piece[T any] struct {
	first  T
	packed []byte
}

// pack makes a piece of each sorted list that holds anything.
func pack[T any](packer *zstd.Encoder, lists ...[]T) ([]piece[T], error) {
	var pieces []piece[T]
	for _, items := range lists {
		if len(items) == 0 {
			continue
		}
		text, err := json.Marshal(items)
		if err != nil {
			return nil, fmt.Errorf("pack a part of the report: %w", err)
		}
		var first T // its own texts: the item's are parts of whole files
		if text, err := json.Marshal(items[0]); err != nil || json.Unmarshal(text, &first) != nil {
			return nil, fmt.Errorf("pack a part of the report: %w", err)
		}
		pieces = append(pieces, piece[T]{first, bytes.Clone(packer.EncodeAll(text, nil))})
	}
	return pieces, nil
}

// items unpacks a piece. It was packed here, so nothing can be wrong with it.
func (c piece[T]) items() []T {
	reader, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true))
	if err != nil {
		panic(err)
	}
	defer reader.Close()
	text, err := reader.DecodeAll(c.packed, nil)
	if err != nil {
		panic(err)
	}
	var items []T
	if err := json.Unmarshal(text, &items); err != nil {
		panic(err)
	}
	return items
}

// ref is where an item is: in which piece, and where in that.
type ref struct{ piece, item int32 }

// all gives the whole list in order; what is equal in the order of the pieces' first
// items, and then as they came.
func (p *pile[T]) all() iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, item := range p.refs() {
			if !yield(item) {
				return
			}
		}
	}
}

// refs is all, with where each item is.
func (p *pile[T]) refs() iter.Seq2[ref, T] {
	return func(yield func(ref, T) bool) {
		waiting := make([]int32, len(p.pieces))
		for i := range waiting {
			waiting[i] = int32(i) // #nosec G115 -- some for each account
		}
		slices.SortStableFunc(waiting, func(a, b int32) int { return p.compare(p.pieces[a].first, p.pieces[b].first) })
		open := &runs[T]{compare: p.compare}
		for number := 0; len(waiting) > 0 || open.Len() > 0; {
			if len(waiting) > 0 && (open.Len() == 0 || p.compare(p.pieces[waiting[0]].first, open.lists[0].items[0]) < 0) {
				heap.Push(open, run[T]{number, ref{piece: waiting[0]}, p.pieces[waiting[0]].items()})
				waiting, number = waiting[1:], number+1
				continue
			}
			next := &open.lists[0]
			if !yield(next.at, next.items[0]) {
				return
			}
			next.at.item++
			if next.items = next.items[1:]; len(next.items) == 0 {
				heap.Pop(open)
			} else {
				heap.Fix(open, 0)
			}
		}
	}
}

// openPieces is how many pieces lie open where items are taken out of order.
const openPieces = 8

// at gives items in the order of their refs.
func (p *pile[T]) at(refs []ref) iter.Seq[T] {
	return func(yield func(T) bool) {
		open := map[int32][]T{}
		var order []int32
		for _, r := range refs {
			items, ok := open[r.piece]
			if !ok {
				items = p.pieces[r.piece].items()
				open[r.piece], order = items, append(order, r.piece)
				if len(order) > openPieces {
					delete(open, order[0])
					order = order[1:]
				}
			}
			if !yield(items[r.item]) {
				return
			}
		}
	}
}

// run is what is left of a piece that was opened.
type run[T any] struct {
	number int
	at     ref // of the next item
	items  []T
}

// runs is a heap of them by their next items.
type runs[T any] struct {
	compare func(a, b T) int
	lists   []run[T]
}

func (r *runs[T]) Len() int { return len(r.lists) }
func (r *runs[T]) Less(i, j int) bool {
	if c := r.compare(r.lists[i].items[0], r.lists[j].items[0]); c != 0 {
		return c < 0
	}
	return r.lists[i].number < r.lists[j].number
}
func (r *runs[T]) Swap(i, j int) { r.lists[i], r.lists[j] = r.lists[j], r.lists[i] }
func (r *runs[T]) Push(x any)    { r.lists = append(r.lists, x.(run[T])) }
func (r *runs[T]) Pop() any {
	last := r.lists[len(r.lists)-1]
	r.lists = r.lists[:len(r.lists)-1]
	return last
}
