// Package denial reads what AWS says about a call that it denied: the sentence of an
// access-denied error, a CloudTrail record, or a decoded authorization message.
// It gives the request as far as these tell it, and AWS's own reason.
package denial

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
)

// Denial is one denied call, or several that are alike.
type Denial struct {
	Principal string // ARN of the session, user or role; a service
	Action    string // "kms:Decrypt"
	Resource  string // ARN, "" where AWS does not say
	Unnamed   bool   // there is a resource, and AWS does not name it
	// Context are the condition keys that AWS tells: kms:ViaService, aws:SourceIp,
	// aws:SourceVpce, kms:EncryptionContext:aws:s3:arn.
	Context map[string][]string
	// Layer is the kind of policy that AWS blames, "" where it does not say, and
	// Explicit that it was a Deny.
	Layer    access.LayerName
	Explicit bool
	Said     string // AWS's reason in its own words, "" where it gives none
	Time     string // of an event, in RFC 3339
	Count    int    // calls that are alike
}

// id tells denials apart: the calls that get the same answer have the same.
func (d Denial) id() string {
	keys := make([]string, 0, len(d.Context))
	for key, values := range d.Context {
		keys = append(keys, key+"="+strings.Join(values, ","))
	}
	slices.Sort(keys)
	return strings.Join([]string{d.Principal, d.Action, d.Resource, string(d.Layer), fmt.Sprint(d.Explicit), strings.Join(keys, " ")}, "\x00")
}

// Group counts denials that are alike, and keeps the time of the last one. The
// most frequent come first.
func Group(list []Denial) []Denial {
	var groups []Denial
	at := map[string]int{}
	for _, d := range list {
		i, known := at[d.id()]
		if !known {
			at[d.id()] = len(groups)
			d.Count = max(d.Count, 1)
			groups = append(groups, d)
			continue
		}
		groups[i].Count += max(d.Count, 1)
		groups[i].Time = max(groups[i].Time, d.Time)
	}
	slices.SortStableFunc(groups, func(a, b Denial) int { return cmp.Compare(b.Count, a.Count) })
	return groups
}

// Disagreement compares AWS's answer with ours. It lists what would explain a
// difference, and is empty where the two agree. What is unknown to us is none.
func (d Denial) Disagreement(decision access.Decision) []string {
	switch {
	case decision.Result == access.Unknown:
		return nil
	case decision.Result == access.Allowed:
		return d.explanations()
	case d.Layer == "" || d.agrees(decision):
		return nil
	}
	return append([]string{fmt.Sprintf("the documents deny the call too, but not for AWS's reason (%s)", d.Said)}, d.explanations()...)
}

// agrees reports whether one of our reasons is AWS's.
func (d Denial) agrees(decision access.Decision) bool {
	return slices.ContainsFunc(decision.Reasons, func(r access.Reason) bool {
		explicit := r.Cause == access.ExplicitDeny
		return explicit == d.Explicit && isKind(r.Layer, d.Layer)
	})
}

// isKind reports whether a layer is of the kind that AWS names: it calls the
// policies of all resources resource-based.
func isKind(layer, named access.LayerName) bool {
	if named != resourceBased {
		return layer == named
	}
	return layer == access.KeyPolicy || layer == access.BucketPolicy || layer == access.GrantLayer
}

// explanations lists what could have made AWS answer otherwise.
func (d Denial) explanations() []string {
	when := ""
	if d.Time != "" {
		when = " of " + d.Time
	}
	list := []string{"a document was exported before or after the event" + when + ": export again, and explain again"}
	switch d.Layer {
	case access.SCP, access.RCP:
		list = append(list, "an organization policy that was not exported: canvaslint export reads those that the caller may read")
	case access.SessionPolicy:
		list = append(list, "a session policy, which no export shows: look at who assumes the role")
	case access.EndpointPolicy:
		list = append(list, "the policy of the VPC endpoint that the call took: aws ec2 describe-vpc-endpoints")
	case access.Boundary:
		list = append(list, "a permissions boundary that was attached since")
	case access.IdentityPolicy, access.TrustPolicy, resourceBased:
	default:
		list = append(list, "an organization policy, a session policy or an endpoint policy that was not exported")
	}
	return list
}
