package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	kmstypes "github.com/aws/aws-sdk-go-v2/service/kms/types"
	sagemakertypes "github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

// TestGuard: a client of ours cannot make a call that is not in the table.
func TestGuard(t *testing.T) {
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		_, _ = w.Write([]byte(`{"Keys":[]}`))
	}))
	defer server.Close()
	client := kms.NewFromConfig(guarded(aws.Config{
		Region: "eu-central-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("a", "b", ""),
	}))
	if _, err := client.ListKeys(context.Background(), &kms.ListKeysInput{}); err != nil || requests != 1 {
		t.Errorf("ListKeys: %v, %d requests", err, requests)
	}
	_, err := client.DisableKey(context.Background(), &kms.DisableKeyInput{KeyId: aws.String("k")})
	if err == nil || !strings.Contains(err.Error(), "the call kms:DisableKey is not among those that this program makes") || requests != 1 {
		t.Errorf("DisableKey: %v, %d requests", err, requests)
	}
}

// TestPlain: what the SDK gives becomes what the AWS CLI prints.
func TestPlain(t *testing.T) {
	at := time.Date(2025, 4, 2, 10, 21, 44, 207_000_000, time.FixedZone("CEST", 7200))
	whole := at.Truncate(time.Second)
	for _, test := range []struct {
		name string
		in   any
		want string
	}{
		{"members that were not sent", kmstypes.KeyMetadata{KeyId: aws.String("k"), MultiRegion: aws.Bool(false)}, `{"Enabled":false,"KeyId":"k","MultiRegion":false}`},
		{"times", kmstypes.AliasListEntry{CreationDate: &at, LastUpdatedDate: &whole}, `{"CreationDate":"2025-04-02T08:21:44.207000+00:00","LastUpdatedDate":"2025-04-02T08:21:44+00:00"}`},
		{"an empty text that was sent", kmstypes.AliasListEntry{AliasName: aws.String("")}, `{"AliasName":""}`},
		{"lists", kmstypes.KeyMetadata{EncryptionAlgorithms: []kmstypes.EncryptionAlgorithmSpec{}, SigningAlgorithms: []kmstypes.SigningAlgorithmSpec{"a"}}, `{"Enabled":false,"EncryptionAlgorithms":[],"SigningAlgorithms":["a"]}`},
		{"a value that the model does not know", kmstypes.KeyMetadata{KeyState: "Frozen"}, `{"Enabled":false,"KeyState":"Frozen"}`},
		{"a map", kmstypes.GrantConstraints{EncryptionContextEquals: map[string]string{"b": "<&>", "a": "ü"}}, `{"EncryptionContextEquals":{"a":"ü","b":"<&>"}}`},
		{"a union", struct {
			Config sagemakertypes.AutoMLProblemTypeConfig
		}{&sagemakertypes.AutoMLProblemTypeConfigMemberTimeSeriesForecastingJobConfig{Value: sagemakertypes.TimeSeriesForecastingJobConfig{ForecastFrequency: aws.String("1D")}}}, `{"Config":{"TimeSeriesForecastingJobConfig":{"ForecastFrequency":"1D"}}}`},
		{"bytes", struct{ Blob []byte }{[]byte("ab")}, `{"Blob":"YWI="}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, err := marshal(plain(test.in))
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			if err := errors.Join(json.Unmarshal(text, &got), json.Unmarshal([]byte(test.want), &want)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if strings.Contains(string(text), `\u`) {
				t.Errorf("characters are escaped: %s", text)
			}
		})
	}
}

// TestDecoded: policy documents of IAM, URL-encoded and plain.
func TestDecoded(t *testing.T) {
	for text, want := range map[string]any{
		`%7B%22Sid%22%3A%22a+b%20c%22%7D`: json.RawMessage(`{"Sid":"a+b c"}`),
		`{"Sid":"100%25"}`:                json.RawMessage(`{"Sid":"100%25"}`),
		`not a document`:                  `not a document`,
		`%7Bhalf`:                         `%7Bhalf`,
		`%ZZ`:                             `%ZZ`,
	} {
		if diff := cmp.Diff(want, decoded(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// TestScrub: access keys go, whatever they are part of.
func TestScrub(t *testing.T) {
	got := scrub(errors.New("a  AKIAIOSFODNN7EXAMPLE\nb ASIAXYZXYZXYZXYZXYZX/2026 token=abcd1234"), "abcd1234", "")
	if want := "a [hidden] b [hidden]/2026 token=[hidden]"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestAfterExpiry: what tells that the credentials have expired, and what does not.
func TestAfterExpiry(t *testing.T) {
	const again = "the credentials have expired: log in again and use --resume"
	code := func(code string) error { return &smithy.GenericAPIError{Code: code} }
	call := func(service string, err error) error {
		return &smithy.OperationError{ServiceID: service, OperationName: "X", Err: err}
	}
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"a token", call("KMS", code("ExpiredTokenException")), again},
		{"a token of S3", call("S3", code("ExpiredToken")), again},
		{"a role's base", call("KMS", fmt.Errorf("get identity: %w", call("STS", code("ExpiredToken")))), again},
		{"a session of IAM Identity Center", call("KMS", fmt.Errorf("get identity: %w", &ssocreds.InvalidTokenError{})), again + " (aws sso login)"},
		{"one that the portal refuses", call("STS", fmt.Errorf("get identity: %w", call("SSO", code("UnauthorizedException")))), again + " (aws sso login)"},
		{"one that cannot be renewed", call("KMS", call("SSO OIDC", code("InvalidGrantException"))), again + " (aws sso login)"},
		{"a denial", call("KMS", code("AccessDeniedException")), ""},
		{"a denial of the portal", call("SSO", code("ForbiddenException")), ""},
		{"another service's word for it", call("KMS", code("UnauthorizedException")), ""},
		{"a key that is not known", call("STS", code("InvalidClientTokenId")), ""},
		{"no answer", errors.New("connection refused"), ""},
	} {
		if got := afterExpiry(test.err); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestRetries: the retries are those that the user's environment says.
func TestRetries(t *testing.T) {
	for _, test := range []struct {
		mode, attempts string
		want           aws.RetryMode
		most           int
	}{
		{"", "", aws.RetryModeAdaptive, 8}, {"standard", "", aws.RetryModeStandard, 8}, {"", "3", aws.RetryModeAdaptive, 3}, {"standard", "2", aws.RetryModeStandard, 2},
	} {
		t.Setenv("AWS_RETRY_MODE", test.mode)
		t.Setenv("AWS_MAX_ATTEMPTS", test.attempts)
		t.Setenv("AWS_CONFIG_FILE", os.DevNull)
		config, err := (&options{}).configure(context.Background(), "")
		if err != nil {
			t.Fatal(err)
		}
		client := kms.NewFromConfig(config).Options()
		if client.RetryMode != test.want || client.Retryer.MaxAttempts() != test.most {
			t.Errorf("%+v: %s, %d attempts", test, client.RetryMode, client.Retryer.MaxAttempts())
		}
	}
}
