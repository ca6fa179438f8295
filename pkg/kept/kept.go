// Package kept keeps what one run worked out for the next, for those who check the
// same files again and again.
package kept

import "sync"

// Store holds values by what they depend on. The zero value is empty, and nil keeps
// nothing. Many may use it at once.
type Store[K comparable, V any] struct {
	mu      sync.Mutex
	entries map[K]*entry[V]
}

type entry[V any] struct {
	value V
	asked bool // since the last Forget
}

// Get gives a value that was kept.
func (s *Store[K, V]) Get(key K) (value V, ok bool) {
	if s == nil {
		return value, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entries[key]
	if e == nil {
		return value, false
	}
	e.asked = true
	return e.value, true
}

// Put keeps a value.
func (s *Store[K, V]) Put(key K, value V) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.entries == nil {
		s.entries = map[K]*entry[V]{}
	}
	s.entries[key] = &entry[V]{value, true}
}

// Forget ends a run: what it neither asked for nor put is gone.
func (s *Store[K, V]) Forget() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, e := range s.entries {
		if !e.asked {
			delete(s.entries, key)
		}
		e.asked = false
	}
}

// Len is how many values are kept.
func (s *Store[K, V]) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.entries)
}
