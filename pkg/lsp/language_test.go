package lsp_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
)

// cursor marks the place of a question in a text.
const cursor = "‸"

// at gives a text without its cursor, and where that was.
func at(t *testing.T, text string) (string, protocol.Position) {
	t.Helper()
	before, after, ok := strings.Cut(text, cursor)
	if !ok {
		t.Fatalf("no cursor in %s", text)
	}
	lines := strings.Split(before, "\n")
	return before + after, protocol.Position{Line: uint32(len(lines) - 1), Character: uint32(len([]rune(lines[len(lines)-1])))}
}

// ask opens a text with a cursor in an account, and asks about the place.
func ask(t *testing.T, c *client, name, text, method string, more map[string]any, result any) {
	t.Helper()
	plain, place := at(t, text)
	c.open(name, plain)
	c.settle(name)
	params := map[string]any{"textDocument": map[string]any{"uri": c.uri(name)}, "position": place}
	for key, value := range more {
		params[key] = value
	}
	c.call(method, params, result)
}

func clean() map[string]string {
	files := map[string]string{}
	shape := account.Shape{Domains: 1, Profiles: 1}
	for name, text := range shape.Folder() {
		files[name] = string(text)
	}
	return files
}

const (
	storageKey = "b6b947ad-fc57-4000-8000-000000000001"
	keyFolder  = "100000000000/eu-central-1/kms/keys/" + storageKey + "/"
	rolesFile  = "100000000000/iam/account-authorization-details.json"
	userRole   = "arn:aws:iam::100000000000:role/Canvas-0-0"
)

func TestCompletion(t *testing.T) {
	const policy = `{"Version": "2012-10-17", "Statement": [{"Sid": "A", "Effect": "Allow", `
	const inYAML = "Version: \"2012-10-17\"\nStatement:\n  - Effect: Allow\n"
	for _, test := range []struct {
		name, file, text string
		has, hasNot      []string
	}{
		{"an action, half typed", "a.json", policy + `"Action": "kms:Dec‸`, []string{"kms:Decrypt"}, []string{"kms:Encrypt"}},
		{"an action of a whole text", "a.json", policy + `"Action": ["kms:Encrypt", "kms:G‸"], "Resource": "*"}]}`, []string{"kms:GenerateDataKey", "kms:GetKeyPolicy"}, []string{"kms:Decrypt"}},
		{"a service", "a.json", policy + `"Action": "k‸"}]}`, []string{"kms:", "kinesis:"}, []string{"s3:"}},
		{"no quote yet", "a.json", policy + `"Action": ‸`, []string{"kms:"}, nil},
		{"a condition key", "a.json", policy + `"Action": "kms:Decrypt", "Condition": {"StringEquals": {"kms:V‸`, []string{"kms:ViaService"}, nil},
		{"a key that the action does not carry", "a.json", policy + `"Action": "s3:GetObject", "Condition": {"StringEquals": {"‸": "x"}}}]}`, []string{"aws:SourceArn", "s3:ExistingObjectTag/"}, []string{"kms:ViaService"}},
		{"an operator", "a.json", policy + `"Action": "kms:*", "Condition": {"‸": {"kms:GrantIsForAWSResource": "true"}}}]}`, []string{"Bool", "Null"}, []string{"StringEquals", "ArnLike"}},
		{"a principal", "a.json", policy + `"Principal": {"AWS": "‸`, []string{userRole, "arn:aws:iam::100000000000:root"}, nil},
		{"a kind of principal", "a.json", policy + `"Principal": {"‸`, []string{"AWS", "Service"}, nil},
		{"a resource", "a.json", policy + `"Resource": "arn:aws:s3‸`, []string{"arn:aws:s3:::canvas-100000000000-0/*"}, []string{userRole}},
		{"a service of KMS", "a.json", policy + `"Action": "kms:Decrypt", "Condition": {"StringEquals": {"kms:ViaService": "‸`, []string{"s3.eu-central-1.amazonaws.com"}, nil},
		{"a setting", "d.json", `{"DomainId": "d-1", "KmsKeyId": "‸"}`, []string{storageKey, "arn:aws:kms:eu-central-1:100000000000:key/" + storageKey}, nil},
		{"a role's setting", "d.json", `{"DomainId": "d-1", "DefaultUserSettings": {"ExecutionRole": "arn:‸"}}`, []string{userRole}, nil},
		{"a quoted policy", "p.json", `{"Policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"kms:Dec‸\"}]}"}`, []string{"kms:Decrypt"}, nil},
		{"YAML, an action", "a.yaml", inYAML + "    Action: kms:‸\n    Resource: \"*\"\n", []string{"kms:Decrypt"}, nil},
		{"YAML, of a list", "a.yaml", inYAML + "    Action:\n      - kms:Dec‸\n      - kms:Encrypt\n", []string{"kms:Decrypt"}, []string{"kms:Encrypt"}},
		{"YAML, a condition key", "a.yaml", inYAML + "    Action: kms:Decrypt\n    Condition:\n      StringEquals:\n        kms:V‸\n", []string{"kms:ViaService"}, nil},
		{"YAML, an operator that opens a mapping", "a.yaml", inYAML + "    Action: kms:Decrypt\n    Condition:\n      Str‸\n", []string{"StringEquals"}, nil},
		{"YAML, a kind of principal", "a.yaml", inYAML + "    Principal:\n      ‸\n", []string{"AWS"}, nil},
		{"YAML, an operator", "a.yaml", inYAML + "    Action: kms:Decrypt\n    Condition:\n      Str‸:\n        kms:ViaService: x\n", []string{"StringEquals"}, []string{"Bool"}},
		{"a template", "t.yaml", "Resources:\n  Key:\n    Type: AWS::KMS::Key\n    Properties:\n      KeyPolicy:\n        Statement:\n          - Effect: Allow\n            Action: kms:Dec‸\n", []string{"kms:Decrypt"}, nil},
		{"nothing there", "a.json", policy + `"Sid": "‸`, nil, []string{"kms:Decrypt"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var list protocol.CompletionList
			ask(t, start(t, clean()), test.file, test.text, "textDocument/completion", nil, &list)
			var labels []string
			for _, item := range list.Items {
				labels = append(labels, item.Label)
			}
			for _, label := range test.has {
				if !slices.Contains(labels, label) {
					t.Errorf("%s is not offered, but %q", label, labels)
				}
			}
			for _, label := range test.hasNot {
				if slices.Contains(labels, label) {
					t.Errorf("%s is offered", label)
				}
			}
		})
	}
}

// TestCompletionEdit says what a completion puts in the place of what.
func TestCompletionEdit(t *testing.T) {
	for text, want := range map[string]string{
		`{"Statement": [{"Effect": "Allow", "Action": "kms:Decr‸yp"}]}`:                     `{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt"}]}`,
		`{"Statement": [{"Effect": "Allow", "Action": ‸`:                                    `{"Statement": [{"Effect": "Allow", "Action": "kms:"`,
		"Statement:\n- Effect: Allow\n  Condition:\n    Strin‸:\n      kms:ViaService: x\n": "Statement:\n- Effect: Allow\n  Condition:\n    StringEquals:\n      kms:ViaService: x\n",
	} {
		var list protocol.CompletionList
		c, name := start(t, nil), "a.json"
		if !strings.HasPrefix(text, "{") {
			name = "a.yaml"
		}
		ask(t, c, name, text, "textDocument/completion", nil, &list)
		i := slices.IndexFunc(list.Items, func(item protocol.CompletionItem) bool {
			return slices.Contains([]string{"kms:Decrypt", "kms:", "StringEquals"}, item.Label)
		})
		if i < 0 {
			t.Errorf("%s: nothing is offered", text)
			continue
		}
		edit := list.Items[i].TextEdit
		if got := changed(c.texts[c.uri(name)], protocol.ContentChange{Range: &edit.Range, Text: edit.NewText}); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", text, got, want)
		}
	}
}

func TestHover(t *testing.T) {
	const policy = `{"Version": "2012-10-17", "Statement": [{"Sid": "Canvas", "Effect": "Allow", "Principal": {"AWS": "` + userRole + `"}, "Action": ["kms:Decrypt", "kms:GenerateDataKey*"], "Resource": "*", "Condition": {"StringEquals": {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}}}]}`
	mark := func(text, word string) string { return strings.Replace(text, word, cursor+word, 1) }
	for _, test := range []struct{ name, text, want string }{
		{keyFolder + "policy.json", mark(policy, "kms:Decrypt"), "`kms:Decrypt`\n\nResources: key\n\nCondition keys: `aws:ResourceTag/${TagKey}`, "},
		{keyFolder + "policy.json", mark(policy, "kms:Generate"), "`kms:GenerateDataKey*` matches 4 actions\n\n- kms:GenerateDataKey\n"},
		{keyFolder + "policy.json", mark(policy, userRole), "**role Canvas-0-0**\n\n- 1 inline and 0 attached policies\n\nCanvas needs, with the answer of all policies together:\n\n- allowed: kms:Decrypt for Canvas-0-0 on " + storageKey + " (storage)"},
		{keyFolder + "policy.json", mark(policy, "kms:ViaService"), "`kms:ViaService`\n\nA condition key of type String."},
		{keyFolder + "policy.json", mark(policy, "StringEquals"), "`StringEquals`\n\nA condition operator."},
		{"a.json", `{"Statement": [{"Effect": "Allow", "Action": "kms:Decrypt‸Now"}]}`, "`kms:DecryptNow`\n\nAWS has no such action"},
		{"a.json", `{"Statement": [{"Effect": "Allow", "Principal": "‸*"}]}`, "`*`\n\neveryone"},
		{"a.json", `{"AttachedPolicies": [{"PolicyArn": "arn:aws:iam::aws:policy/‸AmazonSageMakerCanvasFullAccess"}]}`, "**managed policy AmazonSageMakerCanvasFullAccess**\n\n- published by AWS, v"},
	} {
		var hover protocol.Hover
		ask(t, start(t, clean()), test.name, test.text, "textDocument/hover", nil, &hover)
		if got := hover.Contents.Value; !strings.HasPrefix(got, test.want) {
			t.Errorf("%s\nwant\n%s", got, test.want)
		}
	}
}

// TestHoverSetting says that a domain's key shows what Canvas can do with it.
func TestHoverSetting(t *testing.T) {
	files := clean()
	var hover protocol.Hover
	text := strings.Replace(files[domainFile], `"S3KmsKeyId":"arn`, `"S3KmsKeyId":"a‸rn`, 1)
	ask(t, start(t, files), domainFile, text, "textDocument/hover", nil, &hover)
	const want = "**key " + storageKey + "**\n\n- account 100000000000, eu-central-1\n- alias/storage-" + storageKey + ", Enabled\n- managed by CUSTOMER\n\nReadiness of Canvas:\n\n- storage, d-000000000000/user-0: ready"
	if diff := cmp.Diff(want, hover.Contents.Value); diff != "" {
		t.Error(diff)
	}
}

func TestDefinitionAndReferences(t *testing.T) {
	files := clean()
	c := start(t, files)
	text := strings.Replace(files[domainFile], `"S3KmsKeyId":"arn`, `"S3KmsKeyId":"a‸rn`, 1)
	var places []protocol.Location
	ask(t, c, domainFile, text, "textDocument/definition", nil, &places)
	if got, want := c.names(places), []string{keyFolder + "key.json", keyFolder + "policy.json"}; !slices.Equal(got, want) {
		t.Errorf("definition of the key: %q, want %q", got, want)
	}
	ask(t, c, "a.json", `{"Statement": [{"Principal": {"AWS": "`+userRole+`‸"}}]}`, "textDocument/definition", nil, &places)
	if got, want := c.names(places), []string{rolesFile}; !slices.Equal(got, want) {
		t.Errorf("definition of the role: %q, want %q", got, want)
	}
	ask(t, c, "a.json", `{"Statement": [{"Principal": {"AWS": "`+userRole+`‸"}}]}`, "textDocument/references", map[string]any{"context": map[string]any{"includeDeclaration": true}}, &places)
	if got := c.names(places); !slices.Contains(got, rolesFile) || !slices.Contains(got, keyFolder+"policy.json") {
		t.Errorf("references of the role: %q", got)
	}
	all := len(places)
	ask(t, c, "a.json", `{"Statement": [{"Principal": {"AWS": "`+userRole+`‸"}}]}`, "textDocument/references", map[string]any{"context": map[string]any{"includeDeclaration": false}}, &places)
	if got := c.names(places); len(places) >= all || slices.Contains(got, rolesFile) {
		t.Errorf("references of the role without its definition: %q", got)
	}
}

// names are those of the files of places, each once.
func (c *client) names(places []protocol.Location) []string {
	var names []string
	for _, place := range places {
		names = append(names, strings.TrimPrefix(string(place.URI), string(c.uri(""))+"/"))
	}
	return slices.Compact(names)
}

func TestSymbols(t *testing.T) {
	c := start(t, nil)
	c.open("a.json", openPolicy)
	var symbols []protocol.DocumentSymbol
	c.call("textDocument/documentSymbol", map[string]any{"textDocument": map[string]any{"uri": c.uri("a.json")}}, &symbols)
	if len(symbols) != 1 || symbols[0].Name != "Anyone" || symbols[0].Detail != "Allow kms:*" || span(symbols[0].SelectionRange) != "2:24-2:32" {
		t.Errorf("symbols: %+v", symbols)
	}
}

func TestInlayHints(t *testing.T) {
	files := clean()
	c := start(t, files)
	c.open(domainFile, files[domainFile])
	c.settle(domainFile)
	ask := func() (hints []protocol.InlayHint) {
		c.call("textDocument/inlayHint", map[string]any{"textDocument": map[string]any{"uri": c.uri(domainFile)}, "range": protocol.Range{End: protocol.Position{Line: 9}}}, &hints)
		return hints
	}
	if hints := ask(); len(hints) != 3 || hints[0].Label != "alias/storage-"+storageKey+", Enabled" {
		t.Errorf("hints: %+v", hints)
	}
	c.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{"canvaslint": map[string]any{"inlayHints": false}}})
	if hints := ask(); len(hints) != 0 {
		t.Errorf("hints although they are off: %+v", hints)
	}
}

// TestTemplate asks about what a template calls by its logical ids, in both of its
// languages: where it is declared, who else names it, what it became.
func TestTemplate(t *testing.T) {
	const inYAML = `Parameters:
  Other: {Type: String}
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}]}
  Domain:
    Type: AWS::SageMaker::Domain
    DependsOn: Key
    Properties:
      DomainName: !Sub "x-${Key}"
      KmsKeyId: !GetAtt Key.Arn
`
	const inJSON = `{
  "Resources": {
    "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Statement": []}}},
    "Domain": {"Type": "AWS::SageMaker::Domain", "Properties": {"KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]}, "DomainName": {"Ref": "Key"}}}
  }
}
`
	for _, test := range []struct {
		name, text, declared string
		named                []string
	}{
		{"t.yaml", strings.Replace(inYAML, "!GetAtt Key", "!GetAtt K"+cursor+"ey", 1), "3:2-3:5", []string{"9:15-9:18", "11:28-11:31", "12:24-12:27"}},
		{"t.json", strings.Replace(inJSON, `["Key`, `["K`+cursor+`ey`, 1), "2:5-2:8", []string{"3:93-3:96", "3:131-3:134"}},
	} {
		c := start(t, nil)
		var places []protocol.Location
		ask(t, c, test.name, test.text, "textDocument/definition", nil, &places)
		if got := spans(places); !slices.Equal(got, []string{test.declared}) {
			t.Errorf("%s: declared at %q", test.name, got)
		}
		ask(t, c, test.name, test.text, "textDocument/references", map[string]any{"context": map[string]any{"includeDeclaration": false}}, &places)
		if got := spans(places); !slices.Equal(got, test.named) {
			t.Errorf("%s: named at %q", test.name, got)
		}
		var hover protocol.Hover
		ask(t, c, test.name, test.text, "textDocument/hover", nil, &hover)
		if !strings.HasPrefix(hover.Contents.Value, "**key {Key}**\n") {
			t.Errorf("%s: hover: %s", test.name, hover.Contents.Value)
		}
	}
	for place, want := range map[string][]string{"!GetAtt ": {"Key.Arn", "Domain.Arn"}, "!Ref ": {"Key", "Domain", "Other"}} {
		var list protocol.CompletionList
		ask(t, start(t, nil), "t.yaml", strings.Replace(inYAML, "!GetAtt Key.Arn", place+cursor, 1), "textDocument/completion", nil, &list)
		var labels []string
		for _, item := range list.Items {
			labels = append(labels, item.Label)
		}
		if !slices.Equal(labels, want) {
			t.Errorf("after %s: %q", place, labels)
		}
	}
}

func spans(places []protocol.Location) []string {
	var list []string
	for _, place := range places {
		list = append(list, span(place.Range))
	}
	return list
}
