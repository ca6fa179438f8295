
# save FILE COMMAND... writes what an AWS CLI command prints to a file. An error is
# written there too, so that check knows which call failed, and which of them
# mean "there is none".
save() {
    local file=$out/$1
    shift
    mkdir -p "${file%/*}"
    calls=$((calls + 1))
    if aws "$@" --output json >"$file.part" 2>"$file.error"; then
        mv "$file.part" "$file"
        rm -f "$file.error"
        return 0
    fi
    rm -f "$file.part"
    if [[ $optional == yes ]]; then
        printf 'not read: aws %s\n' "$*" >&2
        rm -f "$file.error"
        return 1
    fi
    mv "$file.error" "$file"
    if ! grep -qE "$none" "$file"; then
        failed=$((failed + 1))
        printf 'could not read: aws %s\n' "$*" >&2
        sed 's/^/    /' "$file" >&2
    fi
    return 1
}

# The codes by which AWS says that there is none.
none='\((NoSuchBucketPolicy|ServerSideEncryptionConfigurationNotFoundError|NoSuchTagSet|NoSuchPublicAccessBlockConfiguration|NoSuchAccessPointPolicy|NoSuchBucket)\)'

# texts FILE NAME... gives the values of members that are texts, each once.
texts() {
    local file=$out/$1 name
    shift
    for name in "$@"; do
        sed -n 's/^.*"'"$name"'": "\([^"]*\)".*$/\1/p' "$file" 2>/dev/null
    done | sort -u
}

# save_key VALUE saves a key that a setting names by id, alias or ARN.
save_key() {
    local found arn folder
    found=$(aws kms describe-key --key-id "$1" --region "$region" --query KeyMetadata.Arn --output text 2>/dev/null)
    arn=${found:-arn:aws:kms:$region:$account:key/${1##*/}}
    folder=$(printf '%s' "$arn" | cut -d: -f5)/$(printf '%s' "$arn" | cut -d: -f4)/kms/keys/${arn##*/}
    case " $keys_done " in *" $folder "*) return ;; esac
    keys_done="$keys_done $folder"
    save "$folder/key.json" kms describe-key --key-id "${found:-$1}" --region "$region" || return
    save "$folder/policy.json" kms get-key-policy --key-id "$arn" --policy-name default --region "$region"
    save "$folder/grants.json" kms list-grants --key-id "$arn" --region "$region"
    save "$folder/rotation.json" kms get-key-rotation-status --key-id "$arn" --region "$region"
    save "$folder/tags.json" kms list-resource-tags --key-id "$arn" --region "$region"
}

# save_bucket NAME saves what decides who may use a bucket, and its key.
save_bucket() {
    local folder=$account/$region/s3/$1 key
    case " $buckets_done " in *" $folder "*) return ;; esac
    buckets_done="$buckets_done $folder"
    save "$folder/location.json" s3api get-bucket-location --bucket "$1" --region "$region"
    save "$folder/policy.json" s3api get-bucket-policy --bucket "$1" --region "$region"
    save "$folder/encryption.json" s3api get-bucket-encryption --bucket "$1" --region "$region"
    save "$folder/tags.json" s3api get-bucket-tagging --bucket "$1" --region "$region"
    save "$folder/public-access-block.json" s3api get-public-access-block --bucket "$1" --region "$region"
    for key in $(texts "$folder/encryption.json" KMSMasterKeyID); do
        save_key "$key"
    done
}

# save_point NAME saves an access point, named by its ARN or alias, with its policy
# and the bucket behind it.
save_point() {
    local owner=$account place=$region name folder bucket
    case $1 in
    arn:*)
        owner=$(printf '%s' "$1" | cut -d: -f5) place=$(printf '%s' "$1" | cut -d: -f4) name=${1##*/}
        ;;
    *)
        name=$(aws s3control list-access-points --account-id "$account" --region "$region" --query "AccessPointList[?Alias=='$1'].Name" --output text 2>/dev/null)
        if [[ -z $name || $name == None ]]; then
            failed=$((failed + 1))
            printf 'no access point of account %s in %s has the alias %s\n' "$account" "$region" "$1" >&2
            return
        fi
        ;;
    esac
    folder=$owner/$place/s3control/access-points/$name
    case " $buckets_done " in *" $folder "*) return ;; esac
    buckets_done="$buckets_done $folder"
    save "$folder/policy.json" s3control get-access-point-policy --account-id "$owner" --name "$name" --region "$place"
    save "$folder/access-point.json" s3control get-access-point --account-id "$owner" --name "$name" --region "$place" || return
    for bucket in $(texts "$folder/access-point.json" Bucket); do
        save_bucket "$bucket"
    done
}

# bucket_of takes the bucket out of an S3ArtifactPath: s3://BUCKET/..., or the
# https form with the bucket in the host or in the path. An access point may stand
# in the place of the bucket, and its ARN has a slash.
bucket_of() {
    local rest=${1#*://} host name
    host=${rest%%/*}
    case $1 in
    s3://arn:*) rest=${rest#*/} && printf '%s/%s\n' "$host" "${rest%%/*}" ;;
    https://*.s3-accesspoint.*)
        name=${host%%.*} host=${host#*.s3-accesspoint.}
        host=${host#dualstack.}
        printf 'arn:aws:s3:%s:%s:accesspoint/%s\n' "${host%%.*}" "${name##*-}" "${name%-*}"
        ;;
    s3://*) printf '%s\n' "$host" ;;
    https://s3.*) rest=${rest#*/} && printf '%s\n' "${rest%%/*}" ;;
    https://*) printf '%s\n' "${host%%.s3.*}" ;;
    esac
}

# save_place NAME saves a bucket, or what leads to one.
save_place() {
    case $1 in
    arn:* | *-s3alias) save_point "$1" ;;
    *) save_bucket "$1" ;;
    esac
}

# save_users FILE saves the keys and the bucket that a domain or a profile names.
save_users() {
    local value
    for value in $(texts "$1" KmsKeyId HomeEfsFileSystemKmsKeyId S3KmsKeyId); do
        save_key "$value"
    done
    for value in $(texts "$1" S3ArtifactPath); do
        save_place "$(bucket_of "$value")"
    done
}

save_domain() {
    local file=$account/$region/sagemaker/domains/$1.json name list=$account/$region/sagemaker/user-profiles/$1/list.json
    save "$file" sagemaker describe-domain --domain-id "$1" --region "$region" || return
    save_users "$file"
    save "$list" sagemaker list-user-profiles --domain-id-equals "$1" --region "$region" || return
    for name in $(texts "$list" UserProfileName); do
        file=$account/$region/sagemaker/user-profiles/$1/$name.json
        save "$file" sagemaker describe-user-profile --domain-id "$1" --user-profile-name "$name" --region "$region" && save_users "$file"
    done
}

save_jobs() {
    local list=$account/$region/sagemaker/auto-ml-jobs.json name
    save "$list" sagemaker list-auto-ml-jobs --name-contains Canvas --region "$region" || return
    for name in $(texts "$list" AutoMLJobName); do
        save "$account/$region/sagemaker/auto-ml-jobs/$name.json" sagemaker describe-auto-ml-job-v2 --auto-ml-job-name "$name" --region "$region"
    done
}

save_region() {
    local folder=$account/$region id name
    save "$folder/kms/keys.json" kms list-keys --region "$region"
    save "$folder/kms/aliases.json" kms list-aliases --region "$region"
    save "$folder/ec2/vpc-endpoints.json" ec2 describe-vpc-endpoints --region "$region"
    if [[ -n $domains ]]; then
        for id in $domains; do save_domain "$id"; done
    elif save "$folder/sagemaker/domains.json" sagemaker list-domains --region "$region"; then
        for id in $(texts "$folder/sagemaker/domains.json" DomainId); do save_domain "$id"; done
    fi
    save_bucket "sagemaker-$region-$account"
    for name in $datasets; do save_place "$name"; done
    if [[ $all_keys == yes ]]; then
        for id in $(texts "$folder/kms/keys.json" KeyId); do save_key "$id"; done
    fi
    if [[ $jobs == yes ]]; then save_jobs; fi
}

# save_organization saves the policies of the organization on the way from the
# account to the root. Only the management account and those it delegates to may
# read them: a refusal leaves no file and no failure, and check says that it took
# them for absent.
save_organization() {
    local optional=yes target=$account kind id
    save "organization/organization.json" organizations describe-organization || return
    while [[ -n $target && $target != None ]]; do
        for kind in SERVICE_CONTROL_POLICY RESOURCE_CONTROL_POLICY; do
            save "organization/targets/$target/$kind.json" organizations list-policies-for-target --target-id "$target" --filter "$kind" || return
            for id in $(texts "organization/targets/$target/$kind.json" Id); do
                [[ -e $out/organization/policies/$id.json ]] || save "organization/policies/$id.json" organizations describe-policy --policy-id "$id"
            done
        done
        case $target in r-*) return ;; esac
        save "organization/targets/$target/parents.json" organizations list-parents --child-id "$target" || return
        target=$(texts "organization/targets/$target/parents.json" Id)
    done
}

calls=0 failed=0 optional=no keys_done='' buckets_done=''
account=$(aws sts get-caller-identity --query Account --output text) || exit 2
if [[ -n $expected_account && $account != "$expected_account" ]]; then
    echo "these are credentials of account $account, not of $expected_account" >&2
    exit 2
fi
if [[ -z $regions ]]; then
    regions=$(aws configure get region) || regions=${AWS_REGION:-${AWS_DEFAULT_REGION:-}}
fi
if [[ -z $regions ]]; then
    echo "no Region is set: name one, as in AWS_REGION=eu-central-1 $0" >&2
    exit 2
fi
save "$account/s3control/public-access-block.json" s3control get-public-access-block --account-id "$account" --region "${regions%% *}"
save "$account/iam/account-authorization-details.json" iam get-account-authorization-details --filter Role LocalManagedPolicy AWSManagedPolicy
for region in $regions; do save_region; done
save_organization
echo "$calls calls, $failed failed; now run: canvaslint check $out" >&2
[[ $failed -eq 0 ]] || exit 3
