package iam

// operations gives the action that permits a call whose name is no action, in
// lower case
// (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html,
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonresourcegrouptaggingapi.html,
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html,
// https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html).
// Several actions are parted by a space.
func operations() map[string]string {
	return map[string]string{
		"s3:headobject":                               "s3:GetObject",
		"s3:headbucket":                               "s3:ListBucket",
		"s3:listobjects":                              "s3:ListBucket",
		"s3:listobjectsv2":                            "s3:ListBucket",
		"s3:listbuckets":                              "s3:ListAllMyBuckets",
		"s3:listobjectversions":                       "s3:ListBucketVersions",
		"s3:listmultipartuploads":                     "s3:ListBucketMultipartUploads",
		"s3:listparts":                                "s3:ListMultipartUploadParts",
		"s3:copyobject":                               "s3:PutObject",
		"s3:uploadpart":                               "s3:PutObject",
		"s3:uploadpartcopy":                           "s3:PutObject",
		"s3:createmultipartupload":                    "s3:PutObject",
		"s3:completemultipartupload":                  "s3:PutObject",
		"s3:postobject":                               "s3:PutObject",
		"s3:selectobjectcontent":                      "s3:GetObject",
		"s3:deleteobjects":                            "s3:DeleteObject",
		"s3:getbucketreplication":                     "s3:GetReplicationConfiguration",
		"s3:putbucketreplication":                     "s3:PutReplicationConfiguration",
		"s3:deletebucketreplication":                  "s3:PutReplicationConfiguration",
		"s3:getbucketlifecycle":                       "s3:GetLifecycleConfiguration",
		"s3:getbucketlifecycleconfiguration":          "s3:GetLifecycleConfiguration",
		"s3:putbucketlifecycle":                       "s3:PutLifecycleConfiguration",
		"s3:putbucketlifecycleconfiguration":          "s3:PutLifecycleConfiguration",
		"s3:deletebucketlifecycle":                    "s3:PutLifecycleConfiguration",
		"s3:getbucketencryption":                      "s3:GetEncryptionConfiguration",
		"s3:putbucketencryption":                      "s3:PutEncryptionConfiguration",
		"s3:deletebucketencryption":                   "s3:PutEncryptionConfiguration",
		"s3:getbucketinventoryconfiguration":          "s3:GetInventoryConfiguration",
		"s3:putbucketinventoryconfiguration":          "s3:PutInventoryConfiguration",
		"s3:getbucketanalyticsconfiguration":          "s3:GetAnalyticsConfiguration",
		"s3:putbucketanalyticsconfiguration":          "s3:PutAnalyticsConfiguration",
		"s3:getbucketmetricsconfiguration":            "s3:GetMetricsConfiguration",
		"s3:putbucketmetricsconfiguration":            "s3:PutMetricsConfiguration",
		"s3:getbucketintelligenttieringconfiguration": "s3:GetIntelligentTieringConfiguration",
		"s3:putbucketintelligenttieringconfiguration": "s3:PutIntelligentTieringConfiguration",
		"s3:getbucketaccelerateconfiguration":         "s3:GetAccelerateConfiguration",
		"s3:putbucketaccelerateconfiguration":         "s3:PutAccelerateConfiguration",
		"s3:getbucketnotificationconfiguration":       "s3:GetBucketNotification",
		"s3:putbucketnotificationconfiguration":       "s3:PutBucketNotification",
		"s3:getobjectlockconfiguration":               "s3:GetBucketObjectLockConfiguration",
		"s3:putobjectlockconfiguration":               "s3:PutBucketObjectLockConfiguration",
		"s3:getpublicaccessblock":                     "s3:GetBucketPublicAccessBlock",
		"s3:putpublicaccessblock":                     "s3:PutBucketPublicAccessBlock",
		"s3:deletepublicaccessblock":                  "s3:PutBucketPublicAccessBlock",
		"s3:deletebuckettagging":                      "s3:PutBucketTagging",
		"s3:deletebucketcors":                         "s3:PutBucketCORS",
		"resource-groups:getresources":                "tag:GetResources",
		"resource-groups:gettagkeys":                  "tag:GetTagKeys",
		"resource-groups:gettagvalues":                "tag:GetTagValues",
		"lambda:invoke":                               "lambda:InvokeFunction",
		"kms:reencrypt":                               "kms:ReEncryptFrom kms:ReEncryptTo",
	}
}

// nicknames gives the prefixes of services that people call otherwise: by the
// name of the service, of its CLI command or of its SDK.
func nicknames() map[string]string {
	return map[string]string{
		"efs": "elasticfilesystem", "emr": "elasticmapreduce", "stepfunctions": "states", "sfn": "states",
		"cloudwatchlogs": "logs", "cloudwatch-logs": "logs", "eventbridge": "events", "elb": "elasticloadbalancing",
		"elbv2": "elasticloadbalancing", "opensearch": "es", "ddb": "dynamodb", "msk": "kafka", "docdb": "rds",
		"resourcegroupstaggingapi": "tag", "sagemaker-runtime": "sagemaker", "bedrock-runtime": "bedrock", "api-gateway": "apigateway",
		"ecs-tasks": "ecs",
	}
}
