package reference

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestManaged(t *testing.T) {
	policy, ok := Managed("arn:aws:iam::aws:policy/AmazonSageMakerCanvasFullAccess")
	if !ok || policy.Version != "v11" || policy.Date != "2024-08-16" {
		t.Fatalf("got %q %q, %v", policy.Version, policy.Date, ok)
	}
	if !json.Valid([]byte(policy.Document)) || !strings.Contains(policy.Document, "SageMakerCanvas") {
		t.Errorf("the document is not the policy: %.80s", policy.Document)
	}
	if _, ok := Managed("arn:aws-us-gov:iam::aws:policy/service-role/AmazonSageMakerCanvasForecastAccess"); !ok {
		t.Error("a policy with a path in another partition is not found")
	}
	for _, arn := range []string{"arn:aws:iam::aws:policy/NoSuchPolicy", "arn:aws:iam::111122223333:policy/AmazonSageMakerCanvasFullAccess", "", "arn:aws:iam::aws:policy/"} {
		if _, ok := Managed(arn); ok {
			t.Errorf("%q is no AWS-managed policy", arn)
		}
	}
}

// Every line of the index unpacks to a valid document.
func TestIndex(t *testing.T) {
	count := 0
	for line := range strings.SplitSeq(strings.TrimSpace(index), "\n") {
		name, _, _ := strings.Cut(line, " ")
		if count++; count%40 != 0 {
			continue
		}
		policy, ok := Managed("arn:aws:iam::aws:policy/" + name)
		if !ok || !json.Valid([]byte(policy.Document)) {
			t.Errorf("%s does not unpack", name)
		}
	}
	if count < 1600 {
		t.Errorf("only %d policies", count)
	}
}
