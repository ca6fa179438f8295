package canvas

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// awsAliases are the services whose AWS managed keys have an alias below
// alias/aws/, as ListAliases answers them. AWS publishes no list that is closed,
// so a name that is not here is unknown, and no error, unless the list of the
// account's aliases is there and lacks it
// (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key).
const awsAliases = " acm backup codeartifact codecommit connect dms dynamodb ebs elasticfilesystem es fsx glue kafka kinesis kinesisvideo lambda lightsail rds redshift s3 sagemaker secretsmanager sns sqs ssm timestream workspaces xray "

// isAWSAlias reports whether AWS is known to have an alias of that name.
func isAWSAlias(name string) bool {
	service, ok := strings.CutPrefix(name, "alias/aws/")
	return ok && strings.Contains(awsAliases, " "+service+" ")
}

// managedFor gives the service that an AWS managed key is for, by the alias that
// names it or that the list of aliases has for it; "" where neither tells.
func (w *worker) managedFor(r *Resolution) string {
	if service, ok := strings.CutPrefix(r.Name.ID, "alias/aws/"); ok {
		return service
	}
	if r.Key == nil {
		return ""
	}
	names, _ := w.aliasesOf(r.Key)
	for _, name := range names {
		if service, ok := strings.CutPrefix(name, "alias/aws/"); ok {
			return service
		}
	}
	return ""
}

// isForeign reports whether the key is managed by AWS for another account than
// the one that would use it
// (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key).
func (r *Resolution) isForeign(account string) bool {
	return r.AWSManaged && iam.Same(r.Account, account) == iam.Never
}

// opensItself reports whether an AWS managed key is that of a service which
// calls KMS for this purpose, and nothing read says otherwise: AWS keeps its
// policy so that the service can use it for everyone of the account. One whose
// policy was read is asked like any other key.
func (w *worker) opensItself(r *Resolution, purpose finding.Purpose, account string) bool {
	if !r.AWSManaged || r.isForeign(account) || r.Key != nil && r.Key.Policy != nil {
		return false
	}
	services := []string{"s3"}
	if purpose == finding.App {
		services = []string{"sagemaker", "ebs", "elasticfilesystem"}
	}
	return slices.Contains(services, w.managedFor(r)) && r.Existence == Found
}

// asks reports whether access to the key is the question: a value that is
// malformed, proven not to exist, or of another Region has a rule of its own,
// and the AWS managed key of the right service opens itself.
func (w *worker) asks(r *Resolution, purpose finding.Purpose, user *User, region string) bool {
	return r.Existence != NotResolved && r.Existence != NotFound && r.Region == region && !w.opensItself(r, purpose, user.Domain.Account)
}

// refuseForeign answers for another account's AWS managed key, which principals
// of other accounts cannot use.
func (w *worker) refuseForeign(need *Need, user *User, row action, lack finding.Severity, place Place, r *Resolution) {
	name := "an AWS managed key"
	if r.Name.ID != "" && strings.HasPrefix(r.Name.ID, "alias/") {
		name = "the AWS managed key " + r.Name.ID
	}
	a := need.actionOf(row, lack)
	w.fail(need, a, failure{user: user, result: access.ImplicitlyDenied})
	a.because([]access.Reason{{
		Action: row.name, Layer: access.KeyPolicy, Cause: access.NoStatement, Node: place.Node,
		Message: place.What + " is " + name + " of account " + r.Account + ", which no other account can use",
	}}, nil)
}
