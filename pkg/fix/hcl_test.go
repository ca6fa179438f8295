package fix

import "testing"

// Statements for Terraform refer to what the plan makes.
func TestHCL(t *testing.T) {
	const given = `{"Sid": "A", "Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:role/{aws_iam_role.canvas}", "arn:aws:iam::111122223333:role/Jane"]},
		"Action": "kms:CreateGrant", "Resource": "*", "Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}},
		{"Sid": "B", "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": ["arn:aws:s3:::{aws_s3_bucket.data[0]}/*", "arn:aws:s3:::${aws:username}"]}`
	const want = `statement {
  sid       = "A"
  actions   = ["kms:CreateGrant"]
  resources = ["*"]
  principals {
    type        = "AWS"
    identifiers = [aws_iam_role.canvas.arn, "arn:aws:iam::111122223333:role/Jane"]
  }
  condition {
    test     = "Bool"
    variable = "kms:GrantIsForAWSResource"
    values   = ["true"]
  }
}
statement {
  sid       = "B"
  actions   = ["s3:GetObject", "s3:ListBucket"]
  resources = ["${aws_s3_bucket.data[0].arn}/*", "arn:aws:s3:::$${aws:username}"]
}
`
	if got := hcl(readStatements(given)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
