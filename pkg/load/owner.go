package load

import (
	"path"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// place gives a document that does not name its resource to the resource named
// by the config, by its folder or file name, or by the only candidate beside it.
func (b *builder) place(doc document.Document) {
	b.from(doc)
	body, kind := doc.Node, doc.Kind
	if kind == document.PolicyText || kind == document.RawPolicy {
		body, kind = b.policyKind(doc)
		if !body.Exists() {
			return
		}
		b.count(doc, kind)
	}
	if body.Get("UserName").Exists() || body.Get("GroupName").Exists() {
		// A policy of a user or a group, to whom Canvas gives no role.
		b.policy(body.Get("PolicyDocument"), iam.IdentityPolicy, body.Get("PolicyName").Text(), "")
		b.read(doc, kind, body.Get("UserName").Text()+body.Get("GroupName").Text(), byItself)
		return
	}
	switch kind {
	case document.KeyPolicy:
		b.placeKeyPolicy(doc, body)
	case document.BucketPolicy:
		b.placeBucketPolicy(doc, body)
	case document.PointPolicy:
		b.placePointPolicy(doc, body)
	case document.NoPublicAccess: // nothing is taken away
		b.placeNoBlock(doc)
	case document.NoPointPolicy:
		b.placeNoPointPolicy(doc)
	case document.Rotation, document.KeyTags, document.Grants:
		b.placeKeyFact(doc)
	case document.Encryption, document.Location, document.BucketTags, document.PublicAccess, document.NoBucketPolicy, document.NoEncryption, document.NoBucketTags:
		if doc.Kind == document.PublicAccess && isOfAccount(doc) {
			b.placeAccountBlock(doc)
			return
		}
		if bucket, how := b.ownerBucket(doc); bucket != nil {
			b.placeBucket(doc, bucket)
			b.read(doc, kind, bucket.ARN, how)
			return
		}
		switch kind {
		case document.NoBucketPolicy, document.NoEncryption, document.NoBucketTags:
			b.passOver(doc, "it says that a bucket has no such document, but not which bucket")
			return
		case document.PublicAccess: // it gives nothing
			b.passOver(doc, "the public access block of an unknown bucket")
			return
		}
		b.read(doc, kind, "", byNobody)
		b.ownerless(doc, "bucket", whose(doc, likely(doc, b.bucketCandidates()), "put it into a folder s3/<bucket name>/"))
	case document.RolePolicy, document.Attached, document.InlineList, document.Identity, document.Trust:
		doc.Kind = kind
		doc.Node = body
		if role, how := b.ownerRole(doc); role != nil {
			b.placeRolePolicy(doc, role)
			b.read(doc, kind, role.ARN, how)
			return
		}
		b.read(doc, kind, "", byNobody)
		b.looseRolePolicy(doc)
	case document.PolicyVersion:
		b.placePolicyVersion(doc)
	case document.EndpointPolicy, document.ServiceControl, document.ResourceControl, document.OtherPolicy:
		b.placeAlone(doc, kind, body)
	}
}

// placeAlone checks a policy that does not say what it is attached to.
func (b *builder) placeAlone(doc document.Document, kind document.Kind, body source.Node) {
	b.read(doc, kind, "", byNobody)
	switch kind {
	case document.EndpointPolicy:
		b.policy(body, iam.EndpointPolicy, doc.Name, "")
		// The calls of a domain take an endpoint only where it is VpcOnly.
		if slices.ContainsFunc(b.snapshot.Domains, func(d *snapshot.Domain) bool { return d.Network.Value != "PublicInternetOnly" }) {
			b.ownerless(doc, "VPC endpoint", "save describe-vpc-endpoints, which holds the policies of all")
		}
	case document.ServiceControl:
		b.policy(body, iam.ServiceControlPolicy, doc.Name, "")
		b.ownerless(doc, "account or unit of the organization", "save it with describe-policy, and what it is attached to in organization/targets.json")
	case document.ResourceControl:
		b.policy(body, iam.ResourceControlPolicy, doc.Name, "")
		b.ownerless(doc, "account or unit of the organization", "save it with describe-policy, and what it is attached to in organization/targets.json")
	default:
		b.policy(body, iam.ResourcePolicy, doc.Name, "")
		b.ownerless(doc, "resource", "name it under documents: in the config")
	}
}

func (b *builder) placeKeyPolicy(doc document.Document, body source.Node) {
	key, how := b.ownerKey(doc)
	if key == nil {
		b.read(doc, document.KeyPolicy, "", byNobody)
		b.policy(body, iam.KeyPolicy, doc.Name, "")
		b.ownerless(doc, "key", whose(doc, likely(doc, b.keyCandidates()), "put it into a folder kms/keys/<key id>/, or name the key under documents: in the config"))
		return
	}
	b.read(doc, document.KeyPolicy, key.ARN, how)
	b.claimPolicy(subject{key, "policy"}, "the policy of the key "+key.ARN, policyText{node: body, kind: iam.KeyPolicy, name: "key policy of " + key.ID, owner: key.ARN}, &key.Policy)
	if !key.Node.Exists() && slices.Contains(doc.NotVisible, "KeyState") {
		for name, s := range map[string]*snapshot.Setting{"KeyState": &key.Status, "KeySpec": &key.Spec, "KeyUsage": &key.Usage} {
			*s = snapshot.Setting{State: snapshot.NotVisible, Node: doc.Node, Name: name}
		}
	}
}

func (b *builder) placeBucketPolicy(doc document.Document, body source.Node) {
	bucket, how := b.ownerBucket(doc)
	if bucket == nil {
		b.read(doc, document.BucketPolicy, "", byNobody)
		b.policy(body, iam.BucketPolicy, doc.Name, "")
		b.ownerless(doc, "bucket", whose(doc, likely(doc, b.bucketCandidates()), "put it into a folder s3/<bucket name>/, or name the bucket under documents: in the config"))
		return
	}
	b.read(doc, document.BucketPolicy, bucket.ARN, how)
	if doc.Place.Bucket == bucket.Name && !doc.Coded {
		b.exportOf(bucket, doc).policy = true
	} else {
		b.loosePolicy[bucket] = true
	}
	text := policyText{node: body, kind: iam.BucketPolicy, name: "bucket policy of " + bucket.Name, owner: bucket.ARN}
	b.claims.claimPolicy(subject{bucket, "policy"}, "the policy of the bucket "+bucket.Name, b.policyClaim(text), func(m member) { b.settleBucketPolicy(bucket, m) })
	if !bucket.Node.Exists() {
		bucket.Node = doc.Node
	}
}

func (b *builder) placeKeyFact(doc document.Document) {
	key, how := b.ownerKey(doc)
	if key == nil && doc.Kind == document.KeyTags && doc.Node.Get("Tags").Len() == 0 {
		b.passOver(doc, "an empty list of tags of an unknown resource")
		return
	}
	if key == nil {
		b.read(doc, doc.Kind, "", byNobody)
		b.ownerless(doc, "key", whose(doc, likely(doc, b.keyCandidates()), "put it into a folder kms/keys/<key id>/"))
		return
	}
	b.read(doc, doc.Kind, key.ARN, how)
	switch doc.Kind {
	case document.Rotation:
		b.claimSetting(&key.Rotation, setting(doc.Node, "KeyRotationEnabled"), description{"the key " + key.ARN, doc.Node, doc.When, false})
	case document.KeyTags:
		list := doc.Node.Get("Tags")
		b.page("tags/"+key.ARN, doc, "tags", func() { key.TagsKnown = !slices.Contains(doc.NotVisible, "Tags") })
		b.enrollTags(key, "the key "+key.ARN, tagRoll(list, "TagKey", "TagValue", doc), &key.Tags, &key.TagsKnown)
		if !key.TagList.Exists() || list.Len() > 0 {
			key.TagList = list
		}
	case document.Grants:
		b.enrollGrants(key, &roll{}, doc)
	}
}

// looseRolePolicy checks an identity or trust policy alone, as what it is.
func (b *builder) looseRolePolicy(doc document.Document) {
	switch doc.Kind {
	case document.RolePolicy:
		b.policy(doc.Node.Get("PolicyDocument"), iam.IdentityPolicy, doc.Node.Get("PolicyName").Text(), "")
	case document.Identity:
		b.policy(doc.Node, iam.IdentityPolicy, doc.Name, "")
	case document.Trust:
		b.policy(doc.Node, iam.TrustPolicy, doc.Name, "")
	}
	if name := doc.Node.Get("RoleName").Text(); name != "" && len(b.snapshot.Domains) > 0 {
		why, remedy := "was not exported", "export it with get-role"
		if slices.ContainsFunc(b.snapshot.Roles, func(r *snapshot.Role) bool { return r.Name == name }) {
			why, remedy = "is in another account or has namesakes", "name the role under documents: in the config"
		}
		b.problem(doc.Node, "this document was checked alone because its role %s %s: %s", name, why, remedy)
		return
	}
	b.ownerless(doc, "role", whose(doc, b.rolesByName().likely(doc), "name the role in the file's name, or under documents: in the config"))
}

// ownerless says what is missing, where there is a domain that could need it.
func (b *builder) ownerless(doc document.Document, what, remedy string) {
	if len(b.snapshot.Domains) > 0 {
		b.problem(doc.Node, "nothing says which %s this document belongs to: it was checked alone; %s", what, remedy)
	}
}

// ownerKey finds the key that a document belongs to, and how that is known.
func (b *builder) ownerKey(doc document.Document) (*snapshot.Key, string) {
	if owner, ok := b.owners[doc.Name]; ok {
		return b.keyOfOwner(owner, doc), byConfig
	}
	place := doc.Place
	if key := b.keyOfPlace(place, ""); key != nil {
		return key, byFolder
	}
	var named, beside []*snapshot.Key
	for _, key := range b.snapshot.Keys {
		if Mentions(doc.Name, key.ID) {
			named = append(named, key)
		}
		// What a template will make is no neighbour of an exported document.
		if key.Node.Exists() && !iam.HasStandIn(key.ARN) && path.Dir(key.Node.Span().File.Name) == path.Dir(doc.Name) {
			beside = append(beside, key)
		}
	}
	if id := keyIDPattern.FindString(path.Base(doc.Name)); id != "" && len(named) == 0 {
		return b.keyAtHome(id), byFolder // of a key that nothing else describes
	}
	return only(named, beside), nameOrNeighbor(len(named))
}

// nameOrNeighbor tells what led to the only one of two lists.
func nameOrNeighbor(named int) string {
	if named > 0 {
		return byFolder
	}
	return byNeighbor
}

func (b *builder) ownerBucket(doc document.Document) (*snapshot.Bucket, string) {
	place := doc.Place
	if owner, ok := b.owners[doc.Name]; ok {
		if arn, ok := iam.ParseARN(owner.arn); ok && arn.Service == "s3" && !strings.Contains(arn.Resource, "/") {
			return b.bucket(arn.Resource, place, arn.Partition), byConfig
		}
		b.misowned(owner, "the document belongs to a bucket, and %q is not the ARN of a bucket: write arn:aws:s3:::<bucket>", owner.arn)
		return nil, ""
	}
	if place.Bucket != "" {
		return b.bucket(place.Bucket, place, place.PartitionName()), byFolder
	}
	var named, beside []*snapshot.Bucket
	for _, bucket := range b.snapshot.Buckets {
		if Mentions(doc.Name, bucket.Name) {
			named = append(named, bucket)
		}
		if bucket.Node.Exists() && !iam.HasStandIn(bucket.Name) && path.Dir(bucket.Node.Span().File.Name) == path.Dir(doc.Name) {
			beside = append(beside, bucket)
		}
	}
	if len(named) > 0 {
		return only(longest(named, func(b *snapshot.Bucket) string { return b.Name })), byFolder
	}
	if name, domain := b.canvasBucket(doc.Name); name != "" {
		return b.bucket(name, place, domain.Partition), byFolder
	}
	isPolicy := doc.Kind == document.PolicyText || doc.Kind == document.RawPolicy
	if name := bucketOfFile(doc.Name); name != "" && !isPolicy && len(b.snapshot.Domains) > 0 {
		return b.bucket(name, place, place.PartitionName()), byFolder
	}
	if bucket := only(beside); bucket != nil {
		return bucket, byNeighbor
	}
	// Without a domain there is nothing to join: example policies stay apart.
	if name := bucketOfPolicy(doc); name != "" && len(b.snapshot.Domains) > 0 {
		return b.bucket(name, place, place.PartitionName()), byContent
	}
	if name, domain := b.bucketBeside(doc.Name); name != "" && !isPolicy {
		return b.bucket(name, place, domain.Partition), byNeighbor
	}
	return nil, ""
}

// canvasBucket gives the bucket of a domain that a file's name mentions.
func (b *builder) canvasBucket(file string) (string, *snapshot.Domain) {
	for _, domain := range b.snapshot.Domains {
		for _, name := range append(canvasBuckets(domain), defaultBucket(domain)) {
			if !iam.HasStandIn(name) && Mentions(file, name) {
				return name, domain
			}
		}
	}
	return "", nil
}

// bucketBeside gives the only Canvas bucket of the only domain, where a file lies
// beside the domain's description.
func (b *builder) bucketBeside(file string) (string, *snapshot.Domain) {
	if len(b.snapshot.Domains) != 1 {
		return "", nil
	}
	domain := b.snapshot.Domains[0]
	names := canvasBuckets(domain)
	if len(names) != 1 || iam.HasStandIn(names[0]) || path.Dir(domain.Node.Span().File.Name) != path.Dir(file) {
		return "", nil
	}
	return names[0], domain
}

// defaultBucket names the bucket that SageMaker makes for an account's Region.
func defaultBucket(domain *snapshot.Domain) string {
	return "sagemaker-" + domain.Region + "-" + domain.Account
}

// canvasBuckets names the buckets that Canvas writes to for a domain: those of
// its settings, or the default SageMaker bucket where one lacks a path.
func canvasBuckets(domain *snapshot.Domain) []string {
	var names []string
	add := func(path snapshot.Setting) {
		name := defaultBucket(domain)
		if rest, ok := strings.CutPrefix(path.Value, "s3://"); ok {
			name, _, _ = strings.Cut(rest, "/")
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if own := domain.Settings.Canvas.ArtifactPath; own.IsGiven() || len(domain.Profiles) == 0 {
		add(own)
	}
	for _, profile := range domain.Profiles {
		if own := profile.Settings.Canvas.ArtifactPath; own.IsGiven() || !domain.Settings.Canvas.ArtifactPath.IsGiven() {
			add(own)
		}
	}
	return names
}

// bucketOfPolicy reads the bucket's name out of the resources of its policy:
// a bucket policy can only speak of its own bucket
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html).
func bucketOfPolicy(doc document.Document) string {
	body := doc.Node
	if doc.Kind == document.PolicyText {
		inner, _ := body.Get("Policy").Embedded()
		body = inner.Root()
	}
	name := ""
	for statement := range body.Get("Statement").Each() {
		for resource := range statement.Get("Resource").Each() {
			_, rest, ok := strings.Cut(resource.Text(), ":s3:::")
			if !ok {
				continue
			}
			bucket, _, _ := strings.Cut(rest, "/")
			if strings.ContainsAny(bucket, "*?$<{") || name != "" && name != bucket {
				return ""
			}
			name = bucket
		}
	}
	return name
}

func (b *builder) ownerRole(doc document.Document) (*snapshot.Role, string) {
	if owner, ok := b.owners[doc.Name]; ok {
		return b.roleOfOwner(owner), byConfig
	}
	name := doc.Node.Get("RoleName").Text()
	roles := b.rolesByName()
	named, beside := roles.called(name), []*snapshot.Role(nil)
	how := byItself
	if name == "" {
		named, beside = roles.mentioned(doc.Name), roles.beside(doc.Name)
		how = nameOrNeighbor(len(named))
	}
	if account := doc.Place.Account; account != "" && name != "" {
		named = slices.DeleteFunc(named, func(r *snapshot.Role) bool { return iam.Same(r.Account, account) == iam.Never })
	}
	return only(longest(named, func(r *snapshot.Role) string { return r.Name }), beside), how
}
