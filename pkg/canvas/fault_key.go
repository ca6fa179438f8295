package canvas

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// isAWSManagedKey reports whether the policy is of a key that AWS manages:
// nobody can change it. A policy without a key shows it by its Id, "auto-s3-2"
// (https://docs.aws.amazon.com/efs/latest/ug/EFSKMS.html has one in full).
func (w *worker) isAWSManagedKey(policy *snapshot.Policy) bool {
	if policy.Kind != iam.KeyPolicy {
		return false
	}
	key := w.snapshot.Key(policy.Owner)
	if key == nil || !key.Manager.IsGiven() {
		return strings.HasPrefix(policy.ID, "auto-") || key != nil && w.hasAWSAlias(key)
	}
	return key.Manager.Value == "AWS"
}

func (w *worker) hasAWSAlias(key *snapshot.Key) bool {
	names, _ := w.aliasesOf(key)
	return slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, "alias/aws/") })
}

// KeyTrait is something about a key itself that a rule has a word on.
type KeyTrait struct {
	Kind  string // "rotation-off" or "shared-by-tag"
	Key   *snapshot.Key
	Node  source.Node
	Roles []string // ARNs of roles that it lets in
}

// The kinds of traits.
const (
	RotationOff = "rotation-off"
	SharedByTag = "shared-by-tag"
)

// registryPolicy gives Decrypt and more on every key that is tagged
// sagemaker=true, through SageMaker
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerModelRegistryFullAccess.html).
const registryPolicy = "AmazonSageMakerModelRegistryFullAccess"

// keyTraits looks at the customer managed keys.
func (w *worker) keyTraits() {
	var readers []string
	for _, role := range w.snapshot.Roles {
		if slices.ContainsFunc(role.Attached, func(a snapshot.Attachment) bool { return short(a.ARN) == registryPolicy }) {
			readers = append(readers, role.ARN)
		}
	}
	for _, key := range w.snapshot.Keys {
		if key.Manager.Value == "AWS" || w.hasAWSAlias(key) {
			continue
		}
		if canRotate(key) && key.Rotation.Value == "false" {
			w.facts.KeyTraits = append(w.facts.KeyTraits, &KeyTrait{Kind: RotationOff, Key: key, Node: key.Rotation.Node})
		}
		if tag := sagemakerTag(key); tag.Exists() && delegates(key) {
			own := slices.DeleteFunc(slices.Clone(readers), func(role string) bool { arn, _ := iam.ParseARN(role); return arn.Account != key.Account })
			w.facts.KeyTraits = append(w.facts.KeyTraits, &KeyTrait{Kind: SharedByTag, Key: key, Node: tag, Roles: own})
		}
	}
}

// canRotate reports whether KMS could rotate the key by itself: an enabled
// symmetric encryption key with material of its own; of multi-Region keys the
// primary alone is told to
// (https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html).
func canRotate(key *snapshot.Key) bool {
	replica := key.Node.Path("MultiRegionConfiguration", "MultiRegionKeyType").Text() == "REPLICA"
	return key.Manager.Value == "CUSTOMER" && key.Spec.Value == "SYMMETRIC_DEFAULT" && key.Usage.Value == "ENCRYPT_DECRYPT" &&
		key.Origin.Value == "AWS_KMS" && key.Status.Value == "Enabled" && !replica
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
	return key.Policy != nil && slices.ContainsFunc(key.Policy.Statements, func(s *iam.Statement) bool {
		return s.Allows("kms:Decrypt") && len(s.Conditions) == 0 && namesAccount(s, key.Account)
	})
}

func namesAccount(s *iam.Statement, account string) bool {
	return slices.ContainsFunc(s.Principals, func(p iam.Principal) bool { return p.Form == iam.AccountForm && p.Account == account })
}
