//go:build ignore

// Generate_vocabulary packs the service authorization reference into
// vocabulary.zst: two zstd frames of text, their sizes in vocabulary.index.
//
// The first frame has the services that are known in full, a line each for
//
//	s SERVICE
//	k KEY TYPE             a condition key of the service, numbered from 0
//	a ACTION NUMBER...     an action with the keys that its requests may carry
//
// and the prefixes of all services ("p PREFIX..."), the second the names of the
// actions of all other services, a line each: SERVICE ACTION...
package main

import (
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
	var full, names strings.Builder
	var prefixes []string
	read(filepath.Join(root, "data", "services.json"), &prefixes)
	fmt.Fprintf(&full, "p %s\n", strings.Join(prefixes, " "))
	files, err := filepath.Glob(filepath.Join(root, "data", "actions", "*.json"))
	if err != nil {
		log.Fatal(err)
	}
	whole := map[string]bool{}
	for _, file := range files {
		service := strings.TrimSuffix(filepath.Base(file), ".json")
		whole[service] = true
		writeService(&full, root, service)
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

func writeService(out *strings.Builder, root, service string) {
	var actions map[string]action
	var keys map[string]struct{ Key, Type string }
	var types map[string]struct{ ConditionKeys []string }
	for name, into := range map[string]any{"actions": &actions, "conditionKeys": &keys, "resourceTypes": &types} {
		read(filepath.Join(root, "data", name, service+".json"), into)
	}
	fmt.Fprintf(out, "s %s\n", service)
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
		out.WriteByte('\n')
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
