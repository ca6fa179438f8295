package load

import (
	"time"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// piece is what a template or plan adds to a role that it does not make.
type piece struct {
	node       source.Node
	generated  bool
	notVisible []string
}

// isPiece tells such an addition from a role: that would say whom it trusts.
func (b *builder) isPiece(node source.Node) bool {
	return b.coded && !node.Get("AssumeRolePolicyDocument").Exists()
}

// settlePieces gives additions to the roles of other documents. An account or a
// path that only the deployment tells leaves open which role is meant: what hangs
// on the addition is then unknown, since it may deny what is allowed here.
func (b *builder) settlePieces() {
	pieces := b.pieces
	b.pieces, b.coded = nil, false
	b.when, b.cut = time.Time{}, false
	for _, p := range pieces {
		b.generated, b.notVisible = p.generated, p.notVisible
		name, account := p.node.Get("RoleName").Text(), iam.AccountOf(p.node.Get("Arn").Text())
		var sure, perhaps []*snapshot.Role
		for _, role := range b.snapshot.Roles {
			switch same := iam.Same(role.Account, account); {
			case role.Name != name:
			case same == iam.Always:
				sure = append(sure, role)
			case same == iam.Perhaps:
				perhaps = append(perhaps, role)
			}
		}
		switch {
		case len(sure) == 1:
			b.addPiece(sure[0], p.node)
		case len(perhaps) > 0:
			made := source.Derive(source.Make(p.node).With("Role", source.Copy(p.node))).Root()
			b.doubts = append(b.doubts, doubt{
				document.Document{Kind: document.Role, Node: made, Generated: p.generated, NotVisible: p.notVisible},
				layout.Perhaps{Question: "whether the role " + name + " that " + p.node.Span().String() + " adds policies to is this one (--account says which account it is of)"},
			})
		default:
			from := b.origin
			b.addRole(p.node, &from)
		}
	}
}

// addPiece adds policies to a role. One that the role has already by that name
// is there in two versions, and only a person knows which one counts.
func (b *builder) addPiece(role *snapshot.Role, node source.Node) {
	inline, attached := roll{node: node, open: true}, roll{node: node, open: true}
	for item := range node.Get("RolePolicyList").Items() {
		inline.add(b.inlineClaim(role, item))
	}
	for item := range node.Get("AttachedManagedPolicies").Items() {
		attached.add(attachmentClaim(item))
	}
	b.enrollInline(role, inline)
	b.enrollAttached(role, attached)
}
