// Package calls finds in text that no one runs here, such as a custom resource
// or a provisioner, the operations of AWS that change what is checked.
package calls

import (
	"slices"
	"strings"
	"unicode"
)

// Calls are what a text names.
type Calls struct {
	// Settings says that it sets a domain's or profile's settings, or names one of
	// those that Canvas reads.
	Settings bool
	// Canvas says that it names a setting of Canvas.
	Canvas bool
	// Others are further operations, as the text spells them.
	Others []string
}

// In finds the operations in the spelling of any SDK, the CLI or the API:
// updateDomain, update_domain, update-domain, UpdateDomainCommand.
func In(texts ...string) Calls {
	var found Calls
	for _, text := range texts {
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' && r != '-' }) {
			switch kind := kindOf(strings.TrimSuffix(strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(word)), "command")); {
			case kind == setting:
				found.Canvas = true
			case kind == ofSageMaker:
				found.Settings = true
			case kind == other && !slices.Contains(found.Others, word):
				found.Others = append(found.Others, word)
			}
		}
	}
	return found
}

type kind uint8

const (
	none kind = iota
	setting
	ofSageMaker
	other
)

func kindOf(word string) kind {
	switch word {
	case "canvasappsettings", "workspacesettings", "s3artifactpath", "s3kmskeyid", "timeseriesforecastingsettings", "generativeaisettings":
		return setting
	case "createdomain", "updatedomain", "createuserprofile", "updateuserprofile":
		return ofSageMaker
	case "putkeypolicy", "creategrant", "revokegrant", "retiregrant", "disablekey", "schedulekeydeletion", "createalias", "updatealias", "deletealias",
		"putrolepolicy", "deleterolepolicy", "attachrolepolicy", "detachrolepolicy", "createpolicyversion", "setdefaultpolicyversion",
		"updateassumerolepolicy", "putrolepermissionsboundary", "deleterolepermissionsboundary",
		"putbucketpolicy", "deletebucketpolicy", "putbucketencryption", "deletebucketencryption",
		"attachpolicy", "detachpolicy", "updatepolicy", "modifyvpcendpoint", "deleteimportedkeymaterial":
		return other
	}
	return none
}
