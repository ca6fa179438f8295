package diff

// set is a set of the compared actions, by their places in the list.
type set []uint64

func newSet(size int) set { return make(set, (size+63)/64) }

func (s set) put(i int)      { s[i/64] |= 1 << (i % 64) }
func (s set) has(i int) bool { return s[i/64]&(1<<(i%64)) != 0 }

// add puts in all that another set has; nil has nothing.
func (s set) add(other set) {
	for i := range other {
		s[i] |= other[i]
	}
}

// addBoth puts in what two sets have in common.
func (s set) addBoth(a, b set) {
	for i := range s {
		s[i] |= a[i] & b[i]
	}
}

// keep leaves what another set has too.
func (s set) keep(other set) {
	for i := range s {
		s[i] &= other[i]
	}
}

func (s set) isEmpty() bool {
	for _, word := range s {
		if word != 0 {
			return false
		}
	}
	return true
}
