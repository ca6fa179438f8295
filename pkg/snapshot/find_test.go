package snapshot

import "testing"

func TestParseKeyName(t *testing.T) {
	const id = "0a1b2c3d-0a1b-4c3d-8e5f-0a1b2c3d4e5f"
	const mrk = "mrk-0a1b2c3d4e5f60718293a4b5c6d7e8f9"
	for text, want := range map[string]KeyName{
		id:             {Form: KeyID, ID: id},
		mrk:            {Form: KeyID, ID: mrk},
		"alias/canvas": {Form: AliasName, ID: "alias/canvas"},
		"arn:aws:kms:eu-central-1:111122223333:key/" + id:    {Form: KeyARN, Partition: "aws", Account: "111122223333", Region: "eu-central-1", ID: id},
		"arn:aws-cn:kms:cn-north-1:111122223333:key/" + mrk:  {Form: KeyARN, Partition: "aws-cn", Account: "111122223333", Region: "cn-north-1", ID: mrk},
		"arn:aws:kms:eu-central-1:111122223333:alias/aws/s3": {Form: AliasARN, Partition: "aws", Account: "111122223333", Region: "eu-central-1", ID: "alias/aws/s3"},
		"":       {Form: Malformed},
		"alias/": {Form: Malformed},
		"my-key": {Form: Malformed},
		"<arn:aws:kms:eu-central-1:111122223333:key/" + id + ">": {Form: Malformed},
		"arn:aws:kms:eu-central-1:111122223333:" + id:            {Form: Malformed},
		"arn:aws:kms:eu-central-1:1111:key/" + id:                {Form: Malformed},
		"arn:aws:s3:::bucket":                                    {Form: Malformed},
		"arn:aws:kms:example-region-1:123456789098:key/" + id:    {Form: Malformed},
		"ARN:aws:kms:eu-central-1:111122223333:key/" + id:        {Form: Malformed},
		"{AppKey}":           {Form: KeyID, ID: "{AppKey}"},
		"‹KmsKeyArn›":        {Form: Unseen},
		"alias/‹Name›":       {Form: AliasName, ID: "alias/‹Name›"},
		"‹Prefix›-key":       {Form: Unseen},
		"prefix-{AppKey}":    {Form: Malformed},
		"{{AppKey}}":         {Form: Malformed},
		"${AppKey}":          {Form: Malformed},
		"arn:aws:‹Service›:": {Form: Unseen},
		"arn:aws:kms:‹Region›:‹AccountId›:key/{AppKey}":            {Form: KeyARN, Partition: "aws", Account: "‹AccountId›", Region: "‹Region›", ID: "{AppKey}"},
		"arn:‹Partition›:kms:‹Region›:‹AccountId›:key/‹KeyId›":     {Form: KeyARN, Partition: "‹Partition›", Account: "‹AccountId›", Region: "‹Region›", ID: "‹KeyId›"},
		"arn:‹Partition›:kms:‹Region›:111122223333:alias/‹Name›-x": {Form: AliasARN, Partition: "‹Partition›", Account: "111122223333", Region: "‹Region›", ID: "alias/‹Name›-x"},
		"arn:aws:kms:‹Region›:‹AccountId›:‹Rest›":                  {Form: Unseen},
	} {
		if got := ParseKeyName(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}
