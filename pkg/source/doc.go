// Package source turns bytes into trees whose every value and member name knows
// the bytes of the file it came from.
//
// One kind of tree serves JSON, JSON with comments, YAML, and documents that
// are quoted inside strings of other documents: a [Node] is a cheap value that
// points into its document, a [Span] is a range of bytes of a [File], and a
// [Position] is what an editor shows. Everything the package can say about bad
// input is a [Problem]; it never panics and never gives up on the caller's
// other files.
package source
