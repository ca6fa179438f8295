package diff

import (
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
	for _, side := range []*said{&a.before, &a.after} {
		if side.policies == nil {
			return true
		}
		for policy := range documentsOf(side.policies) {
			if t := d.tells(policy); t.service || t.grant && action == "kms:CreateGrant" {
				return true
			}
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

// documentsOf gives the documents of all layers.
func documentsOf(p *access.Policies) func(yield func(*iam.Policy) bool) {
	layers := []*access.Layer{&p.Identity, p.Boundary, p.Session, p.Resource, p.Endpoint}
	for _, levels := range [][]access.Level{p.SCPs, p.RCPs} {
		for i := range levels {
			layers = append(layers, &levels[i].Layer)
		}
	}
	return func(yield func(*iam.Policy) bool) {
		for _, layer := range layers {
			if layer == nil {
				continue
			}
			for _, doc := range layer.Documents {
				if !yield(doc.Policy) {
					return
				}
			}
		}
	}
}
