package kept

import "testing"

func TestStore(t *testing.T) {
	var s Store[string, int]
	s.Put("a", 1)
	s.Put("b", 2)
	s.Forget()
	if value, ok := s.Get("a"); !ok || value != 1 {
		t.Errorf("a is %d, %t", value, ok)
	}
	s.Put("c", 3)
	s.Forget()
	if _, ok := s.Get("b"); ok || s.Len() != 2 {
		t.Errorf("b is still there: %t, of %d", ok, s.Len())
	}
	var none *Store[string, int]
	none.Put("a", 1)
	none.Forget()
	if _, ok := none.Get("a"); ok {
		t.Error("nothing was kept")
	}
}
