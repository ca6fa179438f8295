package fetch

import (
	"fmt"
	"regexp"
	"strings"
)

// scheme begins the address of an object.
const scheme = "s3://"

// Address names objects of S3: one, or with a key that is empty or ends in "/" all
// of those below it.
type Address struct{ Bucket, Key string }

func (a Address) String() string { return scheme + a.Bucket + "/" + a.Key }

// IsAddress reports whether a name is meant as an address of S3, and not as a file.
func IsAddress(name string) bool { return strings.HasPrefix(name, scheme) }

// S3 has rules for names of buckets that changed over the years
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html):
// this is what all of them have in common.
var bucketName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{2,254}$`)

// ParseAddress reads an address. Its errors are the user's.
func ParseAddress(name string) (Address, error) {
	rest, ok := strings.CutPrefix(name, scheme)
	bucket, key, _ := strings.Cut(rest, "/")
	if !ok || !bucketName.MatchString(bucket) {
		return Address{}, UsageError{fmt.Errorf("%q is no address of S3: one looks like s3://bucket/folder/", name)}
	}
	return Address{bucket, key}, nil
}

// ParseObject reads the address of one object.
func ParseObject(name string) (Address, error) {
	a, err := ParseAddress(name)
	if err == nil && (a.Key == "" || strings.HasSuffix(a.Key, "/")) {
		err = UsageError{fmt.Errorf("%s names no object: add one, as in %s/report.json", name, strings.TrimSuffix(name, "/"))}
	}
	return a, err
}

// Transfer says what is copied between S3 and the disk.
type Transfer struct {
	From []From `json:"from,omitempty"`
	To   []To   `json:"to,omitempty"`
	// Progress is told how many objects are done and known, and how many failed.
	Progress func(Steps) `json:"-"`
}

// From is an object, or all objects below a prefix, and the folder that they are
// copied to, which is empty.
type From struct {
	Address string `json:"address"`
	Folder  string `json:"folder"`
}

// To is a file, and the object that it becomes.
type To struct {
	File    string `json:"file"`
	Address string `json:"address"`
}

// Transferred is what became of a transfer.
type Transferred struct {
	From []Copied `json:"from,omitempty"` // as the transfer has them
}

// Copied are the objects of one address on the disk. Each is a file below Path by
// the rest of its key; Odd has the others, and those that could not be read, whose
// files are empty.
type Copied struct {
	// Path is the file of the one object that was named, else the folder that
	// stands for the prefix.
	Path string `json:"path"`
	// Prefix is what the addresses of the files below Path have in front.
	Prefix string `json:"prefix"`
	Odd    []Odd  `json:"odd,omitempty"`
}

// Odd is an object that is not to be found by its key, or could not be read.
type Odd struct {
	Path    string `json:"path"`
	Address string `json:"address"`
	Error   string `json:"error,omitempty"`
}

// TransferOperations gives the calls of S3 that a transfer can make.
func TransferOperations() []Operation {
	objects := []string{"arn:aws:s3:::*/*"}
	buckets := []string{"arn:aws:s3:::*"}
	return []Operation{
		{"s3", "AbortMultipartUpload", "s3:AbortMultipartUpload", objects, "nothing of an upload that failed", "s3:// as output"},
		{"s3", "CompleteMultipartUpload", "s3:PutObject", objects, "a large object", "s3:// as output"},
		{"s3", "CreateMultipartUpload", "s3:PutObject", objects, "a large object", "s3:// as output"},
		{"s3", "GetObject", "s3:GetObject", objects, "the content of an object", "s3:// as input"},
		{"s3", "HeadBucket", "s3:ListBucket", buckets, "the Region of a bucket", "s3://"},
		{"s3", "HeadObject", "s3:GetObject", objects, "whether an address names an object", "s3:// as input"},
		{"s3", "ListObjectsV2", "s3:ListBucket", buckets, "the objects below a prefix", "s3:// as input"},
		{"s3", "PutObject", "s3:PutObject", objects, "an object", "s3:// as output"},
		{"s3", "UploadPart", "s3:PutObject", objects, "a large object", "s3:// as output"},
	}
}
