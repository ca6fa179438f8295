package canvas

import (
	"testing"

	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

func TestBucketUse(t *testing.T) {
	domain := &snapshot.Domain{Region: "eu-central-1", Account: "111122223333"}
	for path, want := range map[string]BucketUse{
		"":                      {Name: "sagemaker-eu-central-1-111122223333", Prefix: "Canvas/alice/"},
		"s3://acme-canvas":      {Name: "acme-canvas", Prefix: "Canvas/alice/"},
		"s3://acme-canvas/":     {Name: "acme-canvas", Prefix: "Canvas/alice/"},
		"s3://acme-canvas/a/b/": {Name: "acme-canvas", Prefix: "a/b/Canvas/alice/"},
		"https://acme-canvas/a": {Name: "acme-canvas", Prefix: "a/Canvas/alice/"},
		"https://acme.s3.eu-central-1.amazonaws.com/a": {Name: "acme", Prefix: "a/Canvas/alice/"},
		"https://s3.eu-central-1.amazonaws.com/acme/a": {Name: "acme", Prefix: "a/Canvas/alice/"},
		"https://s3.cn-north-1.amazonaws.com.cn/acme":  {Name: "acme", Prefix: "Canvas/alice/"},
	} {
		setting := snapshot.Setting{Value: path}
		if path != "" {
			setting.State = snapshot.Given
		}
		got := bucketUse(domain, setting, "alice")
		if got.Name != want.Name || got.Prefix != want.Prefix {
			t.Errorf("%q: %s and %s, want %s and %s", path, got.Name, got.Prefix, want.Name, want.Prefix)
		}
	}
}
