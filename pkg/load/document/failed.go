package document

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// failure is what was saved of a call that printed no answer.
type failure struct {
	call string // get-bucket-policy; "" where neither the text nor the path says
	code string // NoSuchBucketPolicy; "" where there is none
	text string // the first line, where it is an error of the CLI without a code
	// empty marks a file without a byte: the call printed nothing, and its error
	// went to the terminal.
	empty bool
	// recorded marks the answer of a call that a test recorder saved with its status.
	recorded bool
}

// The forms in which an error is saved: as the CLI prints it, and as S3 answers
// (https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).
var (
	cliError = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`An error occurred \(([A-Za-z0-9.]+)\) when calling the ([A-Za-z0-9]+) operation`)
	})
	xmlError = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`<Error>\s*<Code>([A-Za-z0-9]+)</Code>`)
	})
	otherError = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(Unable to locate credentials|You must specify a region|Could not connect to the endpoint URL|The config profile \(|Error when retrieving token|The SSO session|usage: aws |aws: error:|Error loading SSO Token|Invalid endpoint|SSL validation failed|Unable to parse config file|Partial credentials found|An error occurred)`)
	})
	callInName = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?:^|[^a-z0-9])((?:describe|list|get|head)-[a-z][a-z0-9-]*[a-z0-9])`)
	})
	operation = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?:Describe|List|Get|Head)[A-Z][A-Za-z0-9]*`)
	})
)

// failureOf tells a file without an answer, from what it holds and from its
// path; false where the text is something else.
func failureOf(name string, data []byte) (failure, bool) {
	data = bytes.TrimSpace(data)
	const longest = 1 << 16
	if len(data) > longest {
		return failure{}, false // no error is as long as that
	}
	text := strings.TrimSpace(plainText(data))
	f := failure{call: callOf(name)}
	switch found := cliError().FindStringSubmatch(text); {
	case text == "", text == "{}", text == "null", text == "None":
		f.empty = text == ""
		return f, true
	case len(text) > 4096 || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "["):
		return failure{}, false
	case found != nil:
		return failure{call: kebab(found[2]), code: found[1]}, true
	case otherError().MatchString(text):
		f.text, _, _ = strings.Cut(text, "\n")
		return f, true
	}
	if found := xmlError().FindStringSubmatch(text); found != nil {
		f.code = found[1]
		return f, true
	}
	return failure{}, false
}

// plainText takes away what PowerShell writes besides the text: a byte order
// mark, and every second byte of UTF-16.
func plainText(data []byte) string {
	text := strings.TrimPrefix(string(data), "\ufeff")
	if strings.HasPrefix(text, "\xff\xfe") || strings.HasPrefix(text, "\xfe\xff") {
		text = strings.ReplaceAll(text[2:], "\x00", "")
	}
	return text
}

// failedAnswer tells an error that was recorded as an object.
func failedAnswer(name string, root source.Node) (failure, bool) {
	recorded := root.Get("status_code").Is(source.Number)
	if answer := root.Get("data"); recorded {
		root = answer
	}
	for _, path := range [...][]string{{"Error", "Code"}, {"__type"}, {"Code"}} {
		code := root.Path(path...)
		if !code.Is(source.String) || len(path) == 1 && !isErrorObject(root) {
			continue
		}
		text := code.Text()
		return failure{call: callOf(name), code: text[strings.LastIndex(text, "#")+1:], recorded: recorded}, true
	}
	return failure{}, false
}

// isErrorObject tells the members of an error: its code and a message.
func isErrorObject(root source.Node) bool {
	return root.Len() <= 6 && (root.Get("message").Exists() || root.Get("Message").Exists())
}

// callOf reads the call out of a path: out of the file's name, or out of the
// place that the folder of an account has for its answer.
func callOf(name string) string {
	base := name[strings.LastIndex(name, "/")+1:]
	if found := callInName().FindStringSubmatch(strings.ReplaceAll(strings.TrimSuffix(base, ".json"), "_", "-")); found != nil {
		return found[1]
	}
	if found := operation().FindString(base); found != "" {
		return kebab(found)
	}
	place := layout.Parse(name)
	switch {
	case place.Point != "":
		return map[string]string{"access-point": "get-access-point", "policy": "get-access-point-policy"}[place.Document]
	case place.Bucket != "":
		return map[string]string{
			"policy": "get-bucket-policy", "encryption": "get-bucket-encryption", "location": "get-bucket-location", "tags": "get-bucket-tagging",
			"public-access-block": "get-public-access-block", "versioning": "get-bucket-versioning", "logging": "get-bucket-logging",
			"acl": "get-bucket-acl", "lifecycle": "get-bucket-lifecycle-configuration", "ownership-controls": "get-bucket-ownership-controls",
			"cors": "get-bucket-cors", "replication": "get-bucket-replication", "notification": "get-bucket-notification-configuration",
		}[place.Document]
	case place.Key != "":
		return map[string]string{
			"key": "describe-key", "policy": "get-key-policy", "grants": "list-grants", "rotation": "get-key-rotation-status", "tags": "list-resource-tags",
		}[place.Document]
	case place.Domain != "":
		return "describe-user-profile"
	case strings.Contains(name, "/domains/"):
		return "describe-domain"
	}
	return map[string]string{
		"account-authorization-details": "get-account-authorization-details", "aliases": "list-aliases", "vpc-endpoints": "describe-vpc-endpoints",
		"organization": "describe-organization", "public-access-block": "get-public-access-block",
	}[place.Document]
}

// kebab turns the name of an operation into that of the CLI's command.
func kebab(operation string) string {
	var b strings.Builder
	for i, r := range operation {
		if r >= 'A' && r <= 'Z' && i > 0 && (operation[i-1] < 'A' || operation[i-1] > 'Z') {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// none gives the kind of document that does not exist: the error says so, or an
// answer without a policy does. An empty file does not: a call that was refused
// leaves one too
// (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList).
func (f failure) none() Kind {
	switch f.code {
	case "NoSuchBucketPolicy":
		return NoBucketPolicy
	case "NoSuchPublicAccessBlockConfiguration":
		return NoPublicAccess
	case "NoSuchAccessPointPolicy":
		return NoPointPolicy
	case "ServerSideEncryptionConfigurationNotFoundError":
		return NoEncryption
	case "NoSuchTagSet", "NoSuchTagSetError":
		return NoBucketTags
	}
	if f.code == "" && f.text == "" && !f.empty {
		return map[string]Kind{"get-bucket-policy": NoBucketPolicy, "get-access-point-policy": NoPointPolicy, "get-bucket-tagging": NoBucketTags}[f.call]
	}
	return ""
}

// isNeeded reports whether the answer of the call would have been read.
func (f failure) isNeeded() bool {
	switch f.code {
	case "NoSuchLifecycleConfiguration", "NoSuchCORSConfiguration", "OwnershipControlsNotFoundError",
		"ReplicationConfigurationNotFoundError", "NoSuchWebsiteConfiguration", "ObjectLockConfigurationNotFoundError":
		return false
	}
	switch f.call {
	case "get-public-access-block", "head-bucket", "list-objects", "list-objects-v2", "get-bucket-accelerate-configuration", "get-caller-identity":
		return false
	case "get-bucket-policy", "get-bucket-encryption", "get-bucket-location", "get-bucket-tagging":
		return true
	}
	if strings.HasPrefix(f.call, "get-bucket-") {
		return false
	}
	return !slices.ContainsFunc(slices.Concat(mistakable(), unneeded()), func(a answer) bool { return a.call == f.call })
}

// message says what is known of the failure.
func (f failure) message() string {
	what := "the call"
	if f.call != "" {
		what = f.call
	}
	switch {
	case f.code != "":
		return what + " failed with " + f.code + ": the file holds no document; fix the cause and save the answer again"
	case f.text != "":
		return what + " failed (" + f.text + "): the file holds no document; fix the cause and save the answer again"
	case f.call == "get-bucket-policy", f.call == "get-bucket-tagging":
		return "the file is empty: " + what + " failed: if the error was NoSuchBucketPolicy or NoSuchTagSet, save {}; otherwise the call was not allowed, so run it again"
	case f.call != "":
		return "the file is empty: " + what + " printed nothing, so it failed; run it again and save its answer"
	}
	return "the file is empty: if the output of a call was saved here, the call failed; run it again"
}
