// Package account makes up AWS accounts of a given size, in the formats that
// canvaslint reads. The same shape and seed give the same bytes.
package account

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Region is where everything lies.
const Region = "eu-central-1"

// Shape says how much of everything there is, in each account.
type Shape struct {
	Accounts int // 0 is one
	Domains  int
	Profiles int // of each domain; every profile has a role of its own
	Roles    int // that no profile uses
	Keys     int // beside the two of each domain
	Buckets  int // beside that of each domain; each has a policy
	// Broken takes the storage key from the policy of every role: findings.
	Broken bool
	// Faulty gives each domain a fault, of five kinds in turn.
	Faulty bool
	// Later gives each role and each key a statement more, about one of the others:
	// with what the account was before, everything differs.
	Later bool
	Seed  uint64
}

type object = map[string]any
type list = []any

// Files are texts by their paths.
type Files map[string][]byte

// Write puts the files below a folder.
func (f Files) Write(folder string) error {
	for name, text := range f {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// Size is that of all texts, in MB.
func (f Files) Size() float64 {
	size := 0
	for _, text := range f {
		size += len(text)
	}
	return float64(size) / 1e6
}

// account is one of them, spelled out.
type account struct {
	id      string
	domains []domain
	roles   []role
	keys    []key
	buckets []bucket
}

type domain struct {
	id, role, bucket, app, storage string
	profiles                       []profile
}

type profile struct{ name, role string }

type role struct {
	name   string
	policy object
}

type key struct {
	id, use string
	policy  object
}

type bucket struct {
	name, key string
	policy    object
}

func (s Shape) accounts() []account {
	random := rand.New(rand.NewPCG(s.Seed, 15)) // #nosec G404 -- the same on every run
	var made []account
	for n := range max(s.Accounts, 1) {
		made = append(made, s.account(fmt.Sprintf("%012d", 100000000000+n), random))
	}
	return made
}

func (s Shape) account(id string, random *rand.Rand) account {
	a := account{id: id}
	for n := range s.Domains {
		d := domain{id: fmt.Sprintf("d-%012x", n), bucket: fmt.Sprintf("canvas-%s-%d", id, n)}
		var users list
		for p := range s.Profiles {
			user := profile{name: fmt.Sprintf("user-%d", p), role: fmt.Sprintf("Canvas-%d-%d", n, p)}
			d.profiles = append(d.profiles, user)
			users = append(users, a.roleARN(user.role))
		}
		d.role = fmt.Sprintf("Canvas-%d", n)
		users = append(users, a.roleARN(d.role))
		d.app = a.addKey(random, "app", keyPolicy(id, users))
		d.storage = a.addKey(random, "storage", keyPolicy(id, users))
		a.addBucket(d.bucket, d.storage)
		a.roles = append(a.roles, a.canvasRole(d.role, d, s.Broken))
		for _, user := range d.profiles {
			a.roles = append(a.roles, a.canvasRole(user.role, d, s.Broken))
		}
		a.domains = append(a.domains, d)
	}
	for n := range s.Roles {
		a.roles = append(a.roles, a.otherRole(n, random))
	}
	for range s.Keys {
		a.addKey(random, "other", keyPolicy(id, nil))
	}
	for n := range s.Buckets {
		a.addBucket(fmt.Sprintf("data-%s-%d", id, n), "")
	}
	if s.Faulty {
		for n, d := range a.domains {
			a.spoil(n, d)
		}
	}
	if s.Later {
		a.grow()
	}
	return a
}

// grow adds a statement to each role and each key.
func (a *account) grow() {
	for i, r := range a.roles {
		add(r.policy, object{"Effect": "Allow", "Action": "kms:TagResource", "Resource": a.keyARN(a.keys[i%len(a.keys)].id)})
	}
	for i, k := range a.keys {
		add(k.policy, object{"Effect": "Allow", "Principal": object{"AWS": a.roleARN(a.roles[i%len(a.roles)].name)}, "Action": "kms:UntagResource", "Resource": "*"})
	}
}

func add(policy, statement object) {
	policy["Statement"] = append(policy["Statement"].(list), statement)
}

func (a *account) roleARN(name string) string { return "arn:aws:iam::" + a.id + ":role/" + name }
func (a *account) keyARN(id string) string {
	return "arn:aws:kms:" + Region + ":" + a.id + ":key/" + id
}

func (a *account) addKey(random *rand.Rand, use string, policy object) string {
	id := fmt.Sprintf("%08x-%04x-4000-8000-%012x", random.Uint32(), random.Uint32()&0xffff, len(a.keys))
	a.keys = append(a.keys, key{id, use, policy})
	return a.keyARN(id)
}

func (a *account) addBucket(name, key string) {
	arn := "arn:aws:s3:::" + name
	a.buckets = append(a.buckets, bucket{name, key, document(object{
		"Sid": "OnlyTLS", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": list{arn, arn + "/*"},
		"Condition": object{"Bool": object{"aws:SecureTransport": "false"}},
	})})
}

func document(statements ...any) object {
	return object{"Version": "2012-10-17", "Statement": statements}
}

func keyPolicy(id string, users list) object {
	statements := list{object{
		"Sid": "Administration", "Effect": "Allow", "Principal": object{"AWS": "arn:aws:iam::" + id + ":root"}, "Action": "kms:*", "Resource": "*",
	}}
	if len(users) > 0 {
		statements = append(statements, object{
			"Sid": "Canvas", "Effect": "Allow", "Principal": object{"AWS": users}, "Resource": "*",
			"Action": list{"kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"},
		})
	}
	return document(statements...)
}

func (a *account) canvasRole(name string, d domain, broken bool) role {
	keys := list{d.app, d.storage}
	if broken {
		keys = list{d.app}
	}
	arn := "arn:aws:s3:::" + d.bucket
	statements := list{
		object{"Sid": "Keys", "Effect": "Allow", "Action": list{"kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"}, "Resource": keys},
		object{
			"Sid": "Volumes", "Effect": "Allow", "Action": "kms:CreateGrant", "Resource": d.app,
			"Condition": object{"Bool": object{"kms:GrantIsForAWSResource": "true"}},
		},
		object{"Sid": "Objects", "Effect": "Allow", "Action": list{"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}, "Resource": arn + "/*"},
		object{"Sid": "Bucket", "Effect": "Allow", "Action": list{"s3:ListBucket", "s3:GetBucketLocation"}, "Resource": arn},
	}
	if broken {
		statements = append(statements, object{"Sid": "NoStorage", "Effect": "Deny", "Action": "kms:Decrypt", "Resource": d.storage})
	}
	return role{name, document(statements...)}
}

func (a *account) otherRole(n int, random *rand.Rand) role {
	actions := list{"dynamodb:GetItem", "dynamodb:Query", "sqs:SendMessage", "logs:PutLogEvents", "sns:Publish", "lambda:InvokeFunction"}
	random.Shuffle(len(actions), func(i, j int) { actions[i], actions[j] = actions[j], actions[i] })
	return role{fmt.Sprintf("Service-%d", n), document(object{
		"Effect": "Allow", "Action": actions[:3], "Resource": fmt.Sprintf("arn:aws:dynamodb:%s:%s:table/orders-%d", Region, a.id, n),
	})}
}

// trust is the trust policy of every role.
func trust() object {
	return document(object{"Effect": "Allow", "Principal": object{"Service": "sagemaker.amazonaws.com"}, "Action": "sts:AssumeRole"})
}

func text(value any) []byte {
	data, err := json.Marshal(value)
	if err != nil {
		panic(err) // only maps, lists and texts are written
	}
	return append(data, '\n')
}

func quoted(value any) string { return string(text(value)) }
