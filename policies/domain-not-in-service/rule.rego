# METADATA
# title: The domain or profile has failed
# description: >-
#   The Status of the domain or of a profile is Failed, Update_Failed or
#   Delete_Failed.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeDomain.html
# - https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeUserProfile.html
# custom:
#   severity: warning
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [users, documents.domains.failed]
#   why: >-
#     Canvas applications start only if domain and profile are in service. The
#     exported settings may be the ones that AWS refused.
#   fix: Read the reason that AWS gives, correct it, and update the domain or profile.
#   exceptions: Pending, Updating and Deleting are temporary states and not reported.
package canvaslint["domain-not-in-service"]

findings contains finding if {
	some domain in input.documents.domains
	endswith(domain.Status.value, "Failed")
	domain.at in domains
	what := sprintf("the domain %s", [domain.id])
	finding := report(domain, domain, what, {})
}

findings contains finding if {
	some domain in input.documents.domains
	some profile in domain.profiles
	endswith(profile.Status.value, "Failed")
	[domain.at, profile.name] in profiles
	what := sprintf("the profile %s of domain %s", [profile.name, domain.id])
	finding := report(domain, profile, what, {"profiles": [profile.name]})
}

report(domain, described, what, who) := {
	"at": described.Status.at,
	"message": sprintf("%s is in the state %s: %s", [what, described.Status.value, reason(described)]),
	"subject": object.union({"account": domain.account, "region": domain.region, "domain": domain.id, "purpose": "app"}, who),
	"key": what,
}

# profiles are those in scope, and domains those with one. Each is worked out once: a
# rule with a key would be worked out anew for each key.
profiles := {[user.domain_at, folder.profile] | some user in input.users; some folder in user.folders}

domains := {at | some [at, _] in profiles}

reason(described) := sprintf("%q", [described.FailureReason.value]) if described.FailureReason.value != ""

reason(described) := "AWS gives no reason" if described.FailureReason.value == ""
