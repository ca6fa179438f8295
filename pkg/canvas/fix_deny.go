package canvas

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// IsDemand reports whether a denial asks for a KMS key by its id.
func IsDemand(reason access.Reason) bool {
	if reason.Cause != access.ExplicitDeny || reason.Statement == nil {
		return false
	}
	for i := range reason.Statement.Conditions {
		if reason.Statement.Conditions[i].Name == iam.NewKey("s3:x-amz-server-side-encryption-aws-kms-key-id") {
			return true
		}
	}
	return false
}

// deniesOf gives the Deny statements that stand in the way, each once.
func deniesOf(denied []*Action) []access.Reason {
	var denies []access.Reason
	for _, a := range denied {
		for _, reason := range a.Reasons {
			known := slices.ContainsFunc(denies, func(r access.Reason) bool { return r.Statement == reason.Statement })
			if reason.Cause == access.ExplicitDeny && reason.Statement != nil && !known {
				denies = append(denies, reason)
			}
		}
	}
	return denies
}

// without gives the policies with some statements left out.
func without(p *access.Policies, reasons []access.Reason) *access.Policies {
	if len(reasons) == 0 {
		return p
	}
	strip := func(layer access.Layer) access.Layer {
		layer.Documents = slices.Clone(layer.Documents)
		for i, doc := range layer.Documents {
			policy := *doc.Policy
			policy.Statements = slices.DeleteFunc(slices.Clone(policy.Statements), func(s *iam.Statement) bool {
				return slices.ContainsFunc(reasons, func(r access.Reason) bool { return r.Statement == s })
			})
			layer.Documents[i].Policy = &policy
		}
		return layer
	}
	stripped := *p
	stripped.Identity = strip(p.Identity)
	for _, layer := range []**access.Layer{&stripped.Boundary, &stripped.Session, &stripped.Resource, &stripped.Endpoint} {
		if *layer != nil {
			bare := strip(**layer)
			*layer = &bare
		}
	}
	for _, levels := range []*[]access.Level{&stripped.SCPs, &stripped.RCPs} {
		*levels = slices.Clone(*levels)
		for i := range *levels {
			(*levels)[i].Layer = strip((*levels)[i].Layer)
		}
	}
	return &stripped
}

// narrow advises on Deny statements, which always win.
func (w *worker) narrow(need *Need, denies []access.Reason) *finding.Fix {
	var names []string
	for _, deny := range denies {
		name := "the Deny statement"
		if deny.Statement.Sid != "" {
			name += " " + deny.Statement.Sid
		}
		names = append(names, name+" of "+deny.Policy)
	}
	whom := "the role " + need.Role
	if need.Service != "" {
		whom = need.Service
	}
	fix := &finding.Fix{Message: "an explicit Deny always wins: exclude " + whom + " from " + strings.Join(names, " and ")}
	if demanded := DemandedKey(denies[0]); len(denies) == 1 && denies[0].Action == "s3:PutObject" && demanded != "" {
		fix.Message = "use one key everywhere: either set the storage key of the domain and the default key of the bucket to the demanded one, " +
			demanded + ", or change the condition of " + names[0] + " to the key that Canvas will use"
	}
	if len(denies) == 1 && denies[0].Action == "s3:PutObject" && asksForHeader(denies[0].Statement) {
		fix.Message = headerAdvice(need, names[0])
	}
	if place := denies[0].Statement.Node.Span(); !place.IsZero() {
		fix.File = place.File.Name
	}
	return fix
}

const headerName = "x-amz-server-side-encryption"

// asksForHeader reports whether a statement has a condition on the encryption
// header of a write.
func asksForHeader(statement *iam.Statement) bool {
	return slices.ContainsFunc(statement.Conditions, func(c iam.Condition) bool { return c.Name == iam.NewKey("s3:"+headerName) })
}

// headerAdvice says how the header that a Deny asks for comes to be sent: Canvas
// sends it with the storage key, and else leaves encryption to the bucket.
func headerAdvice(need *Need, deny string) string {
	if user := need.Users[0]; user.StorageKeys[0].Setting.IsGiven() {
		return "Canvas sends the header " + headerName + ": aws:kms with its storage key: allow that value in the condition of " + deny
	}
	return "without a storage key Canvas sends no header " + headerName + ": set a storage key (S3KmsKeyId of the domain's WorkspaceSettings), or remove " +
		deny + ": the bucket's default encryption encrypts writes without the header"
}

// DemandedKey is the KMS key that the Deny statement of a reason lets through, "" if
// it speaks of none.
func DemandedKey(reason access.Reason) string {
	statement := reason.Statement
	if statement == nil {
		return ""
	}
	for i := range statement.Conditions {
		condition := &statement.Conditions[i]
		if condition.Name != iam.NewKey("s3:x-amz-server-side-encryption-aws-kms-key-id") || strings.EqualFold(condition.Operator, "Null") {
			continue
		}
		for value := range condition.Node.Each() {
			return value.Text()
		}
	}
	return ""
}
