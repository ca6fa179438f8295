package load

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/load/document"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// pages are the answers of one call of a list that were read. A list may come
// in several, each but the last of which says that it goes on; nothing in a page
// tells which one it is, so that the last one speaks for all before it.
type pages struct {
	cut   []source.Problem // one for each page that says that it goes on
	whole bool             // a page that does not say so was read
	then  []func()         // what a list that is whole means
}

// page takes note of a page of a list. What a whole list means is done once all
// pages are read; a part of a list never is whole.
func (b *builder) page(list string, doc document.Document, what string, whole func()) {
	p := b.pages[list]
	if p == nil {
		p = &pages{}
		b.pages[list] = p
	}
	if problem, cut := truncation(doc.Node, what); cut {
		p.cut = append(p.cut, problem)
	} else {
		p.whole = true
	}
	if !doc.Partial {
		p.then = append(p.then, whole)
	}
}

// truncation tells whether a list says that it goes on elsewhere.
func truncation(node source.Node, what string) (source.Problem, bool) {
	const remedy = "what it lacks may still exist; export the whole list (the AWS CLI does that without --max-items), or add its other pages"
	for _, name := range []string{"IsTruncated", "Truncated"} {
		if flag := node.Get(name); flag.Text() == "true" {
			return source.Problem{Message: fmt.Sprintf("this list of %s is truncated: %s", what, remedy), Span: flag.Span()}, true
		}
	}
	for _, name := range []string{"NextToken", "NextMarker"} {
		if token := node.Get(name); token.IsScalar() && token.Text() != "" {
			return source.Problem{Message: fmt.Sprintf("this list of %s continues at a next token: %s", what, remedy), Span: token.Span()}, true
		}
	}
	return source.Problem{}, false
}

// settlePages decides which lists are whole: those whose last page was read.
func (b *builder) settlePages() {
	for _, list := range slices.Sorted(maps.Keys(b.pages)) {
		p := b.pages[list]
		if !p.whole {
			b.problems = append(b.problems, p.cut...)
			continue
		}
		for _, then := range p.then {
			then()
		}
	}
}

// listing is an entry of a list that names a domain or a profile, and no more.
type listing struct {
	node                          source.Node
	account, region, domain, name string
}

// addListing reads list-domains and list-user-profiles, which hold no settings:
// what they name and no description covers was not checked. A list that
// someone made of whole descriptions is taken for what it is.
func (b *builder) addListing(doc document.Document) {
	list, member, settings := "Domains", "DomainArn", "DefaultUserSettings"
	if doc.Kind == document.ProfileList {
		list, member, settings = "UserProfiles", "UserProfileArn", "UserSettings"
	}
	for item := range doc.Node.Get(list).Items() {
		switch {
		case item.Get(settings).Exists() && doc.Kind == document.DomainList:
			b.addDomain(item, doc.Place)
		case item.Get(settings).Exists():
			b.addProfile(item, doc.Place)
		default:
			entry := listing{node: item, account: doc.Place.Account, region: doc.Place.Region, domain: item.Get("DomainId").Text(), name: item.Get("UserProfileName").Text()}
			if arn, ok := iam.ParseARN(item.Get(member).Text()); ok {
				entry.account, entry.region = arn.Account, arn.Region
			}
			b.listed = append(b.listed, entry)
		}
	}
	b.page(list+"/"+path.Dir(doc.Name), doc, strings.ToLower(strings.ReplaceAll(list, "UserProfiles", "user profiles")), func() {})
}

// settleListings reports what is listed and not described.
func (b *builder) settleListings() {
	said := map[string]bool{}
	for _, entry := range b.listed {
		matches := func(account, region string) bool {
			return (entry.account == "" || entry.account == account) && (entry.region == "" || entry.region == region)
		}
		described := slices.ContainsFunc(b.snapshot.Domains, func(d *snapshot.Domain) bool { return d.ID == entry.domain && matches(d.Account, d.Region) })
		what, call := "the domain "+entry.domain, "describe-domain"
		if entry.name != "" {
			described = slices.ContainsFunc(b.profiles, func(p *snapshot.Profile) bool {
				return p.Name == entry.name && p.DomainID == entry.domain && matches(p.Account, p.Region)
			})
			what, call = "the profile "+entry.name+" of the domain "+entry.domain, "describe-user-profile"
		}
		if id := entry.account + "/" + entry.region + "/" + what; !described && !said[id] {
			said[id] = true
			b.problem(entry.node, "%s is listed here but not described, so it was not checked: save %s beside this file", what, call)
		}
	}
}
