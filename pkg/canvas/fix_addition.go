package canvas

import (
	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// Addition is a statement of a fix, and where it goes.
type Addition struct {
	Layer access.LayerName
	// Policy is the document to add it to, nil where the layer has none that
	// people edit.
	Policy *snapshot.Policy
	Role   string // ARN
	Where  string // the policy in words
	// Statement is the JSON text; a comma divides two statements.
	Statement string
	// Lack is how bad the lack of the worst of its actions is.
	Lack finding.Severity
}

// Demanded is the ARN of the key that the bucket's policy demands for writes,
// where that denies them; "" where it does not.
func (n *Need) Demanded() string {
	for _, a := range n.Actions {
		for _, reason := range a.Reasons {
			if a.Result.IsDenied() && a.FixGroup(n.Purpose) == Demand && IsDemand(reason) {
				return DemandedKey(reason)
			}
		}
	}
	return ""
}

// IsLike reports whether two needs, maybe of two checks, are about the same.
func (n *Need) IsLike(other *Need) bool {
	return n.Role == other.Role && n.Resource == other.Resource && n.Purpose == other.Purpose &&
		n.Domain.ID == other.Domain.ID && n.Domain.Account == other.Domain.Account && n.Domain.Region == other.Domain.Region
}

// additions tells where the statements of a fix go.
func (w *worker) additions(need *Need, denied []*Action, chosen []change) []Addition {
	var list []Addition
	lack := finding.Info
	for _, a := range denied {
		if lack = a.Lack; lack == finding.Error {
			break
		}
	}
	for _, c := range chosen {
		layer := need.policies.Resource
		switch c.layer {
		case access.IdentityPolicy:
			layer = &need.policies.Identity
		case access.Boundary:
			layer = need.policies.Boundary
		}
		list = append(list, Addition{Layer: c.layer, Policy: w.editable(layer, need.Role), Role: need.Role, Where: c.where, Statement: c.write(canvasSid, c.actions), Lack: lack})
	}
	return list
}

// editable finds the policy of a layer that people edit, one that the owner has
// to itself before one that it shares.
func (w *worker) editable(layer *access.Layer, owner string) *snapshot.Policy {
	var shared *snapshot.Policy
	if layer == nil {
		return nil
	}
	for _, doc := range layer.Documents {
		policy := w.policyOf(doc.Policy)
		switch {
		case policy == nil || policy.Generated || policy.AWSManaged || !policy.Node.Exists():
		case policy.Owner == owner:
			return policy
		case shared == nil:
			shared = policy
		}
	}
	return shared
}
