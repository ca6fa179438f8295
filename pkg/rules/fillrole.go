package rules

import (
	"strconv"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/finding"
	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
)

func (b *builder) roles() []RoleInput {
	list := []RoleInput{}
	for _, use := range b.facts.Roles {
		arn, _ := iam.ParseARN(use.ARN)
		list = append(list, RoleInput{
			At: b.add(use.Place.Node), What: use.Place.What, Kind: use.Kind, Role: use.ARN, Account: arn.Account,
			Existence: string(use.Existence), Similar: use.Similar,
			Subject: Subject{
				Account: use.Domain.Account, Region: use.Domain.Region, Domain: use.Domain.ID, Profiles: names(use.Users),
				Principal: use.ARN, Purpose: use.Purpose,
			},
		})
	}
	return list
}

// broad are the statements that let a Canvas role decrypt with every key.
func (b *builder) broad() []FaultInput {
	var list []FaultInput
	for _, broad := range b.facts.Broad {
		statement := broad.Statement
		name := "statement " + strconv.Itoa(statement.Index+1)
		if statement.Sid != "" {
			name = "statement " + strconv.Quote(statement.Sid)
		}
		node := statement.ResourceNode
		if !node.Exists() {
			node = statement.Node
		}
		arn, _ := iam.ParseARN(broad.Role)
		list = append(list, FaultInput{
			At: b.anchor(node), Kind: "kms-too-broad", Text: name, Policy: broad.Policy.Name, Sid: statement.Sid, Number: statement.Index + 1, Effect: statement.Effect.String(), Roles: []string{broad.Role},
			Subject: Subject{Account: arn.Account, Domain: onlyDomain(broad.Users), Profiles: names(broad.Users), Principal: broad.Role},
		})
	}
	return list
}

// onlyDomain is the domain of users who are all of one, "" else.
func onlyDomain(users []*canvas.User) string {
	for _, user := range users {
		if user.Domain != users[0].Domain {
			return ""
		}
	}
	return users[0].Domain.ID
}

func foreign(use *canvas.KeyUse) []ForeignInput {
	list := []ForeignInput{}
	for _, bucket := range use.Foreign {
		list = append(list, ForeignInput{Name: bucket.Name, Account: bucket.Account, Maybe: bucket.Maybe})
	}
	return list
}

// lacks lists what a job runs without; each stands at the value that the job
// has, else at the nearest thing there is.
func (b *builder) lacks(use *canvas.JobUse) []LackInput {
	list := []LackInput{}
	for _, lack := range []struct {
		key   *canvas.KeyUse
		value snapshot.Setting
		what  string
	}{
		{use.LacksOutput, use.Job.OutputKey, "OutputDataConfig.KmsKeyId"},
		{use.LacksVolume, use.Job.VolumeKey, "SecurityConfig.VolumeKmsKeyId"},
	} {
		if lack.key == nil {
			continue
		}
		node := lack.value.Node // of an unset value the object that could hold it
		if !node.Exists() {
			node = use.Job.Node.Get("AutoMLJobName")
		}
		list = append(list, LackInput{At: b.anchor(node), What: lack.what, Given: lack.value.Value, Key: b.keyUseOf(lack.key, onlyUser(use)...)})
	}
	return list
}

// jobUser says whose a job is as far as that is known.
func jobUser(use *canvas.JobUse) Subject {
	subject := Subject{Account: use.Job.Account, Region: use.Job.Region, Principal: use.Job.Role.Value, Purpose: finding.Output}
	if len(use.Users) > 0 {
		subject.Domain = onlyDomain(use.Users)
	}
	subject.Profiles = names(onlyUser(use))
	return subject
}

// onlyUser is the user whose job it surely is.
func onlyUser(use *canvas.JobUse) []*canvas.User {
	if len(use.Users) == 1 {
		return use.Users
	}
	return nil
}
