package canvas

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// A call through an access point must be allowed twice: on the access point, by its
// policy, and on the bucket, by the bucket's; each time with the role's own policies
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html).

// side is one of the resources on which a call has to be allowed.
type side struct {
	arn      string
	policies func() *access.Policies
	other    string // ARN of the other side, "" where there is one alone
}

// pointOfHost gives the ARN of the access point that a host names, else the host
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-naming.html).
func pointOfHost(host, partition string) string {
	label, place, ok := strings.Cut(host, ".s3-accesspoint.")
	at := len(label) - len("-111122223333")
	if !ok || at < 1 || !layout.IsAccount(label[at+1:]) {
		return host
	}
	region, _, _ := strings.Cut(strings.TrimPrefix(place, "dualstack."), ".")
	return "arn:" + partition + ":s3:" + region + ":" + label[at+1:] + ":accesspoint/" + label[:at]
}

// behindPoint finds the bucket behind the access point that a path names.
func (w *worker) behindPoint(use *BucketUse) {
	use.Point = w.snapshot.AccessPoint(snapshot.ParsePoint(use.Path))
	if use.Point != nil && use.Point.Bucket.State == snapshot.Given {
		use.Name = use.Point.Bucket.Value
		return
	}
	use.Point = nil
}

// BucketARN is the ARN of the bucket that Canvas writes to for a user; of an access
// point that was not read, its own.
func (u *User) BucketARN() string {
	if isPoint(u.Bucket.Name) {
		return u.Bucket.Name
	}
	return "arn:" + u.Domain.Partition + ":s3:::" + u.Bucket.Name
}

// isUnknown reports whether no document says which bucket it is.
func (u BucketUse) isUnknown() bool { return u.Point == nil && !snapshot.ParsePoint(u.Path).IsZero() }

// sides gives the resources on which calls of a role have to be allowed that take
// the path of a bucket or of an access point.
func (w *worker) sides(use BucketUse, network *snapshot.Domain, role string) []side {
	name := snapshot.ParsePoint(use.Path)
	bucket := side{arn: "arn:" + network.Partition + ":s3:::" + use.Name, policies: func() *access.Policies {
		return w.bucketPolicies(network, role, use.Name, w.snapshot.Bucket(use.Name))
	}}
	switch {
	case name.IsZero():
		return []side{bucket}
	case use.Point == nil:
		if name.ARN != "" {
			bucket.arn = name.ARN
		}
		bucket.policies = func() *access.Policies { return w.unknownPoint(network, role, name) }
		return []side{bucket}
	}
	bucket.other = use.Point.ARN
	return []side{{use.Point.ARN, func() *access.Policies { return w.pointPolicies(network, role, use.Point) }, bucket.arn}, bucket}
}

// unknownPoint are the policies of calls through an access point that was not read:
// not even the bucket is known.
func (w *worker) unknownPoint(network *snapshot.Domain, role string, name snapshot.PointName) *access.Policies {
	p := w.callPolicies(network, role)
	what := w.unread("the description of the access point "+name.String(), name.String(), layout.Place{}, "GetAccessPoint", "ListAccessPoints")
	p.Resource = &access.Layer{Missing: []string{what}}
	return p
}

// pointPolicies are all policies that have a say when a role uses an access point.
func (w *worker) pointPolicies(network *snapshot.Domain, role string, point *snapshot.AccessPoint) *access.Policies {
	p := w.callPolicies(network, role)
	p.RCPs = w.organizationLevels(point.Account, snapshot.ResourceControl)
	p.Resource = &access.Layer{}
	switch {
	case point.Policy != nil:
		p.Resource = layerOf(point.Policy)
	case point.PolicyState != snapshot.Unset:
		p.Resource.Missing = w.lacks("the policy of the access point ", point.ARN, point.ARN, layout.Place{}, "GetAccessPointPolicy", "GetAccessPoint")
	}
	if !takesCalls(point, network) {
		p.Resource.Missing = append(p.Resource.Missing, "whether the calls come from "+point.VPC.Value+", the only VPC that the access point "+point.Name+" takes requests from")
	}
	w.restrict(p, role, point.Account, point.Restricts)
	if len(p.Resource.Documents)+len(p.Resource.Missing) == 0 {
		p.Resource = nil
	}
	return p
}

// takesCalls reports whether an access point takes the calls of a domain for certain:
// one that was made for a VPC refuses those from elsewhere
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-vpc.html).
func takesCalls(point *snapshot.AccessPoint, network *snapshot.Domain) bool {
	return point.Origin.Value == "Internet" || network.Network.Value == "VpcOnly" && iam.Same(point.VPC.Value, network.VPC.Value) == iam.Always
}

// restrict leaves open what other accounts may do by a policy that S3 may take for
// public: then RestrictPublicBuckets keeps them out
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html).
func (w *worker) restrict(p *access.Policies, role, owner string, blocks ...snapshot.Setting) {
	if of := w.snapshot.PublicBlocks[owner]; of != nil {
		blocks = append(blocks, *of)
	}
	if p.Resource == nil || owner == "" || iam.Same(iam.AccountOf(role), owner) == iam.Always {
		return
	}
	isOpen := slices.ContainsFunc(p.Resource.Documents, func(d access.Document) bool { return len(d.Policy.Open()) > 0 })
	for _, block := range blocks {
		if isOpen && block.IsGiven() && block.Value != "false" {
			restricted := *p.Resource
			restricted.Missing = append(slices.Clone(restricted.Missing), "whether S3 takes the policy for public: RestrictPublicBuckets keeps other accounts out then ("+block.Node.Span().String()+")")
			p.Resource = &restricted
			return
		}
	}
}

// setPoint says that a call takes an access point
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html#access-points-condition-keys).
func setPoint(c *access.Context, point *snapshot.AccessPoint) {
	if point == nil {
		return
	}
	c.Set("s3:DataAccessPointArn", point.ARN)
	c.Set("s3:DataAccessPointAccount", point.Account)
	if point.Origin.IsGiven() {
		c.Set("s3:AccessPointNetworkOrigin", point.Origin.Value)
	}
}

// isPoint reports whether an ARN is one of an access point.
func isPoint(arn string) bool { return snapshot.ParsePoint(arn).ARN != "" }

// objectsOf gives how the ARNs of the objects of a bucket begin, or of those behind
// an access point.
func objectsOf(arn string) string {
	if isPoint(arn) {
		return arn + "/object/"
	}
	return arn + "/"
}

// namesOneSide leaves an action open that is denied on one side of an access point
// only because the role's own policies name the other: whether they must name both
// AWS does not document.
func (w *worker) namesOneSide(need *Need, user *User, row action, request func(service string) access.Request) bool {
	if need.other == "" {
		return false
	}
	r := request(row.services[0])
	if access.Decide(&r, need.policies) != access.ImplicitlyDenied {
		return false
	}
	alone := *need.policies
	alone.Resource = nil
	r.ResourceAccount = iam.AccountOf(need.Role)
	here := access.Decide(&r, &alone)
	r.Resource, r.Set = bucketResource(user, need, need.other, row.name)
	if here == access.Allowed || access.Decide(&r, &alone) != access.Allowed {
		return false
	}
	question := "whether a policy of the role that names " + need.other + " counts for " + need.Resource + " too: AWS does not document it"
	w.leaveOpen(need.actionOf(row, row.lack[w.config.Guide]), user, []access.Reason{{
		Action: row.name, Layer: access.IdentityPolicy, Cause: access.Undocumented, Node: need.Place.Node, Message: question,
	}}, []string{question})
	return true
}
