# METADATA
# title: The storage key cannot be used for a bucket of another account
# description: >-
#   The Canvas bucket belongs to another account than the domain, and the storage
#   key is given as a bare id or alias, or is an AWS managed key.
# related_resources:
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-permissions-cross-account.html
# custom:
#   severity: error
#   severities: [warning]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [keys]
#   why: >-
#     KMS looks ids and aliases up in the account of the caller, so they do not
#     name the key of the bucket's account. Only its own account can read objects
#     under an AWS managed key.
#   fix: >-
#     Give a customer managed key by its key ARN, and allow the role to use it in
#     the key policy and in the role's own policies.
#   exceptions: >-
#     An alias ARN names its account and is fine. The folder of an exported bucket
#     shows which account owns it; a bucket without exported documents counts as
#     the domain's own. It is a warning if AWS does not document whether the
#     profile inherits the key.
package canvaslint["domain-key-cross-account"]

import data.lib

findings contains finding if {
	some use in lib.canvas_keys
	lib.across_accounts_without_arn(use)
	sure := [bucket | some bucket in use.foreign_buckets; not bucket.maybe]
	buckets := [sprintf("%s (account %s)", [bucket.name, bucket.account]) | some bucket in use.foreign_buckets]
	finding := {
		"at": use.at,
		"severity": severity(sure),
		"message": sprintf("%s gives %s, %q, but Canvas writes with it to %s, which belongs to another account than the domain (%s): %s%s", [
			use.what, thing(use), use.value, lib.sentence(buckets), use.subject.account, remedy(use), doubt(sure),
		]),
		"subject": use.subject,
		"only_in_guide": lib.edition(use),
		"key": use.value,
	}
}

severity(sure) := "error" if count(sure) > 0

severity(sure) := "warning" if count(sure) == 0

thing(use) := "an AWS managed key" if use.aws_managed

thing(use) := "a bare key id" if {
	not use.aws_managed
	use.form == "key id"
}

thing(use) := "an alias" if {
	not use.aws_managed
	use.form == "alias"
}

remedy(use) := "no other account can use that key; set a customer managed key by its key ARN" if use.aws_managed

remedy(use) := "KMS looks it up in the caller's account; give the key ARN" if not use.aws_managed

doubt(sure) := " (AWS does not document whether the profile inherits this key)" if count(sure) == 0

doubt(sure) := "" if count(sure) > 0
