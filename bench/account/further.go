package account

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Formats tells the accounts in every format, by its name.
func (s Shape) Formats() map[string]Files {
	return map[string]Files{
		"export": s.Folder(), "config": s.Config(), "plans": s.Plans(), "states": s.State(),
		"templates": s.Templates(), "iam-collect": s.Collected(), "steampipe": s.Steampipe(),
	}
}

// Plans tells each account as a Terraform plan of its own.
func (s Shape) Plans() Files {
	files := Files{}
	for _, a := range s.accounts() {
		files["plan-"+a.id+".json"] = planOf(a)
	}
	return files
}

// State tells each account as the JSON of a Terraform state.
func (s Shape) State() Files {
	files := Files{}
	for _, a := range s.accounts() {
		var resources list
		a.plan(func(kind, name string, values object) {
			if kind == "aws_iam_role" {
				values["permissions_boundary"] = nil // a state has every attribute
			}
			resources = append(resources, object{
				"address": kind + "." + name, "mode": "managed", "type": kind, "name": name,
				"provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0, "values": values, "sensitive_values": object{},
			})
		})
		files["state-"+a.id+".json"] = text(object{"format_version": "1.0", "terraform_version": "1.9.8", "values": object{"root_module": object{"resources": resources}}})
	}
	return files
}

// Templates tells the accounts as CDK does: a template for each, and a manifest
// that says which account it is for.
func (s Shape) Templates() Files {
	files, artifacts := Files{}, object{}
	for _, a := range s.accounts() {
		stack := "Stack" + a.id
		made := string(text(object{"Resources": a.resources()}))
		for n := range a.domains { // a template cannot say where Canvas writes, so that it is the default bucket
			made = strings.ReplaceAll(made, fmt.Sprintf("canvas-%s-%d", a.id, n), "sagemaker-"+Region+"-"+a.id)
		}
		files["cdk.out/"+stack+".template.json"] = []byte(made)
		artifacts[stack] = object{
			"type": "aws:cloudformation:stack", "environment": "aws://" + a.id + "/" + Region,
			"properties": object{"templateFile": stack + ".template.json"},
		}
	}
	files["cdk.out/manifest.json"] = text(object{"version": "36.0.0", "artifacts": artifacts})
	return files
}

func (a *account) resources() object {
	made, keys := object{}, map[string]any{}
	add := func(id, kind string, properties object) { made[id] = object{"Type": kind, "Properties": properties} }
	for n, k := range a.keys {
		keys[a.keyARN(k.id)] = object{"Fn::GetAtt": list{fmt.Sprintf("Key%d", n), "Arn"}}
	}
	for n, k := range a.keys {
		add(fmt.Sprintf("Key%d", n), "AWS::KMS::Key", object{"EnableKeyRotation": true, "KeyPolicy": k.policy})
	}
	for n, b := range a.buckets {
		if strings.HasPrefix(b.name, "canvas-") && n > 0 {
			continue
		}
		rule := object{"SSEAlgorithm": encryption(b)["SSEAlgorithm"]}
		if b.key != "" {
			rule["KMSMasterKeyID"] = keys[b.key]
		}
		add(fmt.Sprintf("Bucket%d", n), "AWS::S3::Bucket", object{"BucketName": b.name, "BucketEncryption": object{
			"ServerSideEncryptionConfiguration": list{object{"ServerSideEncryptionByDefault": rule}},
		}})
		add(fmt.Sprintf("BucketPolicy%d", n), "AWS::S3::BucketPolicy", object{"Bucket": object{"Ref": fmt.Sprintf("Bucket%d", n)}, "PolicyDocument": b.policy})
	}
	for n, r := range a.roles {
		add(fmt.Sprintf("Role%d", n), "AWS::IAM::Role", object{
			"RoleName": r.name, "AssumeRolePolicyDocument": trust(),
			"Policies": list{object{"PolicyName": "Inline", "PolicyDocument": referring(r.policy, keys)}},
		})
	}
	for n, d := range a.domains {
		add(fmt.Sprintf("Domain%d", n), "AWS::SageMaker::Domain", object{
			"DomainName": d.id, "AuthMode": "IAM", "AppNetworkAccessType": "PublicInternetOnly", "VpcId": "vpc-1", "SubnetIds": list{"subnet-1"},
			"KmsKeyId": keys[d.app], "DefaultUserSettings": object{
				"ExecutionRole":   a.roleARN(d.role),
				"SharingSettings": object{"NotebookOutputOption": "Allowed", "S3KmsKeyId": keys[d.storage]},
			},
		})
		for p, user := range d.profiles {
			add(fmt.Sprintf("Profile%d%d", n, p), "AWS::SageMaker::UserProfile", object{
				"DomainId": object{"Ref": fmt.Sprintf("Domain%d", n)}, "UserProfileName": user.name, "UserSettings": object{"ExecutionRole": a.roleARN(user.role)},
			})
		}
	}
	return made
}

// referring puts references to keys in the place of their ARNs.
func referring(value any, keys map[string]any) any {
	switch v := value.(type) {
	case object:
		made := object{}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			made[name] = referring(v[name], keys)
		}
		return made
	case list:
		made := list{}
		for _, item := range v {
			made = append(made, referring(item, keys))
		}
		return made
	case string:
		if key, ok := keys[v]; ok {
			return key
		}
	}
	return value
}

// Collected tells the accounts as iam-collect does, and their domains as the AWS
// CLI prints them.
func (s Shape) Collected() Files {
	files := Files{}
	for _, a := range s.accounts() {
		root := "aws/aws/accounts/" + a.id + "/"
		for _, k := range a.keys {
			folder := root + "kms/" + Region + "/key/" + k.id
			files[folder+"/metadata.json"] = text(object{"id": k.id, "arn": a.keyARN(k.id)})
			files[folder+"/policy.json"] = text(k.policy)
		}
		for _, b := range a.buckets {
			folder := root + "s3/" + b.name
			files[folder+"/metadata.json"] = text(object{"name": b.name, "arn": "arn:aws:s3:::" + b.name, "region": Region})
			files[folder+"/policy.json"] = text(b.policy)
			files[folder+"/encryption.json"] = text(list{object{"ApplyServerSideEncryptionByDefault": encryption(b)}})
		}
		for _, r := range a.roles {
			folder := root + "iam/role/" + strings.ToLower(r.name)
			files[folder+"/metadata.json"] = text(object{"arn": a.roleARN(r.name), "name": r.name, "id": "AROA" + r.name, "path": "/"})
			files[folder+"/trust-policy.json"] = text(trust())
			files[folder+"/inline-policies.json"] = text(list{object{"PolicyName": "Inline", "PolicyDocument": r.policy}})
		}
		all := Files{}
		a.folder(all)
		for name, document := range all {
			if strings.Contains(name, "/sagemaker/") {
				files[name] = document
			}
		}
	}
	return files
}

// Steampipe tells the accounts as rows of its tables, and the profiles, which it
// has none of, as the AWS CLI prints them.
func (s Shape) Steampipe() Files {
	files := Files{}
	var keys, buckets, roles, domains list
	for _, a := range s.accounts() {
		row := func(columns object) object {
			columns["account_id"], columns["region"] = a.id, Region
			return columns
		}
		for _, k := range a.keys {
			keys = append(keys, row(object{
				"arn": a.keyARN(k.id), "id": k.id, "key_state": "Enabled", "enabled": true, "key_manager": "CUSTOMER", "customer_master_key_spec": "SYMMETRIC_DEFAULT",
				"key_usage": "ENCRYPT_DECRYPT", "origin": "AWS_KMS", "multi_region": false, "key_rotation_enabled": true, "tags_src": list{}, "policy": k.policy,
			}))
		}
		for _, b := range a.buckets {
			buckets = append(buckets, row(object{
				"name": b.name, "arn": "arn:aws:s3:::" + b.name, "versioning_enabled": false, "policy": b.policy,
				"server_side_encryption_configuration": object{"Rules": list{object{"ApplyServerSideEncryptionByDefault": encryption(b)}}},
			}))
		}
		for _, r := range a.roles {
			roles = append(roles, row(object{
				"name": r.name, "arn": a.roleARN(r.name), "role_id": "AROA" + r.name, "path": "/", "permissions_boundary_arn": nil, "tags_src": list{},
				"assume_role_policy": trust(), "inline_policies": list{object{"PolicyName": "Inline", "PolicyDocument": r.policy}}, "attached_policy_arns": list{},
			}))
		}
		for _, d := range a.domains {
			domain := a.domainObject(d)
			domains = append(domains, row(object{
				"name": d.id, "id": d.id, "arn": domain["DomainArn"], "auth_mode": "IAM", "vpc_id": "vpc-1", "app_network_access_type": "PublicInternetOnly",
				"status": "InService", "kms_key_id": d.app, "default_user_settings": domain["DefaultUserSettings"],
			}))
		}
		all := Files{}
		a.folder(all)
		for name, document := range all {
			if strings.Contains(name, "/user-profiles/") {
				files[name] = document
			}
		}
	}
	for table, rows := range map[string]list{"aws_kms_key": keys, "aws_s3_bucket": buckets, "aws_iam_role": roles, "aws_sagemaker_domain": domains} {
		files[table+".json"] = text(rows)
	}
	return files
}
