package canvas

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// Flaw is something in a policy that a rule objects to: a statement that opens
// too much or nothing, or a condition that stands in the way.
type Flaw struct {
	Kind      string // one of the Flaw... constants
	Node      source.Node
	Policy    *snapshot.Policy
	Statement *iam.Statement // nil: the policy as a whole
	// Text is the part that counts: a principal, a value, what is missing.
	Text     string
	Actions  []string
	Roles    []string // ARNs of the roles that it is about
	Services []string // calling services, "" for a direct call
	// Severity is set where the rule has two.
	Severity finding.Severity
	// Doubt marks what cannot be told for sure.
	Doubt bool
	// Needs are what the flaw stands in the way of; their findings are related.
	Needs []*Need
	// BucketKey tells the state of S3 Bucket Keys, of an encryption context.
	BucketKey bool
}

// The kinds of flaws. Those of pkg/iam's Weaknesses have the same names there.
const (
	FlawWithoutEffect  = iam.FaultStatementNoEffects
	FlawKeyOpen        = "key-open"
	FlawBucketOpen     = "bucket-open"
	FlawNoAdmin        = iam.FaultNoAdmin
	FlawKeyID          = iam.FaultKeyID
	FlawHeader         = iam.FaultHeader
	FlawPrincipal      = "missing-principal"
	FlawGrant          = "unconstrained-grant"
	FlawGrantCondition = "grant-condition"
	FlawViaService     = "via-service"
	FlawContext        = "encryption-context"
)

// flaws looks at every policy that was read; AWS's own have no file to mend.
func (w *worker) flaws() {
	canvasBuckets := map[string]bool{}
	for _, user := range w.facts.Users {
		if user.InScope {
			canvasBuckets[w.bucketARN(user)] = true
		}
	}
	roles := w.facts.canvasRoles()
	for _, policy := range w.snapshot.Policies {
		if isPublished(policy) {
			continue
		}
		for _, fault := range policy.Weaknesses() {
			w.weakness(policy, fault, canvasBuckets)
		}
		switch policy.Kind {
		case iam.KeyPolicy:
			w.missingPrincipals(policy)
			w.keyGrants(policy, roles)
			w.misplaced(policy)
		case iam.IdentityPolicy:
			w.misplaced(policy)
		}
	}
	w.roleGrants(roles)
	w.obstacles()
}

// isPublished reports whether AWS wrote the policy: it is in exports of
// accounts too.
func isPublished(policy *snapshot.Policy) bool {
	arn, ok := iam.ParseARN(policy.Owner)
	return policy.AWSManaged || ok && arn.Account == "aws"
}

func (w *worker) bucketARN(user *User) string {
	if bucket := w.snapshot.Bucket(user.Bucket.Name); bucket != nil {
		return bucket.ARN
	}
	return ""
}

// weakness takes in what the policy alone shows, where it matters.
func (w *worker) weakness(policy *snapshot.Policy, fault iam.Fault, canvasBuckets map[string]bool) {
	flaw := &Flaw{Kind: fault.Kind, Node: fault.Node, Policy: policy, Text: fault.Message}
	if fault.Statement >= 0 {
		flaw.Statement = policy.Statements[fault.Statement]
	}
	switch fault.Kind {
	case iam.FaultOpen:
		flaw.Kind = FlawKeyOpen
		if policy.Kind == iam.BucketPolicy {
			flaw.Kind = FlawBucketOpen
			if !canvasBuckets[policy.Owner] {
				return
			}
		}
		if w.isAWSManagedKey(policy) {
			return
		}
		flaw.Actions = actionTexts(flaw.Statement)
	case iam.FaultNoAdmin:
		// Without a key it may be a part of a policy, as documentation has them.
		if w.snapshot.Key(policy.Owner) == nil || w.isAWSManagedKey(policy) {
			return
		}
	case iam.FaultKeyID:
		flaw.Needs = w.needsDeniedBy(flaw.Statement)
	}
	w.facts.Flaws = append(w.facts.Flaws, flaw)
}

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

// needsDeniedBy lists the needs whose denial a statement is a cause of.
func (w *worker) needsDeniedBy(s *iam.Statement) []*Need {
	var needs []*Need
	for _, need := range w.facts.Needs {
		for _, a := range need.Actions {
			for i := range a.Reasons {
				if a.Result.IsDenied() && a.Reasons[i].Statement == s && !slices.Contains(needs, need) {
					needs = append(needs, need)
				}
			}
		}
	}
	return needs
}

func actionTexts(s *iam.Statement) []string {
	texts := []string{}
	for _, list := range [...][]iam.Pattern{s.Actions, s.NotActions} {
		for i := range list {
			if !list[i].Symbolic {
				texts = append(texts, list[i].Text)
			}
		}
	}
	if len(s.NotActions) > 0 {
		texts = []string{"everything but " + strings.Join(texts, ", ")}
	}
	return texts
}

// missingPrincipals finds roles, and sessions of roles, that the account does
// not have, and the ids that stand for a deleted role or user
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids).
func (w *worker) missingPrincipals(policy *snapshot.Policy) {
	for _, s := range policy.Statements {
		for _, list := range [...][]iam.Principal{s.Principals, s.NotPrincipals} {
			for i := range list {
				// Of what a person is still to fill in, policy-placeholder speaks.
				if p := &list[i]; w.isMissing(p) && len(iam.Placeholders(p.Node)) == 0 {
					w.facts.Flaws = append(w.facts.Flaws, &Flaw{Kind: FlawPrincipal, Node: p.Node, Policy: policy, Statement: s, Text: p.Value, Roles: w.namesakes(p)})
				}
			}
		}
	}
}

func (w *worker) isMissing(p *iam.Principal) bool {
	if p.HasStandIn() {
		return false // a role that is still to be made, or any
	}
	switch p.Form {
	case iam.UniqueIDForm:
		gone := strings.HasPrefix(p.Value, "AROA") || strings.HasPrefix(p.Value, "AIDA")
		return gone && !slices.ContainsFunc(w.snapshot.Roles, func(r *snapshot.Role) bool { return r.ID == p.Value })
	case iam.RoleForm:
		return w.snapshot.IsComplete(p.Account, "", "iam/roles") && w.snapshot.Role(p.Value) == nil
	case iam.SessionForm: // it leaves out the role's path
		return w.snapshot.IsComplete(p.Account, "", "iam/roles") && len(w.namesakes(p)) == 0
	}
	return false
}

// namesakes lists the roles of a principal's account with its name, whatever
// their paths.
func (w *worker) namesakes(p *iam.Principal) []string {
	var arns []string
	for _, role := range w.snapshot.Roles {
		if p.Name != "" && role.Account == p.Account && role.Name == p.Name {
			arns = append(arns, role.ARN)
		}
	}
	return arns
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

// BucketRegion is a Canvas bucket outside of its domain's Region.
type BucketRegion struct {
	Bucket *snapshot.Bucket
	Place  Place
	Users  []*User
}

// bucketTraits looks at where Canvas buckets are, and at the default keys of
// all buckets.
func (w *worker) bucketTraits() {
	type id struct {
		domain *snapshot.Domain
		bucket *snapshot.Bucket
	}
	seen := map[id]*BucketRegion{}
	for _, user := range w.facts.Users {
		bucket := w.snapshot.Bucket(user.Bucket.Name)
		if !user.InScope || bucket == nil || bucket.Region == "" || !differ(bucket.Region, user.Domain.Region) {
			continue
		}
		use := seen[id{user.Domain, bucket}]
		if use == nil {
			place := Place{Node: bucket.Location.Node, What: "the bucket's location"}
			if user.Bucket.Setting.IsGiven() {
				place = settingPlace(user.Bucket.Setting, "S3ArtifactPath")
			}
			if !place.Node.Exists() {
				place.Node = bucket.Node
			}
			use = &BucketRegion{Bucket: bucket, Place: place}
			seen[id{user.Domain, bucket}] = use
			w.facts.BucketRegions = append(w.facts.BucketRegions, use)
		}
		use.Users = append(use.Users, user)
	}
	for _, bucket := range w.snapshot.Buckets {
		if !bucket.Key.IsGiven() || bucket.Region == "" {
			continue
		}
		for _, use := range w.defaultKeysOf(bucket) {
			if !use.works(bucket.Region) {
				w.facts.DefaultKeys = append(w.facts.DefaultKeys, &DefaultKey{bucket, use})
			}
		}
	}
}

// DefaultKey is the default SSE-KMS key of a bucket, one that S3 cannot use.
type DefaultKey struct {
	Bucket *snapshot.Bucket
	Use    *KeyUse
}

// works reports whether S3 could use the key in a Region, or may: S3 takes
// enabled symmetric keys of the bucket's Region only, and does not look when the
// default is set
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html).
func (u *KeyUse) works(region string) bool {
	switch {
	case u.Existence == NotFound || u.Existence == NotResolved || differ(u.Resolution.Region, region):
		return false
	case u.Key == nil:
		return true
	}
	among := func(s snapshot.Setting, good ...string) bool {
		return !s.IsGiven() || iam.HasStandIn(s.Value) || slices.Contains(good, s.Value)
	}
	return among(u.Key.Status, "Enabled", "Updating") && among(u.Key.Spec, "SYMMETRIC_DEFAULT") && among(u.Key.Usage, "ENCRYPT_DECRYPT")
}

// differ reports whether two texts are surely not the same: one that is known
// only once a template is deployed may be any.
func differ(a, b string) bool {
	return a != b && !iam.HasUnknown(a) && !iam.HasUnknown(b)
}

// defaultKeysOf says what a bucket's default key means to each account that
// Canvas writes to it from, else to the bucket's own.
func (w *worker) defaultKeysOf(bucket *snapshot.Bucket) []*KeyUse {
	if uses := w.facts.bucketKeys[bucket.Name]; len(uses) > 0 {
		return uses
	}
	return []*KeyUse{{
		Setting: bucket.Key, Place: settingPlace(bucket.Key, "the default key of the bucket "+bucket.Name), Purpose: finding.Bucket,
		Account: bucket.Account, Region: bucket.Region, Resolution: w.resolve(bucket.Key.Value, bucket.Account, bucket.Region),
	}}
}
