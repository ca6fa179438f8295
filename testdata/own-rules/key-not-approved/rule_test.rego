package canvaslint["key-not-approved_test"]

import data.canvaslint["key-not-approved"] as rule

# key makes a use of a key that belongs to an account.
key(account) := {"at": "0", "what": "the domain's KmsKeyId", "account": account, "subject": {}, "value": "key"}

test_key_of_another_account if {
	count(rule.findings) == 1 with input.keys as [key("444455556666")]
}

test_key_of_an_approved_account if {
	count(rule.findings) == 0 with input.keys as [key("111122223333")]
}

test_key_of_an_unknown_account if {
	count(rule.findings) == 0 with input.keys as [key("")]
}
