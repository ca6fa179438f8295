package account

import "strings"

// Folder tells the accounts as the AWS CLI saves them.
func (s Shape) Folder() Files {
	files := Files{}
	for _, a := range s.accounts() {
		a.folder(files)
	}
	return files
}

func (a *account) folder(files Files) {
	var roles, keys, aliases list
	for _, r := range a.roles {
		roles = append(roles, object{
			"Path": "/", "RoleName": r.name, "RoleId": "AROA" + strings.ToUpper(strings.ReplaceAll(r.name, "-", "")), "Arn": a.roleARN(r.name),
			"CreateDate": "2025-04-02T08:20:51+00:00", "AssumeRolePolicyDocument": trust(), "AttachedManagedPolicies": list{}, "Tags": list{},
			"RolePolicyList": list{object{"PolicyName": "Inline", "PolicyDocument": r.policy}},
		})
	}
	files[a.id+"/iam/account-authorization-details.json"] = text(object{"UserDetailList": list{}, "GroupDetailList": list{}, "RoleDetailList": roles, "Policies": list{}})
	region := a.id + "/" + Region
	for _, k := range a.keys {
		keys = append(keys, object{"KeyId": k.id, "KeyArn": a.keyARN(k.id)})
		aliases = append(aliases, object{"AliasName": "alias/" + k.use + "-" + k.id, "AliasArn": "arn:aws:kms:" + Region + ":" + a.id + ":alias/" + k.use + "-" + k.id, "TargetKeyId": k.id})
		folder := region + "/kms/keys/" + k.id
		files[folder+"/key.json"] = text(object{"KeyMetadata": a.metadata(k)})
		files[folder+"/policy.json"] = text(object{"Policy": quoted(k.policy)})
		files[folder+"/grants.json"] = text(object{"Grants": list{}})
		files[folder+"/rotation.json"] = text(object{"KeyRotationEnabled": true})
		files[folder+"/tags.json"] = text(object{"Tags": list{object{"TagKey": "owner", "TagValue": "data"}}})
	}
	files[region+"/kms/keys.json"] = text(object{"Keys": keys})
	files[region+"/kms/aliases.json"] = text(object{"Aliases": aliases})
	for _, b := range a.buckets {
		folder := region + "/s3/" + b.name
		files[folder+"/policy.json"] = text(object{"Policy": quoted(b.policy)})
		files[folder+"/location.json"] = text(object{"LocationConstraint": Region})
		files[folder+"/encryption.json"] = text(object{"ServerSideEncryptionConfiguration": object{"Rules": list{object{"ApplyServerSideEncryptionByDefault": encryption(b)}}}})
	}
	for _, d := range a.domains {
		files[region+"/sagemaker/domains/"+d.id+".json"] = text(a.domainObject(d))
		for _, p := range d.profiles {
			files[region+"/sagemaker/user-profiles/"+d.id+"/"+p.name+".json"] = text(object{
				"DomainId": d.id, "UserProfileName": p.name, "Status": "InService",
				"UserProfileArn": "arn:aws:sagemaker:" + Region + ":" + a.id + ":user-profile/" + d.id + "/" + p.name,
				"UserSettings":   object{"ExecutionRole": a.roleARN(p.role)},
			})
		}
	}
}

func (a *account) metadata(k key) object {
	return object{
		"AWSAccountId": a.id, "KeyId": k.id, "Arn": a.keyARN(k.id), "Enabled": true, "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled",
		"Origin": "AWS_KMS", "KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "MultiRegion": false,
	}
}

func encryption(b bucket) object {
	if b.key == "" {
		return object{"SSEAlgorithm": "AES256"}
	}
	return object{"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": b.key}
}

func (a *account) domainObject(d domain) object {
	return object{
		"DomainArn": "arn:aws:sagemaker:" + Region + ":" + a.id + ":domain/" + d.id, "DomainId": d.id, "DomainName": d.id, "Status": "InService",
		"AuthMode": "IAM", "AppNetworkAccessType": "PublicInternetOnly", "VpcId": "vpc-1", "KmsKeyId": d.app,
		"DefaultUserSettings": object{
			"ExecutionRole":   a.roleARN(d.role),
			"SharingSettings": object{"NotebookOutputOption": "Allowed", "S3KmsKeyId": d.storage},
			"CanvasAppSettings": object{
				"TimeSeriesForecastingSettings": object{"Status": "DISABLED"},
				"WorkspaceSettings":             object{"S3ArtifactPath": "s3://" + d.bucket, "S3KmsKeyId": d.storage},
			},
		},
	}
}

// Config tells the accounts as a snapshot of AWS Config, on one line as it is delivered.
func (s Shape) Config() Files {
	var items list
	for _, a := range s.accounts() {
		add := func(kind, id, arn string, configuration, supplement object) {
			items = append(items, object{
				"configurationItemVersion": "1.3", "configurationItemCaptureTime": "2026-11-20T10:00:00.000Z", "configurationItemStatus": "ResourceDiscovered",
				"awsAccountId": a.id, "awsRegion": Region, "resourceType": kind, "resourceId": id, "ARN": arn, "tags": object{},
				"configuration": configuration, "supplementaryConfiguration": supplement,
			})
		}
		for _, k := range a.keys {
			m := a.metadata(k)
			add("AWS::KMS::Key", k.id, a.keyARN(k.id), object{
				"awsaccountId": a.id, "keyId": k.id, "arn": m["Arn"], "enabled": true, "keyUsage": m["KeyUsage"], "keyState": m["KeyState"],
				"origin": m["Origin"], "keyManager": m["KeyManager"], "keySpec": m["KeySpec"], "multiRegion": false,
			}, object{"Policy": quoted(quoted(k.policy)), "KeyRotationStatus": true, "Tags": list{}})
		}
		for _, b := range a.buckets {
			add("AWS::S3::Bucket", b.name, "arn:aws:s3:::"+b.name, object{"name": b.name}, object{
				"BucketPolicy": object{"policyText": quoted(b.policy)},
				"ServerSideEncryptionConfiguration": object{"rules": list{object{"applyServerSideEncryptionByDefault": object{
					"sseAlgorithm": encryption(b)["SSEAlgorithm"], "kmsMasterKeyID": encryption(b)["KMSMasterKeyID"],
				}}}},
			})
		}
		for _, r := range a.roles {
			add("AWS::IAM::Role", "AROA"+r.name, a.roleARN(r.name), object{
				"path": "/", "roleName": r.name, "roleId": "AROA" + r.name, "arn": a.roleARN(r.name), "assumeRolePolicyDocument": quoted(trust()),
				"rolePolicyList": list{object{"policyName": "Inline", "policyDocument": quoted(r.policy)}}, "attachedManagedPolicies": list{}, "permissionsBoundary": nil,
			}, object{})
		}
		for _, d := range a.domains {
			domain := a.domainObject(d)
			add("AWS::SageMaker::Domain", d.id, domain["DomainArn"].(string), domain, object{})
		}
	}
	return Files{"snapshot.json": text(object{"fileVersion": "1.0", "configSnapshotId": "made-up", "configurationItems": items})}
}

// Plan tells the accounts as the JSON of a Terraform plan, on one line as
// "terraform show -json" prints it.
func (s Shape) Plan() Files { return Files{"plan.json": planOf(s.accounts()...)} }

func planOf(accounts ...account) []byte {
	var planned, changes, configured list
	add := func(kind, name string, values object) {
		base := func() object {
			return object{"address": kind + "." + name, "mode": "managed", "type": kind, "name": name, "provider_name": "registry.terraform.io/hashicorp/aws"}
		}
		resource, change, configuration := base(), base(), base()
		resource["values"], resource["schema_version"], resource["sensitive_values"] = values, 0, object{}
		change["change"] = object{"actions": list{"create"}, "before": nil, "after": values, "after_unknown": object{"id": true}}
		expressions := object{}
		for attribute, value := range values {
			expressions[attribute] = object{"constant_value": value}
		}
		configuration["expressions"], configuration["provider_config_key"], configuration["schema_version"] = expressions, "aws", 0
		planned, changes, configured = append(planned, resource), append(changes, change), append(configured, configuration)
	}
	for _, a := range accounts {
		a.plan(add)
	}
	return text(object{
		"format_version": "1.2", "terraform_version": "1.9.8", "planned_values": object{"root_module": object{"resources": planned}}, "resource_changes": changes,
		"configuration": object{
			"provider_config": object{"aws": object{"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "expressions": object{"region": object{"constant_value": Region}}}},
			"root_module":     object{"resources": configured},
		},
	})
}

func (a *account) plan(add func(kind, name string, values object)) {
	for _, k := range a.keys {
		add("aws_kms_key", "key-"+k.id, object{
			"arn": a.keyARN(k.id), "key_id": k.id, "policy": quoted(k.policy), "is_enabled": true, "key_usage": "ENCRYPT_DECRYPT",
			"customer_master_key_spec": "SYMMETRIC_DEFAULT", "enable_key_rotation": true,
		})
	}
	for _, b := range a.buckets {
		add("aws_s3_bucket", b.name, object{"bucket": b.name, "arn": "arn:aws:s3:::" + b.name})
		add("aws_s3_bucket_policy", b.name, object{"bucket": b.name, "policy": quoted(b.policy)})
		add("aws_s3_bucket_server_side_encryption_configuration", b.name, object{"bucket": b.name, "rule": list{object{
			"apply_server_side_encryption_by_default": list{object{"sse_algorithm": encryption(b)["SSEAlgorithm"], "kms_master_key_id": encryption(b)["KMSMasterKeyID"]}},
		}}})
	}
	for _, r := range a.roles {
		add("aws_iam_role", r.name, object{"name": r.name, "path": "/", "arn": a.roleARN(r.name), "assume_role_policy": quoted(trust())})
		add("aws_iam_role_policy", r.name, object{"name": "Inline", "role": r.name, "policy": quoted(r.policy)})
	}
	for _, d := range a.domains {
		add("aws_sagemaker_domain", d.id, object{
			"id": d.id, "arn": "arn:aws:sagemaker:" + Region + ":" + a.id + ":domain/" + d.id, "domain_name": d.id, "auth_mode": "IAM", "vpc_id": "vpc-1", "kms_key_id": d.app,
			"default_user_settings": list{object{
				"execution_role":   a.roleARN(d.role),
				"sharing_settings": list{object{"notebook_output_option": "Allowed", "s3_kms_key_id": d.storage}},
				"canvas_app_settings": list{object{
					"time_series_forecasting_settings": list{object{"status": "DISABLED"}},
					"workspace_settings":               list{object{"s3_artifact_path": "s3://" + d.bucket, "s3_kms_key_id": d.storage}},
				}},
			}},
		})
		for _, p := range d.profiles {
			add("aws_sagemaker_user_profile", d.id+"-"+p.name, object{
				"domain_id": d.id, "user_profile_name": p.name, "user_settings": list{object{"execution_role": a.roleARN(p.role)}},
			})
		}
	}
}
