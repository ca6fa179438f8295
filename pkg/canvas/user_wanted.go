package canvas

import (
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// Wanted is what the answers for a snapshot rest on, by the names that its
// documents give: what an export must hold so that they can be given.
type Wanted struct {
	Roles    []string // ARNs of Canvas and helper roles
	Keys     []WantedKey
	Buckets  []WantedBucket
	Points   []WantedPoint
	Networks []WantedNetwork
}

// WantedKey is a key by the name that a setting has for it, in the account and
// Region where AWS resolves the name.
type WantedKey struct{ Text, Account, Region string }

// WantedBucket is a bucket with the account and Region of the domain that uses it.
type WantedBucket struct{ Name, Account, Region string }

// WantedPoint is an S3 access point with the account and Region of the domain that
// uses it.
type WantedPoint struct {
	snapshot.PointName
	Account, Region string
}

// WantedNetwork is a Region's VPCs whose endpoints the calls of VpcOnly domains take.
type WantedNetwork struct {
	Account, Region string
	VPCs            []string
}

// wants gathers names, each once.
type wants struct {
	*worker
	roles    map[string]bool
	keys     map[WantedKey]bool
	buckets  map[string]WantedBucket
	points   map[snapshot.PointName]WantedPoint
	networks map[[2]string][]string
}

// Wants works out what the documents of a snapshot name. It wants more than the
// needs of one guide: the settings of every profile, whichever edition reads them.
func Wants(s *snapshot.Snapshot, c config.Config) Wanted {
	w := wants{
		worker: newWorker(s, c), roles: map[string]bool{}, keys: map[WantedKey]bool{},
		buckets: map[string]WantedBucket{}, points: map[snapshot.PointName]WantedPoint{}, networks: map[[2]string][]string{},
	}
	for _, domain := range s.Domains {
		w.domain(domain)
	}
	for _, job := range s.Jobs {
		w.key(job.OutputKey, job.Account, job.Region)
		w.key(job.VolumeKey, job.Account, job.Region)
	}
	wanted := Wanted{Roles: slices.Sorted(maps.Keys(w.roles))}
	for _, name := range slices.Sorted(maps.Keys(w.buckets)) {
		use := w.buckets[name]
		wanted.Buckets = append(wanted.Buckets, use)
		if bucket := s.Bucket(name); bucket != nil {
			w.key(bucket.Key, use.Account, bucket.Region)
		}
	}
	for _, name := range slices.SortedFunc(maps.Keys(w.points), func(a, b snapshot.PointName) int { return strings.Compare(a.String(), b.String()) }) {
		wanted.Points = append(wanted.Points, w.points[name])
	}
	for place, vpcs := range w.networks {
		slices.Sort(vpcs)
		wanted.Networks = append(wanted.Networks, WantedNetwork{place[0], place[1], slices.Compact(vpcs)})
	}
	wanted.Keys = slices.SortedFunc(maps.Keys(w.keys), func(a, b WantedKey) int {
		return strings.Compare(a.Account+a.Region+a.Text, b.Account+b.Region+b.Text)
	})
	return wanted
}

// ResolveKey finds the key that is wanted among those of the snapshot, nil
// where it is missing.
func ResolveKey(s *snapshot.Snapshot, want WantedKey) *snapshot.Key {
	r := newWorker(s, config.Config{}).resolve(want.Text, want.Account, want.Region)
	return r.Key
}

func (w *wants) domain(domain *snapshot.Domain) {
	w.key(domain.AppKey, domain.Account, domain.Region)
	w.settings(domain, domain.Settings)
	if len(domain.Profiles) == 0 {
		w.bucket(domain, bucketUse(domain, domain.Settings.Canvas.ArtifactPath, "").Name)
	}
	for _, profile := range domain.Profiles {
		w.settings(domain, profile.Settings)
		path := first(profile.Settings.Canvas.ArtifactPath, domain.Settings.Canvas.ArtifactPath)
		w.bucket(domain, bucketUse(domain, path, profile.Name).Name)
	}
	for _, name := range w.config.Datasets {
		w.bucket(domain, name)
	}
	if domain.Network.Value == "VpcOnly" && domain.VPC.IsGiven() {
		place := [2]string{domain.Account, domain.Region}
		w.networks[place] = append(w.networks[place], domain.VPC.Value)
	}
}

func (w *wants) settings(domain *snapshot.Domain, settings snapshot.UserSettings) {
	w.key(settings.Sharing.Key, domain.Account, domain.Region)
	w.key(settings.Canvas.Key, domain.Account, domain.Region)
	for _, role := range []snapshot.Setting{settings.ExecutionRole, settings.Canvas.TimeSeries.Role, settings.Canvas.Bedrock.Role, settings.Canvas.EMR.Role} {
		p, err := access.ParsePrincipal(role.Value)
		if err != nil || p.Kind != access.Role || w.roles[role.Value] || !layout.IsAccount(p.Account) {
			continue
		}
		w.roles[role.Value] = true
		w.datasets(domain, role.Value)
	}
}

// key wants the key of a setting. Below alias/aws/ lie AWS's own keys, which
// open themselves.
func (w *wants) key(s snapshot.Setting, account, region string) {
	r := w.resolve(s.Value, account, region)
	if !s.IsGiven() || r.Existence == NotResolved || !layout.IsAccount(r.Account) || !layout.IsRegion(r.Region) || strings.HasPrefix(r.Name.ID, "alias/aws/") {
		return
	}
	text := s.Value
	if r.ARN != "" {
		text = r.ARN
	}
	w.keys[WantedKey{text, account, region}] = true
}

// bucket wants a bucket, or the access point that a path names and the bucket behind it.
func (w *wants) bucket(domain *snapshot.Domain, name string) {
	if point := snapshot.ParsePoint(name); !point.IsZero() {
		if _, known := w.points[point]; !known {
			w.points[point] = WantedPoint{point, domain.Account, domain.Region}
		}
		use := BucketUse{Path: name}
		w.behindPoint(&use)
		name = use.Name
	}
	if _, known := w.buckets[name]; !known && name != "" {
		w.buckets[name] = WantedBucket{name, domain.Account, domain.Region}
	}
}

// datasets wants the buckets that the role's own policies let it read from by
// a name without wildcards: such a bucket is meant.
func (w *wants) datasets(domain *snapshot.Domain, arn string) {
	role := w.snapshot.Role(arn)
	if role == nil {
		return
	}
	policies := slices.Clone(role.Inline)
	for _, attached := range role.Attached {
		if policy := w.snapshot.Managed[attached.ARN]; policy != nil && !strings.Contains(attached.ARN, ":iam::aws:") {
			policies = append(policies, policy)
		}
	}
	for _, policy := range policies {
		for _, statement := range policy.Policy().Statements {
			if statement.Effect != iam.Allow || !slices.ContainsFunc(statement.Actions, func(p iam.Pattern) bool { return p.Matches("s3:GetObject") }) {
				continue
			}
			for i := range statement.Resources {
				_, rest, ok := strings.Cut(statement.Resources[i].Text, ":s3:::")
				if name, _, _ := strings.Cut(rest, "/"); ok && !strings.ContainsAny(name, "*?${}<>") {
					w.bucket(domain, name)
				}
			}
		}
	}
}
