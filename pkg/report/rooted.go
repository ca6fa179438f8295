package report

import (
	"reflect"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// Rooted gives a copy of a report in which the name of every file is what root makes
// of it: readers of some formats look for files from the root of the repository,
// wherever the check was run.
func Rooted(r *finding.Report, root func(file string) string) *finding.Report {
	return rooted(reflect.ValueOf(r), root).Interface().(*finding.Report)
}

func rooted(v reflect.Value, root func(string) string) reflect.Value {
	copied := reflect.New(v.Type()).Elem()
	copied.Set(v)
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			copied.Set(reflect.New(v.Type().Elem()))
			copied.Elem().Set(rooted(v.Elem(), root))
		}
	case reflect.Slice:
		if !v.IsNil() {
			copied.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
			for i := range v.Len() {
				copied.Index(i).Set(rooted(v.Index(i), root))
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			switch {
			case field.Name == "File" && field.Type.Kind() == reflect.String && v.Field(i).String() != "":
				copied.Field(i).SetString(root(v.Field(i).String()))
			case field.IsExported():
				copied.Field(i).Set(rooted(v.Field(i), root))
			}
		}
	}
	return copied
}
