package canvas

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// findUser works out whose an AutoML job is, and which keys of the user's
// settings it runs without. A job belongs to the profile below whose folder of
// the Canvas bucket it writes; one that has the name of a Canvas job and writes
// elsewhere may be of any profile with its role. A key is said to be lacking
// only where it is the same one, whoever of these it is.
func (w *worker) findUser(use *JobUse) {
	use.Users = w.usersOf(use.Job)
	for i, user := range use.Users {
		output, volume := w.lacksOutput(use, user), w.lacksVolume(use, user)
		if i == 0 {
			use.LacksOutput, use.LacksVolume = output, volume
		}
		use.LacksOutput, use.LacksVolume = sameKey(use.LacksOutput, output), sameKey(use.LacksVolume, volume)
		if use.LacksOutput == nil && use.LacksVolume == nil {
			return
		}
	}
}

func sameKey(a, b *KeyUse) *KeyUse {
	if a == nil || b == nil || a.ARN != b.ARN {
		return nil
	}
	return a
}

func (w *worker) usersOf(job *snapshot.Job) []*User {
	var byPath, byRole []*User
	for _, user := range w.facts.Users {
		same := user.Domain.Account == job.Account && user.Domain.Region == job.Region
		if !user.InScope || !same || job.Role.IsGiven() && user.Role.Value != job.Role.Value {
			continue
		}
		byRole = append(byRole, user)
		if strings.HasPrefix(job.OutputPath.Value, "s3://"+user.Bucket.Name+"/"+user.Bucket.Prefix) {
			byPath = append(byPath, user)
		}
	}
	if len(byPath) == 0 && strings.HasPrefix(job.Name, "Canvas") {
		return byRole
	}
	return byPath
}

// lacksOutput gives the storage key that the output of a job should be
// encrypted with and is not; nil where it is, or where no key is sure to be
// set: the sharing key counts only where sharing is turned on.
func (w *worker) lacksOutput(use *JobUse, user *User) *KeyUse {
	var lacks *KeyUse
	for _, choice := range w.distinct(user) {
		if choice.Sharing && user.Sharing.Output.Value != "Allowed" {
			return nil
		}
		if lacks = w.lacksKey(use.Job, use.Output, choice); lacks == nil {
			return nil
		}
	}
	return lacks
}

func (w *worker) lacksVolume(use *JobUse, user *User) *KeyUse {
	return w.lacksKey(use.Job, use.Volume, user.AppKey)
}

// lacksKey compares by the keys that the values mean, never by their spelling.
// By the page of 2022 time-series models have no customer's key.
func (w *worker) lacksKey(job *snapshot.Job, has *KeyUse, choice Choice) *KeyUse {
	wanted := w.keyUse(choice)
	if wanted == nil || wanted.ARN == "" || wanted.AWSManaged || wanted.Existence == NotFound || job.TimeSeries && w.config.Guide == config.Guide2022 {
		return nil
	}
	if has == nil || has.AWSManaged || has.ARN != "" && differ(has.ARN, wanted.ARN) {
		return wanted
	}
	return nil
}

// JobUse is an AutoML job with what its keys mean.
type JobUse struct {
	Job            *snapshot.Job
	Output, Volume *KeyUse // nil: unset
	// Users are those whose job it may be.
	Users []*User
	// LacksOutput and LacksVolume are the keys of their settings that the job
	// runs without; nil where it has them, or that cannot be told.
	LacksOutput, LacksVolume *KeyUse
}

func (w *worker) jobs() {
	for _, job := range w.snapshot.Jobs {
		use := &JobUse{Job: job}
		use.Output = w.jobKey(job, job.OutputKey, "the job's OutputDataConfig.KmsKeyId")
		use.Volume = w.jobKey(job, job.VolumeKey, "the job's SecurityConfig.VolumeKmsKeyId")
		w.findUser(use)
		w.facts.Jobs = append(w.facts.Jobs, use)
	}
}

func (w *worker) jobKey(job *snapshot.Job, s snapshot.Setting, what string) *KeyUse {
	if !s.IsGiven() {
		return nil
	}
	use := &KeyUse{
		Setting: s, Place: settingPlace(s, what), Purpose: finding.Output, Job: job,
		Account: job.Account, Region: job.Region, Resolution: w.resolve(s.Value, job.Account, job.Region),
	}
	w.facts.addKey(use)
	return use
}
