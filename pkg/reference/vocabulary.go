package reference

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
)

//go:generate go run generate_vocabulary.go ../../../shared/aws/service-authorization ../../../shared/aws/managed-policies.ndjson

// VocabularyDate is when the actions and condition keys were collected.
const VocabularyDate = "2026-09"

// vocabularyIndex is the length of the first frame of vocabularyFrames.
//
//go:embed vocabulary.index
var vocabularyIndex string

//go:embed vocabulary.zst
var vocabularyFrames []byte

// Vocabulary is the words of AWS policies: services, actions, condition keys and
// ARNs of AWS's service authorization reference, with what AWS's managed
// policies name besides
// (https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html).
// It unpacks what is asked for; the zero value works and may be used by many.
type Vocabulary struct {
	once     sync.Once
	services map[string]func() *Service
	prefixes map[string]bool
	text     string

	resourcesOnce sync.Once
	// resources are by the service in their ARN, which may be another's.
	resources map[string][]Resource

	namesOnce sync.Once
	names     map[string][]string
}

// Service is one of those that are known in full.
type Service struct {
	Keys    []ConditionKey
	Actions []Action
}

// ConditionKey is a condition key with its type: String, ARN, Bool, Numeric,
// Date, ArrayOfString or ArrayOfARN, "" where only a managed policy of AWS names
// it. A name may hold a part in ${}: any text.
type ConditionKey struct{ Name, Type string }

// Action is an action with the condition keys that its requests may carry, as
// indices of the service's Keys, and the types of the resources it is for.
type Action struct {
	Name      string
	Keys      []int
	Resources []string
}

// Resource is a type of resource with the form of its ARN, in which ${...} is
// any text.
type Resource struct{ Type, ARN string }

// Full gives a service that is known in full; nil for others.
func (v *Vocabulary) Full(service string) *Service {
	v.once.Do(v.unpack)
	if read, ok := v.services[service]; ok {
		return read()
	}
	return nil
}

// ResourcesOf gives the types of resources whose ARNs name a service, of the
// services that are known in full; nil for others.
func (v *Vocabulary) ResourcesOf(service string) []Resource {
	v.once.Do(v.unpack)
	v.resourcesOnce.Do(v.readResources)
	return v.resources[service]
}

// IsService reports whether there is a service of that prefix.
func (v *Vocabulary) IsService(prefix string) bool {
	v.once.Do(v.unpack)
	return v.prefixes[prefix]
}

// Services gives the prefixes of all services.
func (v *Vocabulary) Services() []string {
	v.once.Do(v.unpack)
	var list []string
	for prefix := range v.prefixes {
		list = append(list, prefix)
	}
	return list
}

// Actions gives the names of a service's actions, nil for no service. A "*"
// before them says that there are more.
func (v *Vocabulary) Actions(service string) []string {
	if full := v.Full(service); full != nil {
		names := make([]string, len(full.Actions))
		for i, action := range full.Actions {
			names[i] = action.Name
		}
		return names
	}
	v.namesOnce.Do(v.unpackNames)
	return v.names[service]
}

// unpack finds out where each service stands: few are asked for, and reading all of
// them takes longer than checking a policy.
func (v *Vocabulary) unpack() {
	v.services, v.prefixes, v.text = map[string]func() *Service{}, map[string]bool{}, frame(0)
	name, start, at := "", 0, 0
	end := func() {
		if block := v.text[start:at]; name != "" {
			v.services[name] = sync.OnceValue(func() *Service { return readService(block) })
		}
	}
	for line := range strings.Lines(v.text) {
		if prefixes, ok := strings.CutPrefix(line, "p "); ok {
			for prefix := range strings.FieldsSeq(prefixes) {
				v.prefixes[prefix] = true
			}
		}
		if next, ok := strings.CutPrefix(line, "s "); ok {
			end()
			name, start = strings.TrimSpace(next), at
		}
		at += len(line)
	}
	end()
}

func readService(block string) *Service {
	service := &Service{}
	for line := range strings.Lines(block) {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "k":
			name, kind, _ := strings.Cut(rest, " ")
			service.Keys = append(service.Keys, ConditionKey{name, strings.Trim(kind, "-")})
		case "a":
			service.Actions = append(service.Actions, readAction(rest))
		}
	}
	return service
}

func (v *Vocabulary) readResources() {
	v.resources = map[string][]Resource{}
	for line := range strings.Lines(v.text) {
		if rest, ok := strings.CutPrefix(line, "r "); ok {
			name, arn, _ := strings.Cut(strings.TrimSpace(rest), " ")
			if parts := strings.SplitN(arn, ":", 4); len(parts) == 4 {
				v.resources[parts[2]] = append(v.resources[parts[2]], Resource{name, arn})
			}
		}
	}
}

func readAction(line string) Action {
	name, words, _ := strings.Cut(line, " ")
	action := Action{Name: name}
	for word := range strings.FieldsSeq(words) {
		if kind, ok := strings.CutPrefix(word, "@"); ok {
			action.Resources = append(action.Resources, kind)
		} else if i, err := strconv.Atoi(word); err == nil {
			action.Keys = append(action.Keys, i)
		}
	}
	return action
}

func (v *Vocabulary) unpackNames() {
	v.names = map[string][]string{}
	for line := range strings.Lines(frame(1)) {
		service, names, _ := strings.Cut(strings.TrimSpace(line), " ")
		v.names[service] = strings.Fields(names)
	}
}

// frame unpacks one of the two frames; "" if the embedded data is broken, which
// a test rules out.
func frame(number int) string {
	size, err := strconv.Atoi(strings.TrimSpace(vocabularyIndex))
	if err != nil {
		return ""
	}
	data := vocabularyFrames[:size]
	if number == 1 {
		data = vocabularyFrames[size:]
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return ""
	}
	defer decoder.Close()
	text, err := decoder.DecodeAll(data, nil)
	if err != nil {
		return ""
	}
	return string(text)
}
