# METADATA
# title: A domain that reaches the internet
# description: The domain's AppNetworkAccessType is not VpcOnly.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html
# custom:
#   severity: error
#   since: "1.0"
#   guides: ["2022", current]
#   inputs: [documents.domains]
#   why: Our network policy lets no notebook reach the internet except through our proxies.
#   fix: Set AppNetworkAccessType to VpcOnly.
#   exceptions: A domain whose network cannot be seen in this format is passed over.
package canvaslint["domain-not-vpc-only"]

findings contains finding if {
	some domain in input.documents.domains
	network := domain.AppNetworkAccessType
	reaches_internet(network)
	finding := {
		"at": network.at,
		"message": sprintf("domain %s reaches the internet: set AppNetworkAccessType to VpcOnly", [domain.id]),
		"subject": {"account": domain.account, "region": domain.region, "domain": domain.id},
	}
}

reaches_internet(network) if {
	network.state == "given"
	network.value != "VpcOnly"
}

# AWS takes PublicInternetOnly where nothing is said.
reaches_internet(network) if network.state == "unset"
