package canvas

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// User is a profile with the settings that hold for it: its own, else the
// domain's. A domain without profiles has one user without a name, for its
// default settings.
type User struct {
	Domain  *snapshot.Domain
	Profile *snapshot.Profile // nil: the domain's default settings
	Name    string
	InScope bool
	// Reason says why a user is out of scope.
	Reason string
	// Trace is set where a user is out of scope although a setting speaks of
	// Canvas, or no role could be asked: what was left out may matter.
	Trace  bool
	Role   snapshot.Setting
	AppKey Choice
	// StorageKeys are the readings of the settings: one as a rule, two where
	// AWS does not document whether the profile inherits the domain's workspace.
	StorageKeys []Choice
	// StorageHidden marks a format that cannot show the workspace settings.
	StorageHidden bool
	Bucket        BucketUse
	// BucketKey is the bucket's default SSE-KMS key, nil where it has none.
	BucketKey    *KeyUse
	TimeSeries   snapshot.Helper
	Bedrock, EMR snapshot.Helper
	Sharing      snapshot.Sharing // of whoever gives the storage key
}

// Choice is a setting with its reason to count.
type Choice struct {
	Setting snapshot.Setting
	Purpose finding.Purpose
	What    string
	Sharing bool // taken from SharingSettings, as guide 2022 has it
}

// BucketUse is the bucket that Canvas writes to.
type BucketUse struct {
	Name    string
	Prefix  string // of the objects, with a slash at its end: "Canvas/alice/"
	Setting snapshot.Setting
	// Path is what the setting has in the place of the bucket: its name, or the ARN
	// or alias of an access point.
	Path string
	// Point is the access point that Path names, nil where it names none or that
	// was not read: then Name is Path.
	Point *snapshot.AccessPoint
}

// users works out who uses Canvas in a domain.
func (w *worker) users(domain *snapshot.Domain) {
	if len(domain.Profiles) == 0 {
		w.facts.Users = append(w.facts.Users, w.user(domain, nil))
	}
	for _, profile := range domain.Profiles {
		w.facts.Users = append(w.facts.Users, w.user(domain, profile))
	}
}

func (w *worker) user(domain *snapshot.Domain, profile *snapshot.Profile) *User {
	own := domain.Settings
	user := &User{Domain: domain, Profile: profile}
	if profile != nil {
		own, user.Name = profile.Settings, profile.Name
	}
	inherited := domain.Settings
	user.Role = first(own.ExecutionRole, inherited.ExecutionRole)
	user.AppKey = Choice{Setting: domain.AppKey, Purpose: finding.App, What: "the domain's " + domain.AppKey.Name}
	user.StorageKeys = w.storageKeys(own, inherited, profile)
	user.StorageHidden = own.Canvas.State == snapshot.NotVisible && !user.StorageKeys[0].Setting.IsGiven()
	user.Bucket = bucketUse(domain, first(own.Canvas.ArtifactPath, inherited.Canvas.ArtifactPath), user.Name)
	w.behindPoint(&user.Bucket)
	user.TimeSeries = firstHelper(own.Canvas.TimeSeries, inherited.Canvas.TimeSeries)
	user.Bedrock = firstHelper(own.Canvas.Bedrock, inherited.Canvas.Bedrock)
	user.EMR = firstHelper(own.Canvas.EMR, inherited.Canvas.EMR)
	user.Sharing = inherited.Sharing
	if own.Sharing.Key.IsGiven() || !inherited.Sharing.Key.IsGiven() {
		user.Sharing = own.Sharing
	}
	user.Sharing.Output = first(own.Sharing.Output, inherited.Sharing.Output)
	user.InScope, user.Reason = w.inScope(user, own, inherited)
	return user
}

// first gives the first setting that is given, else the last one.
func first(settings ...snapshot.Setting) snapshot.Setting {
	for _, s := range settings {
		if s.IsGiven() {
			return s
		}
	}
	return settings[len(settings)-1]
}

// firstHelper gives the profile's setting where it has one, else the domain's.
func firstHelper(own, inherited snapshot.Helper) snapshot.Helper {
	if own.Node.Exists() {
		return own
	}
	return inherited
}

// storageKeys gives the storage key, in both readings where a profile's
// CanvasAppSettings has no WorkspaceSettings: whether it then inherits the
// domain's is not documented
// (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateDomain.html, DefaultUserSettings).
func (w *worker) storageKeys(own, inherited snapshot.UserSettings, profile *snapshot.Profile) []Choice {
	owner := "the domain's "
	if profile != nil {
		owner = "the profile's "
	}
	const workspace, sharing = "CanvasAppSettings.WorkspaceSettings.S3KmsKeyId", "SharingSettings.S3KmsKeyId"
	fallback := Choice{Setting: own.Canvas.Key, Purpose: finding.Storage}
	if w.config.Guide == config.Guide2022 || own.Canvas.State == snapshot.NotVisible {
		shared := Choice{Setting: own.Sharing.Key, Purpose: finding.Storage, What: owner + sharing, Sharing: true}
		if !shared.Setting.IsGiven() {
			shared = Choice{Setting: inherited.Sharing.Key, Purpose: finding.Storage, What: "the domain's " + sharing, Sharing: true}
		}
		if shared.Setting.IsGiven() && (w.config.Guide == config.Guide2022) {
			fallback = shared
		}
	}
	domains := Choice{Setting: inherited.Canvas.Key, Purpose: finding.Storage, What: "the domain's " + workspace}
	switch {
	case own.Canvas.Key.IsGiven():
		return []Choice{{Setting: own.Canvas.Key, Purpose: finding.Storage, What: owner + workspace}}
	case profile == nil || !inherited.Canvas.Key.IsGiven():
		return []Choice{fallback}
	case own.Canvas.State == snapshot.Given && !own.Canvas.Workspace.Exists():
		return []Choice{domains, fallback}
	}
	return []Choice{domains}
}

// bucketUse takes an artifact path apart, in the s3:// form or one of the two
// https:// forms; without one Canvas uses the Region's default SageMaker bucket
// (https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-storage-configuration.html).
func bucketUse(domain *snapshot.Domain, path snapshot.Setting, profile string) BucketUse {
	use := BucketUse{Name: "sagemaker-" + domain.Region + "-" + domain.Account, Setting: path}
	prefix := ""
	if path.IsGiven() {
		scheme, rest, ok := strings.Cut(path.Value, "://")
		if !ok && iam.HasStandIn(path.Value) {
			rest = path.Value // a parameter, and the bucket is known when it is
		}
		host, key, _ := strings.Cut(rest, "/")
		if strings.HasPrefix(host, "arn:") && strings.HasSuffix(host, ":accesspoint") { // of an access point, whose name is the next part
			name, rest, _ := strings.Cut(key, "/")
			host, key = host+"/"+name, rest
		}
		if strings.EqualFold(scheme, "https") {
			host = pointOfHost(host, domain.Partition)
			switch label, _, dotted := strings.Cut(host, ".s3."); {
			case dotted:
				host = label
			case strings.HasPrefix(host, "s3.") && strings.Contains(host, ".amazonaws.com"):
				host, key, _ = strings.Cut(key, "/")
			}
		}
		use.Name = host
		if prefix = strings.Trim(key, "/"); prefix != "" {
			prefix += "/"
		}
	}
	use.Prefix = prefix + "Canvas/"
	if profile != "" {
		use.Prefix += profile + "/"
	}
	use.Path = use.Name
	return use
}
