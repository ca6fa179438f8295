package canvas

import (
	"strings"

	"github.com/canvaslint/canvaslint/pkg/access"
	"github.com/canvaslint/canvaslint/pkg/iam"
)

// explain gives the reasons of an answer. Where the question is about all
// objects below a prefix and only some are denied, each reason names one.
func (w *worker) explain(request *access.Request, policies *access.Policies) access.Decision {
	d := access.Explain(request, policies)
	if d.Witness == "" || !d.Result.IsDenied() {
		return d
	}
	partial, example := d.Partial, d.WitnessOf+" "+d.Witness
	if request.Set {
		if known := knownObject(request); known != nil && access.Decide(known, policies) == d.Result {
			witness := known.Resource
			d = access.Explain(known, policies)
			d.Witness = witness
		}
		_, name, _ := strings.Cut(d.Witness, "/")
		example = "the object " + name
	}
	for i := range d.Reasons {
		if partial {
			d.Reasons[i].Message += ", for instance for " + strings.TrimSpace(example)
		}
	}
	return d
}

// knownObject is an object that Canvas is known to write: what it trains with
// lies in Training/
// (https://docs.aws.amazon.com/sagemaker/latest/dg/canvas-storage-configuration.html).
// Of other sets it is nil.
func knownObject(request *access.Request) *access.Request {
	known := *request
	glob := iam.SetGlob(request.Resource)
	start, alone := glob.Lead()
	if !alone || !strings.Contains(start, "/Canvas/") {
		return nil
	}
	known.Resource, known.Set = start+"Training/x", false
	return &known
}
