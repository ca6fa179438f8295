package live

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"time"
)

// object is a document, or a part of one, as the AWS CLI prints it.
type object = map[string]any

// plain turns an output of the SDK into what the AWS CLI prints of it: members
// by their names on the wire, times as ISO 8601 text, enumerations as text, and
// nothing for what the service did not send. A list that it sent empty is an
// empty list.
func plain(output any) object {
	if value, ok := plainValue(reflect.ValueOf(output)).(object); ok {
		return value
	}
	return object{}
}

func plainValue(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		if v.Kind() == reflect.Interface {
			return plainUnion(v.Elem())
		}
		return plainValue(v.Elem())
	case reflect.Struct:
		if t, ok := v.Interface().(time.Time); ok {
			return isoTime(t)
		}
		return plainStruct(v)
	case reflect.Slice:
		return plainList(v)
	case reflect.Map:
		if v.IsNil() {
			return nil
		}
		members := object{}
		for _, key := range v.MapKeys() {
			members[key.String()] = plainValue(v.MapIndex(key))
		}
		return members
	case reflect.String:
		return v.String()
	default:
		return v.Interface()
	}
}

// plainUnion prints the one member that a union holds. The SDK has a type for
// each, named <union>Member<member>, with the member in Value.
func plainUnion(v reflect.Value) any {
	for v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return plainValue(v)
	}
	_, member, ok := strings.Cut(v.Type().Name(), "Member")
	if value := v.FieldByName("Value"); ok && value.IsValid() {
		return object{member: plainValue(value)}
	}
	return plainStruct(v)
}

func plainStruct(v reflect.Value) object {
	members := object{}
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() || field.Name == "ResultMetadata" {
			continue
		}
		value := v.Field(i)
		// Text without a pointer is an enumeration: "" means that it was not sent.
		if value.Kind() == reflect.String && value.Len() == 0 {
			continue
		}
		if text := plainValue(value); text != nil {
			members[field.Name] = text
		}
	}
	return members
}

func plainList(v reflect.Value) any {
	if v.IsNil() {
		return nil
	}
	if v.Type().Elem().Kind() == reflect.Uint8 {
		return base64.StdEncoding.EncodeToString(v.Bytes())
	}
	list := make([]any, 0, v.Len())
	for i := range v.Len() {
		list = append(list, plainValue(v.Index(i)))
	}
	return list
}

// isoTime is a time as the AWS CLI prints it, but always in UTC: a folder must
// not depend on where it was made.
func isoTime(t time.Time) string {
	t = t.UTC()
	if t.Nanosecond()/1000 == 0 {
		return t.Format("2006-01-02T15:04:05+00:00")
	}
	return t.Format("2006-01-02T15:04:05.000000+00:00")
}

// decoded gives a policy document of IAM as the object that the AWS CLI prints.
// IAM sends it URL-encoded by RFC 3986, where a plus sign is a plus sign
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html);
// plain JSON is taken too. What is neither stays the text that it is.
func decoded(text string) any {
	if json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	if plain, err := url.PathUnescape(text); err == nil && json.Valid([]byte(plain)) {
		return json.RawMessage(plain)
	}
	return text
}

// decode replaces a policy document among an object's members.
func decode(members object, name string) {
	if text, ok := members[name].(string); ok {
		members[name] = decoded(text)
	}
}

// marshal prints a document as the AWS CLI does: an indentation of four, and
// characters as they are. Members of objects are sorted; policy documents keep
// the order in which they were written.
func marshal(document any) ([]byte, error) {
	var compact, text bytes.Buffer
	encoder := json.NewEncoder(&compact)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	if err := json.Indent(&text, compact.Bytes(), "", "    "); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return text.Bytes(), nil
}
