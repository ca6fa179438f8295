# METADATA
# title: A time-series model is expected to use a customer-managed key
# description: >-
#   According to the 2022 guide, Canvas encrypts time-series forecasting models
#   with an AWS managed key, whatever key the domain names. Here a
#   customer-managed key is expected.
# related_resources:
# - https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-kms.html
# custom:
#   severity: error
#   severities: [warning, info]
#   since: "0.1"
#   guides: ["2022", current]
#   inputs: [jobs, config.models, users, faults.job-without-key-denied, needs.lacking]
#   why: >-
#     If a policy forbids jobs without a key, building such a model fails.
#     Otherwise its data is encrypted with another key than you expect.
#   fix: >-
#     Do not expect a customer-managed key for time-series models, or turn the
#     time-series setting off. If you follow the current page, set guide: current.
#   exceptions: >-
#     The current page says that time-series models support your own key. Under
#     that guide only a named Forecast role is checked, for its six actions on the
#     storage key and for the key's ARN.
package canvaslint["model-time-series-key"]

import data.lib

findings contains finding if {
	input.config.guide == "2022"
	some job in input.jobs
	job.time_series
	used := [use | some use in [job.output_key, job.volume_key]; use != null; not use.aws_managed]
	count(used) > 0
	finding := {
		"at": used[0].at,
		"message": sprintf("the time-series job %s sets a customer-managed key (%s), which the 2022 guide does not support for time-series models", [job.name, concat(" and ", [use.what | some use in used])]),
		"subject": job.subject,
		"related": [{"at": job.at, "message": "this makes it a time-series job"}],
		"key": job.name,
		"only_in_guide": "2022",
	}
}

findings contains finding if {
	input.config.guide == "2022"
	some model in input.config.models
	model.key != ""
	model.problem == "time-series-forecasting"
	finding := {
		"at": model.at,
		"message": sprintf("the config expects the time-series model %s to use the key %s, which the 2022 guide does not support", [model.name, lib.name(model.key)]),
		"subject": model.subject,
		"key": model.name,
		"only_in_guide": "2022",
	}
}

findings contains finding if {
	input.config.guide == "2022"
	some model in input.config.models
	model.key != ""
	not model.problem in {"time-series-forecasting", "regression", "binary-classification", "multiclass-classification"}
	finding := {
		"at": model.at,
		"severity": "info",
		"message": sprintf("the config expects the model %s (%s) to use the key %s; the 2022 guide supports that for regression and classification models only", [model.name, model.problem, lib.name(model.key)]),
		"subject": model.subject,
		"key": model.name,
		"only_in_guide": "2022",
	}
}

findings contains finding if {
	input.config.guide == "2022"
	some admission in input.faults
	admission.kind == "job-without-key-denied"
	finding := {
		"at": admission.at,
		"message": sprintf("time-series forecasting is enabled for %s, but the role %s is not allowed to start an AutoML job without a KMS key. According to the 2022 guide, time-series models cannot have one", [lib.who(admission.subject), lib.name(admission.roles[0])]),
		"subject": admission.subject,
		"causes": admission.causes,
		"key": "admission",
		"only_in_guide": "2022",
	}
}

findings contains finding if {
	input.config.guide == "2022"
	some user in input.users
	user.time_series.status == "ENABLED"
	keys := [use | some use in [user.app_key, user.storage_key]; use != null; not use.aws_managed]
	count(keys) > 0
	finding := {
		"at": user.time_series.at,
		"severity": "warning",
		"message": sprintf("time-series forecasting is enabled for %s, with a customer-managed key. According to the 2022 guide, Canvas encrypts time-series models with an AWS managed key anyway", [lib.who(user.subject)]),
		"subject": object.union(user.subject, {"purpose": "time-series"}),
		"related": [{"at": use.at, "message": use.what} | some use in keys],
		"key": "enabled",
		"only_in_guide": "2022",
	}
}

findings contains finding if {
	input.config.guide != "2022"
	some need in input.needs
	need.purpose == "time-series"
	failing := lib.failing(need, "use")
	count(failing) > 0
	message := sprintf("the Forecast role %s cannot call %s with the storage key %s of domain %s: time-series models cannot use it%s", [
		lib.name(need.role), lib.sentence(failing), lib.name(need.resource), need.subject.domain, lib.grants(need),
	])
	finding := object.union(lib.finding(need, "use", message), {"only_in_guide": "current"})
}

findings contains finding if {
	input.config.guide != "2022"
	some user in input.users
	user.time_series.role != ""
	user.time_series.status != "DISABLED"
	user.storage_key != null
	user.storage_key.form in {"key id", "alias", "alias ARN"}
	finding := {
		"at": user.storage_key.at,
		"message": sprintf("%s names a Forecast role, and Forecast accepts a key ARN only: %q is %s", [lib.who(user.subject), user.storage_key.value, spelled[user.storage_key.form]]),
		"subject": object.union(user.subject, {"purpose": "time-series"}),
		"key": user.storage_key.value,
		"only_in_guide": "current",
	}
}

spelled := {"key id": "a key id", "alias": "an alias", "alias ARN": "an alias ARN"}
