# METADATA
# title: A bucket that can be read without TLS
# description: No statement of the bucket's policy denies all calls without TLS.
# related_resources:
# - https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
# custom:
#   severity: error
#   since: "1.0"
#   guides: ["2022", current]
#   inputs: [documents.buckets]
#   why: Our security policy demands TLS on every bucket that holds data of customers.
#   fix: >-
#     Add a statement that denies s3:* to everyone on the bucket and its objects where
#     aws:SecureTransport is false.
#   exceptions: A bucket whose policy was not exported is passed over.
package canvaslint["bucket-without-tls"]

findings contains finding if {
	some bucket in input.documents.buckets
	bucket.policy_state in {"given", "unset"}
	not demands_tls(bucket)
	finding := {
		"at": place(bucket),
		"message": sprintf("the bucket %s can be read without TLS: deny s3:* where aws:SecureTransport is false", [bucket.name]),
		"subject": {"account": bucket.account, "region": bucket.region, "resource": bucket.arn},
	}
}

demands_tls(bucket) if {
	some statement in bucket.policy.statements
	statement.effect == "Deny"
	count(statement.unknown) == 0
	everyone(statement)
	some action in statement.actions
	canvaslint.matches(action.value, "s3:GetObject")
	canvaslint.matches(action.value, "s3:PutObject")
	covers(statement, bucket.arn)
	covers(statement, sprintf("%s/Canvas/model", [bucket.arn]))
	count(statement.conditions) == 1
	without_tls(statement.conditions[0])
}

everyone(statement) if statement.principals[_].value == "*"

covers(statement, arn) if canvaslint.matches(statement.resources[_].value, arn)

without_tls(condition) if {
	lower(condition.operator) in {"bool", "boolifexists"}
	lower(condition.key) == "aws:securetransport"
	[lower(value.value) | some value in condition.values] == ["false"]
}

place(bucket) := object.get(bucket, ["policy", "at"], bucket.at)
