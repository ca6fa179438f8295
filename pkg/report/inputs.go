package report

import "github.com/canvaslint/canvaslint/pkg/finding"

// inputs lists what each document was read as and whose it is, file by file,
// and every file that was ignored.
func (p *printer) inputs(c finding.Coverage) {
	file := ""
	for _, input := range c.Inputs {
		if input.File != file {
			file = input.File
			p.line(p.bold.Sprint(Clean(file)))
		}
		sentence := Clean(input.Kind)
		if input.Of != "" {
			sentence += ", made of " + Clean(input.Of)
		}
		if input.Owner != "" {
			sentence += ", of " + Clean(input.Owner)
		}
		p.text(p.dim, "  "+input.Start.String()+" ", sentence+" ("+Clean(input.How)+")", 4)
	}
	for _, ignored := range c.Ignored {
		p.line(p.bold.Sprint(Clean(ignored.File)))
		p.text(p.dim, "  ignored: ", Clean(ignored.Reason), 4)
	}
	if len(c.Inputs)+len(c.Ignored) > 0 {
		p.line()
	}
}
