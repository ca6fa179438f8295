package canvas

import (
	"strconv"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// helperBucketActions are the calls of a helper on the Canvas bucket: what the
// AWS-managed policies of the Bedrock and EMR Serverless roles have in common
// (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerCanvasBedrockAccess.html,
// .../AmazonSageMakerCanvasEMRServerlessExecutionRolePolicy.html).
func helperBucketActions() []action {
	errors := map[string]finding.Severity{config.Guide2022: finding.Error, config.GuideCurrent: finding.Error}
	direct := []string{""}
	return []action{
		{"s3:GetObject", Use, direct, errors},
		{"s3:PutObject", Use, direct, errors},
		{"s3:ListBucket", Use, direct, errors},
	}
}

// helperNeeds adds what the Bedrock and EMR Serverless roles need of the
// storage key and of the Canvas bucket. A helper that is the user's own role
// needs nothing beyond what that one does.
func (w *worker) helperNeeds(user *User) {
	seen := map[string]bool{user.Role.Value: true}
	for _, named := range user.helpers() {
		role := named.setting.Value
		if named.kind == ForecastRole || seen[role] || !w.canBeAsked(role) {
			continue
		}
		seen[role] = true
		place := settingPlace(named.setting, named.what)
		for _, need := range w.helperKeys(user, named, place) {
			need.Kind = named.kind
		}
		w.helperBucket(user, named, place)
	}
}

func (w *worker) helperKeys(user *User, named namedRole, place Place) []*Need {
	var needs []*Need
	choices, maybe := w.readings(user)
	for _, choice := range choices {
		r, doubt := w.resolve(choice.Setting.Value, user.Domain.Account, user.Domain.Region), maybe
		usable := choice.Setting.IsGiven() && w.asks(&r, finding.Helper, user, user.Domain.Region)
		if !choice.Setting.IsGiven() && !user.StorageHidden {
			r, _, usable = w.bucketDefault(user)
			doubt = defaultKey
		}
		if named.maybe != "" {
			doubt = strings.TrimPrefix(doubt+"; "+named.maybe, "; ")
		}
		if usable {
			needs = append(needs, w.resolvedNeed(user, named.setting.Value, r, finding.Helper, place, doubt))
		}
	}
	return needs
}

// helperBucket adds the calls on the bucket. Bedrock calls S3 from outside of
// the domain's network, EMR Serverless from within
// (https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-large-data-permissions.html).
func (w *worker) helperBucket(user *User, named namedRole, place Place) {
	network := user.Domain
	if named.kind == BedrockRole {
		network = &snapshot.Domain{Partition: user.Domain.Partition, Account: user.Domain.Account, Region: user.Domain.Region}
	}
	for _, side := range w.sides(user.Bucket, network, named.setting.Value) {
		w.helperBucketOn(user, named, place, side)
	}
}

func (w *worker) helperBucketOn(user *User, named namedRole, place Place, on side) {
	need := w.need(needID{user.Domain, named.setting.Value, on.arn, finding.Helper, named.maybe != ""}, user, place)
	need.Bucket, need.BucketName, need.Kind, need.Maybe = w.snapshot.Bucket(user.Bucket.Name), user.Bucket.Name, named.kind, named.maybe
	need.point, need.other = user.Bucket.Point, on.other
	if need.policies == nil {
		need.policies = on.policies()
	}
	// Whether a helper names the storage key when it writes is not documented:
	// each key that it may name is a candidate, and so is none.
	candidates := []Choice{{}}
	for _, choice := range user.StorageKeys {
		if choice.Setting.IsGiven() {
			candidates = append(candidates, choice)
		}
	}
	for _, row := range helperBucketActions() {
		if row.name == "s3:PutObject" {
			row.services = nil
			for i := range candidates {
				row.services = append(row.services, strconv.Itoa(i))
			}
		}
		request := func(candidate string) access.Request {
			i, _ := strconv.Atoi(candidate) // 0 where there is one candidate only
			return w.bucketRequest(user, need, row.name, candidates[i])
		}
		if !w.namesOneSide(need, user, row, request) {
			w.decide(need, user, row, row.lack[w.config.Guide], request)
		}
	}
}
