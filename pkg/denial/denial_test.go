package denial_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/denial"
)

const (
	caller = "arn:aws:sts::111122223333:assumed-role/Canvas/jane"
	key    = "arn:aws:kms:eu-central-1:111122223333:key/0a000000-0000-4000-8000-000000000001"
)

// written writes a denial on one line.
func written(d denial.Denial) string {
	resource := d.Resource
	if d.Unnamed {
		resource = "unnamed"
	}
	line := strings.Join([]string{d.Principal, d.Action, resource, string(d.Layer)}, " | ")
	if d.Explicit {
		line += " explicit"
	}
	for _, name := range slices.Sorted(maps.Keys(d.Context)) {
		line += fmt.Sprintf(" | %s=%s", name, strings.Join(d.Context[name], ","))
	}
	if d.Count > 1 {
		line += fmt.Sprintf(" | %d calls until %s", d.Count, d.Time)
	}
	return line
}

func all(list []denial.Denial) string {
	lines := make([]string, len(list))
	for i, d := range list {
		lines[i] = written(d)
	}
	return strings.Join(lines, "\n")
}

// TestSentences has AWS's sentences in all their variants
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
func TestSentences(t *testing.T) {
	user := "User: " + caller + " is not authorized to perform: kms:Decrypt on resource: " + key
	who := caller + " | kms:Decrypt | " + key + " | "
	cases := []struct{ name, text, want string }{
		{"identity", user + " because no identity-based policy allows the kms:Decrypt action", who + "identity-policy"},
		{"resource", user + " because no resource-based policy allows the kms:Decrypt action", who + "resource-based policy"},
		{"boundary", user + " because no permissions boundary allows the kms:Decrypt action", who + "boundary"},
		{"session", user + " because no session policy allows the kms:Decrypt action", who + "session-policy"},
		{"SCP", user + " because no service control policy allows the kms:Decrypt action", who + "scp"},
		{"RCP", user + " because no resource control policy allows the kms:Decrypt action", who + "rcp"},
		{"endpoint", user + " because no VPC endpoint policy allows the kms:Decrypt action", who + "endpoint-policy"},
		{"explicit identity", user + " with an explicit deny in an identity-based policy", who + "identity-policy explicit"},
		{"explicit resource", user + " with an explicit deny in a resource-based policy", who + "resource-based policy explicit"},
		{"explicit boundary", user + " with an explicit deny in a permissions boundary", who + "boundary explicit"},
		{"explicit session", user + " with an explicit deny in a session policy", who + "session-policy explicit"},
		{"explicit SCP", user + " with an explicit deny in a service control policy", who + "scp explicit"},
		{"explicit SCP with its ARN", user + " with an explicit deny in a service control policy: arn:aws:organizations::777788889999:policy/o-1/service_control_policy/p-1", who + "scp explicit"},
		{"explicit RCP", user + " with an explicit deny in a resource control policy", who + "rcp explicit"},
		{"explicit endpoint", user + " with an explicit deny in a VPC endpoint policy", who + "endpoint-policy explicit"},
		{"no reason", user, who},
		{"no resource", "User: " + caller + " is not authorized to perform: sagemaker:ListDomains because no identity-based policy allows the sagemaker:ListDomains action", caller + " | sagemaker:ListDomains |  | identity-policy"},
		{"trust", "User: " + caller + " is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/X because no resource-based policy allows the sts:AssumeRole action", caller + " | sts:AssumeRole | arn:aws:iam::111122223333:role/X | trust-policy"},
		{"trust by its name", "User: " + caller + " is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::111122223333:role/X because no role trust policy allows the sts:AssumeRole action", caller + " | sts:AssumeRole | arn:aws:iam::111122223333:role/X | trust-policy"},
		{"a log line", "2026-11-02T10:11:12Z ERROR botocore: An error occurred (AccessDenied) when calling the PutObject operation: " + user + " because no resource-based policy allows the kms:Decrypt action\nTraceback", who + "resource-based policy"},
		{"in quotes", `{"message":"` + user + ` because no identity-based policy allows the kms:Decrypt action"}`, who + "identity-policy"},
		{"an object", `User: ` + caller + ` is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::data/a b.csv" because no identity-based policy allows the s3:GetObject action`, caller + ` | s3:GetObject | arn:aws:s3:::data/a b.csv | identity-policy`},
		{"two", user + " because no session policy allows the kms:Decrypt action\n" + user + " with an explicit deny in a permissions boundary", who + "session-policy\n" + who + "boundary explicit"},
		{"in several lines", strings.ReplaceAll(user, " ", "\n  ") + "\nbecause no resource-based\npolicy allows the kms:Decrypt action", who + "resource-based policy"},
		{"in the plural", user + " because no identity-based policies allow the kms:Decrypt action", who + "identity-policy"},
		{"a ciphertext", "User: " + caller + " is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because no identity-based policy allows the kms:Decrypt action", caller + " | kms:Decrypt | unnamed | identity-policy"},
		{"a ciphertext, without a reason", "User: " + caller + " is not authorized to perform: kms:Decrypt on the resource associated with this ciphertext because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access", caller + " | kms:Decrypt | unnamed | "},
		{"none", "Access Denied", ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := all(denial.Sentences(c.text)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestHint(t *testing.T) {
	for text, want := range map[string]string{
		"An error occurred (AccessDenied) when calling the GetObject operation: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.": "KMS does not say who called it",
		"Encoded authorization failure message: abc":                                           "decode the message first",
		"An error occurred (AccessDenied) when calling the GetObject operation: Access Denied": "the message does not say who",
		"no such file": "",
	} {
		if got := denial.Hint(text); !strings.HasPrefix(got, want) || want == "" && got != "" {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

const kmsEvent = `{"eventVersion": "1.11", "eventTime": "2026-11-02T10:11:12Z", "eventSource": "kms.amazonaws.com", "eventName": "Decrypt", "awsRegion": "eu-central-1",
 "sourceIPAddress": "s3.amazonaws.com", "errorCode": "AccessDenied", "errorMessage": "User: ` + caller + ` is not authorized to perform: kms:Decrypt on resource: ` + key + ` because no resource-based policy allows the kms:Decrypt action",
 "userIdentity": {"type": "AssumedRole", "arn": "` + caller + `", "invokedBy": "s3.amazonaws.com"},
 "requestParameters": {"encryptionContext": {"aws:s3:arn": "arn:aws:s3:::data"}, "encryptionAlgorithm": "SYMMETRIC_DEFAULT"}, "resources": [{"ARN": "` + key + `", "type": "AWS::KMS::Key"}]}`

const s3Event = `{"eventTime": "2026-11-02T10:12:00Z", "eventSource": "s3.amazonaws.com", "eventName": "PutObject", "awsRegion": "eu-central-1", "sourceIPAddress": "10.0.0.7", "vpcEndpointId": "vpce-1",
 "errorCode": "AccessDenied", "errorMessage": "Access Denied", "userIdentity": {"type": "AssumedRole", "arn": "` + caller + `"}, "requestParameters": {"bucketName": "data", "key": "Canvas/jane/x"}}`

const allowedEvent = `{"eventTime": "2026-11-02T10:12:01Z", "eventSource": "s3.amazonaws.com", "eventName": "GetObject", "userIdentity": {"arn": "` + caller + `"}}`

const message = `{"allowed": false, "explicitDeny": true, "context": {"principal": {"id": "AROA:jane", "arn": "` + caller + `"}, "action": "kms:Decrypt", "resource": "` + key + `",
 "conditions": {"items": [{"key": "kms:ViaService", "values": {"items": [{"value": "s3.eu-central-1.amazonaws.com"}]}}]}}}`

func TestEvents(t *testing.T) {
	kms := caller + " | kms:Decrypt | " + key + " | resource-based policy | kms:EncryptionContext:aws:s3:arn=arn:aws:s3:::data | kms:ViaService=s3.eu-central-1.amazonaws.com"
	s3 := caller + " | s3:PutObject | arn:aws:s3:::data/Canvas/jane/x |  | aws:SourceIp=10.0.0.7 | aws:SourceVpce=vpce-1"
	decoded := caller + " | kms:Decrypt | " + key + " |  explicit | kms:ViaService=s3.eu-central-1.amazonaws.com"
	packed := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	quoted := func(text string) string { return strings.ReplaceAll(strings.ReplaceAll(text, `"`, `\"`), "\n", " ") }
	cases := []struct{ name, text, want string }{
		{"a record", kmsEvent, kms},
		{"a record of S3", s3Event, s3},
		{"not denied", allowedEvent, ""},
		{"a file", `{"Records": [` + kmsEvent + "," + allowedEvent + "," + s3Event + `]}`, kms + "\n" + s3},
		{"a packed file", packed(`{"Records": [` + kmsEvent + `]}`), kms},
		{"a list", "[" + kmsEvent + "]", kms},
		{"lines", strings.ReplaceAll(kmsEvent, "\n", "") + "\n" + strings.ReplaceAll(s3Event, "\n", ""), kms + "\n" + s3},
		{"lookup-events", `{"Events": [{"EventId": "1", "CloudTrailEvent": "` + quoted(kmsEvent) + `"}]}`, kms},
		{"EventBridge", `{"detail-type": "AWS API Call via CloudTrail", "detail": ` + kmsEvent + `}`, kms},
		{"alike", `{"Records": [` + kmsEvent + "," + s3Event + "," + strings.ReplaceAll(kmsEvent, "10:11:12", "11:00:00") + `]}`, kms + " | 2 calls until 2026-11-02T11:00:00Z\n" + s3},
		{"a decoded message", message, decoded},
		{"a decoded message as the CLI prints it", `{"DecodedMessage": "` + quoted(message) + `"}`, decoded},
		{"other JSON", `{"a": 1} [] 3 "x" null`, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			list, err := denial.Events([]byte(c.text))
			if err != nil {
				t.Fatal(err)
			}
			if got := all(denial.Group(list)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
	if _, err := denial.Events([]byte(`{"a": `)); err == nil {
		t.Error("a record that is cut off is read")
	}
}

func TestDisagreement(t *testing.T) {
	because := func(layer access.LayerName, cause access.CauseName) access.Decision {
		result := access.ImplicitlyDenied
		if cause == access.ExplicitDeny {
			result = access.ExplicitlyDenied
		}
		return access.Decision{Result: result, Reasons: []access.Reason{{Layer: layer, Cause: cause}}}
	}
	blamed := func(text string) denial.Denial {
		return denial.Sentences("User: " + caller + " is not authorized to perform: kms:Decrypt on resource: " + key + text)[0]
	}
	cases := []struct {
		name     string
		d        denial.Denial
		decision access.Decision
		want     int // possible causes
	}{
		{"the same", blamed(" because no resource-based policy allows the kms:Decrypt action"), because(access.KeyPolicy, access.NoStatement), 0},
		{"the same Deny", blamed(" with an explicit deny in a service control policy"), because(access.SCP, access.ExplicitDeny), 0},
		{"no reason given", blamed(""), because(access.IdentityPolicy, access.NoStatement), 0},
		{"unknown here", blamed(" because no session policy allows the kms:Decrypt action"), access.Decision{}, 0},
		{"a Deny that is not here", blamed(" with an explicit deny in a service control policy"), because(access.KeyPolicy, access.NoStatement), 3},
		{"another layer", blamed(" because no permissions boundary allows the kms:Decrypt action"), because(access.IdentityPolicy, access.NoStatement), 3},
		{"allowed here", blamed(" because no session policy allows the kms:Decrypt action"), access.Decision{Result: access.Allowed}, 2},
		{"allowed here, no reason given", blamed(""), access.Decision{Result: access.Allowed}, 2},
	}
	for _, c := range cases {
		if got := c.d.Disagreement(c.decision); len(got) != c.want {
			t.Errorf("%s: %q, want %d causes", c.name, got, c.want)
		}
	}
}

func FuzzEvents(f *testing.F) {
	for _, text := range []string{kmsEvent, s3Event, message, `{"Records": [{}]}`, "User: a is not authorized to perform: b:C"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := denial.Events([]byte(text))
		if err == nil {
			list = append(list, denial.Sentences(text)...)
		}
		for _, d := range denial.Group(list) {
			if d.Count < 1 || d.Action == "" {
				t.Errorf("%+v", d)
			}
		}
	})
}
