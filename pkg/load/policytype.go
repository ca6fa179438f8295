package load

import (
	"cmp"
	"slices"
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
func kindOfType(word string) kind {
	return map[string]kind{
		"key": keyPolicyDoc, "bucket": bucketPolicyDoc, "identity": identityDoc, "trust": trustDoc,
		"scp": serviceControlDoc, "rcp": resourceControlDoc, "endpoint": endpointPolicyDoc,
	}[word]
}

// policyTypes gives the kinds that are told by the name of the file that is
// shown: one for every file, which a flag gives, outranks all, then the longest
// path does.
func policyTypes(read []file, options Options) map[string]kind {
	given := slices.Clone(options.PolicyTypes)
	slices.SortStableFunc(given, func(a, b PolicyType) int {
		if (a.Path == "") != (b.Path == "") {
			return cmp.Compare(len(a.Path), len(b.Path))
		}
		return cmp.Compare(len(b.Path), len(a.Path))
	})
	told := map[string]kind{}
	for _, file := range read {
		for _, t := range given {
			if t.Path == "" || (Home{Path: options.Files.Absolute(t.Path)}).covers(options.Files.Absolute(file.path)) {
				told[file.name] = kindOfType(t.Type)
				break
			}
		}
	}
	return told
}
