package iam

import "testing"

func TestParseARN(t *testing.T) {
	for text, want := range map[string]ARN{
		"arn:aws:s3:::bkt/a:b":                                {"aws", "s3", "", "", "bkt/a:b"},
		"arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/k": {"aws-us-gov", "kms", "us-gov-west-1", "111122223333", "key/k"},
	} {
		if got, ok := ParseARN(text); !ok || got != want || got.String() != text {
			t.Errorf("%s: got %+v %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "arn:", "arn:aws:s3::bkt", "key/k", "ARN:aws:s3:::b"} {
		if got, ok := ParseARN(text); ok {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}
