
$script:calls = 0
$script:failed = 0
$script:optional = $false
$done = @{}

# The codes by which AWS says that there is none.
$none = '\((NoSuchBucketPolicy|ServerSideEncryptionConfigurationNotFoundError|NoSuchTagSet|NoSuchPublicAccessBlockConfiguration|NoSuchAccessPointPolicy|NoSuchBucket)\)'

# Save writes what an AWS CLI command prints to a file and gives it as an object.
# An error is written there too, so that check knows which call failed, and which
# of them mean "there is none".
function Save([string]$File, [string[]]$Command) {
    $path = Join-Path $out $File
    New-Item -ItemType Directory -Force (Split-Path $path) | Out-Null
    $script:calls++
    $errors = "$path.error"
    $text = (& aws @Command --output json 2>$errors) -join "`n"
    $ok = $LASTEXITCODE -eq 0
    if (-not $ok) { $text = (Get-Content -Raw $errors) }
    Remove-Item $errors -ErrorAction SilentlyContinue
    if (-not $ok -and $script:optional) {
        [Console]::Error.WriteLine("not read: aws $Command")
        return $null
    }
    [IO.File]::WriteAllText($path, $text + "`n")
    if ($ok) { return $(if ($text) { $text | ConvertFrom-Json } else { [pscustomobject]@{} }) }
    if ($text -notmatch $none) {
        $script:failed++
        [Console]::Error.WriteLine("could not read: aws $Command`n    $text")
    }
    return $null
}

# Once reports whether a name is met for the first time.
function Once([string]$Name) {
    if ($done[$Name]) { return $false }
    $done[$Name] = $true
    return $true
}

function Save-Key([string]$Value) {
    if (-not $Value) { return }
    $arn = aws kms describe-key --key-id $Value --region $region --query KeyMetadata.Arn --output text 2>$null
    if ($LASTEXITCODE -ne 0) { $arn = "arn:aws:kms:${region}:${account}:key/" + $Value.Split('/')[-1] }
    $parts = $arn.Split(':')
    $folder = $parts[4] + '/' + $parts[3] + '/kms/keys/' + $arn.Split('/')[-1]
    if (-not (Once $folder)) { return }
    if (-not (Save "$folder/key.json" @('kms', 'describe-key', '--key-id', $arn, '--region', $region))) { return }
    Save "$folder/policy.json" @('kms', 'get-key-policy', '--key-id', $arn, '--policy-name', 'default', '--region', $region) | Out-Null
    Save "$folder/grants.json" @('kms', 'list-grants', '--key-id', $arn, '--region', $region) | Out-Null
    Save "$folder/rotation.json" @('kms', 'get-key-rotation-status', '--key-id', $arn, '--region', $region) | Out-Null
    Save "$folder/tags.json" @('kms', 'list-resource-tags', '--key-id', $arn, '--region', $region) | Out-Null
}

function Save-Bucket([string]$Name) {
    $folder = "$account/$region/s3/$Name"
    if (-not $Name -or -not (Once $folder)) { return }
    Save "$folder/location.json" @('s3api', 'get-bucket-location', '--bucket', $Name, '--region', $region) | Out-Null
    Save "$folder/policy.json" @('s3api', 'get-bucket-policy', '--bucket', $Name, '--region', $region) | Out-Null
    $encryption = Save "$folder/encryption.json" @('s3api', 'get-bucket-encryption', '--bucket', $Name, '--region', $region)
    Save "$folder/tags.json" @('s3api', 'get-bucket-tagging', '--bucket', $Name, '--region', $region) | Out-Null
    Save "$folder/public-access-block.json" @('s3api', 'get-public-access-block', '--bucket', $Name, '--region', $region) | Out-Null
    foreach ($rule in $encryption.ServerSideEncryptionConfiguration.Rules) {
        Save-Key $rule.ApplyServerSideEncryptionByDefault.KMSMasterKeyID
    }
}

# Save-Point saves an access point, named by its ARN or alias, with its policy and
# the bucket behind it.
function Save-Point([string]$Named) {
    $owner = $account
    $place = $region
    if ($Named -like 'arn:*') {
        $owner = $Named.Split(':')[4]
        $place = $Named.Split(':')[3]
        $name = $Named.Split('/')[-1]
    } else {
        $list = aws s3control list-access-points --account-id $account --region $region --output json 2>$null | ConvertFrom-Json
        $name = ($list.AccessPointList | Where-Object Alias -EQ $Named).Name
        if (-not $name) {
            $script:failed++
            [Console]::Error.WriteLine("no access point of account $account in $region has the alias $Named")
            return
        }
    }
    $folder = "$owner/$place/s3control/access-points/$name"
    if (-not (Once $folder)) { return }
    Save "$folder/policy.json" @('s3control', 'get-access-point-policy', '--account-id', $owner, '--name', $name, '--region', $place) | Out-Null
    $point = Save "$folder/access-point.json" @('s3control', 'get-access-point', '--account-id', $owner, '--name', $name, '--region', $place)
    if ($point) { Save-Bucket $point.Bucket }
}

# BucketOf takes the bucket out of an S3ArtifactPath: s3://BUCKET/..., or the
# https form with the bucket in the host or in the path. An access point may stand
# in the place of the bucket, and its ARN has a slash.
function BucketOf([string]$Path) {
    $hostName, $rest = ($Path -replace '^[a-z0-9]+://', '').Split('/')
    if ($Path -like 's3://arn:*') { return $hostName + '/' + ($rest | Select-Object -First 1) }
    if ($hostName -match '^(.+)-([0-9]{12})\.s3-accesspoint\.(dualstack\.)?([a-z0-9-]+)\.') {
        return "arn:aws:s3:$($Matches[4]):$($Matches[2]):accesspoint/$($Matches[1])"
    }
    if ($Path -like 's3://*') { return $hostName }
    if ($Path -like 'https://s3.*') { return $rest | Select-Object -First 1 }
    return ($hostName -split '\.s3\.')[0]
}

# Save-Place saves a bucket, or what leads to one.
function Save-Place([string]$Name) {
    if ($Name -like 'arn:*' -or $Name -like '*-s3alias') { Save-Point $Name } else { Save-Bucket $Name }
}

# Save-Users saves the keys and the bucket that a domain or a profile names.
function Save-Users($Document, $Settings) {
    $workspace = $Settings.CanvasAppSettings.WorkspaceSettings
    foreach ($key in @($Document.KmsKeyId, $Document.HomeEfsFileSystemKmsKeyId, $Settings.SharingSettings.S3KmsKeyId, $workspace.S3KmsKeyId)) { Save-Key $key }
    if ($workspace.S3ArtifactPath) { Save-Place (BucketOf $workspace.S3ArtifactPath) }
}

function Save-Domain([string]$Id) {
    $domain = Save "$account/$region/sagemaker/domains/$Id.json" @('sagemaker', 'describe-domain', '--domain-id', $Id, '--region', $region)
    if (-not $domain) { return }
    Save-Users $domain $domain.DefaultUserSettings
    $list = Save "$account/$region/sagemaker/user-profiles/$Id/list.json" @('sagemaker', 'list-user-profiles', '--domain-id-equals', $Id, '--region', $region)
    foreach ($entry in $list.UserProfiles) {
        $name = $entry.UserProfileName
        $userProfile = Save "$account/$region/sagemaker/user-profiles/$Id/$name.json" @('sagemaker', 'describe-user-profile', '--domain-id', $Id, '--user-profile-name', $name, '--region', $region)
        if ($userProfile) { Save-Users $userProfile $userProfile.UserSettings }
    }
}

function Save-Jobs {
    $list = Save "$account/$region/sagemaker/auto-ml-jobs.json" @('sagemaker', 'list-auto-ml-jobs', '--name-contains', 'Canvas', '--region', $region)
    foreach ($entry in $list.AutoMLJobSummaries) {
        $name = $entry.AutoMLJobName
        Save "$account/$region/sagemaker/auto-ml-jobs/$name.json" @('sagemaker', 'describe-auto-ml-job-v2', '--auto-ml-job-name', $name, '--region', $region) | Out-Null
    }
}

function Save-Region {
    $folder = "$account/$region"
    $keys = Save "$folder/kms/keys.json" @('kms', 'list-keys', '--region', $region)
    Save "$folder/kms/aliases.json" @('kms', 'list-aliases', '--region', $region) | Out-Null
    Save "$folder/ec2/vpc-endpoints.json" @('ec2', 'describe-vpc-endpoints', '--region', $region) | Out-Null
    $ids = $domains
    if (-not $ids) {
        $list = Save "$folder/sagemaker/domains.json" @('sagemaker', 'list-domains', '--region', $region)
        $ids = $list.Domains.DomainId
    }
    foreach ($id in $ids) { if ($id) { Save-Domain $id } }
    Save-Bucket "sagemaker-$region-$account"
    foreach ($name in $datasets) { Save-Place $name }
    if ($allKeys) { foreach ($key in $keys.Keys) { Save-Key $key.KeyId } }
    if ($jobs) { Save-Jobs }
}

# Save-Organization saves the policies of the organization on the way from the
# account to the root. Only the management account and those it delegates to may
# read them: a refusal leaves no file and no failure, and check says that it took
# them for absent.
function Save-Organization {
    $script:optional = $true
    if (-not (Save 'organization/organization.json' @('organizations', 'describe-organization'))) { return }
    $target = $account
    while ($target) {
        foreach ($kind in 'SERVICE_CONTROL_POLICY', 'RESOURCE_CONTROL_POLICY') {
            $list = Save "organization/targets/$target/$kind.json" @('organizations', 'list-policies-for-target', '--target-id', $target, '--filter', $kind)
            if (-not $list) { return }
            foreach ($policy in $list.Policies) {
                $id = $policy.Id
                if (Once $id) { Save "organization/policies/$id.json" @('organizations', 'describe-policy', '--policy-id', $id) | Out-Null }
            }
        }
        if ($target -like 'r-*') { return }
        $parents = Save "organization/targets/$target/parents.json" @('organizations', 'list-parents', '--child-id', $target)
        $target = $parents.Parents | Select-Object -First 1 -ExpandProperty Id
    }
}

$account = aws sts get-caller-identity --query Account --output text
if ($LASTEXITCODE -ne 0) { exit 2 }
if ($expectedAccount -and $account -ne $expectedAccount) {
    [Console]::Error.WriteLine("these are credentials of account $account, not of $expectedAccount")
    exit 2
}
if (-not $regions) { $regions = @(aws configure get region) }
if (-not $regions) { $regions = @($env:AWS_REGION) -ne $null }
if (-not $regions) {
    [Console]::Error.WriteLine('no Region is set: set $env:AWS_REGION, as in eu-central-1')
    exit 2
}
Save "$account/s3control/public-access-block.json" @('s3control', 'get-public-access-block', '--account-id', $account, '--region', $regions[0]) | Out-Null
Save "$account/iam/account-authorization-details.json" @('iam', 'get-account-authorization-details', '--filter', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy') | Out-Null
foreach ($region in $regions) { Save-Region }
Save-Organization
[Console]::Error.WriteLine("$script:calls calls, $script:failed failed; now run: canvaslint check $out")
if ($script:failed) { exit 3 }
