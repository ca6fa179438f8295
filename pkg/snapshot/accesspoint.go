package snapshot

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

// PointName is how a text names an S3 access point: by its ARN, or by its alias,
// which stands where a bucket's name does
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html).
// The zero value is no such name.
type PointName struct{ ARN, Alias string }

// IsZero reports whether it is no name of an access point.
func (n PointName) IsZero() bool { return n == PointName{} }

// String gives the name as it is shown.
func (n PointName) String() string { return n.ARN + n.Alias }

// ParsePoint reads the name of a bucket or what stands in its place. Aliases end in
// a suffix that no bucket's name may have
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html).
func ParsePoint(text string) PointName {
	for _, suffix := range []string{"-s3alias", "--ol-s3", ".mrap"} {
		if strings.HasSuffix(text, suffix) {
			return PointName{Alias: text}
		}
	}
	arn, ok := iam.ParseARN(text)
	if !ok || !strings.HasPrefix(arn.Service, "s3") {
		return PointName{}
	}
	kind, name, ok := strings.Cut(strings.Replace(arn.Resource, ":", "/", 1), "/")
	if !ok || kind != "accesspoint" {
		return PointName{}
	}
	name, _, _ = strings.Cut(name, "/")
	arn.Resource = "accesspoint/" + name
	return PointName{ARN: arn.String()}
}
