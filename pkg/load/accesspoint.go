package load

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// point gives the access point of an ARN, made at its first mention; nil for no
// such ARN.
func (b *builder) point(text string) *snapshot.AccessPoint {
	name := snapshot.ParsePoint(text)
	arn, ok := iam.ParseARN(name.ARN)
	if !ok || arn.Account == "" {
		return nil
	}
	at := slices.IndexFunc(b.snapshot.AccessPoints, func(p *snapshot.AccessPoint) bool { return p.ARN == name.ARN })
	if at >= 0 {
		return b.snapshot.AccessPoints[at]
	}
	point := &snapshot.AccessPoint{ARN: name.ARN, Name: strings.TrimPrefix(arn.Resource, "accesspoint/"), Account: arn.Account, Region: arn.Region, PolicyState: snapshot.NotVisible}
	b.snapshot.AccessPoints = append(b.snapshot.AccessPoints, point)
	return point
}

// pointOfPlace gives the access point whose folder a document lies in.
func (b *builder) pointOfPlace(place layout.Place) *snapshot.AccessPoint {
	if place.Point == "" || place.Account == "" || place.Region == "" {
		return nil
	}
	return b.point("arn:" + place.PartitionName() + ":s3:" + place.Region + ":" + place.Account + ":accesspoint/" + place.Point)
}

// addAccessPoint reads GetAccessPoint
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessPoint.html).
func (b *builder) addAccessPoint(doc document.Document) {
	node := doc.Node
	point := b.point(node.Get("AccessPointArn").Text())
	if point == nil {
		point = b.pointOfPlace(doc.Place)
	}
	if point == nil {
		b.problem(node, "the access point has no AccessPointArn: it was not used")
		return
	}
	if doc.Place.Point == point.Name {
		b.pointFolders[point] = true
	}
	says := &snapshot.AccessPoint{
		Node: node, Alias: node.Get("Alias").Text(), Bucket: setting(node, "Bucket"),
		Origin: setting(node, "NetworkOrigin"), VPC: setting(node.Get("VpcConfiguration"), "VpcId"),
		Restricts: setting(node.Get("PublicAccessBlockConfiguration"), "RestrictPublicBuckets"), PolicyState: snapshot.NotVisible,
	}
	if point.Node.Exists() {
		b.describeAgain("the access point "+point.ARN, point, says, point.Node, node, false)
		return
	}
	b.firstSeen(point)
	point.Node, point.Alias, point.Bucket, point.Origin, point.VPC, point.Restricts = node, says.Alias, says.Bucket, says.Origin, says.VPC, says.Restricts
}

// placePointPolicy gives a policy to the access point that its folder or its
// resources name.
func (b *builder) placePointPolicy(doc document.Document, body source.Node) {
	point, how := b.pointOfPlace(doc.Place), byFolder
	if point == nil {
		point, how = b.point(document.PointOf(body)), byContent
	}
	if point == nil {
		b.read(doc, document.PointPolicy, "", byNobody)
		b.policy(body, iam.ResourcePolicy, doc.Name, "")
		b.ownerless(doc, "access point", "put it into a folder <account>/<region>/s3control/access-points/<name>/")
		return
	}
	b.read(doc, document.PointPolicy, point.ARN, how)
	text := policyText{node: body, kind: iam.ResourcePolicy, name: "access point policy of " + point.Name, owner: point.ARN}
	b.claims.claimPolicy(subject{point, "policy"}, "the policy of the access point "+point.ARN, b.policyClaim(text), func(m member) { b.settlePointPolicy(point, m) })
}

// placeNoPointPolicy notes that AWS says that an access point has no policy.
func (b *builder) placeNoPointPolicy(doc document.Document) {
	point := b.pointOfPlace(doc.Place)
	if point == nil {
		b.passOver(doc, "it says that an access point has no policy, but not which")
		return
	}
	b.read(doc, doc.Kind, point.ARN, byFolder)
	c := claim{node: doc.Node, when: doc.When, content: func() string { return absentContent }}
	b.claims.claimPolicy(subject{point, "policy"}, "the policy of the access point "+point.ARN, c, func(m member) { b.settlePointPolicy(point, m) })
}

func (b *builder) settlePointPolicy(point *snapshot.AccessPoint, m member) {
	if point.Policy = b.versions(m); point.Policy == nil && m.versions[0].value == nil {
		point.PolicyState = snapshot.Unset
	}
}

// settlePoints decides what the absence of an access point's policy means, as
// settleBuckets does.
func (b *builder) settlePoints() {
	for _, point := range b.snapshot.AccessPoints {
		switch {
		case point.Policy != nil:
			point.PolicyState = snapshot.Given
		case point.PolicyState == snapshot.NotVisible && b.pointFolders[point] && !b.notExported(layout.PointFolder(point.Account, point.Region, point.Name)+"policy.json"):
			point.PolicyState = snapshot.Unset
		}
	}
}

// isOfAccount reports whether a public access block is an account's, by its place.
func isOfAccount(doc document.Document) bool {
	return doc.Place.Account != "" && strings.HasSuffix(doc.Name, layout.AccountBlock(doc.Place.Account))
}

// placeNoBlock notes that nothing blocks public access to a bucket or an account.
func (b *builder) placeNoBlock(doc document.Document) {
	switch bucket, how := b.ownerBucket(doc); {
	case isOfAccount(doc):
		b.read(doc, doc.Kind, doc.Place.Account, byFolder)
	case bucket != nil:
		b.read(doc, doc.Kind, bucket.ARN, how)
	default:
		b.passOver(doc, "it says that public access to a bucket is not blocked, but not to which")
	}
}

// placeAccountBlock takes the public access block of a whole account
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html).
func (b *builder) placeAccountBlock(doc document.Document) {
	account := doc.Place.Account
	of := b.snapshot.PublicBlocks[account]
	if of == nil {
		of = &snapshot.Setting{}
		if b.snapshot.PublicBlocks == nil {
			b.snapshot.PublicBlocks = map[string]*snapshot.Setting{}
		}
		b.snapshot.PublicBlocks[account] = of
	}
	b.read(doc, doc.Kind, account, byFolder)
	b.claimSetting(of, setting(doc.Node.Get("PublicAccessBlockConfiguration"), "RestrictPublicBuckets"), description{"the account " + account, doc.Node, doc.When, true})
}
