package markers

import (
	"testing"

	"github.com/canvaslint/canvaslint/pkg/iam"
)

func TestFirst(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "",
		"arn:aws:s3:::${opt:stage}-data/*":     "${opt:stage}",
		"${self:custom.${opt:stage, 'a'}.b}/*": "${self:custom.${opt:stage, 'a'}.b}",
		"${file(./a.yml):b}":                   "${file(./a.yml):b}",
		"${cf:stack.Output}":                   "${cf:stack.Output}",
		"${cf.us-east-1:stack.Output}":         "${cf.us-east-1:stack.Output}",
		"${cf(us-east-1):stack.Output}":        "${cf(us-east-1):stack.Output}",
		"${ssm:/path/name}":                    "${ssm:/path/name}",
		"${ssm(eu-central-1):/path}":           "${ssm(eu-central-1):/path}",
		"${aws:accountId}":                     "${aws:accountId}",
		"${env:KEY, self:custom.key}":          "${env:KEY, self:custom.key}",
		"a {{ role }} b {{ other }}":           "{{ role }}",
		"{{- .Values.key | quote -}}":          "{{- .Values.key | quote -}}",
		"{% if x %}a{% endif %}":               "{% if x %}",
		"<%= key %>":                           "<%= key %>",
		// What AWS itself puts values in place of.
		"${aws:username}": "", "${aws:PrincipalTag/team, 'none'}": "", "${s3:prefix}": "", "${saml:sub}": "",
		"${ssm:resourceTag/a}": "", "${cognito-identity.amazonaws.com:sub}": "", "${AWS::Region}": "", "${Key.Arn}": "", "${ACCOUNT_ID}": "",
		"{{resolve:ssm:/a/b:1}}": "", "${self:open": "", "{{open": "", "<ACCOUNT_ID>": "", "${*}": "", "{Key}": "",
	} {
		if got := First(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		if opened := Open(text); (opened != text) != (want != "") || want != "" && !iam.HasUnknown(opened) || First(opened) == want && want != "" && text == want {
			t.Errorf("%q is opened as %q", text, opened)
		}
	}
}
