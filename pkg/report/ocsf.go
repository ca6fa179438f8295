package report

import (
	"io"
	"strings"
	"time"

	"github.com/canvaslint/canvaslint/pkg/finding"
)

// ocsfVersion is the version of the Open Cybersecurity Schema Framework that
// WriteOCSF writes.
const ocsfVersion = "1.8.0"

// The part of the class Compliance Finding, with the profile Cloud, that
// WriteOCSF fills in (https://schema.ocsf.io/1.8.0/classes/compliance_finding?profiles=cloud).
type (
	ocsfEvent struct {
		ActivityID   int              `json:"activity_id"`
		ActivityName string           `json:"activity_name"`
		CategoryUID  int              `json:"category_uid"`
		CategoryName string           `json:"category_name"`
		ClassUID     int              `json:"class_uid"`
		ClassName    string           `json:"class_name"`
		TypeUID      int              `json:"type_uid"`
		TypeName     string           `json:"type_name"`
		Time         int64            `json:"time"` // milliseconds since 1970
		SeverityID   int              `json:"severity_id"`
		Severity     string           `json:"severity"`
		StatusID     int              `json:"status_id"`
		Status       string           `json:"status"`
		Comment      string           `json:"comment,omitempty"`
		Message      string           `json:"message"`
		Metadata     ocsfMetadata     `json:"metadata"`
		Cloud        ocsfCloud        `json:"cloud"`
		Compliance   ocsfCompliance   `json:"compliance"`
		FindingInfo  ocsfInfo         `json:"finding_info"`
		Resources    []ocsfResource   `json:"resources,omitempty"`
		Remediation  *ocsfRemediation `json:"remediation,omitempty"`
		Evidences    []ocsfEvidence   `json:"evidences,omitempty"`
		Unmapped     map[string]any   `json:"unmapped,omitempty"`
	}
	ocsfMetadata struct {
		Version  string      `json:"version"`
		Profiles []string    `json:"profiles"`
		Product  ocsfProduct `json:"product"`
	}
	ocsfProduct struct {
		Name    string `json:"name"`
		Vendor  string `json:"vendor_name"`
		Version string `json:"version,omitempty"`
		URL     string `json:"url_string"`
	}
	ocsfCloud struct {
		Provider string       `json:"provider"`
		Region   string       `json:"region,omitempty"`
		Account  *ocsfAccount `json:"account,omitempty"`
	}
	ocsfAccount struct {
		UID    string `json:"uid"`
		Type   string `json:"type"`
		TypeID int    `json:"type_id"`
	}
	ocsfCompliance struct {
		Control       string   `json:"control"`
		Description   string   `json:"desc,omitempty"`
		Standards     []string `json:"standards"`
		Status        string   `json:"status"`
		StatusID      int      `json:"status_id"`
		StatusDetails []string `json:"status_details,omitempty"`
	}
	ocsfInfo struct {
		UID    string   `json:"uid"`
		Title  string   `json:"title"`
		Desc   string   `json:"desc,omitempty"`
		Types  []string `json:"types"`
		Source string   `json:"src_url,omitempty"`
	}
	ocsfResource struct {
		UID    string `json:"uid"`
		Type   string `json:"type"`
		Region string `json:"region,omitempty"`
	}
	ocsfRemediation struct {
		Desc       string   `json:"desc"`
		References []string `json:"references,omitempty"`
	}
	ocsfEvidence struct {
		Data any       `json:"data"`
		File *ocsfFile `json:"file,omitempty"`
	}
	ocsfFile struct {
		Name   string `json:"name"`
		Path   string `json:"path"`
		TypeID int    `json:"type_id"`
	}
)

// WriteOCSF writes the report as a JSON list of OCSF 1.8.0 Compliance Findings
// (class 2003, profile cloud): one for each finding, for each problem, and for
// each row of readiness that passed. Waived findings are suppressed; what the
// baseline knows is in progress, what is gone from it is resolved. The standard
// demands a time; at is when the report was made.
func WriteOCSF(w io.Writer, r *finding.Report, at time.Time) error {
	o := &ocsfWriter{report: r, time: at.UnixMilli()}
	events := []ocsfEvent{}
	rules := map[string]finding.Rule{}
	for _, rule := range r.Rules {
		rules[rule.ID] = rule
	}
	for _, f := range allFindings(r) {
		events = append(events, o.finding(f, rules[f.Rule]))
	}
	if r.Baseline != nil {
		for _, entry := range r.Baseline.Stale {
			events = append(events, o.gone(entry))
		}
	}
	for _, problem := range r.Problems {
		events = append(events, o.problem(problem))
	}
	for _, row := range r.Readiness {
		if row.Verdict == finding.Ready {
			events = append(events, o.ready(row))
		}
	}
	return writeIndented(w, events)
}

type ocsfWriter struct {
	report *finding.Report
	time   int64
}

// The words of the schema for its numbers.
const (
	ocsfCreate, ocsfClose         = 1, 3
	ocsfNewStatus, ocsfInProgress = 1, 2
	ocsfSuppressed, ocsfResolved  = 3, 4
	ocsfPass, ocsfWarn, ocsfFail  = 1, 2, 3
	ocsfNotKnown                  = 0
	ocsfAWSAccount                = 10
	ocsfRegularFile               = 1
)

// event fills in what all events have.
func (o *ocsfWriter) event(activity, status int) ocsfEvent {
	e := ocsfEvent{
		ActivityID: activity, ActivityName: "Create", CategoryUID: 2, CategoryName: "Findings",
		ClassUID: 2003, ClassName: "Compliance Finding", Time: o.time, StatusID: status,
		SeverityID: 1, Severity: "Informational",
		Status: []string{"Unknown", "New", "In Progress", "Suppressed", "Resolved"}[status],
		Metadata: ocsfMetadata{Version: ocsfVersion, Profiles: []string{"cloud"}, Product: ocsfProduct{
			Name: Clean(o.report.Tool.Name), Vendor: "canvaslint", Version: Clean(o.report.Tool.Version), URL: homepage,
		}},
		Cloud:      ocsfCloud{Provider: "AWS"},
		Compliance: ocsfCompliance{Standards: []string{"Amazon SageMaker Canvas, encryption with AWS KMS, guide " + Clean(o.report.Guide)}},
	}
	if activity == ocsfClose {
		e.ActivityName = "Close"
	}
	e.TypeUID = e.ClassUID*100 + activity
	e.TypeName = e.ClassName + ": " + e.ActivityName
	return e
}

// verdict says whether a control is met.
func (e *ocsfEvent) verdict(status int) {
	e.Compliance.StatusID = status
	e.Compliance.Status = []string{"Unknown", "Pass", "Warning", "Fail"}[status]
}

// severity takes over a severity.
func (e *ocsfEvent) severity(s finding.Severity) {
	switch s {
	case finding.Error:
		e.SeverityID, e.Severity = 4, "High"
		e.verdict(ocsfFail)
	case finding.Warning:
		e.SeverityID, e.Severity = 3, "Medium"
		e.verdict(ocsfWarn)
	default:
		e.verdict(ocsfWarn)
	}
}

// at says in which account and Region.
func (e *ocsfEvent) at(account, region string) {
	e.Cloud.Region = Clean(region)
	if account != "" {
		e.Cloud.Account = &ocsfAccount{UID: Clean(account), Type: "AWS Account", TypeID: ocsfAWSAccount}
	}
}

// about adds a resource.
func (e *ocsfEvent) about(uid, kind, region string) {
	if uid != "" {
		e.Resources = append(e.Resources, ocsfResource{UID: Clean(uid), Type: kind, Region: Clean(region)})
	}
}

func (o *ocsfWriter) finding(f judgedFinding, rule finding.Rule) ocsfEvent {
	e := o.event(ocsfCreate, map[state]int{isNew: ocsfNewStatus, isKnown: ocsfInProgress, isWaived: ocsfSuppressed}[f.state])
	e.severity(f.Severity)
	e.at(f.Account, f.Region)
	e.Message = Clean(f.Message)
	e.Compliance.Control = Clean(f.Rule)
	e.Compliance.Description = Clean(rule.Description)
	for _, cause := range f.Causes {
		e.Compliance.StatusDetails = append(e.Compliance.StatusDetails, Clean(causeText(cause)))
	}
	title := rule.Title
	if title == "" {
		title = f.Rule
	}
	e.FindingInfo = ocsfInfo{UID: Clean(f.Fingerprint), Title: Clean(title), Desc: Clean(f.Message), Types: []string{Clean(f.Rule)}, Source: safeURL(f.Help)}
	e.about(f.Resource, ocsfKind(f.Resource), f.Region)
	e.about(f.Principal, ocsfKind(f.Principal), "")
	e.about(f.Domain, "AWS::SageMaker::Domain", f.Region)
	for _, profile := range f.Profiles {
		e.about(f.Domain+"/"+profile, "AWS::SageMaker::UserProfile", f.Region)
	}
	e.Evidences = ocsfEvidences(f.Finding)
	if f.Fix != nil && f.Fix.Message != "" {
		text := strings.TrimSpace(f.Fix.Message + " " + f.Fix.Statement)
		for _, more := range f.Fix.More {
			text += "; " + more.Message + " " + more.Statement
		}
		e.Remediation = &ocsfRemediation{Desc: Clean(text)}
		if address := safeURL(f.Help); address != "" {
			e.Remediation.References = []string{address}
		}
	}
	if f.Waiver != nil {
		e.Comment = Clean(f.Waiver.Reason)
	}
	e.Unmapped = subjectOf(f.Finding)
	return e
}

// ocsfKind names the type of a resource as CloudFormation does.
func ocsfKind(resource string) string {
	parts := strings.SplitN(resource, ":", 6)
	if len(parts) < 6 {
		return "AWS resource"
	}
	switch kind, _, _ := strings.Cut(parts[5], "/"); {
	case parts[2] == "kms" && kind == "alias":
		return "AWS::KMS::Alias"
	case parts[2] == "kms":
		return "AWS::KMS::Key"
	case parts[2] == "s3":
		return "AWS::S3::Bucket"
	case parts[2] == "iam" && kind == "role":
		return "AWS::IAM::Role"
	}
	return "AWS resource"
}

// ocsfEvidences are the places of a finding and of its causes.
func ocsfEvidences(f finding.Finding) []ocsfEvidence {
	var list []ocsfEvidence
	add := func(text string, at finding.Place) {
		if at.File == "" {
			return
		}
		name := Clean(at.File)
		data := map[string]any{"message": Clean(text)}
		if !at.Start.IsZero() {
			data["start"] = map[string]int{"line": at.Start.Line, "column": at.Start.Column}
		}
		if !at.End.IsZero() {
			data["end"] = map[string]int{"line": at.End.Line, "column": at.End.Column}
		}
		list = append(list, ocsfEvidence{Data: data, File: &ocsfFile{
			Name: name[strings.LastIndexByte(name, '/')+1:], Path: name, TypeID: ocsfRegularFile,
		}})
	}
	add(f.Message, f.Place)
	for _, cause := range f.Causes {
		add(causeText(cause), cause.Place)
	}
	for _, note := range f.Related {
		add(note.Message, note.Place)
	}
	return list
}

// gone closes a finding that the baseline has and this run has not.
func (o *ocsfWriter) gone(entry finding.BaselineEntry) ocsfEvent {
	e := o.event(ocsfClose, ocsfResolved)
	e.verdict(ocsfPass)
	e.Message = Clean(entry.Message)
	e.Compliance.Control = Clean(entry.Rule)
	e.FindingInfo = ocsfInfo{UID: Clean(entry.Fingerprint), Title: Clean(entry.Rule), Desc: Clean(entry.Message), Types: []string{Clean(entry.Rule)}}
	e.about(entry.Resource, ocsfKind(entry.Resource), "")
	return e
}

// problem says that something is not known.
func (o *ocsfWriter) problem(p finding.Problem) ocsfEvent {
	e := o.event(ocsfCreate, ocsfNewStatus)
	e.SeverityID, e.Severity = 3, "Medium"
	e.verdict(ocsfNotKnown)
	e.Message = problemText(p)
	e.Compliance.Control = "problem"
	e.FindingInfo = ocsfInfo{
		UID: finding.Fingerprint("problem", p.File, p.Message), Title: "Input could not be analysed",
		Desc: problemText(p), Types: []string{"problem"},
	}
	e.Evidences = ocsfEvidences(finding.Finding{Message: p.Message, Place: finding.Place{File: p.File, Start: p.Start}})
	return e
}

// ready is a control that is met.
func (o *ocsfWriter) ready(row finding.Readiness) ocsfEvent {
	e := o.event(ocsfCreate, ocsfNewStatus)
	e.verdict(ocsfPass)
	e.at(row.Account, row.Region)
	e.Message = "profile " + Clean(profileName(row)) + " of domain " + Clean(row.Domain) + " is ready: " + Clean(string(row.Purpose))
	e.Compliance.Control = "readiness: " + Clean(string(row.Purpose))
	e.FindingInfo = ocsfInfo{
		UID:   finding.Fingerprint("readiness", row.Account, row.Region, row.Domain, row.Profile, string(row.Purpose), row.Key, row.Bucket),
		Title: "Canvas is ready", Desc: e.Message, Types: []string{"readiness"},
	}
	e.about(row.Key, ocsfKind(row.Key), row.Region)
	e.about(row.Bucket, "AWS::S3::Bucket", row.Region)
	e.about(row.Role, ocsfKind(row.Role), "")
	e.about(row.Domain, "AWS::SageMaker::Domain", row.Region)
	return e
}
