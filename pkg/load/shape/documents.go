package shape

import (
	"maps"
	"regexp"
	"slices"
	"sync"
)

func (s Shape) sorted() []string { return slices.Sorted(maps.Keys(s.members)) }

func aText() Shape  { return Shape{kind: text} }
func aTruth() Shape { return Shape{kind: truth} }
func known() Shape  { return Shape{} }

// uriPattern is the API's own for S3ArtifactPath
// (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_WorkspaceSettings.html).
var uriPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(https|s3)://([^/]+)/?(.*)$`)
})

func aPath() Shape {
	return Shape{kind: text, fits: uriPattern().MatchString, form: "a path such as s3://bucket/prefix"}
}

// userSettings are UserSettings and DefaultUserSettings
// (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UserSettings.html).
func userSettings() Shape {
	helper := func(role string) Shape { return objectOf(members{"Status": aText(), role: aText()}) }
	return objectOf(members{
		"ExecutionRole": aText(),
		"SharingSettings": objectOf(members{
			"NotebookOutputOption": aText(), "S3KmsKeyId": aText(), "S3OutputPath": aText(),
		}),
		"CanvasAppSettings": objectOf(members{
			"WorkspaceSettings":             objectOf(members{"S3ArtifactPath": aPath(), "S3KmsKeyId": aText()}),
			"TimeSeriesForecastingSettings": helper("AmazonForecastRoleArn"),
			"GenerativeAiSettings":          objectOf(members{"AmazonBedrockRoleArn": aText()}),
			"EmrServerlessSettings":         helper("ExecutionRoleArn"),
		}),
		"StudioWebPortalSettings": objectOf(members{"HiddenAppTypes": listOf(aText())}),
	})
}

// Domain is DescribeDomain
// (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeDomain.html).
func Domain() Shape {
	return objectOf(members{
		"DomainId": aText(), "DomainArn": aText(), "Status": aText(), "FailureReason": aText(),
		"KmsKeyId": aText(), "HomeEfsFileSystemKmsKeyId": aText(),
		"AppNetworkAccessType": aText(), "VpcId": aText(), "DefaultUserSettings": userSettings(),
	})
}

// Profile is DescribeUserProfile
// (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeUserProfile.html).
func Profile() Shape {
	return objectOf(members{
		"DomainId": aText(), "UserProfileName": aText(), "UserProfileArn": aText(), "Status": aText(), "FailureReason": aText(),
		"UserSettings": userSettings(),
	})
}

// Job is DescribeAutoMLJobV2
// (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeAutoMLJobV2.html).
func Job() Shape {
	return objectOf(members{
		"AutoMLJobName": aText(), "AutoMLJobArn": aText(), "RoleArn": aText(),
		"OutputDataConfig":            objectOf(members{"KmsKeyId": aText(), "S3OutputPath": aText()}),
		"SecurityConfig":              objectOf(members{"VolumeKmsKeyId": aText()}),
		"AutoMLProblemTypeConfig":     objectOf(members{"TimeSeriesForecastingJobConfig": Shape{kind: object}}),
		"AutoMLProblemTypeConfigName": aText(),
	})
}

// Key is DescribeKey
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html).
func Key() Shape {
	return objectOf(members{"KeyMetadata": objectOf(members{
		"Arn": aText(), "KeyId": aText(), "KeyState": aText(), "Enabled": aTruth(), "KeySpec": aText(), "CustomerMasterKeySpec": aText(),
		"KeyUsage": aText(), "KeyManager": aText(), "Origin": aText(), "MultiRegion": aTruth(), "DeletionDate": known(),
	})})
}

// Rotation is GetKeyRotationStatus
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html).
func Rotation() Shape { return objectOf(members{"KeyRotationEnabled": aTruth()}) }

// KeyTags is ListResourceTags, BucketTags GetBucketTagging
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html,
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketTagging.html).
func KeyTags() Shape { return objectOf(members{"Tags": tagsOf("TagKey", "TagValue")}) }

// BucketTags is GetBucketTagging.
func BucketTags() Shape { return objectOf(members{"TagSet": tagsOf("Key", "Value")}) }

func tagsOf(key, value string) Shape {
	return listOf(objectOf(members{key: aText(), value: aText()}))
}

// Aliases is ListAliases
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_AliasListEntry.html).
func Aliases() Shape {
	return objectOf(members{"Aliases": listOf(objectOf(members{"AliasName": aText(), "AliasArn": aText(), "TargetKeyId": aText()}))})
}

// Grants is ListGrants
// (https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html).
func Grants() Shape {
	return objectOf(members{"Grants": listOf(objectOf(members{
		"GrantId": aText(), "KeyId": aText(), "GranteePrincipal": aText(), "RetiringPrincipal": aText(), "Operations": listOf(aText()),
		"Constraints": objectOf(members{"EncryptionContextEquals": {kind: object}, "EncryptionContextSubset": {kind: object}}),
	}))})
}

// Encryption is GetBucketEncryption
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html).
func Encryption() Shape {
	return objectOf(members{"ServerSideEncryptionConfiguration": objectOf(members{"Rules": listOf(encryptionRule())})})
}

func encryptionRule() Shape {
	return objectOf(members{
		"ApplyServerSideEncryptionByDefault": objectOf(members{"SSEAlgorithm": aText(), "KMSMasterKeyID": aText()}), "BucketKeyEnabled": aTruth(),
	})
}

// PublicAccess is GetPublicAccessBlock, of a bucket or an account
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html).
func PublicAccess() Shape { return objectOf(members{"PublicAccessBlockConfiguration": publicAccess()}) }

func publicAccess() Shape { return objectOf(members{"RestrictPublicBuckets": aTruth()}) }

// AccessPoint is GetAccessPoint
// (https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetAccessPoint.html).
func AccessPoint() Shape {
	return objectOf(members{
		"AccessPointArn": aText(), "Alias": aText(), "Bucket": aText(), "NetworkOrigin": aText(),
		"VpcConfiguration": objectOf(members{"VpcId": aText()}), "PublicAccessBlockConfiguration": publicAccess(),
	})
}

// Account is GetAccountAuthorizationDetails, RoleDescription GetRole
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html).
func Account() Shape {
	return objectOf(members{"RoleDetailList": listOf(role()), "Policies": listOf(Shape{kind: object})})
}

// RoleDescription is GetRole.
func RoleDescription() Shape { return objectOf(members{"Role": role()}) }

func role() Shape {
	return objectOf(members{
		"Arn": aText(), "RoleName": aText(), "RoleId": aText(), "Path": aText(),
		"AssumeRolePolicyDocument": known(), "RoleLastUsed": known(), "CreateDate": known(), "InstanceProfileList": known(),
		"PermissionsBoundary":     objectOf(members{"PermissionsBoundaryArn": aText()}),
		"RolePolicyList":          listOf(objectOf(members{"PolicyName": aText(), "PolicyDocument": known()})),
		"AttachedManagedPolicies": attached(), "Tags": tagsOf("Key", "Value"),
	})
}

func attached() Shape { return listOf(objectOf(members{"PolicyArn": aText(), "PolicyName": aText()})) }

// Attached is ListAttachedRolePolicies, Inline ListRolePolicies
// (https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html,
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html).
func Attached() Shape { return objectOf(members{"AttachedPolicies": attached()}) }

// Inline is ListRolePolicies.
func Inline() Shape { return objectOf(members{"PolicyNames": listOf(aText())}) }

// Endpoints is DescribeVpcEndpoints
// (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html).
func Endpoints() Shape {
	return objectOf(members{"VpcEndpoints": listOf(objectOf(members{
		"VpcEndpointId": aText(), "VpcId": aText(), "ServiceName": aText(), "State": aText(), "OwnerId": aText(), "PolicyDocument": known(),
	}))})
}
