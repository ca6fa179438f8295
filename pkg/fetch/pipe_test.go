package fetch_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/fetch"
)

// serve is a program that carries orders out in this process.
func serve(run func(context.Context, fetch.Options) (*fetch.Result, error)) fetch.Process {
	return func(in io.Reader, out io.Writer) error {
		return fetch.Serve(context.Background(), in, out, fetch.Work{Fetch: run})
	}
}

// TestPipe: options arrive, steps and result come back.
func TestPipe(t *testing.T) {
	want := fetch.Options{
		Folder: "out", Resume: true, Regions: []string{"eu-central-1"}, Profiles: []string{"a"}, Roles: []string{"r"}, ExternalID: "x", Parallel: 2,
		Organization: &fetch.Organization{RoleName: "n", Login: "l", Units: []string{"u"}, Exclude: []string{"e"}, Archive: true},
		Domains:      []string{"d"}, Datasets: []string{"b"}, Jobs: fetch.JobsAll, Since: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC),
		AllKeys: true, AllRoles: true, Concurrency: 3, Tool: "canvaslint test", Time: time.Date(2026, 11, 30, 1, 2, 3, 4, time.UTC),
	}
	found := &fetch.Result{
		Manifest: fetch.Manifest{Version: 1, Status: fetch.StatusPartial, Complete: []string{"c"}, Missing: []fetch.Missing{{Service: "kms", Reason: fetch.Throttled}}},
		Calls:    7, Domains: 1, Profiles: 2, Jobs: 3, Keys: 4, Roles: 5, Buckets: 6, Places: []string{"p"}, Failures: []string{"f"}, Nothing: true,
	}
	var got fetch.Options
	var steps []fetch.Steps
	asked := want
	asked.Progress = func(s fetch.Steps) { steps = append(steps, s) }
	result, err := fetch.Start(context.Background(), serve(func(_ context.Context, o fetch.Options) (*fetch.Result, error) {
		o.Progress(fetch.Steps{Done: 1, Known: 2})
		o.Progress(fetch.Steps{Done: 2, Known: 2, Failed: 1, Accounts: 1, Members: 12})
		o.Progress = nil
		got = o
		return found, nil
	}), asked)
	if err != nil {
		t.Fatal(err)
	}
	for _, diff := range []string{cmp.Diff(want, got), cmp.Diff(found, result), cmp.Diff([]fetch.Steps{{Done: 1, Known: 2}, {Done: 2, Known: 2, Failed: 1, Accounts: 1, Members: 12}}, steps)} {
		if diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestPipeTransfer: orders about objects go the same way.
func TestPipeTransfer(t *testing.T) {
	want := fetch.Transfer{From: []fetch.From{{Address: "s3://bucket/in/", Folder: "copy"}}, To: []fetch.To{{File: "report", Address: "s3://bucket/report"}}}
	found := &fetch.Transferred{From: []fetch.Copied{{Path: "copy", Prefix: "s3://bucket/in/", Odd: []fetch.Odd{{"0", "s3://bucket/in//a", "denied"}}}}}
	var got fetch.Transfer
	result, err := fetch.Copy(context.Background(), func(in io.Reader, out io.Writer) error {
		return fetch.Serve(context.Background(), in, out, fetch.Work{Transfer: func(_ context.Context, x fetch.Transfer) (*fetch.Transferred, error) {
			x.Progress(fetch.Steps{Done: 1, Known: 1, Failed: 1})
			x.Progress = nil
			got = x
			return found, nil
		}})
	}, want)
	if err != nil {
		t.Fatal(err)
	}
	for _, diff := range []string{cmp.Diff(want, got), cmp.Diff(found, result)} {
		if diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// TestAddress: what an address is, and which of them name one object.
func TestAddress(t *testing.T) {
	for name, want := range map[string]struct {
		address fetch.Address
		err     string
		object  bool
	}{
		"s3://acme-exports":         {address: fetch.Address{Bucket: "acme-exports"}},
		"s3://acme-exports/":        {address: fetch.Address{Bucket: "acme-exports"}},
		"s3://acme-exports/a/b/":    {address: fetch.Address{Bucket: "acme-exports", Key: "a/b/"}},
		"s3://acme-exports/a/b":     {address: fetch.Address{Bucket: "acme-exports", Key: "a/b"}, object: true},
		"s3://acme-exports//a b":    {address: fetch.Address{Bucket: "acme-exports", Key: "/a b"}, object: true},
		"s3://":                     {err: `"s3://" is no address of S3: one looks like s3://bucket/folder/`},
		"s3:///a":                   {err: `"s3:///a" is no address of S3: one looks like s3://bucket/folder/`},
		"s3://a b/c":                {err: `"s3://a b/c" is no address of S3: one looks like s3://bucket/folder/`},
		"https://s3.amazonaws.com/": {err: `"https://s3.amazonaws.com/" is no address of S3: one looks like s3://bucket/folder/`},
	} {
		got, err := fetch.ParseAddress(name)
		text := ""
		if err != nil {
			text = err.Error()
		}
		if _, one := fetch.ParseObject(name); got != want.address || text != want.err || (one == nil) != want.object {
			t.Errorf("%s: %+v, %v, %v", name, got, err, one)
		}
	}
}

// TestPipeErrors: each way in which it goes wrong is told from the others.
func TestPipeErrors(t *testing.T) {
	says := func(text string) fetch.Process {
		return func(_ io.Reader, out io.Writer) error {
			_, err := io.WriteString(out, text)
			return err
		}
	}
	isUsage := func(err error) bool { return errors.As(err, &fetch.UsageError{}) }
	for _, c := range []struct {
		name    string
		process fetch.Process
		want    string
		is      func(error) bool
	}{
		{"usage", serve(func(context.Context, fetch.Options) (*fetch.Result, error) {
			return nil, fetch.UsageError{Err: errors.New("name a Region")}
		}), "name a Region", isUsage},
		{"an error", serve(func(context.Context, fetch.Options) (*fetch.Result, error) {
			return nil, errors.New("the disk is full")
		}), "the disk is full", nil},
		{"another version", says(`{"error":"it is of another version than canvaslint"}` + "\n"), fetch.ErrOtherVersion.Error(), func(err error) bool { return errors.Is(err, fetch.ErrOtherVersion) }},
		{"nothing said", says(""), "canvaslint-fetch broke off: it said nothing", nil},
		{"something else said", says("usage: tool\n"), "canvaslint-fetch broke off: read its answer: invalid character 'u' looking for beginning of value", nil},
		{"steps and no end", says(`{"steps":{"done":1,"known":2,"failed":0}}` + "\n"), "canvaslint-fetch broke off: it said nothing", nil},
		{"it cannot be started", func(io.Reader, io.Writer) error { return errors.New("no such program") }, "canvaslint-fetch broke off: no such program", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := fetch.Start(context.Background(), c.process, fetch.Options{})
			if err == nil || err.Error() != c.want || c.is != nil && !c.is(err) || c.is == nil && isUsage(err) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// TestServeRefuses: an order that is not understood as a whole is not carried out.
func TestServeRefuses(t *testing.T) {
	for _, line := range []string{
		`{"protocol":2,"options":{}}`, `{"protocol":3,"options":{"Everything":true}}`, `{}`, `no order`,
		`{"protocol":3}`, `{"protocol":3,"options":{},"transfer":{}}`,
	} {
		var out bytes.Buffer
		err := fetch.Serve(context.Background(), strings.NewReader(line+"\n"), &out, fetch.Work{Fetch: func(context.Context, fetch.Options) (*fetch.Result, error) {
			t.Errorf("%s: it was carried out", line)
			return nil, nil
		}})
		if want := `{"error":"it is of another version than canvaslint"}` + "\n"; err != nil || out.String() != want {
			t.Errorf("%s: %v, %s", line, err, out.String())
		}
	}
	if err := fetch.Serve(context.Background(), strings.NewReader("half a line"), io.Discard, fetch.Work{}); err == nil {
		t.Error("half an order was taken for one")
	}
}

// TestBreakOff: who gives up, by cancelling or by going away, has the program come
// to its end, and still gets its result.
func TestBreakOff(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	result, err := fetch.Start(ctx, serve(func(ctx context.Context, _ fetch.Options) (*fetch.Result, error) {
		stop()
		<-ctx.Done()
		return &fetch.Result{Manifest: fetch.Manifest{Status: fetch.StatusInterrupted}}, nil
	}), fetch.Options{})
	if err != nil || result.Manifest.Status != fetch.StatusInterrupted {
		t.Errorf("%+v, %v", result, err)
	}
}
