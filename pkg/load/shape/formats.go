package shape

// Row is a row of one of Steampipe's tables
// (https://hub.steampipe.io/plugins/turbot/aws/tables); of other tables nothing is
// expected.
func Row(table string) Shape {
	switch table {
	case "aws_kms_key":
		return objectOf(members{
			"arn": aText(), "id": aText(), "key_state": aText(), "enabled": aTruth(), "key_manager": aText(), "customer_master_key_spec": aText(),
			"key_usage": aText(), "origin": aText(), "multi_region": aTruth(), "key_rotation_enabled": aTruth(), "region": aText(),
			"aliases": listOf(Shape{kind: object}), "tags_src": tagsOf("TagKey", "TagValue"),
		})
	case "aws_kms_alias":
		return objectOf(members{"arn": aText(), "alias_name": aText(), "target_key_id": aText()})
	case "aws_s3_bucket":
		return objectOf(members{
			"name": aText(), "arn": aText(), "region": aText(), "tags_src": tagsOf("Key", "Value"),
			"server_side_encryption_configuration": objectOf(members{"Rules": listOf(encryptionRule())}),
		})
	case "aws_iam_role":
		return objectOf(members{
			"name": aText(), "arn": aText(), "role_id": aText(), "path": aText(), "permissions_boundary_arn": aText(),
			"attached_policy_arns": listOf(aText()), "inline_policies": known(), "tags_src": tagsOf("Key", "Value"),
		})
	case "aws_sagemaker_domain":
		return objectOf(members{
			"arn": aText(), "id": aText(), "kms_key_id": aText(), "status": aText(), "vpc_id": aText(), "app_network_access_type": aText(),
			"region": aText(), "default_user_settings": userSettings(),
		})
	}
	return known()
}

// Properties are those of a resource of CloudFormation
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html).
func Properties(kind string) Shape {
	settings := objectOf(members{
		"ExecutionRole":           aText(),
		"SharingSettings":         objectOf(members{"NotebookOutputOption": aText(), "S3KmsKeyId": aText(), "S3OutputPath": aText()}),
		"StudioWebPortalSettings": objectOf(members{"HiddenAppTypes": listOf(aText())}),
	})
	var properties Shape
	switch kind {
	case "AWS::SageMaker::Domain":
		properties = objectOf(members{"KmsKeyId": aText(), "AppNetworkAccessType": aText(), "VpcId": aText(), "DefaultUserSettings": settings})
	case "AWS::SageMaker::UserProfile":
		properties = objectOf(members{"DomainId": aText(), "UserProfileName": aText(), "UserSettings": settings})
	case "AWS::KMS::Key":
		properties = objectOf(members{
			"Enabled": aTruth(), "EnableKeyRotation": aTruth(), "KeySpec": aText(), "KeyUsage": aText(), "Origin": aText(), "MultiRegion": aTruth(), "KeyPolicy": known(),
		})
	case "AWS::KMS::Alias":
		properties = objectOf(members{"AliasName": aText(), "TargetKeyId": aText()})
	case "AWS::S3::Bucket":
		properties = objectOf(members{"BucketName": aText(), "BucketEncryption": objectOf(members{
			"ServerSideEncryptionConfiguration": listOf(objectOf(members{
				"ServerSideEncryptionByDefault": objectOf(members{"SSEAlgorithm": aText(), "KMSMasterKeyID": aText()}), "BucketKeyEnabled": aTruth(),
			})),
		})})
	case "AWS::S3::BucketPolicy":
		properties = objectOf(members{"Bucket": aText(), "PolicyDocument": known()})
	case "AWS::IAM::Role":
		properties = objectOf(members{
			"RoleName": known(), "Path": known(), "PermissionsBoundary": aText(), "ManagedPolicyArns": known(), "Policies": known(), "AssumeRolePolicyDocument": known(),
		})
	default:
		return known()
	}
	return objectOf(members{"Type": aText(), "Properties": properties})
}

// Attributes are those of a resource of Terraform's provider for AWS
// (https://registry.terraform.io/providers/hashicorp/aws/latest/docs).
func Attributes(kind string) Shape {
	settings := func() Shape {
		helper := func(role string) Shape { return blockOf(members{"status": aText(), role: aText()}) }
		return blockOf(members{
			"execution_role":   aText(),
			"sharing_settings": blockOf(members{"notebook_output_option": aText(), "s3_kms_key_id": aText(), "s3_output_path": aText()}),
			"canvas_app_settings": blockOf(members{
				"workspace_settings":               blockOf(members{"s3_artifact_path": aPath(), "s3_kms_key_id": aText()}),
				"time_series_forecasting_settings": helper("amazon_forecast_role_arn"),
				"generative_ai_settings":           blockOf(members{"amazon_bedrock_role_arn": aText()}),
				"emr_serverless_settings":          helper("execution_role_arn"),
			}),
			"studio_web_portal_settings": blockOf(members{"hidden_app_types": listOf(aText())}),
		})
	}
	switch kind {
	case "aws_sagemaker_domain":
		return objectOf(members{"kms_key_id": aText(), "app_network_access_type": aText(), "vpc_id": aText(), "default_user_settings": settings()})
	case "aws_sagemaker_user_profile":
		return objectOf(members{"domain_id": aText(), "user_profile_name": aText(), "user_settings": settings()})
	case "aws_kms_key":
		return objectOf(members{
			"arn": aText(), "key_id": aText(), "is_enabled": aTruth(), "enable_key_rotation": aTruth(), "multi_region": aTruth(),
			"key_usage": aText(), "customer_master_key_spec": aText(), "policy": aText(),
		})
	case "aws_kms_alias":
		return objectOf(members{"name": aText(), "arn": aText(), "target_key_id": aText(), "target_key_arn": aText()})
	case "aws_s3_bucket_server_side_encryption_configuration":
		return objectOf(members{"bucket": aText(), "rule": blockOf(members{
			"apply_server_side_encryption_by_default": blockOf(members{"sse_algorithm": aText(), "kms_master_key_id": aText()}),
			"bucket_key_enabled":                      aTruth(),
		})})
	case "aws_iam_role":
		return objectOf(members{"name": aText(), "arn": aText(), "permissions_boundary": aText(), "assume_role_policy": aText(), "managed_policy_arns": listOf(aText())})
	}
	return known()
}
