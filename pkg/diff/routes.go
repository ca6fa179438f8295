package diff

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// route is how a call reaches a resource: through a service, or directly.
type route struct{ service string }

func (r route) name() string {
	if r.service == "" {
		return "direct"
	}
	service, _, _ := strings.Cut(r.service, ".")
	return service
}

// routesOf lists how KMS can be called for Canvas; other services are called directly
// (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service).
func routesOf(action, resource string) []route {
	arn, _ := iam.ParseARN(resource)
	if !strings.HasPrefix(action, "kms:") || arn.Region == "" {
		return []route{{}}
	}
	routes := []route{{}}
	for _, service := range []string{"s3", "sagemaker", "ec2", "elasticfilesystem"} {
		routes = append(routes, route{service + "." + arn.Region + ".amazonaws.com"})
	}
	return routes
}

// tells says of which conditions a policy speaks in which routes differ.
type tells struct{ service, grant bool }

// tellsRoutes reports whether any policy that has a say speaks of how a call is made,
// on either side. Where none does the answer is the same by all routes.
func (d *comparison) tellsRoutes(action string, a *answer) bool {
	tell := func(l *access.Layer) bool {
		return slices.ContainsFunc(l.Documents, func(doc access.Document) bool {
			t := d.tells(doc.Policy)
			return t.service || t.grant && action == "kms:CreateGrant"
		})
	}
	for _, side := range []*said{&a.before, &a.after} {
		if side.policies == nil || side.policies.AnyLayer(tell) {
			return true
		}
	}
	return false
}

func (d *comparison) tells(policy *iam.Policy) tells {
	t, ok := d.routed[policy]
	if !ok {
		text := strings.ToLower(source.JSONText(policy.Node))
		t = tells{strings.Contains(text, "kms:viaservice"), strings.Contains(text, "kms:grantisforawsresource")}
		d.routed[policy] = t
	}
	return t
}
