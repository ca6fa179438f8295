package denial

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// record is a CloudTrail record, as far as it describes a request
// (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html).
type record struct {
	EventTime, EventSource, EventName, AwsRegion string
	ErrorCode, ErrorMessage                      string
	SourceIPAddress                              string
	VpcEndpointID                                string // vpcEndpointId
	UserIdentity                                 struct {
		Type, Arn, InvokedBy string
	}
	RequestParameters map[string]any
	Resources         []struct {
		ARN       string
		Type      string
		AccountID string
	}
}

// decoded is what "aws sts decode-authorization-message" prints, and what its
// DecodedMessage holds
// (https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html).
type decoded struct {
	DecodedMessage string
	Allowed        *bool
	ExplicitDeny   bool
	Context        struct {
		Principal  struct{ Arn string }
		Action     string
		Resource   string
		Conditions struct {
			Items []struct {
				Key    string
				Values struct{ Items []struct{ Value string } }
			}
		}
	}
}

// Events reads CloudTrail records, one, a list or a file of them, also packed
// with gzip, and decoded authorization messages. Records of calls that were not
// denied are passed over.
func Events(data []byte) ([]Denial, error) {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		packed, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("unpack the events: %w", err)
		}
		most := max(64<<20, 100*int64(len(data))) // CloudTrail's own files pack twenty to one
		if data, err = io.ReadAll(io.LimitReader(packed, most+1)); err != nil {
			return nil, fmt.Errorf("unpack the events: %w", err)
		}
		if int64(len(data)) > most {
			return nil, fmt.Errorf("unpack the events: they are more than %d MiB, or more than 100 times what they are packed", most>>20)
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	var list []Denial
	for {
		var value json.RawMessage
		if err := decoder.Decode(&value); err == io.EOF {
			return list, nil
		} else if err != nil {
			return nil, fmt.Errorf("read the events: byte %d: %w", decoder.InputOffset(), err)
		}
		list = append(list, read(value)...)
	}
}

// read reads one value: a record, a list, a file, or a decoded message.
func read(value json.RawMessage) []Denial {
	var list []json.RawMessage
	if json.Unmarshal(value, &list) == nil {
		return readAll(list)
	}
	var file struct {
		Records []json.RawMessage
		Events  []struct{ CloudTrailEvent string } // lookup-events
		Detail  json.RawMessage                    // EventBridge
	}
	if json.Unmarshal(value, &file) != nil {
		return nil
	}
	for _, event := range file.Events {
		list = append(list, json.RawMessage(event.CloudTrailEvent))
	}
	switch {
	case len(file.Records)+len(list) > 0:
		return readAll(append(file.Records, list...))
	case len(file.Detail) > 0:
		return read(file.Detail)
	}
	if d, ok := readDecoded(value); ok {
		return []Denial{d}
	}
	if d, ok := readRecord(value); ok {
		return []Denial{d}
	}
	return nil
}

func readAll(values []json.RawMessage) []Denial {
	var list []Denial
	for _, value := range values {
		list = append(list, read(value)...)
	}
	return list
}

func readDecoded(value json.RawMessage) (Denial, bool) {
	var m decoded
	if json.Unmarshal(value, &m) != nil {
		return Denial{}, false
	}
	if m.DecodedMessage != "" {
		return readDecoded(json.RawMessage(m.DecodedMessage))
	}
	if m.Allowed == nil || *m.Allowed || m.Context.Action == "" {
		return Denial{}, false
	}
	d := Denial{Principal: m.Context.Principal.Arn, Action: m.Context.Action, Resource: m.Context.Resource, Explicit: m.ExplicitDeny, Context: map[string][]string{}}
	for _, item := range m.Context.Conditions.Items {
		for _, v := range item.Values.Items {
			d.Context[item.Key] = append(d.Context[item.Key], v.Value)
		}
	}
	return d, true
}

func readRecord(value json.RawMessage) (Denial, bool) {
	var r record
	if json.Unmarshal(value, &r) != nil {
		return Denial{}, false
	}
	if !strings.Contains(r.ErrorCode, "AccessDenied") && !strings.Contains(r.ErrorCode, "Unauthorized") {
		return Denial{}, false
	}
	d := Denial{Time: r.EventTime, Context: map[string][]string{}}
	if said := Sentences(r.ErrorMessage); len(said) > 0 {
		d = said[0]
		d.Time = r.EventTime
	}
	d.fill(r)
	if ip := r.SourceIPAddress; strings.Trim(ip, "0123456789abcdefABCDEF.:") == "" && ip != "" {
		d.Context["aws:SourceIp"] = []string{ip}
	}
	if r.VpcEndpointID != "" {
		d.Context["aws:SourceVpce"] = []string{r.VpcEndpointID}
	}
	return d, d.Principal != "" && d.Action != ""
}

// fill takes from the record what the sentence did not say.
func (d *Denial) fill(r record) {
	service, _, _ := strings.Cut(r.EventSource, ".")
	if d.Principal == "" {
		d.Principal = r.UserIdentity.Arn
	}
	if d.Action == "" {
		d.Action = actionOf(service, r.EventName)
	}
	if d.Resource == "" {
		d.Resource = resourceOf(r)
	}
	d.Unnamed = d.Unnamed && d.Resource == ""
	if by := r.UserIdentity.InvokedBy; strings.HasPrefix(d.Action, "kms:") && strings.HasSuffix(by, ".amazonaws.com") && r.AwsRegion != "" {
		name, _, _ := strings.Cut(by, ".")
		d.Context["kms:ViaService"] = []string{name + "." + r.AwsRegion + ".amazonaws.com"}
	}
	if pairs, ok := r.RequestParameters["encryptionContext"].(map[string]any); ok {
		for key, value := range pairs {
			if text, ok := value.(string); ok {
				d.Context["kms:EncryptionContext:"+key] = []string{text}
			}
		}
	}
}

// actionOf names the permission of an operation, where the two differ
// (https://docs.aws.amazon.com/service-authorization/latest/reference/).
func actionOf(service, operation string) string {
	switch service + ":" + operation {
	case "kms:ReEncrypt":
		return "kms:ReEncryptFrom"
	case "s3:ListObjects", "s3:ListObjectsV2", "s3:HeadBucket":
		return "s3:ListBucket"
	case "s3:HeadObject":
		return "s3:GetObject"
	case "s3:CreateMultipartUpload", "s3:UploadPart", "s3:CompleteMultipartUpload", "s3:CopyObject":
		return "s3:PutObject"
	}
	return service + ":" + operation
}

// resourceOf finds the resource among those that the record names.
func resourceOf(r record) string {
	text := func(name string) string { t, _ := r.RequestParameters[name].(string); return t }
	if bucket := text("bucketName"); bucket != "" {
		arn := "arn:aws:s3:::" + bucket
		if key := text("key"); key != "" {
			arn += "/" + key
		}
		return arn
	}
	if key := text("keyId"); strings.HasPrefix(key, "arn:") {
		return key
	}
	if role := text("roleArn"); role != "" {
		return role
	}
	for _, resource := range r.Resources {
		if resource.ARN != "" {
			return resource.ARN
		}
	}
	return ""
}
