package reference

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestVocabulary(t *testing.T) {
	var v Vocabulary
	kms := v.Full("kms")
	if kms == nil {
		t.Fatal("kms is not known in full")
	}
	carried := func(service, name string) []string {
		full := v.Full(service)
		var keys []string
		for _, action := range full.Actions {
			if action.Name == name {
				for _, i := range action.Keys {
					keys = append(keys, full.Keys[i].Name)
				}
			}
		}
		return keys
	}
	got := map[string]string{
		"kms actions":   fmt.Sprint(len(v.Actions("kms"))),
		"other service": fmt.Sprint(len(v.Actions("xray")) > 10, v.Full("xray") == nil, v.IsService("xray")),
		"no service":    fmt.Sprint(len(v.Actions("efs")), v.Full("efs") == nil, v.IsService("efs")),
		"CreateGrant":   fmt.Sprint(slices.Contains(carried("kms", "CreateGrant"), "kms:GrantIsForAWSResource")),
		"Decrypt":       fmt.Sprint(slices.Contains(carried("kms", "Decrypt"), "kms:GrantIsForAWSResource")),
		"a key's own":   fmt.Sprint(slices.Contains(carried("kms", "Decrypt"), "kms:KeySpec")),
		"deprecated":    fmt.Sprint(slices.Contains(carried("sagemaker", "CreateAutoMLJobV2"), "sagemaker:VolumeKmsKey")),
		"PutObject":     fmt.Sprint(slices.Contains(carried("s3", "PutObject"), "s3:x-amz-server-side-encryption-aws-kms-key-id")),
	}
	want := map[string]string{
		"kms actions": "56", "other service": "true true true", "no service": "0 true false", "CreateGrant": "true",
		"Decrypt": "false", "a key's own": "true", "deprecated": "true", "PutObject": "true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
