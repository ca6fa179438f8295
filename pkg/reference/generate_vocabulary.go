//go:build ignore

// Generate_vocabulary packs the service authorization reference into
// vocabulary.zst: two zstd frames of text, their sizes in vocabulary.index.
//
// The first frame has the services that are known in full, a line each for
//
//	s SERVICE
//	k KEY TYPE             a condition key of the service, numbered from 0
//	a ACTION NUMBER... @TYPE...
//	                       an action with the keys that its requests may carry,
//	                       and the types of its resources
//	r TYPE ARN             a type of resource with the form of its ARN
//
// and the prefixes of all services ("p PREFIX..."), the second the names of the
// actions of all other services, a line each: SERVICE ACTION..., with * where
// there are more.
//
// What AWS's own managed policies name is part of it: the reference drops
// services that are closed, and AWS goes on publishing their actions.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/klauspost/compress/zstd"
)

type action struct {
	Name          string
	ConditionKeys []string
	ResourceTypes []struct {
		Name          string
		ConditionKeys []string
	}
}

func main() {
	root := os.Args[1]
	published := readPublished(os.Args[2])
	var full, names strings.Builder
	var prefixes []string
	read(filepath.Join(root, "data", "services.json"), &prefixes)
	for service := range published.actions {
		prefixes = append(prefixes, service)
	}
	slices.Sort(prefixes)
	prefixes = slices.Compact(prefixes)
	fmt.Fprintf(&full, "p %s\n", strings.Join(prefixes, " "))
	files, err := filepath.Glob(filepath.Join(root, "data", "actions", "*.json"))
	if err != nil {
		log.Fatal(err)
	}
	whole := map[string]bool{}
	for _, file := range files {
		service := strings.TrimSuffix(filepath.Base(file), ".json")
		whole[service] = true
		writeService(&full, root, service, published)
	}
	lists := map[string][]string{}
	text, err := os.ReadFile(filepath.Join(root, "actions.txt"))
	if err != nil {
		log.Fatal(err)
	}
	for _, line := range strings.Fields(string(text)) {
		if service, name, _ := strings.Cut(line, ":"); !whole[service] {
			lists[service] = append(lists[service], name)
		}
	}
	for service, actions := range published.actions {
		if lists[service] == nil && !whole[service] {
			lists[service] = []string{"*"} // these are not all
		}
		if !whole[service] {
			lists[service] = union(lists[service], sorted(actions))
		}
	}
	for _, service := range sorted(lists) {
		fmt.Fprintf(&names, "%s %s\n", service, strings.Join(lists[service], " "))
	}
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression))
	if err != nil {
		log.Fatal(err)
	}
	first := encoder.EncodeAll([]byte(full.String()), nil)
	second := encoder.EncodeAll([]byte(names.String()), nil)
	for name, data := range map[string][]byte{
		"vocabulary.zst": append(slices.Clone(first), second...), "vocabulary.index": fmt.Appendf(nil, "%d\n", len(first)),
	} {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// published is what AWS's managed policies name: actions and condition keys by
// service.
type published struct{ actions, keys map[string]map[string]bool }

// readPublished collects the words of the managed policies, those with
// wildcards apart.
func readPublished(name string) published {
	file, err := os.Open(name)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	p := published{map[string]map[string]bool{}, map[string]map[string]bool{}}
	note := func(into map[string]map[string]bool, word string) {
		service, name, ok := strings.Cut(word, ":")
		if service = strings.ToLower(service); !ok || strings.ContainsAny(service, "*?./") {
			return
		}
		if into[service] == nil {
			into[service] = map[string]bool{}
		}
		if !strings.ContainsAny(name, "*?$") {
			into[service][name] = true
		}
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var policy struct {
			Document struct{ Statement any }
		}
		if err := json.Unmarshal(lines.Bytes(), &policy); err != nil {
			log.Fatal(err)
		}
		for _, s := range list(policy.Document.Statement) {
			statement, _ := s.(map[string]any)
			for _, action := range append(list(statement["Action"]), list(statement["NotAction"])...) {
				note(p.actions, fmt.Sprint(action))
			}
			condition, _ := statement["Condition"].(map[string]any)
			for _, operator := range condition {
				keys, _ := operator.(map[string]any)
				for key := range keys {
					note(p.keys, key)
				}
			}
		}
	}
	return p
}

// list gives a value that may stand alone as a list.
func list(value any) []any {
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{value}
}

// union adds the words that differ from all others in more than case.
func union(words, more []string) []string {
	for _, word := range more {
		if !slices.ContainsFunc(words, func(known string) bool { return strings.EqualFold(known, word) }) {
			words = append(words, word)
		}
	}
	return words
}

func writeService(out *strings.Builder, root, service string, published published) {
	var actions map[string]action
	var keys map[string]struct{ Key, Type string }
	var types map[string]struct {
		ARN           string
		ConditionKeys []string
	}
	for name, into := range map[string]any{"actions": &actions, "conditionKeys": &keys, "resourceTypes": &types} {
		read(filepath.Join(root, "data", name, service+".json"), into)
	}
	fmt.Fprintf(out, "s %s\n", service)
	for key := range published.keys[service] {
		lower := strings.ToLower(service + ":" + key)
		stem, _, _ := strings.Cut(lower, "/") // of a tag
		if !slices.ContainsFunc(sorted(keys), func(known string) bool {
			return known == lower || strings.HasPrefix(known, stem+"/") || strings.HasPrefix(known, stem+"${")
		}) {
			keys[lower] = struct{ Key, Type string }{service + ":" + key, "-"}
		}
	}
	for name := range published.actions[service] {
		if _, ok := actions[strings.ToLower(name)]; !ok {
			actions[strings.ToLower(name)] = action{Name: name}
		}
	}
	number := map[string]int{}
	for i, name := range sorted(keys) {
		number[name] = i
		fmt.Fprintf(out, "k %s %s\n", strings.ReplaceAll(keys[name].Key, " ", ""), keys[name].Type)
	}
	for _, name := range sorted(actions) {
		carried := map[int]bool{}
		add := func(list []string) {
			for _, key := range list {
				if i, ok := number[strings.ToLower(key)]; ok {
					carried[i] = true
				}
				// A deprecated key has the name of its successor without Arn.
				if i, ok := number[strings.ToLower(strings.TrimSuffix(key, "Arn"))]; ok {
					carried[i] = true
				}
			}
		}
		add(actions[name].ConditionKeys)
		for _, t := range actions[name].ResourceTypes {
			add(t.ConditionKeys)
			add(types[strings.ToLower(t.Name)].ConditionKeys)
			add(types[t.Name].ConditionKeys)
		}
		fmt.Fprintf(out, "a %s", actions[name].Name)
		for i := range len(keys) {
			if carried[i] {
				fmt.Fprintf(out, " %d", i)
			}
		}
		for _, t := range actions[name].ResourceTypes {
			fmt.Fprintf(out, " @%s", t.Name)
		}
		out.WriteByte('\n')
	}
	for _, name := range sorted(types) {
		fmt.Fprintf(out, "r %s %s\n", name, types[name].ARN)
	}
}

func read(name string, into any) {
	data, err := os.ReadFile(name)
	if err != nil {
		log.Fatal(err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		log.Fatal(name, ": ", err)
	}
}

func sorted[T any](m map[string]T) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}
