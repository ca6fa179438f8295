package iam

import (
	"strings"
	"unicode/utf8"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// quota is how long a policy may be, without white space between its elements.
type quota struct {
	limit int
	what  string
	// raised is how far AWS lets the quota be raised; 0: not at all.
	raised int
	// bytes: characters outside of ASCII count as several.
	bytes bool
}

// quotaOf gives the quota of the current policy. An identity policy that nothing
// is known of may be an inline policy of a role, the longest that there is
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html,
// https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html,
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html,
// https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html).
func (l *look) quotaOf() quota {
	switch l.policy.Kind {
	case KeyPolicy:
		return quota{limit: 32 << 10, what: "a key policy", bytes: true}
	case BucketPolicy:
		return quota{limit: 20 << 10, what: "a bucket policy", bytes: true}
	case TrustPolicy:
		return quota{limit: 2048, what: "a trust policy", raised: 8192}
	case ServiceControlPolicy:
		return quota{limit: 5120, what: "a service control policy", raised: 10240, bytes: true}
	case ResourceControlPolicy:
		return quota{limit: 5120, what: "a resource control policy", bytes: true}
	case SessionPolicy:
		return quota{limit: 2048, what: "a session policy"}
	case EndpointPolicy:
		return quota{limit: 20480, what: "an endpoint policy"}
	}
	kind, _, _ := strings.Cut(l.owner.Resource, "/")
	switch {
	case kind == "policy" || l.policy.Kind == BoundaryPolicy:
		return quota{limit: 6144, what: "a managed policy"}
	case kind == "role":
		return quota{limit: InlineQuota, what: "all inline policies of a role"}
	}
	return quota{limit: 6144, what: "a managed policy", raised: 10240}
}

// InlineQuota is how many characters all inline policies of a role may have
// together, without white space.
const InlineQuota = 10240

// Length counts the characters of a policy as AWS does: without white space.
func Length(policy source.Node) int { return compactLength(policy, false) }

// IsOversize reports whether a policy is longer than AWS takes it for its owner.
func IsOversize(p *Policy, owner string) bool {
	l := &look{policy: p}
	l.owner, _ = ParseARN(owner)
	q := l.quotaOf()
	return compactLength(p.Node, q.bytes) > max(q.limit, q.raised)
}

// size looks at the length of the policy.
func (l *look) size() {
	q := l.quotaOf()
	if text := l.policy.Node.Raw(); strings.HasPrefix(text, "{") && len(text) <= q.limit {
		return // without its white space JSON is no longer
	}
	length := compactLength(l.policy.Node, q.bytes)
	at := l.policy.Node
	if statement := at.Get("Statement"); statement.Exists() {
		at = statement.Name()
	}
	switch {
	case length <= q.limit:
	case q.raised == 0 || length > q.raised:
		l.fault(FaultSize, at, "", "it has %d characters without white space, and %s has %d at most", length, q.what, max(q.limit, q.raised))
	case l.policy.Kind == ServiceControlPolicy:
		// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
		l.fault(FaultSize, at, Info, "it has %d characters without white space: AWS takes %d of a service control policy since May 2026, and tools may still refuse more than %d", length, q.raised, q.limit)
	case l.policy.Kind == TrustPolicy:
		l.fault(FaultSize, at, Warning, "it has %d characters without white space, and %s has %d unless AWS raised the quota of the account", length, q.what, q.limit)
	default:
		l.fault(FaultSize, at, Warning, "it has %d characters without white space, and %s has %d at most: only an inline policy of a role can be as long", length, q.what, q.limit)
	}
}

// compactLength counts the characters of a value as JSON without white space.
func compactLength(node source.Node, bytes bool) int {
	switch node.Kind() {
	case source.Object:
		length := 1 + max(1, node.Len())
		for name, value := range node.Members() {
			length += textLength(name.Text(), bytes) + 3 + compactLength(value, bytes)
		}
		return length
	case source.Array:
		length := 1 + max(1, node.Len())
		for item := range node.Items() {
			length += compactLength(item, bytes)
		}
		return length
	case source.String:
		return 2 + textLength(node.Text(), bytes) + strings.Count(node.Text(), `"`) + strings.Count(node.Text(), `\`)
	case source.Null:
		return len("null")
	}
	return textLength(node.Text(), bytes)
}

func textLength(text string, bytes bool) int {
	if bytes {
		return len(text)
	}
	return utf8.RuneCountInString(text)
}
