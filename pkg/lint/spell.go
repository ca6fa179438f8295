package lint

import (
	"reflect"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// spell gives every text of a report as its document spells it. Lists of texts are
// replaced, not changed in place: those of rules and settings belong to other
// reports too.
func spell(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			spell(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if field := v.Field(i); field.CanSet() {
				spell(field)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.String {
			spellList(v)
			return
		}
		for i := range v.Len() {
			spell(v.Index(i))
		}
	case reflect.String:
		if spelled := source.Spelled(v.String()); v.CanSet() && spelled != v.String() {
			v.SetString(spelled)
		}
	default:
	}
}

func spellList(v reflect.Value) {
	for i := range v.Len() {
		spelled := source.Spelled(v.Index(i).String())
		if spelled == v.Index(i).String() {
			continue
		}
		list := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(list, v)
		for j := i; j < list.Len(); j++ {
			list.Index(j).SetString(source.Spelled(list.Index(j).String()))
		}
		v.Set(list)
		return
	}
}
