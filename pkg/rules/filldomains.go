package rules

import (
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

// domainsPart is built for rules of the user's own, which could always read it;
// the built-in ones look at users.
const domainsPart = "domains"

func (b *builder) domains() []DomainInput {
	list := []DomainInput{}
	seen := map[*snapshot.Domain]int{}
	for _, user := range b.facts.Users {
		index, ok := seen[user.Domain]
		if !ok {
			index = len(list)
			seen[user.Domain] = index
			d := user.Domain
			list = append(list, DomainInput{
				At: b.once(d.Node.Get("DomainId")), ID: d.ID,
				Subject: Subject{Account: d.Account, Region: d.Region, Domain: d.ID, Purpose: finding.App, Profiles: []string{}},
			})
		}
		if user.InScope {
			if !list[index].InScope {
				list[index].InScope, list[index].AppKey = true, b.keyUse(b.facts.AppKeyOf(user))
			}
			if user.Name != "" {
				list[index].Subject.Profiles = append(list[index].Subject.Profiles, user.Name)
			}
		}
	}
	return list
}
