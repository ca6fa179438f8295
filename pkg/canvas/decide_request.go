package canvas

import (
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// principal is the role as Canvas uses it: a session of it with a name that
// no one knows beforehand.
func (w *worker) principal(arn string) access.Principal {
	p, err := access.ParsePrincipal(arn)
	if err != nil {
		return access.Principal{}
	}
	p.SessionUnknown = true
	if role := w.snapshot.Role(arn); role != nil {
		p.UniqueID = role.ID
	}
	return p
}

// contextID is what the context of a role's calls rests on.
type contextID struct {
	service, arn, region, owner string
	policies                    *access.Policies
	key                         *snapshot.Key // for what is the same in all calls on it
}

// commonContext is what requests of one role have in common that are asked one after
// another, and the contexts of those that were asked.
type commonContext struct {
	of       contextID
	context  *access.Context
	variants map[variant]*access.Context
}

// variant is what the context of a call rests on beyond what the role's calls have in
// common.
type variant struct {
	via     string // the service that calls
	what    string // what is called, as far as the context tells it
	setting string // the key as a setting names it
	user    *User  // whose objects, where it matters
	need    *Need  // of which bucket, where it matters
}

// room is how many keys a call adds to what it has in common with others.
const room = 16

// mostVariants are more than a user's calls of a role with a key or bucket.
const mostVariants = 64

// callContext gives a context of its own for a call of a service by the role.
// What all calls have in common is worked out once.
func (w *worker) callContext(service, arn, region, owner string, policies *access.Policies) *access.Context {
	return w.commonIn(contextID{service: service, arn: arn, region: region, owner: owner, policies: policies}).Clone(room)
}

// variantOf gives the context of a call, made at the first of those that are the same
// but for the action. Nobody may change it.
func (w *worker) variantOf(id contextID, v variant, fill func(*access.Context)) *access.Context {
	common := w.commonIn(id)
	c := w.common.variants[v]
	if c == nil {
		if len(w.common.variants) >= mostVariants { // those of other users
			clear(w.common.variants)
		}
		c = common.Clone(room)
		fill(c)
		w.common.variants[v] = c
	}
	return c
}

// commonIn works it out, or gives that of the last call.
func (w *worker) commonIn(id contextID) *access.Context {
	if w.common.context != nil && w.common.of == id {
		return w.common.context
	}
	c := w.roleContext(id.arn, id.region, id.owner, id.policies)
	setForeign(c, id.service, id.policies)
	if id.key != nil {
		w.setKey(c, id.key, id.policies)
	}
	w.common = commonContext{id, c, map[variant]*access.Context{}}
	return c
}

// roleContext is what AWS puts into every request of the role
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
// Everything that is not set stays unknown.
func (w *worker) roleContext(arn, region, owner string, policies *access.Policies) *access.Context {
	c := access.NewContext(true)
	role := w.snapshot.Role(arn)
	account := iam.AccountOf(arn)
	c.Set("aws:SecureTransport", "true")
	c.Set("aws:PrincipalArn", arn)
	c.Set("aws:PrincipalAccount", account)
	c.Set("aws:PrincipalType", "AssumedRole")
	c.Set("aws:PrincipalIsAWSService", "false")
	c.SetAbsent("aws:PrincipalServiceName") // of service principals only
	c.SetAbsent("aws:PrincipalServiceNamesList")
	if region != "" {
		c.Set("aws:RequestedRegion", region)
	}
	if owner != "" {
		c.Set("aws:ResourceAccount", owner)
	}
	if role != nil && role.ID != "" {
		c.SetPrefix("aws:userid", role.ID+":")
	}
	tags := []map[string]string{w.config.Facts.PrincipalTags[arn]}
	if role != nil {
		tags = append(tags, role.Tags)
	}
	setTags(c, "aws:PrincipalTag/", role != nil && role.TagsKnown, policies, tags...)
	w.setOrganization(c, account, owner)
	for _, key := range slices.Sorted(maps.Keys(w.config.Facts.Context)) {
		c.Learn(key, w.config.Facts.Context[key]...)
	}
	return c
}

// setForeign says that calls of a service lack the keys of others, which are
// unique to these
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
func setForeign(c *access.Context, service string, policies *access.Policies) {
	for _, other := range [...]string{"s3", "kms", "sagemaker"} {
		if other == service {
			continue
		}
		for _, key := range familyKeys(other+":", policies) {
			c.SetAbsent(key)
		}
	}
}

// setOrganization settles the keys that an exported organization, or the
// config, tells.
func (w *worker) setOrganization(c *access.Context, account, owner string) {
	id, paths := w.config.Facts.OrganizationID, w.config.Facts.OrganizationPaths
	if org := w.snapshot.Organization; org != nil && org.ID != "" {
		id = org.ID
		if path := targetPath(org, account); len(path) > 1 {
			paths = []string{org.ID + "/" + strings.Join(path[:len(path)-1], "/") + "/"}
		}
		if targetPath(org, owner) != nil || owner == account {
			c.Set("aws:ResourceOrgID", org.ID)
		}
	}
	if id != "" {
		c.Set("aws:PrincipalOrgID", id)
	}
	if len(paths) > 0 {
		c.SetMulti("aws:PrincipalOrgPaths", paths...)
	}
}

// setTags sets a family of keys. Where the tags are known whole, those that the
// policies ask for and that are not among them are absent. A condition key does
// not tell tags apart that differ in case only, and which of them it then means
// is not documented
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html); nor is it
// known which of two sources is right that contradict each other.
func setTags(c *access.Context, family string, whole bool, policies *access.Policies, sources ...map[string]string) {
	if whole {
		for _, key := range familyKeys(family, policies) {
			c.SetAbsent(key)
		}
	}
	values := map[string][]string{}
	for _, tags := range sources {
		for tag, value := range tags {
			values[strings.ToLower(tag)] = append(values[strings.ToLower(tag)], value)
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(values)) {
		if all := values[tag]; slices.ContainsFunc(all, func(value string) bool { return value != all[0] }) {
			c.SetUnknown(family + tag)
		} else {
			c.Set(family+tag, all[0])
		}
	}
}

// familyKeys lists the condition keys of a family that the policies name, in
// conditions and in variables.
func familyKeys(family string, policies *access.Policies) []string {
	prefix := strings.ToLower(family)
	var keys []string
	note := func(name string) {
		if strings.HasPrefix(name, prefix) {
			keys = append(keys, name)
		}
	}
	for _, layer := range layersOf(policies) {
		for _, doc := range layer.Documents {
			for _, statement := range doc.Policy.Statements {
				for i := range statement.Conditions {
					note(statement.Conditions[i].Name.String())
				}
				for i := range statement.Resources {
					for _, key := range statement.Resources[i].Variables() {
						note(key.String())
					}
				}
			}
		}
	}
	return keys
}

func layersOf(p *access.Policies) []access.Layer {
	layers := []access.Layer{p.Identity}
	for _, layer := range []*access.Layer{p.Boundary, p.Session, p.Resource, p.Endpoint} {
		if layer != nil {
			layers = append(layers, *layer)
		}
	}
	for _, levels := range [][]access.Level{p.SCPs, p.RCPs} {
		for _, level := range levels {
			layers = append(layers, level.Layer)
		}
	}
	return layers
}

// keyRequest is the request that KMS sees for an action of a need.
func (w *worker) keyRequest(user *User, need *Need, r Resolution, action, service string) access.Request {
	v := variant{via: service, what: action, setting: r.Text}
	if action != "kms:CreateGrant" && action != "kms:DescribeKey" {
		v.what = "" // with the algorithm, as all others
	}
	if service == "s3" {
		v.user, v.need = user, need
	}
	c := w.variantOf(contextID{"kms", need.Role, r.Region, r.Account, need.policies, r.Key}, v, func(c *access.Context) { w.setKeyCall(c, v, r.Region) })
	return access.Request{
		Principal: w.principal(need.Role), Action: action, Resource: need.Resource, ResourceAccount: r.Account, Context: c,
	}
}

// setKeyCall sets what one call of KMS adds to what all of the role's have.
func (w *worker) setKeyCall(c *access.Context, v variant, region string) {
	c.Set("kms:CallerAccount", iam.AccountOf(w.common.of.arn))
	setForwarded(c, v.via)
	if v.via == "" {
		c.SetAbsent("kms:ViaService")
	} else {
		// The suffix is the same in all partitions
		// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
		c.Set("kms:ViaService", v.via+"."+region+".amazonaws.com")
	}
	if !namesAlias(v.setting) {
		// The key exists where the call names an alias; whether Canvas passes
		// one on as it stands is not documented
		// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-request-alias).
		c.SetAbsent("kms:RequestAlias")
	}
	switch v.what {
	case "kms:CreateGrant":
		c.Set("kms:GrantIsForAWSResource", "true")
	case "kms:DescribeKey":
		c.SetAbsent("kms:GrantIsForAWSResource")
	default:
		c.SetAbsent("kms:GrantIsForAWSResource") // only CreateGrant, ListGrants and RevokeGrant carry it
		c.Set("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT")
	}
	if v.via == "s3" {
		w.setObjectContext(c, v.user, v.need)
	}
}

// setKey sets what the key's own description tells.
func (w *worker) setKey(c *access.Context, key *snapshot.Key, policies *access.Policies) {
	if key == nil {
		return
	}
	if aliases, ok := w.aliasesOf(key); ok {
		c.SetMulti("kms:ResourceAliases", aliases...)
	}
	setTags(c, "aws:ResourceTag/", key.TagsKnown, policies, key.Tags)
	for name, s := range map[string]snapshot.Setting{
		"kms:KeySpec": key.Spec, "kms:KeyUsage": key.Usage, "kms:KeyOrigin": key.Origin, "kms:MultiRegion": key.MultiRegion,
	} {
		if s.IsGiven() {
			c.Set(name, s.Value)
		}
	}
}

// setObjectContext sets the encryption context that S3 gives: the object's
// ARN, or the bucket's where S3 Bucket Keys are on
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#encryption-context).
func (w *worker) setObjectContext(c *access.Context, user *User, need *Need) {
	name, prefix := user.Bucket.Name, user.Bucket.Prefix
	if need.Purpose == finding.Dataset {
		name, prefix = need.BucketName, ""
	}
	arn := "arn:" + user.Domain.Partition + ":s3:::" + name
	c.SetMulti("kms:EncryptionContextKeys", "aws:s3:arn")
	const key = "kms:EncryptionContext:aws:s3:arn"
	bucket := w.snapshot.Bucket(name)
	switch {
	case bucket == nil || bucket.EncryptionState != snapshot.Given || iam.HasStandIn(bucket.BucketKey.Value):
		c.SetPrefix(key, arn)
	case bucket.BucketKey.Value == "true":
		c.Set(key, arn)
	default:
		setObjects(c, key, arn+"/"+prefix, need)
	}
}

// setObjects asks for every object below a prefix. Which objects of a dataset
// are read is not known.
func setObjects(c *access.Context, key, prefix string, need *Need) {
	if need.Purpose == finding.Dataset {
		c.SetPrefix(key, prefix)
		return
	}
	c.SetEvery(key, iam.EscapeSet(prefix)+"*")
}
