package diff

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
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
