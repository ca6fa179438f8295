package lib

# where names the statement of a fault, or the policy where it is about the whole.
where(fault) := sprintf("statement %q of %s", [fault.sid, fault.document]) if fault.sid != ""

where(fault) := sprintf("statement %d of %s", [fault.number, fault.document]) if {
	fault.sid == ""
	fault.number > 0
}

where(fault) := fault.document if fault.number == 0

# identity tells the findings of one rule and policy apart, without a line.
identity(fault) := sprintf("%s %s", [where(fault), fault.text])

# named joins the names of roles or keys, a few of them.
named(arns) := sentence([name(arn) | some arn in arns]) if count(arns) <= 3

named(arns) := sprintf("%s and %d more", [concat(", ", [name(arn) | some arn in array.slice(arns, 0, 3)]), count(arns) - 3]) if count(arns) > 3

# roles is named with the noun.
roles(arns) := sprintf("the role %s", [named(arns)]) if count(arns) == 1

roles(arns) := sprintf("the roles %s", [named(arns)]) if count(arns) > 1

# keys is named with the noun.
keys(arns) := sprintf("the key %s", [named(arns)]) if count(arns) == 1

keys(arns) := sprintf("the keys %s", [named(arns)]) if count(arns) > 1

# conditions says that those of a statement for everyone do not help.
conditions(fault) := sprintf(" (its condition on %s does not exclude strangers)", [fault.text]) if fault.text != ""

conditions(fault) := "" if fault.text == ""
