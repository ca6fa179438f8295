package filesystem

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// Opened says what became of a file that Open was given.
type Opened struct {
	// Archive says that it was one; what was handed on is what is in it.
	Archive  bool
	Ignored  []Ignored
	Problems []source.Problem
}

// Open hands on the text of a file, or of each file of an archive.
func Open(from FS, file File, each func(File)) Opened {
	if !file.Named && !Readable(file.Name) {
		return Opened{Ignored: []Ignored{{file.Name, "not a JSON or YAML file by its name"}}}
	}
	if file.Path != "-" {
		var err error
		if file.Data, err = fs.ReadFile(from, file.Path); err != nil {
			return Opened{Problems: []source.Problem{{Path: file.Name, Message: "read the file: " + cause(err)}}}
		}
	}
	switch {
	case isBinaryPlan(file.Data):
		return Opened{Problems: []source.Problem{{Path: file.Name, Message: "canvaslint does not read binary Terraform plans, only their JSON: run \"terraform show -json " + path.Base(file.Name) + " > plan.json\" beside its configuration, and check plan.json"}}}
	case IsArchive(file.Data):
		return unpack(file, file.Data, archiveLimits(), each)
	}
	each(file)
	return Opened{}
}

// Readable reports whether a file found by walking can hold a document, by its
// name: exports come as .json, policies often without any extension, as .txt or
// as .tpl.
func Readable(name string) bool {
	switch extension := strings.ToLower(path.Ext(name)); extension {
	case ".gz":
		return Readable(strings.TrimSuffix(name, path.Ext(name)))
	case ".json", ".jsonc", ".jsonl", ".ndjson", ".yaml", ".yml", ".template", ".tpl", ".txt", "", ".zip", ".tar", ".tgz", ".tfstate", ".tfplan":
		return true
	}
	return false
}

// IsHCL reports whether a file is Terraform's configuration by its name, which
// is how Terraform itself knows them.
func IsHCL(name string) bool {
	return strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tf.json")
}

// isBinaryPlan reports whether data is a plan as `terraform plan -out` saves it:
// an archive whose first file is "tfplan".
func isBinaryPlan(data []byte) bool {
	const header = 30 // bytes of a local file header before the name
	return len(data) > header && isZip(data) && bytes.HasPrefix(data[header:], []byte("tfplan"))
}

// cause is the system's own word without the path, which the message has already.
func cause(err error) string { return bare(err).Error() }

func bare(err error) error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		return pathError.Err
	}
	return err
}
