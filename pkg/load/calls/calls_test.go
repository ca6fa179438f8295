package calls

import (
	"reflect"
	"testing"
)

func TestIn(t *testing.T) {
	for text, want := range map[string]Calls{
		"": {},
		`{"service":"SageMaker","action":"updateDomain"}`:                  {Settings: true},
		`new UpdateDomainCommand({DomainId: id})`:                          {Settings: true},
		`client.update_user_profile(UserSettings=s)`:                       {Settings: true},
		`aws sagemaker update-domain --default-user-settings file://s`:     {Settings: true},
		`{"DefaultUserSettings": {"CanvasAppSettings": {}}}`:               {Canvas: true},
		`kms.put_key_policy(); kms.putKeyPolicy(); iam.attachRolePolicy`:   {Others: []string{"put_key_policy", "putKeyPolicy", "attachRolePolicy"}},
		`EnableKeyRotation, DescribeDomain, deleteDomain, UpdateDomainX`:   {},
		`sagemaker.create_domain(DefaultUserSettings={S3KmsKeyId: "key"})`: {Settings: true, Canvas: true},
	} {
		if got := In(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}
