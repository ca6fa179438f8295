package diff

import (
	"maps"
	"slices"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// actions are those that are compared, by the kind of resource.
type actions struct {
	key, object, bucket []string
	names               []string // of all kinds
	// meant are those that a pattern of a statement matches.
	meant map[string]set
}

// trusted are those on roles.
func trusted() []string { return []string{"sts:AssumeRole"} }

// on gives the actions on a resource.
func (a *actions) on(resource string) []string {
	arn, _ := iam.ParseARN(resource)
	switch {
	case arn.Service == "kms":
		return a.key
	case arn.Service == "iam":
		return trusted()
	case isSet(resource):
		return a.object
	}
	return a.bucket
}

// set gives some of the actions.
func (a *actions) set(some []string) set {
	made := newSet(len(a.names))
	for i, name := range a.names {
		if slices.Contains(some, name) {
			made.put(i)
		}
	}
	return made
}

// of gives the actions that a statement is about, or may be.
func (a *actions) of(s *iam.Statement) set {
	made := newSet(len(a.names))
	if s.WithoutEffect {
		return made
	}
	for i := range s.Actions {
		made.add(a.matching(&s.Actions[i], true))
	}
	if len(s.Actions) > 0 && len(s.NotActions) == 0 {
		return made
	}
	left := newSet(len(a.names))
	for i := range s.NotActions {
		left.add(a.matching(&s.NotActions[i], false))
	}
	for i := range a.names {
		if !left.has(i) {
			made.put(i)
		}
	}
	return made
}

// matching gives the actions that a pattern matches. One whose meaning is not known
// matches all, or none.
func (a *actions) matching(p *iam.Pattern, unknown bool) set {
	if p.Symbolic || p.Malformed || p.HasStandIn() {
		if unknown {
			return a.set(a.names)
		}
		return nil
	}
	if known, ok := a.meant[p.Text]; ok {
		return known
	}
	return a.match(p)
}

func (a *actions) match(p *iam.Pattern) set {
	made := newSet(len(a.names))
	for i, name := range a.names {
		if p.Matches(name) {
			made.put(i)
		}
	}
	return made
}

// compared lists the actions that Canvas needs, those on data, those that change
// who has access, and every other one of KMS and S3 that a statement of any of the
// snapshots speaks of by its name or a part of it.
func compared(snapshots ...*snapshot.Snapshot) actions {
	a := actions{
		key: []string{
			"kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext",
			"kms:GenerateDataKeyWithoutPlaintext", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:CreateGrant", "kms:DescribeKey",
			"kms:PutKeyPolicy", "kms:RevokeGrant", "kms:RetireGrant", "kms:ListGrants", "kms:GetKeyPolicy",
			"kms:DisableKey", "kms:EnableKey", "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion", "kms:UpdateAlias", "kms:ReplicateKey",
		},
		object: []string{
			"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion", "s3:DeleteObjectVersion", "s3:GetObjectTagging",
			"s3:PutObjectTagging", "s3:PutObjectAcl", "s3:AbortMultipartUpload",
		},
		bucket: []string{
			"s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketLocation", "s3:GetBucketPolicy", "s3:PutBucketPolicy",
			"s3:DeleteBucketPolicy", "s3:PutEncryptionConfiguration", "s3:PutBucketAcl",
		},
	}
	patterns := map[string]iam.Pattern{}
	for _, s := range snapshots {
		for _, policy := range s.Policies {
			for _, statement := range policy.Policy().Statements {
				for _, pattern := range slices.Concat(statement.Actions, statement.NotActions) {
					patterns[pattern.Text] = pattern
				}
			}
		}
	}
	all := maps.Clone(patterns)
	for _, every := range []string{"*", "kms:*", "s3:*"} {
		delete(patterns, every)
	}
	vocabulary := new(reference.Vocabulary)
	add := func(list *[]string, service, kind string) {
		for _, action := range vocabulary.Full(service).Actions {
			name := service + ":" + action.Name
			if slices.Contains(action.Resources, kind) && !slices.Contains(*list, name) && isNamed(patterns, name) {
				*list = append(*list, name)
			}
		}
	}
	add(&a.key, "kms", "key")
	add(&a.object, "s3", "object")
	add(&a.bucket, "s3", "bucket")
	a.names, a.meant = slices.Concat(a.key, a.object, a.bucket, trusted()), map[string]set{}
	for text, pattern := range all {
		a.meant[text] = a.match(&pattern)
	}
	return a
}

func isNamed(patterns map[string]iam.Pattern, action string) bool {
	for pattern := range maps.Values(patterns) {
		if pattern.Matches(action) {
			return true
		}
	}
	return false
}
