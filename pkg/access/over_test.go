package access

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// What is laid over others counts like what is set after it.
func TestOver(t *testing.T) {
	keys := []string{"aws:SourceVpc", "aws:PrincipalTag/a", "aws:PrincipalTag/B", "aws:PrincipalArn", "kms:ViaService", "kms:KeySpec"}
	families := []string{"aws:PrincipalTag/", "kms:", "s3:"}
	for seed := range uint64(2000) {
		random := rand.New(rand.NewPCG(seed, 1))
		flat := NewContext(true)
		var layers []*Context
		for range random.IntN(4) {
			layer := NewContext(true)
			for range random.IntN(6) {
				key := keys[random.IntN(len(keys))]
				value, family := string(rune('a'+random.IntN(3))), families[random.IntN(len(families))]
				set := []func(*Context){
					func(c *Context) { c.Set(key, value) },
					func(c *Context) { c.SetMulti(key, value, "z") },
					func(c *Context) { c.SetAbsent(key) },
					func(c *Context) { c.SetUnknown(key) },
					func(c *Context) { c.SetEvery(key, value+"*") },
					func(c *Context) { c.SetFamilyAbsent(family) },
				}[random.IntN(6)]
				set(flat)
				set(layer)
			}
			if random.IntN(2) == 0 {
				layer = Over(append(layers, layer)...)
				layers = nil
			}
			layers = append(layers, layer)
		}
		over := Over(append([]*Context{NewContext(true)}, layers...)...)
		for _, key := range keys {
			if got, want := over.get(iam.NewKey(key)), flat.get(iam.NewKey(key)); !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d: %s is %+v, want %+v", seed, key, got, want)
			}
		}
		got, want := map[string]entry{}, map[string]entry{}
		for e := range over.all() {
			if _, twice := got[e.key.String()]; twice {
				t.Fatalf("seed %d: %s is visited twice", seed, e.key)
			}
			got[e.key.String()] = *e
		}
		for e := range flat.all() {
			want[e.key.String()] = *e
		}
		if !reflect.DeepEqual(got, want) || over.hasEvery() != flat.hasEvery() {
			t.Fatalf("seed %d: %+v, want %+v", seed, got, want)
		}
	}
}
