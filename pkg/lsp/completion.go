package lsp

import (
	"context"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// mostItems bounds what is offered at once: the client asks again as more is typed.
const mostItems = 500

// completion offers what may stand at a place.
func completion(ctx context.Context, v *view, p protocol.TextDocumentPositionParams) (protocol.CompletionList, error) {
	result := protocol.CompletionList{Items: []protocol.CompletionItem{}}
	t, c, err := v.document(ctx, p.TextDocument.URI)
	if c == nil || err != nil {
		return result, err
	}
	w, ok := wordAt(t, t.offset(p.Position))
	if !ok {
		return result, nil
	}
	where := t.span(w.start, w.end)
	for _, item := range c.offers(w) {
		if !strings.HasPrefix(strings.ToLower(item.Label), strings.ToLower(w.typed)) || iam.HasStandIn(item.Label) {
			continue // what only a deployment determines is no text to write
		}
		if len(result.Items) == mostItems {
			result.IsIncomplete = true
			break
		}
		edit := protocol.TextEdit{Range: where, NewText: w.quote(item.Label)}
		item.FilterText, item.TextEdit = w.quote(item.Label), &edit
		result.Items = append(result.Items, item)
	}
	return result, nil
}

// offers are all that may stand at a place.
func (c *checked) offers(w word) []protocol.CompletionItem {
	statement, element, below := w.element()
	switch {
	case w.refers():
		return logicalIDs(w)
	case element == "Action" && !w.isName:
		return actions(w.typed)
	case element == "Condition" && w.isName && len(below) == 1, w.opens && element == "Condition" && len(below) == 0:
		return operators(w.node)
	case element == "Condition" && w.isName && len(below) == 2, w.opens && element == "Condition" && len(below) == 1:
		return conditionKeys(actionsOf(statement))
	case element == "Condition" && len(below) == 2:
		return c.conditionValues(below[1])
	case element == "Principal" && len(below) == 1 && w.isName, w.opens && element == "Principal" && len(below) == 0:
		return items(protocol.CompletionProperty, "", "AWS", "Service", "Federated", "CanonicalUser")
	case element == "Principal" && !w.isName:
		return c.principals(below)
	case element == "Resource" && !w.isName:
		return slices.Concat(c.keys(true), c.buckets(true))
	case w.isName:
		return nil
	}
	return c.settings(w.names())
}

func items(kind int, detail string, labels ...string) []protocol.CompletionItem {
	var list []protocol.CompletionItem
	for _, label := range labels {
		list = append(list, protocol.CompletionItem{Label: label, Kind: kind, Detail: detail})
	}
	return list
}

// actions are those of the service that was typed, else the services.
func actions(typed string) []protocol.CompletionItem {
	vocabulary := &reference.Vocabulary{}
	prefix, _, ok := strings.Cut(typed, ":")
	if !ok {
		services := vocabulary.Services()
		slices.Sort(services)
		var list []protocol.CompletionItem
		for _, service := range services {
			list = append(list, items(protocol.CompletionModule, "service", service+":")...)
		}
		return list
	}
	service := strings.ToLower(prefix)
	list := items(protocol.CompletionFunction, "all actions", service+":*")
	for _, name := range vocabulary.Actions(service) {
		if name != "*" {
			list = append(list, items(protocol.CompletionFunction, "", service+":"+name)...)
		}
	}
	return list
}

// operators are those that can compare the key that stands below, else all.
func operators(name source.Node) []protocol.CompletionItem {
	key := ""
	for first := range name.Value().Members() {
		key = first.Text()
		break
	}
	return items(protocol.CompletionOperator, "condition operator", iam.NewChecker(&reference.Vocabulary{}).OperatorsOf(key)...)
}

// conditionKeys are those that requests for actions may carry.
func conditionKeys(actions []string) []protocol.CompletionItem {
	var list []protocol.CompletionItem
	for _, key := range iam.NewChecker(&reference.Vocabulary{}).KeysOf(actions) {
		if open := strings.IndexAny(key.Name, "$<"); open >= 0 {
			key.Name = key.Name[:open] // the name of a tag follows
		}
		list = append(list, items(protocol.CompletionProperty, key.Type, key.Name)...)
	}
	return slices.CompactFunc(list, func(a, b protocol.CompletionItem) bool { return a.Label == b.Label })
}

// conditionValues are the names of the workspace that a key is compared with.
func (c *checked) conditionValues(key string) []protocol.CompletionItem {
	switch strings.ToLower(key) {
	case "aws:principalarn", "kms:granteeprincipal":
		return c.roles()
	case "kms:viaservice":
		return c.services()
	case "kms:requestalias", "kms:resourcealiases":
		return c.aliases()
	case "s3:x-amz-server-side-encryption-aws-kms-key-id":
		return c.keys(true)
	}
	return nil
}

// principals are those that may stand below a kind of principal.
func (c *checked) principals(below []string) []protocol.CompletionItem {
	switch {
	case len(below) == 0:
		return items(protocol.CompletionReference, "everyone", "*")
	case below[0] == "AWS":
		return append(c.accounts(), c.roles()...)
	case below[0] == "Service":
		return items(protocol.CompletionReference, "service", "sagemaker.amazonaws.com", "bedrock.amazonaws.com", "forecast.amazonaws.com", "emr-serverless.amazonaws.com", "s3.amazonaws.com", "delivery.logs.amazonaws.com")
	}
	return nil
}

// settings are the values of a setting of SageMaker, S3 or IAM that names something,
// in an export and in a template.
func (c *checked) settings(names []string) []protocol.CompletionItem {
	if len(names) == 0 {
		return nil
	}
	switch name := names[len(names)-1]; {
	case strings.Contains(name, "KmsKeyId"), strings.Contains(name, "KMSMasterKeyID"), name == "TargetKeyId":
		return slices.Concat(c.keys(false), c.aliases())
	case strings.HasSuffix(name, "ExecutionRole"), strings.HasSuffix(name, "RoleArn"):
		return c.roles()
	case name == "PermissionsBoundary", name == "ManagedPolicyArns", name == "PolicyArn":
		return c.managed()
	case name == "S3ArtifactPath", name == "S3OutputPath":
		var list []protocol.CompletionItem
		for _, bucket := range c.snapshot().Buckets {
			list = append(list, items(protocol.CompletionReference, "bucket", "s3://"+bucket.Name+"/")...)
		}
		return list
	case name == "BucketName", name == "Bucket":
		return c.buckets(false)
	}
	return nil
}
