package access_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
)

// object is a JSON object under construction.
type object map[string]any

// generator makes random cases of KMS and S3. Its vocabulary is small, so that
// policies and requests often meet.
type generator struct{ *rand.Rand }

const (
	accountA = "111122223333"
	accountB = "444455556666"
	keyARN   = "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
)

func pick[T any](g generator, list ...T) T { return list[g.IntN(len(list))] }

func (g generator) chance(percent int) bool { return g.IntN(100) < percent }

// some picks one or several of a list: a string or a list of strings.
func (g generator) some(list ...string) any {
	n := 1 + g.IntN(3)
	if n == 1 && g.chance(70) {
		return pick(g, list...)
	}
	out := make([]string, n)
	for i := range out {
		out[i] = pick(g, list...)
	}
	return out
}

// request is a random question; three says that some keys stay unknown.
func (g generator) request(id int, three bool) object {
	kms := g.chance(55)
	c := object{"id": fmt.Sprint(id)}
	account := accountA
	if g.chance(25) {
		account = accountB
	}
	principal := pick[any](g,
		"arn:aws:iam::"+account+":role/App", "arn:aws:iam::"+account+":role/team/App",
		"arn:aws:sts::"+account+":assumed-role/App/s1", "arn:aws:sts::"+account+":assumed-role/App/s2",
		"arn:aws:sts::"+account+":assumed-role/App/s1", "arn:aws:iam::"+account+":user/bob",
		"arn:aws:iam::"+account+":user/team/bob")
	if !kms && g.chance(4) {
		principal = object{"type": "Anonymous"}
	}
	request := object{"principal": principal, "context": g.context()}
	if kms {
		request["action"] = pick(g, "kms:Decrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:DescribeKey")
		request["resource"] = object{"arn": keyARN, "accountId": accountA}
	} else {
		request["action"] = pick(g, "s3:GetObject", "s3:PutObject")
		request["resource"] = object{"arn": pick(g, "arn:aws:s3:::bkt/bob/k.txt", "arn:aws:s3:::bkt/Canvas/p/x", "arn:aws:s3:::bkt/a"), "accountId": accountA}
	}
	c["request"] = request
	c["identityPolicies"] = g.policies(kms, false, 0, 3)
	if kms || g.chance(70) {
		c["resourcePolicy"] = g.policy(kms, true, 60)
	}
	if g.chance(20) {
		c["permissionBoundaryPolicies"] = g.policies(kms, false, 1, 2)
	}
	if text, ok := principal.(string); ok && g.chance(25) && text[:12] == "arn:aws:sts:" {
		c["sessionPolicy"] = g.policy(kms, false, 80)
	}
	if g.chance(25) {
		c["serviceControlPolicies"] = g.levels(kms, false)
	}
	if g.chance(15) {
		c["resourceControlPolicies"] = g.levels(kms, true)
	}
	if g.chance(8) {
		c["vpcEndpointPolicies"] = []any{object{"name": "vpce", "policy": g.policy(kms, true, 80)}}
	}
	if three {
		g.forget(c)
	}
	return c
}

// forget moves some keys of the context to the unknown ones.
func (g generator) forget(c object) {
	var unknown, present, multi []string
	for _, key := range singleKeys {
		if g.chance(30) && len(unknown) < 3 {
			unknown = append(unknown, key)
			if g.chance(40) {
				present = append(present, key)
			}
		}
	}
	for _, key := range multiKeys {
		if g.chance(25) && len(unknown) < 3 {
			unknown, multi = append(unknown, key), append(multi, key)
		}
	}
	context := c["request"].(object)["context"].(object)
	for _, key := range unknown {
		delete(context, key)
	}
	c["unknownKeys"], c["presentKeys"], c["multiKeys"] = unknown, present, multi
}

func (g generator) policies(kms, named bool, least, most int) []any {
	list := []any{}
	for range least + g.IntN(most-least+1) {
		list = append(list, object{"name": "p", "policy": g.policy(kms, named, 75)})
	}
	return list
}

func (g generator) levels(kms, named bool) []any {
	list := []any{}
	for i := range 1 + g.IntN(2) {
		list = append(list, object{"orgIdentifier": fmt.Sprint("ou-", i), "policies": g.levelPolicies(kms, named)})
	}
	return list
}

func (g generator) levelPolicies(kms, named bool) []any {
	full := object{"Effect": "Allow", "Action": "*", "Resource": "*"}
	deny := g.statement(kms, false, 0)
	deny["Effect"] = "Deny"
	delete(deny, "Principal")
	delete(deny, "NotPrincipal")
	if named {
		deny["Principal"] = "*"
		return []any{object{"name": "rcp", "policy": object{"Version": "2012-10-17", "Statement": []any{deny}}}}
	}
	statements := []any{}
	if g.chance(85) {
		statements = append(statements, full)
	}
	if g.chance(40) {
		statements = append(statements, deny)
	}
	if len(statements) == 0 {
		statements = append(statements, object{"Effect": "Allow", "Action": "ec2:*", "Resource": "*"})
	}
	return []any{object{"name": "scp", "policy": object{"Version": "2012-10-17", "Statement": statements}}}
}

func (g generator) policy(kms, named bool, allows int) object {
	statements := []any{}
	for range 1 + g.IntN(3) {
		s := g.statement(kms, named, allows)
		statements = append(statements, s)
	}
	p := object{"Version": "2012-10-17", "Statement": statements}
	if g.chance(5) {
		p["Version"] = "2008-10-17"
	}
	return p
}

func (g generator) statement(kms, named bool, allows int) object {
	s := object{"Effect": "Deny"}
	if g.chance(allows) {
		s["Effect"] = "Allow"
	}
	actions := []string{"s3:*", "s3:GetObject", "S3:Get*", "s3:?etObject", "s3:PutObject", "*", "s3:Put*"}
	resources := []string{"*", "arn:aws:s3:::bkt/*", "arn:aws:s3:::*", "arn:aws:s3:::bkt/Canvas/*", "arn:aws:s3:::bkt/${aws:username}/*",
		"arn:aws:s3:::bkt/${aws:PrincipalTag/team, 'a'}", "arn:aws:s3:::bkt/?", "arn:aws:s3:::bkt/${*}", "arn:aws:s3:::other/*"}
	if kms {
		actions = []string{"kms:*", "kms:Decrypt", "kms:decrypt", "kms:GenerateDataKey*", "kms:D*", "*", "kms:?escribeKey", "kms:CreateGrant"}
		resources = []string{"*", "*", keyARN, "arn:aws:kms:*:111122223333:key/*", "arn:aws:kms:us-east-1:444455556666:key/*", "arn:aws:kms:us-east-?:*:key/1234*"}
	}
	element := "Action"
	if g.chance(8) {
		element = "NotAction"
	}
	s[element] = g.some(actions...)
	element = "Resource"
	if g.chance(8) {
		element = "NotResource"
	}
	s[element] = g.some(resources...)
	if kms && named {
		delete(s, "NotResource")
		s["Resource"] = "*"
	}
	if named {
		g.principal(s)
	}
	if g.chance(45) {
		s["Condition"] = g.conditions()
	}
	return s
}

func (g generator) principal(s object) {
	account := accountA
	if g.chance(25) {
		account = accountB
	}
	arns := []string{
		"arn:aws:iam::" + account + ":root", account, "arn:aws:iam::" + account + ":role/App", "arn:aws:iam::" + account + ":role/team/App",
		"arn:aws:sts::" + account + ":assumed-role/App/s1", "arn:aws:iam::" + account + ":user/bob", "arn:aws:iam::" + account + ":role/*", "*",
	}
	switch {
	case g.chance(15):
		s["Principal"] = "*"
	case g.chance(8) && s["Effect"] == "Deny":
		s["NotPrincipal"] = object{"AWS": g.some(arns[:6]...)}
	case g.chance(5):
		s["Principal"] = object{"Service": "s3.amazonaws.com"}
	default:
		s["Principal"] = object{"AWS": g.some(arns...)}
	}
}

var (
	singleKeys = []string{"aws:PrincipalTag/team", "aws:SourceIp", "aws:SecureTransport", "aws:PrincipalArn", "kms:ViaService",
		"kms:EncryptionContext:app", "s3:max-keys", "aws:CurrentTime", "aws:username", "aws:userid"}
	multiKeys = []string{"aws:TagKeys", "kms:ResourceAliases"}
)

// values are what a key is set to, and compared with.
func (g generator) values(key string) []string {
	switch key {
	case "aws:SourceIp":
		return []string{"203.0.113.7", "10.1.2.3", "2001:db8::1"}
	case "aws:SecureTransport":
		return []string{"true", "false"}
	case "aws:PrincipalArn":
		return []string{"arn:aws:iam::111122223333:role/App", "arn:aws:iam::444455556666:role/App", "arn:aws:iam::111122223333:user/bob"}
	case "kms:ViaService":
		return []string{"s3.us-east-1.amazonaws.com", "s3.us-west-2.amazonaws.com", "sagemaker.us-east-1.amazonaws.com"}
	case "s3:max-keys":
		return []string{"5", "10", "10.0", "7.5"}
	case "aws:CurrentTime":
		return []string{"2026-01-01T00:00:00Z", "2026-06-01T12:00:00Z", "2025-01-01T00:00:00Z"}
	case "aws:TagKeys", "kms:ResourceAliases":
		return []string{"a", "b", "alias/app1", "alias/x"}
	case "aws:username":
		return []string{"bob", "Bob"}
	case "aws:userid":
		return []string{"AROAEXAMPLEEXAMPLEX:s1", "AIDAEXAMPLEEXAMPLEX"}
	}
	return []string{"a", "A", "ab", "pay"}
}

func (g generator) context() object {
	context := object{}
	for _, key := range singleKeys {
		if g.chance(50) {
			context[key] = pick(g, g.values(key)...)
		}
	}
	for _, key := range multiKeys {
		if g.chance(40) {
			values := []string{}
			for range g.IntN(3) {
				values = append(values, pick(g, g.values(key)...))
			}
			context[key] = values
		}
	}
	return context
}

func (g generator) conditions() object {
	conditions := object{}
	for range 1 + g.IntN(2) {
		key := pick(g, singleKeys...)
		if g.chance(25) {
			key = pick(g, multiKeys...)
		}
		op, values := g.operator(key)
		block, _ := conditions[op].(object)
		if block == nil {
			block = object{}
		}
		if g.chance(10) && key != "aws:PrincipalArn" {
			key = fmt.Sprintf("%c%s", key[0]-'a'+'A', key[1:])
		}
		block[key] = values
		conditions[op] = block
	}
	return conditions
}

// operator picks one that fits the key, and what it compares with.
func (g generator) operator(key string) (string, any) {
	if g.chance(8) {
		return "Null", g.some("true", "false")
	}
	values := g.values(key)
	var op string
	switch key {
	case "aws:SourceIp":
		op = pick(g, "IpAddress", "NotIpAddress")
		values = []string{"203.0.113.0/24", "10.0.0.0/8", "203.0.113.7", "2001:db8::/32"}
	case "aws:SecureTransport":
		op = "Bool"
	case "s3:max-keys":
		op = pick(g, "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals")
	case "aws:CurrentTime":
		op = pick(g, "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals")
	case "aws:PrincipalArn":
		op = pick(g, "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "StringEquals", "StringNotEquals", "StringLike")
		if op != "StringEquals" && op != "StringNotEquals" {
			values = append(values, "arn:aws:iam::*:role/*", "arn:aws:iam::111122223333:*", "arn:*:iam::????????????:user/b?b")
		}
	default:
		op = pick(g, "StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase")
		values = append(values, "${aws:username}", "${aws:PrincipalTag/team}", "${aws:PrincipalTag/team, 'a'}")
		if op == "StringLike" || op == "StringNotLike" {
			values = append(values, "*", "a*", "?", "s3.*.amazonaws.com", "*app?", "alias/*", "*:s1")
		}
	}
	if g.chance(15) {
		op += "IfExists"
	}
	if key == multiKeys[0] || key == multiKeys[1] {
		op = pick(g, "ForAnyValue:", "ForAllValues:") + op
	}
	return op, g.some(values...)
}

func (g generator) line(id int, three bool) []byte {
	line, err := json.Marshal(g.request(id, three))
	if err != nil {
		panic(err)
	}
	return line
}
