package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/wording"
)

// globalKeys gives the keys under "aws:" with their types as the vocabulary has
// them; a name that ends in a slash takes the key of a tag
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
// "" stands where the key has two types. The last three are older or stand in
// AWS's managed policies only.
func globalKeys() map[string]string {
	return map[string]string{
		"PrincipalArn": "ARN", "PrincipalAccount": "String", "PrincipalOrgPaths": "ArrayOfString", "PrincipalOrgID": "String",
		"PrincipalTag/": "String", "PrincipalIsAWSService": "Bool", "PrincipalServiceName": "String",
		"PrincipalServiceNamesList": "ArrayOfString", "PrincipalType": "String", "userid": "String", "username": "String",
		"AssumedRoot": "Bool", "FederatedProvider": "String", "TokenIssueTime": "Date", "MultiFactorAuthAge": "Numeric",
		"MultiFactorAuthPresent": "Bool", "ChatbotSourceArn": "ARN", "Ec2InstanceSourceVpc": "String",
		"Ec2InstanceSourcePrivateIPv4": "IP", "SourceIdentity": "String", "SignInSessionArn": "ARN",
		"SourceIp": "IP", "SourceVpc": "String", "SourceVpcArn": "ARN", "SourceVpce": "String", "VpceAccount": "String",
		"VpceOrgID": "String", "VpceOrgPaths": "ArrayOfString", "VpcSourceIp": "IP",
		"ResourceAccount": "String", "ResourceOrgID": "String", "ResourceOrgPaths": "ArrayOfString", "ResourceTag/": "String",
		"CalledVia": "ArrayOfString", "CalledViaFirst": "String", "CalledViaLast": "String", "ViaAWSService": "Bool",
		"CalledViaAWSMCP": "", "ViaAWSMCPService": "Bool", "IsMcpServiceAction": "Bool",
		"CurrentTime": "Date", "EpochTime": "", "Referer": "String", "RequestedRegion": "String", "RequestTag/": "String",
		"TagKeys": "ArrayOfString", "SecureTransport": "Bool", "SourceAccount": "String", "SourceArn": "ARN",
		"SourceOrgID": "String", "SourceOrgPaths": "ArrayOfString", "UserAgent": "String",
		"SourceOwner": "String", "PrincipalOrgMasterAccountId": "String", "SourceInstanceARN": "ARN",
	}
}

// globals are the global keys by their name in lower case.
func globals() map[string]globalKey {
	keys := map[string]globalKey{}
	for name, kind := range globalKeys() {
		keys[strings.ToLower(name)] = globalKey{name, kind}
	}
	return keys
}

type globalKey struct{ name, kind string }

// judgeGlobal looks up a key under "aws:".
func (c *Checker) judgeGlobal(rest string) *keyUse {
	name := strings.ToLower(rest)
	if stem, tag, ok := strings.Cut(name, "/"); ok {
		if known, ok := c.globals[stem+"/"]; ok {
			if tag == "" {
				return &keyUse{tagless: "aws:" + known.name}
			}
			return &keyUse{kind: known.kind, tag: true}
		}
		name = stem
	}
	if known, ok := c.globals[name]; ok && strings.EqualFold(name, rest) {
		return &keyUse{kind: known.kind}
	}
	if known, ok := c.globals[name+"/"]; ok {
		return &keyUse{tagless: "aws:" + known.name}
	}
	return &keyUse{complaint: fmt.Sprintf("AWS has no global condition key aws:%s%s", rest, didYouMean("aws:", c.nearestGlobal(name)))}
}

// nearestGlobal suggests a global key; aws:ARN is what people write for the
// principal's or the source's.
func (c *Checker) nearestGlobal(name string) []string {
	if name == "arn" {
		return []string{"PrincipalArn", "SourceArn"}
	}
	var names []string
	for _, key := range slices.Sorted(maps.Keys(c.globals)) {
		names = append(names, strings.TrimSuffix(c.globals[key].name, "/"))
	}
	return wording.Nearest(name, names)
}
