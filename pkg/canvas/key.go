package canvas

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// Existence says whether AWS has what an identifier names.
type Existence string

// The answers.
const (
	Found       Existence = "found"
	NotFound    Existence = "not found" // proven: the list of keys or aliases is complete
	Unproven    Existence = "unknown"
	NotResolved Existence = "malformed"
)

// Resolution is what a key identifier means.
type Resolution struct {
	Text      string
	Name      snapshot.KeyName
	Existence Existence
	// ARN is the key's ARN, "" where it is unknown.
	ARN        string
	Key        *snapshot.Key // nil: nothing of the key is in the snapshot
	AWSManaged bool
	// Account and Region are the key's.
	Account, Region string
	// Elsewhere are, of one that does not exist, the ARNs of what has the same id
	// or name in other accounts and Regions.
	Elsewhere []string
	// Awaits says what must be known before it can be told which key is meant,
	// or whether it can be used: "the value of the parameter KmsKeyArn".
	Awaits []string
}

// isOpen reports whether it is unknown which key is meant.
func (r *Resolution) isOpen() bool { return r.ARN == "" || len(r.Awaits) > 0 }

// KeyUse is a setting that names a key.
type KeyUse struct {
	Setting snapshot.Setting
	Place   Place
	Purpose finding.Purpose // app, storage, or output for jobs
	User    *User           // nil for jobs
	Users   []*User         // everyone who takes the key from this setting
	Job     *snapshot.Job
	// Foreign are buckets of other accounts that are written with the key.
	Foreign []ForeignBucket
	// Account and Region are those in which AWS resolves the value.
	Account, Region string
	Resolution
}

// Resolve finds the key that an identifier means for a caller of an account in a
// Region.
func Resolve(s *snapshot.Snapshot, text, account, region string) Resolution {
	return (&worker{snapshot: s}).resolve(text, account, region)
}

// resolve finds the key that an identifier means for a caller of an account in
// a Region. Ids and alias names are looked up in the caller's own account and
// Region (https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html).
func (w *worker) resolve(text, account, region string) Resolution {
	name := snapshot.ParseKeyName(text)
	r := Resolution{Text: text, Name: name, Existence: NotResolved, Account: account, Region: region}
	switch name.Form {
	case snapshot.KeyARN:
		r.Account, r.Region, r.ARN = name.Account, name.Region, text
		r.awaitRegion(region)
	case snapshot.AliasARN:
		r.Account, r.Region = name.Account, name.Region
		r.awaitRegion(region)
		w.resolveAlias(&r)
	case snapshot.Unseen:
		r.Existence, r.Awaits = Unproven, iam.Awaited(text)
		return r
	case snapshot.AliasName:
		w.resolveAlias(&r)
	case snapshot.KeyID:
		r.ARN = w.keyARN(account, region, name.ID)
	case snapshot.Malformed:
		return r
	}
	if r.ARN != "" {
		w.resolveKey(&r)
	}
	if r.Existence == NotFound {
		r.Elsewhere = w.elsewhere(&r)
	}
	return r
}

// awaitRegion takes a key's Region for the one it is used in where only the
// deployment tells whether they are the same, and notes that.
func (r *Resolution) awaitRegion(used string) {
	if iam.Same(r.Region, used) == iam.Perhaps {
		r.Awaits = append(r.Awaits, iam.Awaited(r.Region, used)...)
		r.Region = used
	}
}

// keyARN gives the ARN of a key of an account and Region: as the key itself has
// it, or in the partition of a domain there, where the Region is not known.
func (w *worker) keyARN(account, region, id string) string {
	partition := layout.PartitionOf(region)
	if iam.HasStandIn(region) {
		for _, key := range w.snapshot.Keys {
			if key.ID == id && key.Account == account && key.Region == region {
				return key.ARN
			}
		}
		for _, domain := range w.snapshot.Domains {
			if domain.Account == account && domain.Region == region {
				partition = domain.Partition
			}
		}
	}
	return "arn:" + partition + ":kms:" + region + ":" + account + ":key/" + id
}

func (w *worker) resolveKey(r *Resolution) {
	r.Key = w.snapshot.Key(r.ARN)
	switch {
	case r.Key != nil:
		r.Existence = Found
		r.AWSManaged = r.AWSManaged || r.Key.Manager.Value == "AWS"
	case iam.HasStandIn(r.ARN):
		// A key that other documents may describe.
		r.Existence = Unproven
		if _, id, _ := strings.Cut(r.ARN, ":key/"); iam.HasUnknown(id) {
			r.ARN, r.Awaits = "", append(r.Awaits, iam.Awaited(id)...)
		}
	case w.snapshot.IsComplete(r.Account, r.Region, "kms/keys") || w.snapshot.IsNotFound(r.ARN) || w.snapshot.IsNotFound(r.Text):
		r.Existence = NotFound
	default:
		r.Existence = Unproven
	}
}

// resolveAlias looks an alias up. Those below alias/aws/ are AWS's own: they
// may have no key before their first use, and always name an AWS managed key
// (https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key).
func (w *worker) resolveAlias(r *Resolution) {
	r.AWSManaged = strings.HasPrefix(r.Name.ID, "alias/aws/")
	for _, alias := range w.snapshot.Aliases {
		if alias.Name != r.Name.ID || alias.Account != r.Account || alias.Region != r.Region {
			continue
		}
		r.Existence = Found
		if alias.Target != "" {
			r.ARN = w.keyARN(r.Account, r.Region, alias.Target)
		}
		return
	}
	switch {
	case isAWSAlias(r.Name.ID):
		r.Existence = Found
	case iam.HasStandIn(r.Name.ID):
		r.Existence, r.Awaits = Unproven, append(r.Awaits, iam.Awaited(r.Name.ID)...)
	case w.snapshot.IsComplete(r.Account, r.Region, "kms/aliases") || w.snapshot.IsNotFound(r.Text) ||
		w.snapshot.IsNotFound("arn:"+layout.PartitionOf(r.Region)+":kms:"+r.Region+":"+r.Account+":"+r.Name.ID):
		r.Existence = NotFound
	default:
		r.Existence = Unproven
	}
}

// aliasesOf gives the names of a key's aliases; false where they were not exported whole.
func (w *worker) aliasesOf(key *snapshot.Key) ([]string, bool) {
	var names []string
	for _, alias := range w.snapshot.Aliases {
		if alias.Target == key.ID && alias.Account == key.Account && alias.Region == key.Region {
			names = append(names, alias.Name)
		}
	}
	return names, w.snapshot.IsComplete(key.Account, key.Region, "kms/aliases")
}

// keyUses records the key settings of a user, one entry per setting however
// many profiles take the key from it.
func (w *worker) keyUses(user *User) {
	for _, choice := range append([]Choice{user.AppKey}, user.StorageKeys...) {
		if !choice.Setting.IsGiven() {
			continue
		}
		use := w.keyUse(choice)
		if use == nil {
			use = &KeyUse{
				Setting: choice.Setting, Place: settingPlace(choice.Setting, choice.What), Purpose: choice.Purpose, User: user,
				Account: user.Domain.Account, Region: user.Domain.Region,
				Resolution: w.resolve(choice.Setting.Value, user.Domain.Account, user.Domain.Region),
			}
			w.facts.addKey(use)
		}
		use.Users = append(use.Users, user)
		w.noteForeign(use, user)
	}
}

func (f *Facts) addKey(use *KeyUse) {
	f.Keys = append(f.Keys, use)
	f.keysAt[use.Setting.Node] = append(f.keysAt[use.Setting.Node], use)
}

// keyUse finds the entry of a setting.
func (w *worker) keyUse(choice Choice) *KeyUse {
	for _, use := range w.facts.keysAt[choice.Setting.Node] {
		if use.Purpose == choice.Purpose {
			return use
		}
	}
	return nil
}

// bucketKey records what the default key of a user's Canvas bucket means: S3
// looks an alias up in the account of the caller, so the same setting means a
// key of each account that works in the bucket
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html).
func (w *worker) bucketKey(user *User) {
	bucket := w.snapshot.Bucket(user.Bucket.Name)
	if bucket == nil || !bucket.Key.IsGiven() {
		return
	}
	account, region := user.Domain.Account, bucket.Region
	if region == "" {
		region = user.Domain.Region
	}
	for _, use := range w.facts.bucketKeys[bucket.Name] {
		if use.Account == account && use.Region == region {
			use.Users = append(use.Users, user)
			user.BucketKey = use
			return
		}
	}
	user.BucketKey = &KeyUse{
		Setting: bucket.Key, Place: settingPlace(bucket.Key, "the default key of the bucket "+bucket.Name), Purpose: finding.Bucket,
		User: user, Users: []*User{user}, Account: account, Region: region,
		Resolution: w.resolve(bucket.Key.Value, account, region),
	}
	w.facts.bucketKeys[bucket.Name] = append(w.facts.bucketKeys[bucket.Name], user.BucketKey)
}
