package cloudformation

import "github.com/canvaslint/canvaslint/pkg/source"

// Construct gives the path of the CDK construct that made the resource which a
// range of a template lies in, "" where the template does not say
// (https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html#identifiers-paths).
func Construct(roots []source.Node, at source.Span) string {
	for _, root := range roots {
		if root.Span().File != at.File {
			continue
		}
		for _, resource := range unwrap(root).Get("Resources").Members() {
			if span := resource.Span(); span.Start <= at.Start && at.End <= span.End {
				return resource.Path("Metadata", "aws:cdk:path").Text()
			}
		}
	}
	return ""
}
