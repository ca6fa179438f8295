package fetch

// Status says how a run ended.
type Status string

// The ways. A manifest says interrupted from the first moment, so that a folder
// that a run left behind when it was killed can never be taken for whole.
const (
	StatusComplete    Status = "complete"
	StatusPartial     Status = "partial"
	StatusInterrupted Status = "interrupted"
	// The ways of one account of an organization: nothing of it could be read, or it
	// is closed or about to be.
	StatusUnread Status = "unread"
	StatusClosed Status = "closed"
)

// Reason is why something is not in the folder.
type Reason string

// The reasons. Only NotFound is an answer; the others are gaps.
const (
	NotFound     Reason = "not-found"
	AccessDenied Reason = "access-denied"
	Throttled    Reason = "throttled"
	Unreadable   Reason = "unreadable"
)

// Manifest is manifest.json.
type Manifest struct {
	Version  int       `json:"version"`
	Tool     string    `json:"tool"`
	Time     string    `json:"time"`
	Status   Status    `json:"status"`
	Caller   string    `json:"caller"`            // the first caller's ARN
	Callers  []string  `json:"callers,omitempty"` // all, where there are several
	Scope    *Scope    `json:"scope,omitempty"`
	Complete []string  `json:"complete"` // "<account>/iam/roles", "<account>/<region>/kms/keys"
	Missing  []Missing `json:"missing"`
	Accounts []Member  `json:"accounts,omitempty"` // of an organization
}

// Member says how the run ended for one account of an organization.
type Member struct {
	Account string `json:"account"`
	Status  Status `json:"status"`
}

// Missing is one call that did not give what it was made for.
type Missing struct {
	File       string `json:"file"` // that the answer would be in, below the folder
	Service    string `json:"service"`
	Operation  string `json:"operation"`
	Resource   string `json:"resource"` // ARN, or name where there is none
	Reason     Reason `json:"reason"`
	Code       string `json:"code"`      // of AWS, or ours
	RequestID  string `json:"requestId"` // "" where AWS gave none
	Permission string `json:"permission"`
}

// IsGap reports whether the thing may exist and was not read.
func (m Missing) IsGap() bool { return m.Reason != NotFound }

// Scope is what a run was asked to read. It stands in the manifest, so that a
// reader knows what the folder cannot hold, and a broken run goes on as it began.
type Scope struct {
	Regions  []string `json:"regions"` // none: those of the profiles
	Domains  []string `json:"domains"` // none: all
	Datasets []string `json:"datasets"`
	Jobs     Jobs     `json:"jobs"`
	Since    string   `json:"since"` // of jobs; "": all
	AllKeys  bool     `json:"allKeys"`
	AllRoles bool     `json:"allRoles"`
	// Organization is set where the accounts of an organization were read: then its
	// policies were to be read too, and what is missing of them is unknown.
	Organization *Organization `json:"organization,omitempty"`
}
