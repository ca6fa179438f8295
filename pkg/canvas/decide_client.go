package canvas

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// setClient sets what the clients of AWS put into every call of S3, so that the
// hardening that AWS recommends is decided. docs/decisions.md has the sources.
// What the config says of a key counts instead.
func (w *worker) setClient(c *access.Context) {
	setForwarded(c, "")
	c.SetAbsent("s3:x-amz-server-side-encryption-customer-algorithm")
	for _, header := range [...]string{"acl", "grant-read", "grant-read-acp", "grant-write", "grant-write-acp", "grant-full-control"} {
		c.SetAbsent("s3:x-amz-" + header)
	}
	c.Set("s3:signatureversion", "AWS4-HMAC-SHA256")
	c.Set("s3:authType", "REST-HEADER")
	setTransport(c)
	for key, values := range w.config.Facts.Context {
		if strings.HasPrefix(strings.ToLower(key), "s3:") {
			c.SetOneOf(key, values...)
		}
	}
}

// setTransport sets the version of TLS. AWS takes nothing below 1.2, and which
// of the two a client speaks is not known
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/amazon-s3-policy-keys.html).
func setTransport(c *access.Context) { c.SetOneOf("s3:TlsVersion", "1.2", "1.3") }

// setForwarded says whether a service calls with the credentials of the role,
// "" for a call of the role's own. aws:CalledVia lists only some services, and
// what it holds for others is not documented
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-calledvia).
func setForwarded(c *access.Context, service string) {
	if service != "" {
		c.Set("aws:ViaAWSService", "true")
		return
	}
	c.Set("aws:ViaAWSService", "false")
	for _, key := range [...]string{"aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"} {
		c.SetAbsent(key)
	}
}

// namesAlias reports whether a setting gives a key by an alias, or may do so.
func namesAlias(text string) bool {
	return strings.HasPrefix(text, "alias/") || strings.Contains(text, ":alias/") || iam.HasUnknown(text)
}
