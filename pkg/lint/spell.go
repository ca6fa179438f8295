package lint

import (
	"reflect"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// spell gives every text of a report as its document spells it.
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
		for i := range v.Len() {
			spell(v.Index(i))
		}
	case reflect.String:
		if text := v.String(); v.CanSet() {
			v.SetString(source.Spelled(text))
		}
	default:
	}
}
