package canvas

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// WildcardReads are the encrypted buckets that a role reads only through a
// wildcard, and whose keys it may not use.
type WildcardReads struct {
	Domain  *snapshot.Domain
	Role    string
	Buckets []*snapshot.Bucket
	needs   []*Need
}

// importID is what the needs of a dataset bucket rest on: which of the users
// asks does not matter.
type importID struct {
	domain     *snapshot.Domain
	role, path string
}

// datasetNeeds adds the buckets that a user can import from, with their keys:
// those that the config names, whatever is known of them, and of those that a
// policy may let the role read all but the Canvas bucket.
func (w *worker) datasetNeeds(user *User) {
	for _, name := range w.config.Datasets {
		use := BucketUse{Name: name, Path: name}
		w.behindPoint(&use)
		bucket := w.snapshot.Bucket(use.Name)
		if bucket == nil {
			bucket = &snapshot.Bucket{Name: use.Name, ARN: "arn:" + user.Domain.Partition + ":s3:::" + use.Name, PolicyState: snapshot.NotVisible, EncryptionState: snapshot.NotVisible}
		}
		w.datasetNeed(user, bucket, use)
	}
	if user.Bucket.isUnknown() {
		return // any bucket that the role reads may be the one behind the access point
	}
	for _, bucket := range w.readable(user) {
		if bucket.Name != user.Bucket.Name && !slices.Contains(w.config.Datasets, bucket.Name) {
			w.datasetNeed(user, bucket, BucketUse{Name: bucket.Name, Path: bucket.Name})
		}
	}
}

// datasetNeed adds the needs of one bucket; users of one role and domain share them.
func (w *worker) datasetNeed(user *User, bucket *snapshot.Bucket, use BucketUse) {
	id := importID{user.Domain, user.Role.Value, use.Path}
	known, ok := w.imports[id]
	if !ok {
		for _, on := range w.sides(use, user.Domain, user.Role.Value) {
			known = append(known, w.importNeeds(user, bucket, use, on)...)
		}
		w.imports[id] = known
		return
	}
	for _, need := range known {
		need.share(user)
	}
}

// share adds a user to a need whose answers are those of every user.
func (n *Need) share(user *User) {
	first := n.Users[0]
	n.Users = append(n.Users, user)
	for _, a := range n.Actions {
		for _, f := range a.failures {
			if f.user == first {
				f.user = user
				a.failures = append(a.failures, f)
				a.Users = append(a.Users, user)
			}
		}
	}
}

// importNeeds asks both sides of a bucket, its policy and the role's, and its
// key. A bucket that is meant is always a need; any other only where the role
// is proven to read from it, and its key is what stands in the way.
func (w *worker) importNeeds(user *User, bucket *snapshot.Bucket, use BucketUse, on side) []*Need {
	if !isPoint(on.arn) {
		on.arn = bucket.ARN
	}
	probe := &Need{Domain: user.Domain, Role: user.Role.Value, Purpose: finding.Dataset, Resource: on.arn, Bucket: bucket, BucketName: bucket.Name, point: use.Point}
	probe.policies = on.policies()
	listed, named := slices.Contains(w.config.Datasets, use.Path), namedAnywhere(bucket.Name, probe.policies)
	hasKey := strings.HasPrefix(bucket.Algorithm.Value, "aws:kms") && bucket.EncryptionState == snapshot.Given
	if !listed && !named && !hasKey {
		return nil // whatever the role may read: it takes long to ask where roles have stand-ins
	}
	reads, result := w.probeReads(user, probe)
	if !listed && !(named && isNamed(bucket.Name, reads, result, probe.policies)) {
		if result != access.Allowed || !hasKey {
			return nil
		}
		return w.keyOfDataset(user, bucket, nil, false)
	}
	need := w.need(needID{user.Domain, probe.Role, on.arn, finding.Dataset, false}, user, Place{Node: user.Role.Node, What: "the role that imports from the bucket " + bucket.Name})
	need.BucketName, need.Bucket, need.Meant, need.policies = bucket.Name, bucket, true, probe.policies
	need.point, need.other = use.Point, on.other
	question := everyObject(reads, probe.policies)
	w.decideRead(need, user, func(string) access.Request { return question })
	switch {
	case isPoint(on.arn): // the key is the bucket's
	case bucket.EncryptionState != snapshot.Given:
		w.openKey(need, user, w.unread("the default encryption of the bucket "+bucket.Name, bucket.ARN, layout.Place{Account: bucket.Account, Region: user.Domain.Region}, "GetBucketEncryption", "GetBucketLocation"))
	case iam.HasStandIn(bucket.Algorithm.Value):
		w.openKey(need, user, iam.Awaited(bucket.Algorithm.Value)...)
	case strings.HasPrefix(bucket.Algorithm.Value, "aws:kms"):
		return append(w.keyOfDataset(user, bucket, use.Point, true), need)
	}
	return []*Need{need}
}

// decideRead decides whether the role may read objects of a dataset.
func (w *worker) decideRead(need *Need, user *User, request func(string) access.Request) {
	row := action{"s3:GetObject", Read, []string{""}, map[string]finding.Severity{w.config.Guide: finding.Error}}
	if !w.namesOneSide(need, user, row, request) {
		w.decide(need, user, row, finding.Error, request)
	}
}

// openKey leaves the use of a bucket's key open: which key it is is not known.
func (w *worker) openKey(need *Need, user *User, missing ...string) {
	for _, row := range w.keyActions(finding.Dataset) {
		if row.group == Use {
			var reasons []access.Reason
			for _, what := range missing {
				if w.facts.Commands[what] != "" {
					reasons = append(reasons, access.Reason{Action: row.name, Layer: access.KeyPolicy, Cause: access.DocumentMissing, Node: need.Place.Node, Policy: what, Message: "which key is used is unknown: " + what + " is missing"})
				}
			}
			w.leaveOpen(need.actionOf(row, finding.Error), user, reasons, w.explained(missing))
		}
	}
}

// probeReads asks for any object and for those that the Allow statements of the
// bucket name: a role may read below a prefix only. It gives the requests, the
// first of them one with the best answer.
func (w *worker) probeReads(user *User, probe *Need) ([]read, access.Result) {
	patterns, objects := []string{"*"}, objectsOf(probe.Resource)
	_, within, _ := strings.Cut(objects, ":s3:") // in whatever partition
	for _, layer := range []*access.Layer{&probe.policies.Identity, probe.policies.Resource} {
		if layer == nil {
			continue
		}
		for _, doc := range layer.Documents {
			for _, statement := range doc.Policy.Statements {
				for i := range statement.Resources {
					_, rest, _ := strings.Cut(statement.Resources[i].Text, ":s3:"+within)
					if statement.Effect == iam.Allow && rest != "" && !strings.Contains(rest, "${") {
						note(&patterns, rest)
					}
				}
			}
		}
	}
	var reads []read
	result := access.ImplicitlyDenied
	for i, pattern := range patterns {
		request := w.bucketRequest(user, probe, "s3:GetObject", Choice{})
		object := strings.NewReplacer("*", "object", "?", "o").Replace(pattern)
		request.Resource = objects + object
		answer := access.Decide(&request, probe.policies)
		reads = append(reads, read{request, iam.EscapeSet(objects) + pattern, answer})
		if i == 0 || rank(answer) < rank(result) {
			reads[0], reads[i], result = reads[i], reads[0], answer
		}
	}
	return reads, result
}

// read asks for one object of a set.
type read struct {
	access.Request
	set    string
	answer access.Result
}

// everyObject asks for all that the role is meant to read: every object, or
// those that a statement names which lets the role read one of them. A part
// that no statement allows is not meant where another one is allowed whole; a
// part that a Deny takes away is missed.
func everyObject(reads []read, policies *access.Policies) access.Request {
	question, worst := reads[0].Request, -1
	for i := range reads {
		if reads[i].answer.IsDenied() && !isLetIn(&reads[i].Request, policies) {
			continue
		}
		whole := reads[i].Request
		if err := whole.Over(reads[i].set); err != nil {
			continue
		}
		weight := map[access.Result]int{access.ImplicitlyDenied: 0, access.Allowed: 1, access.Unknown: 2, access.ExplicitlyDenied: 3}[access.Decide(&whole, policies)]
		if weight > worst {
			question, worst = whole, weight
		}
	}
	return question
}

// isLetIn reports whether an Allow lets the role read an object, whatever Deny
// takes it back.
func isLetIn(request *access.Request, policies *access.Policies) bool {
	for _, layer := range access.Trace(request, policies) {
		if layer.Layer != access.IdentityPolicy && layer.Layer != access.BucketPolicy {
			continue
		}
		for _, trace := range layer.Statements {
			if trace.Match != access.NotMatched && trace.Statement.Effect == iam.Allow {
				return true
			}
		}
	}
	return false
}

// keyOfDataset adds the need of the key that a bucket's objects are encrypted with.
func (w *worker) keyOfDataset(user *User, bucket *snapshot.Bucket, point *snapshot.AccessPoint, meant bool) []*Need {
	r := w.resolve(bucket.Key.Value, user.Domain.Account, bucket.Region)
	place := settingPlace(bucket.Key, "the default key of the bucket "+bucket.Name)
	if !bucket.Key.IsGiven() {
		r = Resolution{Text: "alias/aws/s3", Name: snapshot.ParseKeyName("alias/aws/s3"), Existence: Found, AWSManaged: true, Account: bucket.Account, Region: bucket.Region}
		place = settingPlace(bucket.Algorithm, "the default encryption of the bucket "+bucket.Name)
	}
	if r.Existence == NotResolved || r.Existence == NotFound || w.opensItself(&r, finding.Dataset, user.Domain.Account) {
		return nil
	}
	resource := r.ARN
	if resource == "" {
		resource = r.Text
	}
	need := w.need(needID{user.Domain, user.Role.Value, bucket.ARN + " key", finding.Dataset, false}, user, place)
	need.Resource, need.Key, need.BucketName, need.Bucket, need.Meant, need.point = resource, r.Key, bucket.Name, bucket, meant, point
	need.policies = w.keyPolicies(need.Role, resource, r.Account, r.Key)
	for _, row := range w.keyActions(finding.Dataset) {
		lack, ok := row.lack[w.config.Guide]
		if !ok {
			continue
		}
		if !need.Meant {
			lack = finding.Info
		}
		switch {
		case r.isForeign(user.Domain.Account):
			w.refuseForeign(need, user, row, lack, place, &r)
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
	return []*Need{need}
}

// isNamed reports whether a statement lets the role read from the bucket by a
// name that has no wildcard, or may do so: that shows the bucket is meant. Where
// the role may not read after all, a bucket policy means it only if it names the
// role itself: one that names the account speaks of no role in particular.
func isNamed(bucket string, reads []read, result access.Result, policies *access.Policies) bool {
	for i := range reads {
		for _, layer := range access.Trace(&reads[i].Request, policies) {
			if layer.Layer != access.IdentityPolicy && layer.Layer != access.BucketPolicy {
				continue
			}
			for _, trace := range layer.Statements {
				s := trace.Statement
				if trace.Match == access.NotMatched || s.Effect != iam.Allow || !names(s, bucket) {
					continue
				}
				if !result.IsDenied() || layer.Layer == access.IdentityPolicy || namesRole(s) {
					return true
				}
			}
		}
	}
	return false
}

// namedAnywhere looks before each statement is put to the requests.
func namedAnywhere(bucket string, policies *access.Policies) bool {
	for _, layer := range []*access.Layer{&policies.Identity, policies.Resource} {
		if layer == nil {
			continue
		}
		for _, doc := range layer.Documents {
			for _, s := range doc.Policy.Statements {
				if s.Effect == iam.Allow && names(s, bucket) {
					return true
				}
			}
		}
	}
	return false
}

// namesRole reports whether a principal of the statement is a role or a session.
func namesRole(s *iam.Statement) bool {
	return slices.ContainsFunc(s.Principals, func(p iam.Principal) bool {
		return p.Form == iam.RoleForm || p.Form == iam.SessionForm || p.Form == iam.UniqueIDForm
	})
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
	reads := w.wildcard[need.Role]
	if reads == nil {
		reads = &WildcardReads{Domain: need.Domain, Role: need.Role}
		w.wildcard[need.Role] = reads
		w.facts.Wildcard = append(w.facts.Wildcard, reads)
	}
	reads.needs = append(reads.needs, need)
	if !slices.Contains(reads.Buckets, bucket) {
		reads.Buckets = append(reads.Buckets, bucket)
	}
}

// Users are those who have the role, each once.
func (r *WildcardReads) Users() []*User {
	var users []*User
	seen := map[*User]bool{}
	for _, need := range r.needs {
		for _, user := range need.Users {
			if !seen[user] {
				seen[user] = true
				users = append(users, user)
			}
		}
	}
	return users
}
