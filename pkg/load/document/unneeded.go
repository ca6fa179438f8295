package document

import (
	"sync"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// answer is what a call of the AWS CLI prints that decides nothing for Canvas:
// it is recognised by members that no document has that is read.
type answer struct {
	call    string
	members map[string]source.Kind
}

// mistakable lists those that have the members of a document that is read: a space
// names its domain, an access control list has grants.
func mistakable() []answer {
	return []answer{
		{"describe-space", map[string]source.Kind{"SpaceName": source.String, "DomainId": source.String}},
		{"get-bucket-acl", map[string]source.Kind{"Grants": source.Array, "Owner": source.Object}},
	}
}

// unneeded lists all others. They are looked at last: a file that someone put
// together may hold a list that is read beside one that is not.
var unneeded = sync.OnceValue(func() []answer {
	answers := []answer{
		{"get-caller-identity", map[string]source.Kind{"UserId": source.String, "Account": source.String, "Arn": source.String}},
		{"head-bucket", map[string]source.Kind{"BucketRegion": source.String, "AccessPointAlias": source.Bool}},
		{"get-public-key", map[string]source.Kind{"PublicKey": source.String, "KeyId": source.String}},
		{"get-user", map[string]source.Kind{"User": source.Object}},
		{"get-group", map[string]source.Kind{"Group": source.Object}},
		{"get-instance-profile", map[string]source.Kind{"InstanceProfile": source.Object}},
		{"get-account-summary", map[string]source.Kind{"SummaryMap": source.Object}},
		{"get-account-password-policy", map[string]source.Kind{"PasswordPolicy": source.Object}},
		{"describe-training-job", map[string]source.Kind{"TrainingJobName": source.String, "TrainingJobArn": source.String}},
		{"describe-processing-job", map[string]source.Kind{"ProcessingJobName": source.String, "ProcessingJobArn": source.String}},
		{"describe-model", map[string]source.Kind{"ModelName": source.String, "ModelArn": source.String}},
		{"describe-endpoint", map[string]source.Kind{"EndpointName": source.String, "EndpointArn": source.String}},
		{"describe-notebook-instance", map[string]source.Kind{"NotebookInstanceName": source.String, "NotebookInstanceArn": source.String}},
		{"describe-studio-lifecycle-config", map[string]source.Kind{"StudioLifecycleConfigArn": source.String}},
	}
	objects := map[string]string{
		"get-bucket-ownership-controls": "OwnershipControls", "get-bucket-logging": "LoggingEnabled", "get-bucket-policy-status": "PolicyStatus",
		"get-bucket-replication": "ReplicationConfiguration", "get-object-lock-configuration": "ObjectLockConfiguration", "get-bucket-website": "IndexDocument",
	}
	for call, member := range objects {
		answers = append(answers, answer{call, map[string]source.Kind{member: source.Object}})
	}
	lists := map[string]string{
		"list-apps": "Apps", "list-spaces": "Spaces", "list-buckets": "Buckets", "list-auto-ml-jobs": "AutoMLJobSummaries",
		"list-training-jobs": "TrainingJobSummaries", "list-processing-jobs": "ProcessingJobSummaries", "list-models": "Models", "list-endpoints": "Endpoints",
		"list-endpoint-configs": "EndpointConfigs", "list-notebook-instances": "NotebookInstances", "list-studio-lifecycle-configs": "StudioLifecycleConfigs",
		"list-images": "Images", "list-feature-groups": "FeatureGroupSummaries", "list-model-packages": "ModelPackageSummaryList",
		"get-bucket-cors": "CORSRules", "list-objects": "Contents", "list-bucket-inventory-configurations": "InventoryConfigurationList",
		"list-bucket-metrics-configurations": "MetricsConfigurationList", "list-bucket-analytics-configurations": "AnalyticsConfigurationList",
		"list-bucket-intelligent-tiering-configurations": "IntelligentTieringConfigurationList",
		"list-key-rotations":                             "Rotations", "describe-custom-key-stores": "CustomKeyStores",
		"list-users": "Users", "list-groups": "Groups", "list-instance-profiles": "InstanceProfiles", "list-entities-for-policy": "PolicyRoles",
		"list-account-aliases": "AccountAliases", "list-open-id-connect-providers": "OpenIDConnectProviderList", "list-saml-providers": "SAMLProviderList",
		"list-access-keys": "AccessKeyMetadata", "list-policy-versions or list-object-versions": "Versions",
		"describe-vpcs": "Vpcs", "describe-subnets": "Subnets", "describe-security-groups": "SecurityGroups",
		"describe-network-acls": "NetworkAcls", "describe-nat-gateways": "NatGateways", "describe-network-interfaces": "NetworkInterfaces",
		"describe-volumes": "Volumes", "describe-regions": "Regions", "describe-flow-logs": "FlowLogs",
		"describe-file-systems": "FileSystems", "describe-mount-targets": "MountTargets", "describe-access-points": "AccessPoints",
		"list-access-points": "AccessPointList",
	}
	for call, member := range lists {
		answers = append(answers, answer{call, map[string]source.Kind{member: source.Array}})
	}
	return answers
})

// mistakableCall names the call whose answer a tree is, though it looks like a
// document that is read; "" for none. A role may have a policy that is called
// default too, so that the place has to tell which list of names it is.
func (r *rooter) mistakableCall(root source.Node) string {
	if call := callIn(mistakable(), root); call != "" && Recognise(root) != App { // which may run in a space
		return call
	}
	if isNamed(root.Get("PolicyNames"), "default") && (r.place.Key != "" || callOf(r.in.Name) == "list-key-policies") {
		return "list-key-policies"
	}
	return ""
}

// callIn gives the first call of a table whose members an object has.
func callIn(answers []answer, root source.Node) string {
	for _, answer := range answers {
		if fits(root, answer.members) {
			return answer.call
		}
	}
	return ""
}

// unneededCall names the call whose answer a tree is, "" for none of the table.
func unneededCall(root source.Node) string {
	if !root.Is(source.Object) {
		return ""
	}
	if call := callIn(unneeded(), root); call != "" {
		return call
	}
	switch {
	case isLifecycle(root.Get("Rules")):
		return "get-bucket-lifecycle-configuration"
	case root.Len() <= 2 && (root.Get("MFADelete").Exists() || root.Get("Status").Text() == "Suspended" || root.Get("Status").Text() == "Enabled"):
		return "get-bucket-versioning"
	case root.Len() == 1 && root.Get("Payer").Exists():
		return "get-bucket-request-payment"
	case root.Len() == 1 && isTagList(root.Get("Tags")):
		return "list-role-tags or list-tags"
	}
	for _, name := range []string{"TopicConfigurations", "QueueConfigurations", "LambdaFunctionConfigurations", "EventBridgeConfiguration"} {
		if root.Get(name).Exists() {
			return "get-bucket-notification-configuration"
		}
	}
	return ""
}

// isNamed tells a list of one name: a key has one policy, default
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html).
func isNamed(list source.Node, name string) bool {
	return list.Is(source.Array) && list.Len() == 1 && list.Find("0").Text() == name
}

// isLifecycle tells the rules of a life cycle from those of an encryption.
func isLifecycle(rules source.Node) bool {
	for rule := range rules.Items() {
		return rule.Get("Status").Exists() && !rule.Get("ApplyServerSideEncryptionByDefault").Exists()
	}
	return false
}

// isTagList tells the tags of a role or of a SageMaker resource from those of a key.
func isTagList(list source.Node) bool {
	for tag := range list.Items() {
		return tag.Get("Key").Exists() && tag.Get("Value").Exists()
	}
	return false
}
