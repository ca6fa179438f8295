package live

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// shared is what all accounts of a run have in common.
type shared struct {
	guardrails guardrails
	// members are the logins into all accounts of an organization, by id; nil where
	// the run is of single accounts. owners are the accounts of its buckets.
	members map[string]*account
	owners  map[string]string

	mutex  sync.Mutex
	steps  fetch.Steps
	tell   func(fetch.Steps)
	stop   context.CancelFunc // nil until the logins are known to work
	advice string             // why it was called
}

// count changes the counters and tells how far the run is.
func (s *shared) count(change func(*fetch.Steps)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	change(&s.steps)
	if s.tell != nil {
		s.tell(s.steps)
	}
}

// calls gives how many calls had an answer.
func (s *shared) calls() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.steps.Done
}

// stopOnExpiry has the run end when the credentials expire.
func (s *shared) stopOnExpiry(stop context.CancelFunc) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.stop = stop
}

// notice ends the run where an error says that the credentials have expired: each
// further call would fail in the same way, and look like a gap.
func (s *shared) notice(err error) {
	advice := afterExpiry(err)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if advice != "" && s.stop != nil {
		s.advice = advice
		s.stop()
	}
}

// expiry gives what to tell the user where the run ended because of its
// credentials, else "".
func (s *shared) expiry() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.advice
}

// afterExpiry says what to do where an error means that the credentials have
// expired, "" where it means something else.
func afterExpiry(err error) string {
	const again = "the credentials have expired: log in again and use --resume"
	if isSSO(err) {
		return again + " (aws sso login)"
	}
	var api smithy.APIError
	if errors.As(err, &api) && slices.Contains([]string{"ExpiredToken", "ExpiredTokenException", "RequestExpired"}, api.ErrorCode()) {
		return again
	}
	return ""
}

// isSSO reports whether IAM Identity Center gave no credentials because its session
// is over
// (https://docs.aws.amazon.com/sdkref/latest/guide/understanding-sso.html).
func isSSO(err error) bool {
	var token *ssocreds.InvalidTokenError
	if errors.As(err, &token) {
		return true
	}
	var api smithy.APIError
	refused := errors.As(err, &api) && slices.Contains([]string{"UnauthorizedException", "InvalidGrantException", "ExpiredTokenException"}, api.ErrorCode())
	for call := (*smithy.OperationError)(nil); err != nil && errors.As(err, &call); err = call.Err {
		if refused && strings.HasPrefix(call.ServiceID, "SSO") {
			return true
		}
	}
	return false
}

// memo keeps what was asked once for all accounts.
type memo[V any] struct {
	mutex sync.Mutex
	known map[string]func() (V, error)
}

// of gives what is known under a name; the first who asks finds it out.
func (m *memo[V]) of(name string, find func() (V, error)) (V, error) {
	m.mutex.Lock()
	if m.known == nil {
		m.known = map[string]func() (V, error){}
	}
	if m.known[name] == nil {
		m.known[name] = sync.OnceValues(find)
	}
	found := m.known[name]
	m.mutex.Unlock()
	return found()
}
