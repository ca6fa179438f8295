package canvas

import (
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// contexts are what requests say besides principal, action and resource. What does
// not depend on the role is worked out once for all roles, and the contexts of the
// calls of a role rest on it.
type contexts struct {
	surroundings map[surrounding]*access.Context
	keys         map[*snapshot.Key]*access.Context
	calls        map[call]*access.Context
	caller       caller
}

// surrounding is what the calls of all roles of an account have in common.
type surrounding struct{ account, region, owner string }

// call is what a call says, whoever makes it.
type call struct {
	service string
	account string // of the caller
	via     string // the service that calls
	region  string
	what    string // is called, as far as the context tells it
	alias   bool   // an alias may be named
	owner   string // of the bucket
}

// caller is a role, with the contexts of its calls. The questions of one role are
// asked one after another: that of the last one is kept.
type caller struct {
	arn       string
	principal access.Principal
	in        map[surrounding]*access.Context
	variants  []knownVariant
}

type knownVariant struct {
	variant
	context *access.Context
}

// variant tells the contexts of a role's calls apart.
type variant struct {
	call
	key     *snapshot.Key
	setting string // the key as a setting names it, where a header does
	user    *User  // whose objects, where it matters
	need    *Need  // of which bucket, where it matters
}

// mostVariants are more than a user's calls of a role.
const mostVariants = 32

func newContexts() contexts {
	return contexts{
		surroundings: map[surrounding]*access.Context{}, keys: map[*snapshot.Key]*access.Context{}, calls: map[call]*access.Context{},
		caller: caller{in: map[surrounding]*access.Context{}},
	}
}

// callerOf gives the role as Canvas uses it: a session of it with a name that no one
// knows beforehand.
func (w *worker) callerOf(arn string) *caller {
	c := &w.contexts.caller
	if c.arn == arn && arn != "" {
		return c
	}
	clear(c.in)
	c.variants = c.variants[:0]
	c.arn, c.principal = arn, access.Principal{}
	if p, err := access.ParsePrincipal(arn); err == nil {
		c.principal = p
		c.principal.SessionUnknown = true
		if role := w.snapshot.Role(arn); role != nil {
			c.principal.UniqueID = role.ID
		}
	}
	return c
}

// variantOf gives the context of a call of a role, made at the first of those that
// are the same. Nobody may change it.
func (w *worker) variantOf(arn string, v variant, build func() *access.Context) *access.Context {
	caller := w.callerOf(arn)
	for i := range caller.variants {
		if known := &caller.variants[i]; known.variant == v {
			return known.context
		}
	}
	if len(caller.variants) >= mostVariants { // those of other users
		caller.variants = caller.variants[:0]
	}
	c := build()
	caller.variants = append(caller.variants, knownVariant{v, c})
	return c
}

// callSays gives what calls of a kind say, told once for all who make them.
func (w *worker) callSays(of call, tell func(c *access.Context)) *access.Context {
	c := w.contexts.calls[of]
	if c == nil {
		c = access.NewContext(true)
		w.contexts.calls[of] = c
		setForeign(c, of.service)
		tell(c)
	}
	return c
}

// callContext gives a context of its own for a call of a service by the role.
func (w *worker) callContext(service, arn, region, owner string) *access.Context {
	c := access.Over(w.roleContext(arn, region, owner))
	setForeign(c, service)
	return c
}

// roleContext is what AWS puts into every request of the role
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
// Everything that is not set stays unknown.
func (w *worker) roleContext(arn, region, owner string) *access.Context {
	in, caller := surrounding{iam.AccountOf(arn), region, owner}, w.callerOf(arn)
	if c := caller.in[in]; c != nil {
		return c
	}
	c := access.Over(w.surroundings(in))
	caller.in[in] = c
	role := w.snapshot.Role(arn)
	c.Set("aws:PrincipalArn", arn)
	if role != nil && role.ID != "" {
		c.SetPrefix("aws:userid", role.ID+":")
	}
	if role == nil {
		setTags(c, "aws:PrincipalTag/", false, w.config.Facts.PrincipalTags[arn])
	} else {
		setTags(c, "aws:PrincipalTag/", role.TagsKnown, w.config.Facts.PrincipalTags[arn], role.Tags)
	}
	for _, key := range slices.Sorted(maps.Keys(w.config.Facts.Context)) {
		c.Learn(key, w.config.Facts.Context[key]...)
	}
	return c
}

// surroundings is the part of it that is the same for all roles of an account.
func (w *worker) surroundings(in surrounding) *access.Context {
	if c := w.contexts.surroundings[in]; c != nil {
		return c
	}
	c := access.NewContext(true)
	w.contexts.surroundings[in] = c
	c.Set("aws:SecureTransport", "true")
	c.Set("aws:PrincipalAccount", in.account)
	c.Set("aws:PrincipalType", "AssumedRole")
	c.Set("aws:PrincipalIsAWSService", "false")
	c.SetAbsent("aws:PrincipalServiceName") // of service principals only
	c.SetAbsent("aws:PrincipalServiceNamesList")
	if in.region != "" {
		c.Set("aws:RequestedRegion", in.region)
	}
	if in.owner != "" {
		c.Set("aws:ResourceAccount", in.owner)
	}
	w.setOrganization(c, in.account, in.owner)
	return c
}

// setForeign says that calls of a service lack the keys of others, which are
// unique to these
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
func setForeign(c *access.Context, service string) {
	for _, other := range [...]string{"s3", "kms", "sagemaker"} {
		if other != service {
			c.SetFamilyAbsent(other + ":")
		}
	}
}

// setOrganization settles the keys that an exported organization, or the
// config, tells.
func (w *worker) setOrganization(c *access.Context, account, owner string) {
	id, paths := w.config.Facts.OrganizationID, w.config.Facts.OrganizationPaths
	if org := w.snapshot.Organization; org != nil && org.ID != "" {
		id = org.ID
		if path := targetPath(org, account); len(path) > 1 {
			paths = []string{org.ID + "/" + strings.Join(path[:len(path)-1], "/") + "/"}
		}
		if targetPath(org, owner) != nil || owner == account {
			c.Set("aws:ResourceOrgID", org.ID)
		}
	}
	if id != "" {
		c.Set("aws:PrincipalOrgID", id)
	}
	if len(paths) > 0 {
		c.SetMulti("aws:PrincipalOrgPaths", paths...)
	}
}

// setTags sets a family of keys. Where the tags are known whole, all others are
// absent. A condition key does not tell tags apart that differ in case only, and
// which of them it then means is not documented
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html); nor is it
// known which of two sources is right that contradict each other.
func setTags(c *access.Context, family string, whole bool, sources ...map[string]string) {
	if whole {
		c.SetFamilyAbsent(family)
	}
	values := map[string][]string{}
	for _, tags := range sources {
		for tag, value := range tags {
			values[strings.ToLower(tag)] = append(values[strings.ToLower(tag)], value)
		}
	}
	for _, tag := range slices.Sorted(maps.Keys(values)) {
		if all := values[tag]; slices.ContainsFunc(all, func(value string) bool { return value != all[0] }) {
			c.SetUnknown(family + tag)
		} else {
			c.Set(family+tag, all[0])
		}
	}
}
