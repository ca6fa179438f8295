// Package layout knows where each document lies in an exported account folder:
// what a path says about the account, the Region and the owner of the document,
// and how a resource's name becomes a file name that never leaves its folder.
package layout

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Place is what a path says about a document. Empty members are not said.
type Place struct {
	Account string // twelve digits
	Region  string
	// Partition is said by formats that know it while the Region is not known.
	Partition string
	Domain    string // domain id of a user profile's folder
	Key       string // key id of the folder the document lies in
	Bucket    string
	Point     string // name of an S3 access point
	// Document is the file's name without its extension: "policy", "encryption".
	Document string
}

// Home is where a template or plan is deployed, as far as something beside it
// says so; what it leaves open is "".
type Home struct{ Account, Region string }

// Or gives the home with what another one adds to it.
func (h Home) Or(other Home) Home {
	return Home{cmp.Or(h.Account, other.Account), cmp.Or(h.Region, other.Region)}
}

// Document is a document of an exported folder that was made from another
// format: what the AWS CLI would have printed, and where it would lie.
type Document struct {
	Place Place
	// Root is the tree; its nodes have the places of the values that they were
	// made from.
	Root source.Node
	// Of says what it was made from: "AWS::KMS::Key AppKey".
	Of string
	// NotVisible names the members, at any depth, that the format can't
	// express: their absence says nothing. "CanvasAppSettings" is one in
	// CloudFormation.
	NotVisible []string
	// NotSelected names the members that the format has and the query for this
	// document left out: their values are unknown.
	NotSelected []string
	// Perhaps says that it is not known what the document belongs to.
	Perhaps Perhaps
	// MadeAfter are the ARNs of the keys that a role can be made only after, as the
	// code says that makes both: their policies cannot refer to it.
	MadeAfter []string
	// Partial says that a list is cut out of a longer one: it proves no absence.
	Partial bool
	// When is the time at which AWS was asked, zero where the format does not tell.
	When time.Time
}

var (
	accountPattern = regexp.MustCompile(`^[0-9]{12}$`)
	// regionPattern is the form of Region names in every partition
	// (https://docs.aws.amazon.com/general/latest/gr/rande.html).
	regionPattern = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$`)
	// bucketDocument finds what an export has of a bucket in the name of a file:
	// "get-bucket-policy.json". Any other file below a folder s3, outside of an
	// export, may be anything: SDKs keep their data in s3/2006-03-01.
	bucketDocument = regexp.MustCompile(`policy|encryption|location|tag|public-access`)
)

// The stand-ins of templates for what they are deployed to.
const (
	anyAccount = "‹AccountId›"
	anyRegion  = "‹Region›"
)

// IsAccount reports whether text is an account id, or stands for that of a
// template.
func IsAccount(text string) bool { return text == anyAccount || accountPattern.MatchString(text) }

// IsRegion reports whether text has the form of a Region name, or stands for
// that of a template.
func IsRegion(text string) bool { return text == anyRegion || regionPattern.MatchString(text) }

// Parse reads the place out of a slash-separated path of a file.
func Parse(path string) Place {
	var place Place
	parts := strings.Split(path, "/")
	last := len(parts) - 1
	for i, part := range parts[:last] {
		name := Unescape(part)
		switch {
		case IsAccount(name):
			place.Account = name
		case IsRegion(name):
			place.Region = name
		}
		if i == 0 {
			continue
		}
		switch parent := parts[i-1]; {
		case parent == "keys" || parent == "key":
			place.Key = name
		case parent == "s3" && (place.Account != "" || place.Region != "" || bucketDocument.MatchString(parts[last])):
			place.Bucket = name
		case parent == "access-points":
			place.Point = name
		case parent == "user-profiles":
			place.Domain = name
		}
	}
	place.Document, _, _ = strings.Cut(parts[last], ".")
	return place
}

// PointFolder is the folder of an S3 access point in an export, with a slash at its end.
func PointFolder(account, region, name string) string {
	return account + "/" + region + "/s3control/access-points/" + Escape(name) + "/"
}

// AccountBlock is the file of an account's own public access block.
func AccountBlock(account string) string { return account + "/s3control/public-access-block.json" }

// PartitionOf names the partition of a Region. One that is not known is taken
// for a Region of aws: who knows better says so in Place.Partition
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html).
func PartitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// IsExport reports whether a path is one where an export keeps its documents:
// a file there that cannot be used is a gap, not someone else's file.
func IsExport(path string) bool {
	parts := strings.Split(path, "/")
	account := false
	for _, part := range parts[:len(parts)-1] {
		switch part {
		case "iam", "kms", "s3", "s3control", "sagemaker", "ec2":
			if account {
				return true
			}
		case "organization":
			return true
		}
		account = account || IsAccount(part)
	}
	return false
}

// PartitionName names the partition, by the Region where the place does not say.
func (p Place) PartitionName() string {
	if p.Partition != "" {
		return p.Partition
	}
	return PartitionOf(p.Region)
}

const hexDigits = "0123456789ABCDEF"

// Escape turns a resource's name into a file name: letters, digits, ".", "-",
// "_", "+", "=", "@" and "," stay, every other byte becomes %XX, and so does a
// leading dot, so that no name is hidden or means another folder.
func Escape(name string) string {
	var b strings.Builder
	for i := range len(name) {
		c := name[i]
		safe := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			strings.IndexByte("-_+=@,", c) >= 0 || c == '.' && i > 0
		if safe {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}

// Unescape gives back the name; a percent sign that begins no escape stays.
func Unescape(name string) string {
	if !strings.Contains(name, "%") {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] == '%' && i+2 < len(name) {
			high := strings.IndexByte(hexDigits, upper(name[i+1]))
			low := strings.IndexByte(hexDigits, upper(name[i+2]))
			if high >= 0 && low >= 0 {
				b.WriteByte(byte(high<<4 | low))
				i += 2
				continue
			}
		}
		b.WriteByte(name[i])
	}
	return b.String()
}

func upper(c byte) byte {
	if c >= 'a' && c <= 'z' {
		return c - 32
	}
	return c
}

// Perhaps is the doubt whether a document is of what it names, whose name may be
// known in part or not at all, or will be there.
type Perhaps struct {
	// Question stands behind "it is not known"; "" for no doubt.
	Question string
	// NotOf are names of what it is not of for sure.
	NotOf []string
}
