package source

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The shapes that real exports, templates and documentation pages come in, and
// what is said of each: the number of documents read, and every problem.
func TestSurface(t *testing.T) {
	tests := []struct {
		name, file, text string
		format           Format
		documents        int
		want             []string
	}{
		{name: "strict JSON", file: "k.json", text: "{\"Version\": \"2012-10-17\", \"Statement\": []}", documents: 1},
		{name: "JSON without an extension", file: "AmazonSageMakerCanvasFullAccess", text: "{\"Version\": \"2012-10-17\"}", documents: 1},
		{name: "JSON in a .txt file", file: "key-policy.txt", text: "\r\n{\"Version\": \"2012-10-17\"}", documents: 1},
		{name: "JSON in a .template file", file: "stack.template", text: "{\"Resources\": {}}", documents: 1},
		{name: "YAML in a .template file", file: "stack.template", text: "Resources: {}\n", documents: 1},
		{name: "JSON in a .yaml file", file: "k.yaml", text: "{\"a\": 1}", documents: 1},
		{name: "YAML flow in a .yaml file", file: "k.yaml", text: "{a: 1}", documents: 1},
		{name: "CRLF", file: "k.json", text: "{\r\n\t\"a\": 1,\r\n\t\"b\": x\r\n}", want: []string{
			"k.json:3:7: not valid JSON: invalid character 'x' at start of value; text, dates and ARNs take double quotes",
		}},
		{name: "tabs in JSON", file: "k.json", text: "{\n\t\t\"a\": 1\n}", documents: 1},
		{name: "unquoted placeholder, list", file: "k.json", text: "{\n  \"AWS\": [${ACCEL_LOOKUP::Accounts}]\n}", want: []string{
			"k.json:2:11: not valid JSON: invalid character '$' at start of value; the placeholder ${ACCEL_LOOKUP::Accounts} stands here unquoted: render the template first, or put the value there in quotes",
		}},
		{name: "unquoted placeholder, value", file: "k.json", text: "{\"AWS\": ${account}}", want: []string{
			"k.json:1:9: not valid JSON: invalid character '$' at start of value; the placeholder ${account} stands here unquoted: render the template first, or put the value there in quotes",
		}},
		{name: "double braces", file: "k.json", text: "{\"Id\": {{ output.id }}}", want: []string{
			"k.json:1:9: not valid JSON: object member name must be a string; the placeholder {{ output.id }} stands here unquoted: render the template first, or put the value there in quotes",
		}},
		{name: "placeholder of a documentation page", file: "k.json", text: "{\"Id\": <key-id>}", want: []string{
			"k.json:1:8: not valid JSON: invalid character '<' at start of value; the placeholder <key-id> of a documentation page stands here: put the real value there, in quotes",
		}},
		{name: "line comment", file: "k.json", text: "{\n  \"a\": 1 // note\n}", documents: 1, want: []string{
			"k.json:2:10: this is a comment: JSON has none, and AWS refuses the document; remove it, or name the file *.jsonc if it never goes to AWS",
		}},
		{name: "comment after the last brace", file: "k.json", text: "{\"a\": 1}\n// note: é\n", documents: 1, want: []string{
			"k.json:2:1: this is a comment: JSON has none, and AWS refuses the document; remove it, or name the file *.jsonc if it never goes to AWS",
		}},
		{name: "block comment first", file: "k", text: "/* note */ {\"a\": 1}", documents: 1, want: []string{
			"k:1:1: this is a comment: JSON has none, and AWS refuses the document; remove it, or name the file *.jsonc if it never goes to AWS",
		}},
		{name: "hash comment", file: "k.json", text: "{\n  # note\n  \"a\": 1\n}", documents: 1, want: []string{
			"k.json:2:3: this is a comment: JSON has none, neither with # nor with //, and AWS refuses the document; remove it",
		}},
		{name: "block comment without an end", file: "k.json", text: "{\"a\": 1} /* note", documents: 1, want: []string{
			"k.json:1:10: this comment is not closed: JSON has no comments, remove it",
		}},
		{name: "comment in *.jsonc", file: "k.jsonc", text: "{\"a\": [1, 2,], // note\n}", documents: 1},
		{name: "trailing comma, list", file: "k.json", text: "{\"Action\": [\"a\", \"b\",]}", documents: 1, want: []string{
			"k.json:1:21: this comma has nothing but ']' after it: JSON allows no trailing comma, and AWS refuses the document; remove it",
		}},
		{name: "trailing comma, object", file: "k.json", text: "{\n  \"a\": 1,\n}", documents: 1, want: []string{
			"k.json:2:9: this comma has nothing but '}' after it: JSON allows no trailing comma, and AWS refuses the document; remove it",
		}},
		{name: "trailing comma after nothing", file: "k.json", text: "[,]", want: []string{
			"k.json:1:2: not valid JSON: invalid character ',' at start of value; a value is missing before this comma",
		}},
		{name: "trailing and missing comma", file: "k.json", text: "{\n  \"a\": [1,],\n  \"b\": 1\n  \"c\": 2\n}", want: []string{
			"k.json:2:10: this comma has nothing but ']' after it: JSON allows no trailing comma, and AWS refuses the document; remove it",
			"k.json:4:3: not valid JSON: invalid character '\"' after object value (expecting ',' or '}'); a comma is probably missing before this",
		}},
		{name: "missing comma, member", file: "k.json", text: "{\n  \"a\": \"b\"\n  \"c\": \"d\"\n}", want: []string{
			"k.json:3:3: not valid JSON: invalid character '\"' after object value (expecting ',' or '}'); a comma is probably missing before this",
		}},
		{name: "missing comma, object", file: "k.json", text: "[{\"a\": 1} {\"b\": 2}]", want: []string{
			"k.json:1:11: not valid JSON: invalid character '{' after array element (expecting ',' or ']'); a comma is probably missing before this",
		}},
		{name: "object for a list", file: "k.json", text: "{\"Resource\": { \"arn:aws:s3:::b\" }}", want: []string{
			"k.json:1:33: not valid JSON: invalid character '}' after object name (expecting ':'); a list of values takes [ ], not { }",
		}},
		{name: "bare member", file: "k.json", text: "\"Principal\": {\"AWS\": \"*\"}", want: []string{
			"k.json:1:12: this is a fragment of an object: put { before its first member and } after its last; Principal is part of a statement, which needs Effect, an action and what it is about beside it",
		}},
		{name: "bare statement", file: "k.json", text: "{\"Effect\": \"Allow\", \"Action\": \"*\", \"Resource\": \"*\"}", documents: 1},
		{name: "statements with a comma between", file: "k.json", text: "{\"Effect\": \"Allow\"},\n{\"Effect\": \"Deny\"}", documents: 1, want: []string{
			"k.json:1:20: a comma follows the end of the document: put several statements into one list, [ ... ]",
		}},
		{name: "values with a comma between", file: "k.json", text: "\"kms:Encrypt\", \"kms:Decrypt\"", documents: 1, want: []string{
			"k.json:1:14: these are the values of a list: put [ before the first and ] after the last, and give the list its place in a statement, as the Action or the Resource",
		}},
		{name: "two documents in a row", file: "k.json", text: "{\"a\": 1}\n{\"a\": 2}\n{\"a\": 3}", documents: 3},
		{name: "list of policies", file: "k.json", text: "[{\"Statement\": []}, {\"Statement\": []}]", documents: 1},
		{name: "bracket too many", file: "k.json", text: "{\"a\": 1}}", documents: 1, want: []string{
			"k.json:1:9: text follows the end of the document: remove it, or look for a bracket that closes too early",
		}},
		{name: "duplicate names", file: "k.json", text: "{\"Sid\": \"a\",\n \"b\": 1,\n \"Sid\": \"c\"}", documents: 1, want: []string{
			"k.json:3:2: the member \"Sid\" occurs twice in this object (first at line 1): readers disagree on which one counts, here the last one was used; remove one",
		}},
		{name: "log line first", file: "plan.json", text: "[command]/usr/bin/terraform-bin show -json plan\n{\"format_version\": \"1.2\"}\n", want: []string{
			"plan.json:1:2: not valid JSON: invalid character 'c' at start of value; this line is no part of the JSON that follows: remove it",
		}},
		{name: "log line first, no extension", file: "plan", text: "Reading plan: done\n{\"format_version\": \"1.2\"}\n", want: []string{
			"plan:1:1: not valid YAML: could not find expected ':'; this line is no part of the JSON that follows: remove it",
		}},
		{name: "smart quotes", file: "k.json", text: "{“Version”: 1}", want: []string{
			"k.json:1:2: not valid JSON: invalid character '“' at start of value; strings take straight double quotes (\")",
		}},
		{name: "single quotes", file: "k.json", text: "{'Version': 1}", want: []string{
			"k.json:1:2: not valid JSON: invalid character '\\'' at start of value; strings take straight double quotes (\")",
		}},
		{name: "Python", file: "k.json", text: "{\"Bool\": True}", want: []string{
			"k.json:1:10: not valid JSON: invalid character 'T' at start of value; this is Python's spelling: write true, false or null",
		}},
		{name: "unquoted date", file: "k.json", text: "{\"CreationDate\": 2017-07-05T14:04:55-07:00}", want: []string{
			"k.json:1:22: not valid JSON: invalid character '-' after object value (expecting ',' or '}'); text, dates and ARNs take double quotes",
		}},
		{name: "unquoted word", file: "k.json", text: "{\"Action\": kms:Decrypt}", want: []string{
			"k.json:1:12: not valid JSON: invalid character 'k' at start of value; text, dates and ARNs take double quotes",
		}},
		{name: "line break in a string", file: "k.json", text: "{\"Sid\": \"a\n b\"}", want: []string{
			"k.json:1:11: not valid JSON: invalid character '\\n' in string (expecting non-control character); a string is not closed on this line: add the quote, or write the line break as \\n",
		}},
		{name: "non-breaking space in JSON", file: "k.json", text: "{\n\"é\":\u00a01}", want: []string{
			"k.json:2:5: not valid JSON: invalid character '\\u00a0' at start of value; there is an invisible character here (such as a non-breaking space): replace it with an ordinary space",
		}},
		{name: "cut off", file: "k.json", text: "{\n \"a\": [1, {\"b\": 2},", want: []string{
			"k.json:2:20: not valid JSON: the document is cut off: the '[' of line 2 is not closed",
		}},
		{name: "half a surrogate", file: "k.json", text: "{\"a\": \"\\ud83d\"}", want: []string{
			"k.json:1:8: not valid JSON: invalid surrogate pair `\\ud83d\"}` in string; a character beyond U+FFFF takes two such escapes",
		}},
		{name: "bad escape", file: "k.json", text: "{\"a\": \"\\d\"}", want: []string{
			"k.json:1:8: not valid JSON: invalid escape sequence `\\d` in string; a backslash is written \\\\",
		}},
		{name: "empty", file: "k.json", text: "", want: []string{
			"k.json:1:1: the file is empty",
		}},
		{name: "blank", file: "k", text: "\r\n \t\n", want: []string{
			"k:1:1: the file is empty",
		}},
		{name: "byte order mark", file: "k.json", text: "\ufeff{\"a\": x}", want: []string{
			"k.json:1:7: not valid JSON: invalid character 'x' at start of value; text, dates and ARNs take double quotes",
		}},
		{name: "byte order mark alone", file: "k.json", text: "\ufeff", want: []string{
			"k.json:1:1: the file is empty",
		}},
		{name: "unquoted YAML version", file: "k.yaml", text: "Version: 2012-10-17\n", documents: 1},
		{name: "non-breaking space before a value", file: "k.yaml", text: "a:\n  b:\u00a0c\n", documents: 1, want: []string{
			"k.yaml:2:5: a non-breaking space stands here, which YAML takes for a letter of \"b:\\u00a0c\": replace it with an ordinary space",
		}},
		{name: "non-breaking space in the indentation", file: "k.yaml", text: "a:\n\u00a0\u00a0b: c\n", documents: 1, want: []string{
			"k.yaml:2:1: a non-breaking space stands here, which YAML takes for a letter of \"\\u00a0\\u00a0b\": replace it with an ordinary space",
		}},
		{name: "non-breaking space after a value", file: "k.yaml", text: "é: c\u00a0\n", documents: 1, want: []string{
			"k.yaml:1:5: a non-breaking space stands here, which YAML takes for a letter of \"c\\u00a0\": replace it with an ordinary space",
		}},
		{name: "non-breaking space within text", file: "k.yaml", text: "Description: 10\u00a0km\n", documents: 1},
		{name: "tab in YAML indentation", file: "k.yaml", text: "a:\n  b: 1\n\tc: 2\n", want: []string{
			"k.yaml:3:1: not valid YAML: found a tab character that violates indentation; a tab stands in the indentation: YAML takes spaces only",
		}},
		{name: "tab as YAML indentation", file: "k.yaml", text: "Statement:\n\t- Effect: Allow\n", want: []string{
			"k.yaml:2:1: not valid YAML: found character that cannot start any token; a tab stands in the indentation: YAML takes spaces only",
		}},
		{name: "YAML duplicate names", file: "k.yaml", text: "a: 1\nb: 2\na: 3\n", documents: 1, want: []string{
			"k.yaml:3:1: the member \"a\" occurs twice in this object (first at line 1): readers disagree on which one counts, here the last one was used; remove one",
		}},
		{name: "several YAML documents", file: "k.yaml", text: "---\na: 1\n---\nb: 2\n...\n---\n", documents: 2},
		{name: "a broken second YAML document", file: "k.yaml", text: "a: 1\n---\nb: [\n", documents: 1, want: []string{
			"k.yaml:3:1: not valid YAML: did not find expected node content; check indentation, quotes and brackets from this line on",
		}},
		{name: "YAML comments only", file: "k.yaml", text: "# nothing\n", want: []string{
			"k.yaml:1:1: the file is empty but for comments",
		}},
		{name: "unknown alias", file: "k.yaml", text: "a: *b\n", want: []string{
			"k.yaml:1:1: not valid YAML: unknown anchor 'b' referenced: define it with & before it is used",
		}},
		{name: "an alias within itself", file: "k.yaml", text: "a: &a [*a]\n", want: []string{
			"k.yaml:1:8: the alias *a stands inside of what it names: write the value out",
		}},
		{name: "merge of text", file: "k.yaml", text: "a:\n  <<: b\n", documents: 1, want: []string{
			"k.yaml:2:7: << takes a mapping or a list of mappings: nothing was merged here",
		}},
		{name: "a list as a name", file: "k.yaml", text: "? [a]\n: b\nc: d\n", documents: 1, want: []string{
			"k.yaml:1:3: the name of a member is a list or a mapping here, and names are text: quote it, or render the template first if this is a placeholder",
		}},
		{name: "placeholder in YAML", file: "k.yaml", text: "a: {{ .Values.x }}\n", documents: 1, want: []string{
			"k.yaml:1:5: the name of a member is a list or a mapping here, and names are text: quote it, or render the template first if this is a placeholder",
		}},
		{name: "placeholder in YAML, broken", file: "k.yaml", text: "{{ if x }}\na: 1\n", documents: 1, want: []string{
			"k.yaml:1:1: not valid YAML: did not find expected <document start>; a template placeholder stands here: render the template first, or quote it",
			"k.yaml:1:2: the name of a member is a list or a mapping here, and names are text: quote it, or render the template first if this is a placeholder",
		}},
		{name: "star in YAML", file: "k.yaml", text: "Resource: *\n", want: []string{
			"k.yaml:1:11: not valid YAML: did not find expected alphabetic or numeric character; this character has a meaning in YAML: put the value in quotes",
		}},
		{name: "colon in a YAML value", file: "k.yaml", text: "Description: see: this\n", want: []string{
			"k.yaml:1:17: not valid YAML: mapping values are not allowed in this context; quote a value that holds a colon and a space, or check the indentation of this line",
		}},
		{name: "unclosed YAML quote", file: "k.yaml", text: "a: \"b\nc: d\n", want: []string{
			"k.yaml:3:1: not valid YAML: found unexpected end of stream; a quote above is not closed",
		}},
		{name: "unclosed YAML list", file: "k.yaml", text: "a: [b\nc: d\n", want: []string{
			"k.yaml:1:1: not valid YAML: did not find expected ',' or ']'; check indentation, quotes and brackets from this line on",
		}},
		{name: "control character in YAML", file: "k.yaml", text: "a: b\u0007\n", want: []string{
			"k.yaml:1:5: not valid YAML: control characters are not allowed: remove this one",
		}},
		{name: "at sign in YAML", file: "k.yaml", text: "a:\n  - @b\n", want: []string{
			"k.yaml:2:5: not valid YAML: found character that cannot start any token; this character has a meaning in YAML: put the value in quotes",
		}},
		{name: "wrong indentation in YAML", file: "k.yaml", text: "a:\n    b: 1\n  c: 2\n", want: []string{
			"k.yaml:2:5: not valid YAML: did not find expected key; check indentation, quotes and brackets from this line on",
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			documents, problems := Parse(test.file, []byte(test.text), test.format)
			if len(documents) != test.documents {
				t.Errorf("%d documents, want %d", len(documents), test.documents)
			}
			var got []string
			for _, p := range problems {
				got = append(got, p.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
