package fix

import (
	"fmt"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/layout/awscli"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
	"github.com/canvaslint/canvaslint/pkg/wording"
)

// Summary counts in a sentence.
func (p *Plan) Summary() string {
	settled := len(Errors(p.Before)) - len(Errors(p.After))
	left := "no error is left"
	if n := len(Errors(p.After)); n > 0 {
		left = fmt.Sprintf("%s for a person", wording.CountAs(n, "error is", "errors are"))
	}
	if len(p.Changes) == 0 {
		return "nothing to edit: " + left
	}
	return fmt.Sprintf("%s in %s settle %s; %s", wording.Count(len(p.Changes), "edit"), wording.Count(len(p.Files), "file"),
		wording.Count(settled, "error"), left)
}

// Documents gives what stands beside the changed files: each new policy or
// setting as AWS takes it, by file name, the commands that put them in place,
// and a README.
func (p *Plan) Documents() map[string]string {
	made := map[string]string{}
	var commands, list strings.Builder
	commands.WriteString("#!/usr/bin/env bash\n# Read each command before you run it; run them in this order.\nset -euo pipefail\ncd \"$(dirname \"$0\")\"\n")
	seen := map[string]bool{}
	for _, change := range p.Changes {
		kind, node := p.document(change)
		id := string(kind) + change.Owner + change.Policy
		if seen[id] {
			continue
		}
		seen[id] = true
		if !node.Exists() {
			fmt.Fprintf(&list, "- %s: change %s by hand.\n", change.Message, change.File)
			continue
		}
		name := fmt.Sprintf("documents/%02d-%s.json", len(made)+1, strings.ReplaceAll(string(kind), " ", "-"))
		made[name] = source.JSONText(node) + "\n"
		command := awscli.Put(kind, change.Owner, change.Policy, regionOf(p, change.Owner), name)
		fmt.Fprintf(&commands, "\n# %s\n%s\n", change.Message, command)
		fmt.Fprintf(&list, "- %s: `%s`\n", change.Message, name)
	}
	made["commands.sh"] = commands.String()
	made["README.md"] = "# A plan\n\n" + p.Summary() + ".\n\n" + list.String() + `
- ` + "`files/`" + ` holds the changed files: copied over what was checked, it gives the state after the plan, and ` + "`canvaslint check`" + ` on that shows what is left.
- ` + "`documents/`" + ` holds each new document as AWS takes it.
- ` + "`commands.sh`" + ` holds the AWS CLI commands that put them in place, in order. canvaslint has run none of them.
`
	return made
}

// document finds what a change leads to, as it is after the plan.
func (p *Plan) document(change Change) (awscli.Kind, source.Node) {
	s := p.After.Variants[0].Snapshot
	if change.Layer == "" {
		return settingsOf(s, change.Owner)
	}
	for _, policy := range s.Policies {
		if policy.Owner == change.Owner && policy.Name == change.Policy && policy.Node.Exists() && policy.Of == "" {
			return kindOf(change.Layer, policy), policy.Node
		}
	}
	return kindOf(change.Layer, &snapshot.Policy{}), source.Node{}
}

func settingsOf(s *snapshot.Snapshot, owner string) (awscli.Kind, source.Node) {
	for _, bucket := range s.Buckets {
		if bucket.ARN == owner {
			return awscli.BucketEncryption, bucket.Key.Node.Document().Root().Get("ServerSideEncryptionConfiguration")
		}
	}
	id, profile, isProfile := strings.Cut(owner, "/")
	for _, domain := range s.Domains {
		switch {
		case domain.ID != id:
		case !isProfile:
			return awscli.DomainSettings, domain.Node.Get("DefaultUserSettings")
		default:
			for _, p := range domain.Profiles {
				if p.Name == profile {
					return awscli.ProfileSettings, p.Node.Get("UserSettings")
				}
			}
		}
	}
	return awscli.DomainSettings, source.Node{}
}

func kindOf(layer access.LayerName, policy *snapshot.Policy) awscli.Kind {
	switch {
	case layer == access.KeyPolicy:
		return awscli.KeyPolicy
	case layer == access.BucketPolicy:
		return awscli.BucketPolicy
	case layer == access.PointPolicy:
		return awscli.PointPolicy
	case layer == access.TrustPolicy:
		return awscli.TrustPolicy
	case strings.HasPrefix(policy.Name, "arn:"):
		return awscli.ManagedPolicy
	}
	return awscli.InlinePolicy
}

// regionOf gives the Region of a domain.
func regionOf(p *Plan, owner string) string {
	id, _, _ := strings.Cut(owner, "/")
	for _, domain := range p.After.Variants[0].Snapshot.Domains {
		if domain.ID == id {
			return domain.Region
		}
	}
	return ""
}
