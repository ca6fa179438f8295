package canvas

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// isAWSManagedKey reports whether the policy is of a key that AWS manages:
// no one can change it. A policy without a key shows it by its Id, "auto-s3-2"
// (https://docs.aws.amazon.com/efs/latest/ug/EFSKMS.html has one in full).
func (w *worker) isAWSManagedKey(policy *snapshot.Policy) bool {
	if policy.Kind != iam.KeyPolicy {
		return false
	}
	key := w.snapshot.Key(policy.Owner)
	if key == nil || !key.Manager.IsGiven() {
		return strings.HasPrefix(policy.Node.Get("Id").Text(), "auto-") || key != nil && w.hasAWSAlias(key)
	}
	return key.Manager.Value == "AWS"
}

func (w *worker) hasAWSAlias(key *snapshot.Key) bool {
	names, _ := w.aliasesOf(key)
	return slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, "alias/aws/") })
}

// registryPolicy gives Decrypt and more on every key that is tagged
// sagemaker=true, through SageMaker
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerModelRegistryFullAccess.html).
const registryPolicy = "AmazonSageMakerModelRegistryFullAccess"

// sharedByTag finds the customer managed keys that a tag opens to every role
// with that policy.
func (w *worker) sharedByTag() {
	var readers []string
	for _, role := range w.snapshot.Roles {
		if slices.ContainsFunc(role.Attached, func(a snapshot.Attachment) bool { return short(a.ARN) == registryPolicy }) {
			readers = append(readers, role.ARN)
		}
	}
	for _, key := range w.snapshot.Keys {
		tag := sagemakerTag(key)
		if !tag.Exists() || !delegates(key) || key.Manager.Value == "AWS" || w.hasAWSAlias(key) {
			continue
		}
		own := slices.DeleteFunc(slices.Clone(readers), func(role string) bool { arn, _ := iam.ParseARN(role); return arn.Account != key.Account })
		w.facts.Faults = append(w.facts.Faults, &Fault{Kind: FaultSharedByTag, Node: tag, Policy: key.Policy, Roles: own})
	}
}

// sagemakerTag finds the tag sagemaker=true. Condition keys, and with them the
// names of tags in aws:ResourceTag/..., are compared without regard to case.
func sagemakerTag(key *snapshot.Key) source.Node {
	for tag := range key.TagList.Items() {
		if strings.EqualFold(tag.Get("TagKey").Text(), "sagemaker") && tag.Get("TagValue").Text() == "true" {
			return tag.Get("TagValue")
		}
	}
	return source.Node{}
}

// delegates reports whether the key policy lets IAM policies of its account
// decide on using the key: without that the managed policy opens nothing.
func delegates(key *snapshot.Key) bool {
	return key.Policy != nil && slices.ContainsFunc(key.Policy.Policy().Statements, func(s *iam.Statement) bool {
		return s.Allows("kms:Decrypt") && len(s.Conditions) == 0 && namesAccount(s, key.Account)
	})
}

func namesAccount(s *iam.Statement, account string) bool {
	return slices.ContainsFunc(s.Principals, func(p iam.Principal) bool { return p.Form == iam.AccountForm && p.Account == account })
}
