package canvas

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// WildcardReads are the encrypted buckets that a role reads only through a
// wildcard, and whose keys it may not use.
type WildcardReads struct {
	Domain  *snapshot.Domain
	Role    string
	Users   []*User
	Buckets []*snapshot.Bucket
}

// datasetNeeds adds the keys of the buckets that a user can import from: those
// on which the role is proven to have s3:GetObject, the Canvas bucket apart,
// and those that the config names, whatever is known of them.
func (w *worker) datasetNeeds(user *User) {
	for _, name := range w.config.Datasets {
		if w.snapshot.Bucket(name) == nil {
			w.datasetNeed(user, &snapshot.Bucket{Name: name, ARN: "arn:" + user.Domain.Partition + ":s3:::" + name, PolicyState: snapshot.NotVisible, EncryptionState: snapshot.NotVisible})
		}
	}
	for _, bucket := range w.snapshot.Buckets {
		if bucket.Name != user.Bucket.Name {
			w.datasetNeed(user, bucket)
		}
	}
}

// datasetNeed adds the need of one bucket; users of one role and domain share it.
func (w *worker) datasetNeed(user *User, bucket *snapshot.Bucket) {
	id := needID{user.Domain, user.Role.Value, bucket.ARN, finding.Dataset, false}
	if w.tried[id] {
		if known := w.needs[id]; known != nil {
			known.Users = append(known.Users, user)
			for _, a := range known.Actions {
				if a.Result != access.Allowed {
					a.Users = append(a.Users, user)
				}
			}
		}
		return
	}
	w.tried[id] = true
	probe := &Need{Domain: user.Domain, Role: user.Role.Value, Purpose: finding.Dataset, Resource: bucket.ARN, Bucket: bucket, BucketName: bucket.Name}
	probe.policies = w.bucketPolicies(user.Domain, probe.Role, bucket.Name, bucket)
	read, result := w.probeRead(user, probe)
	configured := slices.Contains(w.config.Datasets, bucket.Name)
	meant := configured || isNamed(bucket.Name, &read, probe.policies)
	switch {
	case result.IsDenied() || result == access.Unknown && !meant:
		return
	case result == access.Unknown:
		decision := access.Explain(&read, probe.policies)
		w.openDataset(user, id, bucket, decision.Reasons, decision.Missing)
		return
	case bucket.EncryptionState != snapshot.Given:
		if meant {
			missing := w.unread("the default encryption of the bucket "+bucket.Name, bucket.ARN, "GetBucketEncryption", "GetBucketLocation")
			w.openDataset(user, id, bucket, nil, []string{missing})
		}
		return
	case iam.HasStandIn(bucket.Algorithm.Value):
		if meant {
			w.openDataset(user, id, bucket, nil, iam.Awaited(bucket.Algorithm.Value))
		}
		return
	case strings.HasPrefix(bucket.Algorithm.Value, "aws:kms"):
		w.keyOfDataset(user, id, bucket, meant)
	}
}

// probeRead asks for objects that the Allow statements of the bucket name, and
// for any object: a role may read below a prefix only.
func (w *worker) probeRead(user *User, probe *Need) (access.Request, access.Result) {
	objects := []string{"object"}
	for _, layer := range []*access.Layer{&probe.policies.Identity, probe.policies.Resource} {
		if layer == nil {
			continue
		}
		for _, doc := range layer.Documents {
			for _, statement := range doc.Policy.Statements {
				for i := range statement.Resources {
					_, rest, _ := strings.Cut(statement.Resources[i].Text, ":s3:::"+probe.BucketName+"/")
					if statement.Effect == iam.Allow && rest != "" && !strings.Contains(rest, "${") {
						objects = append(objects, strings.NewReplacer("*", "object", "?", "o").Replace(rest))
					}
				}
			}
		}
	}
	best, result := access.Request{}, access.ImplicitlyDenied
	for i, object := range objects {
		request := w.bucketRequest(user, probe, "s3:GetObject", Choice{})
		request.Resource = probe.Resource + "/" + object
		answer := access.Decide(&request, probe.policies)
		if i == 0 || rank(answer) < rank(result) {
			best, result = request, answer
		}
	}
	return best, result
}

// openDataset adds a need that cannot be decided for a bucket that is meant.
func (w *worker) openDataset(user *User, id needID, bucket *snapshot.Bucket, reasons []access.Reason, missing []string) {
	place := Place{Node: user.Role.Node, What: "the role that imports from the bucket " + bucket.Name}
	need := w.need(id, user, place)
	need.Resource, need.BucketName, need.Bucket, need.Meant = bucket.ARN, bucket.Name, bucket, true
	for _, row := range keyActions(finding.Dataset) {
		if row.group == Use {
			need.Actions = append(need.Actions, &Action{
				Name: row.name, Group: row.group, Lack: finding.Error, Result: access.Unknown, Users: []*User{user}, Reasons: reasons, Missing: w.explained(missing),
			})
		}
	}
}

// keyOfDataset adds the need of the key that a bucket's objects are encrypted with.
func (w *worker) keyOfDataset(user *User, id needID, bucket *snapshot.Bucket, meant bool) {
	r := w.resolve(bucket.Key.Value, user.Domain.Account, bucket.Region)
	place := settingPlace(bucket.Key, "the default key of the bucket "+bucket.Name)
	if !bucket.Key.IsGiven() {
		r = Resolution{Text: "alias/aws/s3", Name: snapshot.ParseKeyName("alias/aws/s3"), Existence: Found, AWSManaged: true, Account: bucket.Account, Region: bucket.Region}
		place = settingPlace(bucket.Algorithm, "the default encryption of the bucket "+bucket.Name)
	}
	if r.Existence == NotResolved || r.Existence == NotFound || w.opensItself(&r, finding.Dataset, user.Domain.Account) {
		return
	}
	resource := r.ARN
	if resource == "" {
		resource = r.Text
	}
	need := w.need(id, user, place)
	need.Resource, need.Key, need.BucketName, need.Bucket, need.Meant = resource, r.Key, bucket.Name, bucket, meant
	need.policies = w.keyPolicies(need.Role, resource, r.Account, r.Key)
	need.requests = map[string]access.Request{}
	for _, row := range keyActions(finding.Dataset) {
		lack, ok := row.lack[w.config.Guide]
		if !ok {
			continue
		}
		if !need.Meant {
			lack = finding.Info
		}
		switch {
		case r.isForeign(user.Domain.Account):
			need.Actions = append(need.Actions, foreignAction(user, row, lack, place, &r))
		case r.isOpen():
			w.unresolved(need, user, row, lack, r)
		default:
			w.decide(need, user, row, lack, func(service string) access.Request {
				return w.keyRequest(user, need, r, row.name, service)
			})
		}
	}
	if !need.Meant {
		w.noteWildcard(need, bucket)
	}
}

// isNamed reports whether a statement lets the role read from the bucket by a
// name that has no wildcard, or may do so: that shows the bucket is meant.
func isNamed(bucket string, read *access.Request, policies *access.Policies) bool {
	for _, layer := range access.Trace(read, policies) {
		if layer.Layer != access.IdentityPolicy && layer.Layer != access.BucketPolicy {
			continue
		}
		for _, trace := range layer.Statements {
			if trace.Match != access.NotMatched && trace.Statement.Effect == iam.Allow && names(trace.Statement, bucket) {
				return true
			}
		}
	}
	return false
}

// names reports whether a resource of a statement spells a bucket out.
func names(statement *iam.Statement, bucket string) bool {
	for i := range statement.Resources {
		_, rest, _ := strings.Cut(statement.Resources[i].Text, ":s3:::")
		if name, _, _ := strings.Cut(rest, "/"); name == bucket {
			return true
		}
	}
	return false
}

// noteWildcard adds a bucket to the list of its role where its key fails.
func (w *worker) noteWildcard(need *Need, bucket *snapshot.Bucket) {
	fails := false
	for _, a := range need.Actions {
		fails = fails || a.Group == Use && a.Result != access.Allowed
	}
	if !fails {
		return
	}
	for _, reads := range w.facts.Wildcard {
		if reads.Role != need.Role {
			continue
		}
		if !slices.Contains(reads.Buckets, bucket) {
			reads.Buckets = append(reads.Buckets, bucket)
		}
		return
	}
	w.facts.Wildcard = append(w.facts.Wildcard, &WildcardReads{Domain: need.Domain, Role: need.Role, Users: need.Users, Buckets: []*snapshot.Bucket{bucket}})
}
