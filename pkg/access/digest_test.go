package access

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// Every field of a request counts in its digest: a field that is added later
// and forgotten there fails here.
func TestDigestCoversEverything(t *testing.T) {
	sample := func() *Request {
		c := NewContext(true)
		c.SetMulti("aws:TagKeys", "a", "b")
		return &Request{Principal: Principal{Kind: Role, ARN: "arn:aws:iam::111122223333:role/R"}, Action: "kms:Decrypt", Resource: "*", Context: c}
	}
	base := sample().Digest()
	if again := sample().Digest(); again != base {
		t.Fatal("the same request has two digests")
	}
	counted := 0
	for _, of := range []func(*Request) reflect.Value{
		func(r *Request) reflect.Value { return reflect.ValueOf(r).Elem() },
		func(r *Request) reflect.Value { return reflect.ValueOf(&r.Principal).Elem() },
		func(r *Request) reflect.Value { return reflect.ValueOf(r.Context).Elem() },
		func(r *Request) reflect.Value { return reflect.ValueOf(&r.Context.entries[0]).Elem() },
	} {
		for i := range of(sample()).NumField() {
			changed := sample()
			field := of(changed).Field(i)
			name := of(changed).Type().String() + "." + of(changed).Type().Field(i).Name
			field = reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem() //nolint:gosec // the fields are not exported
			if !change(field) {
				t.Errorf("%s: how to change a %s is not known here", name, field.Type())
			}
			counted++
			if changed.Digest() == base {
				t.Errorf("%s does not count in the digest", name)
			}
		}
	}
	if counted < 20 {
		t.Errorf("only %d fields were changed", counted)
	}
}

func change(v reflect.Value) bool {
	switch old := v.Addr().Interface().(type) {
	case *string:
		*old += "x"
	case *bool:
		*old = !*old
	case *PrincipalKind:
		*old++
	case *state:
		*old++
	case *[]string:
		*old = []string{"ab"}
	case *iam.Key:
		*old = iam.NewKey("aws:Other")
	case *[]entry:
		*old = nil
	case *[]*Context:
		*old = []*Context{NewContext(true)}
	case **Context:
		*old = nil
	case *Principal:
		old.ARN += "x"
	default:
		return false
	}
	return true
}
