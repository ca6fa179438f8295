package lint

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/config"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// contradictions finds facts of the config that an exported document denies: facts
// are for what no document says. The error names both places.
func contradictions(facts config.Facts, s *snapshot.Snapshot) error {
	var wrong []string
	add := func(fact string, document source.Node, format string, args ...any) {
		at := finding.PlaceOf(document.Span())
		place := at.File
		if !at.Start.IsZero() {
			place += ":" + at.Start.String()
		}
		wrong = append(wrong, fmt.Sprintf("%s: %s at %s", facts.At[fact], fmt.Sprintf(format, args...), place))
	}
	if org := s.Organization; org != nil && org.ID != "" {
		if facts.OrganizationID != "" && facts.OrganizationID != org.ID {
			add("organization id", org.Node, "facts say that the organization is %s, but it is %s", facts.OrganizationID, org.ID)
		}
		known := pathsOf(org)
		for _, path := range facts.OrganizationPaths {
			if first, _, _ := strings.Cut(path, "/"); first != org.ID || len(known) > 0 && !known[strings.TrimSuffix(path, "/")+"/"] {
				add("organization paths", org.Node, "facts say that the accounts are below %s, but the organization has no such path", path)
			}
		}
		if ids := facts.Context["aws:PrincipalOrgID"]; len(ids) > 0 && !slices.Contains(ids, org.ID) {
			add("context aws:PrincipalOrgID", org.Node, "facts say that aws:PrincipalOrgID is %s, but the organization is %s", strings.Join(ids, " or "), org.ID)
		}
	}
	for _, arn := range slices.Sorted(maps.Keys(facts.PrincipalTags)) {
		role := s.Role(arn)
		if role == nil {
			continue
		}
		tags := facts.PrincipalTags[arn]
		for _, key := range slices.Sorted(maps.Keys(tags)) {
			switch value, tagged := role.Tags[key]; {
			case tagged && value != tags[key]:
				add(arn+" "+key, role.Node, "facts say that the tag %s of the role %s is %q, but it is %q", key, role.Name, tags[key], value)
			case !tagged && role.TagsKnown:
				add(arn+" "+key, role.Node, "facts say that the role %s has the tag %s, but it has none of that key", role.Name, key)
			}
		}
	}
	if len(wrong) > 0 {
		return fmt.Errorf("read the config: facts contradict what was exported; take them out, or export again:\n%s", strings.Join(wrong, "\n"))
	}
	return nil
}

// pathsOf gives the paths of the accounts that the export of an organization names,
// as aws:PrincipalOrgPaths has them.
func pathsOf(org *snapshot.Organization) map[string]bool {
	paths := map[string]bool{}
	for _, target := range org.Targets {
		if n := len(target.Path); n > 1 && target.Type() == "ACCOUNT" {
			paths[org.ID+"/"+strings.Join(target.Path[:n-1], "/")+"/"] = true
		}
	}
	return paths
}
