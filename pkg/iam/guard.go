package iam

import "slices"

// Choice is a question that the input leaves open, and on whose answer it
// depends which policies are in force: which of two versions of a document is
// the right one, or whether a policy belongs to this role. Exactly one of its
// cases, 0 to Cases-1, is true. A choice is known by its pointer: policies that
// depend on the same question share it.
type Choice struct {
	// Question is the question as it stands behind "it is not known":
	// "which of a.json:3:5 and b.json:7:1 is right".
	Question string
	Cases    int
}

// In gives the guards of what is in force in some cases of a choice and in no
// other.
func (c *Choice) In(cases ...int) Guards { return Guards{{c, cases}} }

// Not gives the guards of what is in force in all but some cases of a choice.
func (c *Choice) Not(cases ...int) Guards {
	var others []int
	for at := range c.Cases {
		if !slices.Contains(cases, at) {
			others = append(others, at)
		}
	}
	return c.In(others...)
}

// Guard limits a policy to some cases of a choice.
type Guard struct {
	Choice *Choice
	Cases  []int
}

// Guards are the conditions under which a policy is in force; all of them must
// hold. Without any it is in force for sure. A policy with guards may allow or
// deny, and does neither for sure; a decision that comes out the same in every
// case is given anyway.
type Guards []Guard

// Maybe gives the guards of a policy that may be in force or not, for a reason
// of its own: "whether aws_iam_role_policy.app belongs to this role".
func Maybe(question string) Guards {
	return (&Choice{Question: question, Cases: 2}).In(1)
}

// And gives the guards of what is in force where both hold.
func (g Guards) And(others Guards) Guards { return append(slices.Clip(g), others...) }
