package account

// spoil gives a domain one of several faults, by its number, each of which keeps all
// of its roles from the storage key or the bucket.
func (a *account) spoil(n int, d domain) {
	var storage *key
	for i := range a.keys {
		if a.keyARN(a.keys[i].id) == d.storage {
			storage = &a.keys[i]
		}
	}
	statements := storage.policy["Statement"].(list)
	objects := "arn:aws:s3:::" + d.bucket + "/*"
	deny := func(statement object) {
		statement["Effect"], statement["Principal"], statement["Resource"] = "Deny", "*", objects
		add(a.buckets[n].policy, statement)
	}
	switch n % 5 {
	case 0: // nothing opens the storage key
		storage.policy["Statement"] = statements[:1]
		a.forget(d)
	case 1: // a Region that is not the domain's
		statements[1].(object)["Condition"] = object{"StringEquals": object{"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
		a.forget(d)
	case 2: // a wildcard that is none
		statements[1].(object)["Condition"] = object{"StringEquals": object{"kms:ViaService": "s3.*.amazonaws.com"}}
		a.forget(d)
	case 3: // another key than the storage key
		deny(object{"Sid": "OneKey", "Action": "s3:PutObject", "Condition": object{"StringNotEquals": object{"s3:x-amz-server-side-encryption-aws-kms-key-id": d.app}}})
	case 4: // a Deny that leaves out the wrong role
		deny(object{"Sid": "Admins", "Action": "s3:GetObject", "Condition": object{"ArnNotEquals": object{"aws:PrincipalArn": a.roleARN("Admin")}}})
	}
}

// forget takes the storage key of a domain from the policies of its roles.
func (a *account) forget(d domain) {
	for _, r := range a.roles {
		for _, statement := range r.policy["Statement"].(list) {
			s := statement.(object)
			if keys, ok := s["Resource"].(list); ok && len(keys) == 2 && keys[0] == d.app && keys[1] == d.storage {
				s["Resource"] = keys[:1]
			}
		}
	}
}
