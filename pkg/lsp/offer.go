package lsp

import (
	"maps"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/lsp/protocol"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// snapshot is what the last check read; an empty one before any.
func (c *checked) snapshot() *snapshot.Snapshot {
	if c.result == nil {
		return &snapshot.Snapshot{}
	}
	return c.result.Variants[0].Snapshot
}

func (c *checked) roles() []protocol.CompletionItem {
	var list []protocol.CompletionItem
	for _, role := range c.snapshot().Roles {
		list = append(list, items(protocol.CompletionReference, "role "+role.Name, role.ARN)...)
	}
	return list
}

func (c *checked) accounts() []protocol.CompletionItem {
	found := map[string]bool{}
	s := c.snapshot()
	for _, role := range s.Roles {
		found[role.Account] = true
	}
	for _, key := range s.Keys {
		found[key.Account] = true
	}
	var list []protocol.CompletionItem
	for _, account := range slices.Sorted(maps.Keys(found)) {
		if layout.IsAccount(account) {
			list = append(list, items(protocol.CompletionReference, "account", "arn:aws:iam::"+account+":root")...)
		}
	}
	return list
}

// keys are those of the workspace by ARN, and by id where a setting takes that, too.
func (c *checked) keys(whole bool) []protocol.CompletionItem {
	var list []protocol.CompletionItem
	s := c.snapshot()
	for _, key := range s.Keys {
		list = append(list, items(protocol.CompletionReference, keyWords(s, key), key.ARN)...)
		if !whole {
			list = append(list, items(protocol.CompletionReference, keyWords(s, key), key.ID)...)
		}
	}
	return list
}

func (c *checked) aliases() []protocol.CompletionItem {
	var list []protocol.CompletionItem
	for _, alias := range c.snapshot().Aliases {
		list = append(list, items(protocol.CompletionReference, "alias of "+alias.Target, alias.Name)...)
	}
	return list
}

// buckets are those of the workspace by name, or by the ARNs of the bucket and of its
// objects.
func (c *checked) buckets(whole bool) []protocol.CompletionItem {
	var list []protocol.CompletionItem
	for _, bucket := range c.snapshot().Buckets {
		if whole {
			list = append(list, items(protocol.CompletionReference, "bucket "+bucket.Name, "arn:aws:s3:::"+bucket.Name, "arn:aws:s3:::"+bucket.Name+"/*")...)
		} else {
			list = append(list, items(protocol.CompletionReference, "bucket", bucket.Name)...)
		}
	}
	return list
}

func (c *checked) managed() []protocol.CompletionItem {
	return items(protocol.CompletionReference, "managed policy", slices.Sorted(maps.Keys(c.snapshot().Managed))...)
}

// services are those through which Canvas calls KMS, in the Regions of its domains.
func (c *checked) services() []protocol.CompletionItem {
	found := map[string]bool{}
	for _, domain := range c.snapshot().Domains {
		for _, service := range []string{"s3", "sagemaker", "ec2", "elasticfilesystem"} {
			found[service+"."+domain.Region+".amazonaws.com"] = true
		}
	}
	return items(protocol.CompletionReference, "service", slices.Sorted(maps.Keys(found))...)
}
