package access

import "strings"

// exemption is the answer to a call that policies do not decide.
type exemption struct {
	result Result
	why    string
}

// withoutPermission answers the calls of STS that need no permission, or that
// some callers cannot make whatever the policies say; nil for all others.
func (e *evaluation) withoutPermission() *exemption {
	const service = "sts:"
	action := e.request.Action
	if len(action) <= len(service) || !strings.EqualFold(action[:len(service)], service) {
		return nil
	}
	caller := &e.request.Principal
	if !caller.hasPolicies() && caller.Kind != RootUser {
		return nil
	}
	switch strings.ToLower(action[len(service):]) {
	case "getcalleridentity":
		// A Deny of an identity policy does not stop the call either
		// (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html).
		return e.throughEndpoint("sts:GetCallerIdentity needs no permission, and no policy of the caller stops it")
	case "getsessiontoken":
		if caller.Kind == User || caller.Kind == RootUser {
			// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
			return e.throughEndpoint("sts:GetSessionToken needs no permission, and no policy of the user stops it")
		}
		return &exemption{ImplicitlyDenied, "sts:GetSessionToken takes the long-term credentials of a user only"}
	case "getfederationtoken":
		if caller.Kind != User && caller.Kind != RootUser {
			// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
			return &exemption{ImplicitlyDenied, "sts:GetFederationToken takes the long-term credentials of a user only"}
		}
	}
	return nil
}

// throughEndpoint allows a call unless an endpoint's policy does not: whether
// it stops a call that needs no permission is not documented.
func (e *evaluation) throughEndpoint(why string) *exemption {
	if e.policies.Endpoint != nil {
		deny := no
		if allow := e.named(e.policies.Endpoint, &deny).any(); allow != yes || deny != no {
			return &exemption{Unknown, "whether an endpoint policy stops a call that needs no permission"}
		}
	}
	return &exemption{Allowed, why}
}

// exempted is the decision with its reason.
func (x *explainer) exempted(exempt *exemption) Decision {
	r := Reason{Layer: IdentityPolicy, Message: exempt.why}
	switch exempt.result {
	case Unknown:
		r.Layer, r.Cause = EndpointPolicy, Undocumented
	case ImplicitlyDenied:
		r.Cause = NoStatement
	}
	x.add(r)
	x.settle()
	return x.decision(exempt.result)
}
