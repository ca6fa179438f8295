package iamcollect

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// organization tells the files of one folder below organizations/<id>: the
// organization's own (metadata.json, accounts.json, ous.json), and those of a
// policy below scps or rcps.
func (t *translator) organization(e *entry) {
	switch {
	case len(e.path) == 1:
		t.root(e)
		t.targets(e, "ous", "parent")
		t.targets(e, "accounts", "ou")
	case len(e.path) == 3 && e.path[1] == "scps":
		t.guardrail(e, "SERVICE_CONTROL_POLICY")
	case len(e.path) == 3 && e.path[1] == "rcps":
		t.guardrail(e, "RESOURCE_CONTROL_POLICY")
	}
}

// root tells the organization, its root and which kinds of policies are enabled.
func (t *translator) root(e *entry) {
	metadata := t.object(e, "metadata")
	if id := metadata.Get("id"); id.IsScalar() {
		organization := source.Make(metadata).With("Id", source.Copy(id))
		if account := metadata.Get("rootAccountId"); account.IsScalar() {
			organization = organization.WithName("MasterAccountId", account.Name(), source.Copy(account))
		}
		t.add(layout.Place{}, source.Make(metadata).With("Organization", organization), "AWS::Organizations::Organization "+id.Text())
	}
	root, features := metadata.Get("rootOu"), metadata.Get("features")
	if !root.IsScalar() || !features.Is(source.Object) {
		return
	}
	var kinds []source.Value
	for name, enabled := range features.Members() {
		if enabled.Text() == "true" {
			kinds = append(kinds, source.Make(enabled).With("Type", source.Text(name.Text(), name)).With("Status", source.Text("ENABLED", enabled)))
		}
	}
	item := source.Make(metadata).With("Id", source.Copy(root)).With("PolicyTypes", source.List(features, kinds...))
	t.add(layout.Place{}, source.Make(metadata).With("Roots", source.List(metadata, item)), "AWS::Organizations::Root "+root.Text())
}

// targets tells what is attached to units or accounts, and what they are below.
func (t *translator) targets(e *entry, name, parent string) {
	list := t.object(e, name)
	var made []source.Value
	for id, target := range list.Members() {
		item := source.Make(target).With("TargetId", source.Text(id.Text(), id))
		path := []source.Value{}
		if above := target.Get(parent); above.IsScalar() {
			path = append(path, source.Copy(above))
		}
		item = item.With("Path", source.List(target, append(path, source.Text(id.Text(), id))...))
		var policies []source.Value
		for _, kind := range []string{"scps", "rcps"} {
			for arn := range target.Get(kind).Items() {
				policies = append(policies, source.Text(lastPart(arn.Text()), arn))
			}
		}
		made = append(made, item.With("Policies", source.List(target, policies...)))
	}
	if len(made) > 0 {
		t.add(layout.Place{}, source.Make(list).With("Targets", source.List(list, made...)), "iam-collect "+name)
	}
}

// guardrail tells an SCP or RCP.
func (t *translator) guardrail(e *entry, kind string) {
	metadata, document := t.object(e, "metadata"), t.object(e, "policy")
	if !document.Exists() {
		return
	}
	id := layout.Unescape(e.path[2])
	summary := source.Make(document)
	switch {
	case metadata.Get("id").IsScalar():
		id = metadata.Get("id").Text()
	case metadata.Get("arn").IsScalar():
		id = lastPart(metadata.Get("arn").Text())
	}
	for _, member := range [][2]string{{"arn", "Arn"}, {"name", "Name"}} {
		if value := metadata.Get(member[0]); value.IsScalar() {
			summary = summary.WithName(member[1], value.Name(), source.Copy(value))
		}
	}
	summary = summary.With("Id", source.Text(id, document)).With("Type", source.Text(kind, document))
	t.add(layout.Place{}, source.Make(document).With("Policy", source.Make(document).With("PolicySummary", summary).With("Content", source.Copy(document))), "AWS::Organizations::Policy "+id)
}

func lastPart(arn string) string { return arn[strings.LastIndex(arn, "/")+1:] }
