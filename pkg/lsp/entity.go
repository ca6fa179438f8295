package lsp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/reference"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// entity is something that documents name: a role, a key, a bucket, a managed policy.
type entity struct {
	title string
	// facts are lines on it, of Markdown.
	facts []string
	// places are the documents that define it.
	places []source.Node
	// spellings are the texts that name it.
	spellings []string
	// key and arn find what Canvas does with it.
	key *snapshot.Key
	arn string
}

// entity finds what a text names; nil for none that was read.
func (c *checked) entity(text string) *entity {
	if c.result == nil || text == "" {
		return nil
	}
	s := c.result.Variants[0].Snapshot
	if role := s.Role(text); role != nil {
		return roleEntity(role)
	}
	if policy := s.Managed[text]; policy != nil {
		return policyEntity(text, policy)
	}
	if published, ok := reference.Managed(text); ok {
		return &entity{
			title: "managed policy " + text[strings.LastIndexByte(text, '/')+1:], arn: text, spellings: []string{text},
			facts: []string{"published by AWS, " + published.Version + " of " + published.Date},
		}
	}
	for _, alias := range s.Aliases {
		if alias.ARN == text || alias.Name == text {
			return keyEntity(s, keyOf(s, alias), alias)
		}
	}
	for _, key := range s.Keys {
		if key.ARN == text || key.ID == text {
			return keyEntity(s, key, nil)
		}
	}
	if bucket := s.Bucket(bucketOf(text)); bucket != nil {
		return bucketEntity(bucket)
	}
	return nil
}

func roleEntity(role *snapshot.Role) *entity {
	e := &entity{title: "role " + role.Name, arn: role.ARN, places: []source.Node{role.Node}, spellings: []string{role.ARN}}
	if role.Trust != nil {
		e.facts = append(e.facts, fmt.Sprintf("%d inline and %d attached policies", len(role.Inline), len(role.Attached)))
	}
	return e
}

func policyEntity(arn string, policy *snapshot.Policy) *entity {
	e := &entity{title: "managed policy " + arn[strings.LastIndexByte(arn, '/')+1:], arn: arn, spellings: []string{arn}}
	if policy.AWSManaged {
		e.facts = []string{"published by AWS"}
		return e
	}
	e.places = []source.Node{policy.Node}
	return e
}

func keyOf(s *snapshot.Snapshot, alias *snapshot.Alias) *snapshot.Key {
	i := slices.IndexFunc(s.Keys, func(k *snapshot.Key) bool {
		return k.ID == alias.Target && k.Account == alias.Account && k.Region == alias.Region
	})
	if i < 0 {
		return nil
	}
	return s.Keys[i]
}

// keyEntity is a key, named by an alias or not; one of the two may be nil.
func keyEntity(s *snapshot.Snapshot, key *snapshot.Key, alias *snapshot.Alias) *entity {
	e := &entity{key: key}
	if alias != nil {
		e.title, e.arn, e.places, e.spellings = "alias "+alias.Name, alias.ARN, []source.Node{alias.Node}, []string{alias.ARN, alias.Name}
	}
	if key == nil {
		return e
	}
	if e.title == "" {
		e.title = "key " + key.ID
	} else {
		e.title += " of the key " + key.ID
	}
	e.arn = key.ARN
	e.facts = append(e.facts, keyFacts(s, key)...)
	e.spellings = append(e.spellings, key.ARN, key.ID)
	for _, a := range s.Aliases {
		if keyOf(s, a) == key {
			e.spellings = append(e.spellings, a.ARN, a.Name)
		}
	}
	if key.Node.Exists() {
		e.places = append(e.places, key.Node)
	}
	if key.Policy != nil {
		e.places = append(e.places, key.Policy.Node)
	}
	return e
}

func keyFacts(s *snapshot.Snapshot, key *snapshot.Key) []string {
	facts := []string{"account " + key.Account + ", " + key.Region}
	if words := keyWords(s, key); words != "" {
		facts = append(facts, words)
	}
	if key.Manager.Value != "" {
		facts = append(facts, "managed by "+key.Manager.Value)
	}
	return facts
}

// keyWords are the aliases and the state of a key.
func keyWords(s *snapshot.Snapshot, key *snapshot.Key) string {
	var words []string
	for _, alias := range s.Aliases {
		if keyOf(s, alias) == key {
			words = append(words, alias.Name)
		}
	}
	if key.Status.Value != "" {
		words = append(words, key.Status.Value)
	}
	return strings.Join(words, ", ")
}

func bucketEntity(bucket *snapshot.Bucket) *entity {
	e := &entity{title: "bucket " + bucket.Name, arn: bucket.ARN, spellings: []string{"arn:aws:s3:::" + bucket.Name, bucket.Name}}
	if bucket.Key.Value != "" {
		e.facts = append(e.facts, "default key "+bucket.Key.Value)
	}
	if bucket.Node.Exists() {
		e.places = append(e.places, bucket.Node)
	}
	if bucket.Policy != nil {
		e.places = append(e.places, bucket.Policy.Node)
	}
	return e
}

// bucketOf is the name of the bucket that a text names: alone, in an ARN, in a URI.
func bucketOf(text string) string {
	if _, rest, ok := strings.Cut(text, ":s3:::"); ok {
		text = rest
	} else if rest, ok := strings.CutPrefix(text, "s3://"); ok {
		text = rest
	}
	name, _, _ := strings.Cut(text, "/")
	return name
}
