// Package spelling knows the names that AWS's APIs give to members, and the
// other spellings of them: AWS Config and the SDK for Java begin them in lower
// case, tools in Python and SQL tables write them with underscores.
package spelling

import (
	"strings"
	"sync"

	"github.com/canvaslint/canvaslint/pkg/source"
)

// names are the members that canvaslint reads, as the APIs spell them.
const names = `
KeyMetadata KeyId Arn AWSAccountId KeyState KeySpec CustomerMasterKeySpec KeyUsage KeyManager Origin MultiRegion DeletionDate Enabled
MultiRegionConfiguration KeyRotationEnabled Policy Aliases AliasName AliasArn TargetKeyId Keys KeyArn
Grants GrantId GranteePrincipal RetiringPrincipal Operations Constraints EncryptionContextEquals EncryptionContextSubset
Tags Tag TagKey TagValue TagSet Key Value Truncated IsTruncated Marker NextMarker NextToken
DomainId DomainArn DomainName KmsKeyId HomeEfsFileSystemKmsKeyId DefaultUserSettings DefaultSpaceSettings UserSettings
UserProfileName UserProfileArn Status FailureReason AppNetworkAccessType VpcId SubnetIds AuthMode
ExecutionRole SharingSettings NotebookOutputOption S3OutputPath S3KmsKeyId CanvasAppSettings WorkspaceSettings S3ArtifactPath
TimeSeriesForecastingSettings AmazonForecastRoleArn ModelRegisterSettings CrossAccountModelRegisterRoleArn
GenerativeAiSettings AmazonBedrockRoleArn EmrServerlessSettings ExecutionRoleArn DirectDeploySettings KendraSettings
IdentityProviderOAuthSettings StudioWebPortalSettings HiddenAppTypes
AutoMLJobName AutoMLJobArn RoleArn OutputDataConfig SecurityConfig VolumeKmsKeyId AutoMLProblemTypeConfig
AutoMLProblemTypeConfigName TimeSeriesForecastingJobConfig AutoMLJobInputDataConfig
ServerSideEncryptionConfiguration Rules ApplyServerSideEncryptionByDefault SSEAlgorithm KMSMasterKeyID BucketKeyEnabled
LocationConstraint PublicAccessBlockConfiguration
Role Roles RoleName RoleId Path RoleDetailList RolePolicyList PolicyName PolicyDocument AssumeRolePolicyDocument
AttachedManagedPolicies AttachedPolicies PolicyArn PermissionsBoundary PermissionsBoundaryArn PermissionsBoundaryType
Policies PolicyVersion PolicyVersionList VersionId IsDefaultVersion DefaultVersionId Document InstanceProfileList
VpcEndpoints VpcEndpointId VpcEndpointType ServiceName OwnerId State`

// canonical gives the API's spelling of a name by the name in lower case and
// without underscores.
var canonical = sync.OnceValue(func() map[string]string {
	byFold := map[string]string{}
	for name := range strings.FieldsSeq(names) {
		byFold[strings.ToLower(name)] = name
	}
	return byFold
})

// Of gives the API's spelling of a name, and the name itself where no API that
// canvaslint reads has it.
func Of(name string) string {
	if known := canonical()[strings.ToLower(strings.ReplaceAll(name, "_", ""))]; known != "" {
		return known
	}
	return name
}

// isPolicy reports whether a member holds a policy, whose own names are never
// respelled: AWS would not do it either.
func isPolicy(name string) bool {
	switch name {
	case "Policy", "PolicyDocument", "AssumeRolePolicyDocument", "Document":
		return true
	}
	return false
}

// Value gives a tree with its members under the names that the API has.
func Value(node source.Node) source.Value {
	switch node.Kind() {
	case source.Object:
		made := source.Make(node)
		for key, value := range node.Members() {
			name := Of(key.Text())
			if isPolicy(name) && (value.Is(source.String) || value.Get("Statement").Exists()) {
				made = made.WithName(name, key, source.Copy(value))
				continue
			}
			made = made.WithName(name, key, Value(value))
		}
		return made
	case source.Array:
		var items []source.Value
		for item := range node.Items() {
			items = append(items, Value(item))
		}
		return source.List(node, items...)
	}
	return source.Copy(node)
}

// AsAWS gives a tree with its members under the names that the API has, and the
// zero Node where the outermost names are spelled so already.
func AsAWS(root source.Node) source.Node {
	first := root
	for item := range root.Items() {
		first = item
		break
	}
	for key := range first.Members() {
		if Of(key.Text()) != key.Text() {
			return source.Derive(Value(root)).Root()
		}
	}
	return source.Node{}
}
