package load

import (
	"cmp"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/load/document"
)

// PolicyType says of what kind the policies of a file, or below a folder, are,
// where they stand alone and their place does not say it.
type PolicyType struct {
	Path string // "" is every file
	Type string // one of PolicyTypes
}

// PolicyTypes are the words for the kinds of policies.
func PolicyTypes() []string {
	return []string{"key", "bucket", "identity", "trust", "scp", "rcp", "endpoint"}
}

// kindOfType gives the kind of a word, "" for none.
func kindOfType(word string) document.Kind {
	return map[string]document.Kind{
		"key": document.KeyPolicy, "bucket": document.BucketPolicy, "identity": document.Identity, "trust": document.Trust,
		"scp": document.ServiceControl, "rcp": document.ResourceControl, "endpoint": document.EndpointPolicy,
	}[word]
}

// policyTypes gives the kinds that are told by the name of the file that is
// shown: one for every file, which a flag gives, outranks all, then the longest
// path does.
func policyTypes(read []document.File, options Options) map[string]document.Kind {
	given := slices.Clone(options.PolicyTypes)
	slices.SortStableFunc(given, func(a, b PolicyType) int {
		if (a.Path == "") != (b.Path == "") {
			return cmp.Compare(len(a.Path), len(b.Path))
		}
		return cmp.Compare(len(b.Path), len(a.Path))
	})
	told := map[string]document.Kind{}
	for _, file := range read {
		for _, t := range given {
			if t.Path == "" || (Home{Path: options.Files.Absolute(t.Path)}).covers(options.Files.Absolute(file.Path)) {
				told[file.Name] = kindOfType(t.Type)
				break
			}
		}
	}
	return told
}
