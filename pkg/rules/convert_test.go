package rules

import (
	"reflect"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
)

// What rules see is what JSON would make of the input, whatever is in it: every
// member is filled, for the types are known and the values are not.
func TestValueOfIsJSON(t *testing.T) {
	full := &Input{}
	fill(reflect.ValueOf(full).Elem(), 0)
	fixes := map[canvas.Group]*finding.Fix{canvas.Write: {Message: "m", Edits: []finding.Edit{{Text: "t"}}}, canvas.Read: nil}
	for name, value := range map[string]any{
		"empty":        &Input{},
		"full":         full,
		"empty lists":  &Input{Needs: []NeedInput{}, Users: []UserInput{{}}},
		"edits":        &Input{Needs: []NeedInput{{Fixes: fixes}}},
		"not UTF-8":    &Input{Keys: []KeyUseInput{{Value: "a\xffb"}}},
		"text of JSON": &Input{Keys: []KeyUseInput{{Value: "<\"\u2028&\">"}}},
		"nil":          nil,
		"left out":     Subject{Profiles: []string{}},
		"big number":   struct{ N int }{1 << 53},
		"unexported":   struct{ N, n int }{1, 2},
		"dash": struct {
			N int `json:"-"`
		}{1},
		"interface": struct{ V any }{map[string]string{"a": "b"}},
	} {
		want, err := ast.InterfaceToValue(value)
		if err != nil {
			t.Fatal(err)
		}
		got, err := valueOf(value)
		if err != nil || got.Compare(want) != 0 {
			t.Errorf("%s: %v, %v\nwant %v", name, got, err, want)
		}
	}
	if _, err := valueOf(struct{ F func() }{}); err == nil {
		t.Error("a function was converted")
	}
}

// fill gives every member a value, three levels deep where types nest.
func fill(v reflect.Value, depth int) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(7)
	case reflect.Pointer:
		if depth < 8 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), depth+1)
		}
	case reflect.Slice:
		if depth < 8 {
			v.Set(reflect.MakeSlice(v.Type(), 2, 2))
			fill(v.Index(0), depth+1)
		}
	case reflect.Map:
		name, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(name, depth+1)
		fill(value, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(name, value)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), depth+1)
			}
		}
	}
}
