package report

// hostilePages are names that would run, style, link or reorder, if they could.
func hostilePages() []string {
	return []string{
		`<script>window.pwned = 1</script>`,
		`"><img src=x onerror="window.pwned=1">`,
		`' onfocus='window.pwned=1' autofocus x='`,
		`</style><style>*{display:none}</style></script></title></textarea>`,
		`javascript:window.pwned=1`,
		"a\u202egnp.exe\u2066\x1b[31m\x00\n<b class=pwned>",
		`{{.}} ${alert(1)} <!-- --> ]]> &lt;b&gt; &#x202e;`,
	}
}
