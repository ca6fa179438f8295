package canvas

import (
	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// Admission is a role that may start AutoML jobs with a customer key only: an
// organization policy, boundary or identity policy forbids those without.
type Admission struct {
	User    *User
	Reasons []access.Reason
}

// admissionKeys are the condition keys that CreateAutoMLJobV2 carries for its
// two KMS keys, with the names that replaced them
// (https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html).
func admissionKeys() []string {
	return []string{"sagemaker:VolumeKmsKey", "sagemaker:OutputKmsKey", "sagemaker:VolumeKmsKeyArn", "sagemaker:OutputKmsKeyArn"}
}

// admissions finds the users with time-series forecasting whose role may not
// start a job without a key and may with one.
func (w *worker) admissions() {
	for _, user := range w.facts.Users {
		if !user.InScope || user.TimeSeries.Status.Value != "ENABLED" {
			continue
		}
		without := w.jobRequest(user, func(c *access.Context, key string) { c.SetAbsent(key) })
		with := w.jobRequest(user, func(c *access.Context, key string) { c.SetPresent(key) })
		policies := &access.Policies{
			Identity: w.identityLayer(user.Role.Value), Boundary: w.boundaryLayer(user.Role.Value),
			SCPs: w.organizationLevels(user.Domain.Account, snapshot.ServiceControl),
		}
		if !access.Decide(&without, policies).IsDenied() || access.Decide(&with, policies).IsDenied() {
			continue
		}
		decision := access.Explain(&without, policies)
		w.facts.Admission = append(w.facts.Admission, &Admission{User: user, Reasons: decision.Reasons})
	}
}

func (w *worker) jobRequest(user *User, set func(*access.Context, string)) access.Request {
	domain := user.Domain
	c := w.callContext("sagemaker", user.Role.Value, domain.Region, domain.Account)
	for _, key := range admissionKeys() {
		set(c, key)
	}
	return access.Request{
		Principal: w.callerOf(user.Role.Value).principal, Action: "sagemaker:CreateAutoMLJobV2", ResourceAccount: domain.Account, Context: c,
		Resource: "arn:" + domain.Partition + ":sagemaker:" + domain.Region + ":" + domain.Account + ":automl-job/Canvas-job",
	}
}

// StorageKeyOf gives what the first reading of a user's storage key means; nil
// where it is unset.
func (f *Facts) StorageKeyOf(user *User) *KeyUse {
	return f.keyUseOf(user.StorageKeys[0].Setting)
}

// AppKeyOf gives what a user's app key means; nil where it is unset.
func (f *Facts) AppKeyOf(user *User) *KeyUse { return f.keyUseOf(user.AppKey.Setting) }

func (f *Facts) keyUseOf(s snapshot.Setting) *KeyUse {
	if !s.IsGiven() {
		return nil
	}
	if uses := f.keysAt[s.Node]; len(uses) > 0 {
		return uses[0]
	}
	return nil
}
