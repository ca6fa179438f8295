package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/bench/account"
	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/live"
)

// store is as much of S3 as a transfer asks for, with one bucket, "acme".
type store struct {
	mutex   *sync.Mutex
	objects map[string]string
	// answers are given in the place of what is right, by method and path.
	answers map[string]s3Answer
	// endless has every page of a list say that there is more; it says where, or not.
	endless string
	region  string // of the bucket, where that is to be found out
}

// s3Answer is an error as S3 puts it.
type s3Answer struct {
	status        int
	code, message string
}

func startStore(t *testing.T, s *store) []string {
	t.Helper()
	s.mutex = &sync.Mutex{}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return []string{"AWS_ENDPOINT_URL=" + server.URL, "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY=very-secret-indeed"}
}

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	what := r.Method + " " + key
	if key == "" && r.Method == http.MethodGet {
		what = "LIST"
	}
	if s.region != "" {
		w.Header().Set("x-amz-bucket-region", s.region)
		if !strings.Contains(r.Header.Get("Authorization"), "/"+s.region+"/s3/") {
			s.fail(w, r, s3Answer{301, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint."})
			return
		}
	}
	answer, fails := s.answers[what]
	data, found := s.objects[key]
	switch {
	case bucket != "acme":
		s.fail(w, r, s3Answer{404, "NoSuchBucket", "The specified bucket does not exist"})
	case fails:
		s.fail(w, r, answer)
	case what == "LIST":
		s.list(w, r.URL.Query().Get("prefix"), r.URL.Query().Get("continuation-token"))
	case r.Method == http.MethodPut:
		body, _ := io.ReadAll(r.Body)
		s.objects[key] = string(body)
	case key == "":
	case !found:
		s.fail(w, r, s3Answer{404, "NoSuchKey", "The specified key does not exist."})
	default:
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(data))
	}
}

func (s *store) fail(w http.ResponseWriter, r *http.Request, a s3Answer) {
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		_, _ = fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", a.code, a.message)
	}
}

// list gives pages of two keys.
func (s *store) list(w http.ResponseWriter, prefix, token string) {
	type object struct {
		Key  string
		Size int
	}
	var page struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string   `xml:",omitempty"`
		Contents              []object `xml:"Contents"`
	}
	from, _ := strconv.Atoi(token)
	for i, key := range slices.Sorted(maps.Keys(s.objects)) {
		switch {
		case !strings.HasPrefix(key, prefix) || i < from:
		case len(page.Contents) == 2:
			page.IsTruncated, page.NextContinuationToken = true, strconv.Itoa(i)
		}
		if strings.HasPrefix(key, prefix) && i >= from && !page.IsTruncated {
			page.Contents = append(page.Contents, object{key, len(s.objects[key])})
		}
		if page.IsTruncated {
			break
		}
	}
	if s.endless != "" {
		page.IsTruncated, page.NextContinuationToken = true, map[string]string{"again": "0", "nowhere": "", "for ever": strconv.Itoa(from + 1)}[s.endless]
	}
	_ = xml.NewEncoder(w).Encode(page)
}

// readSnapshot gives the objects that a folder becomes below a prefix.
func readSnapshot(t *testing.T, name, prefix string) map[string]string {
	t.Helper()
	objects := map[string]string{}
	for file, text := range files(t, filepath.Join("..", "..", "testdata", "snapshots", name)) {
		objects[prefix+file] = text
	}
	return objects
}

// says runs canvaslint and gives all that it says, with its exit status.
func says(t *testing.T, environment []string, arguments ...string) string {
	t.Helper()
	command := program(append(environment, "TMPDIR="+t.TempDir()), arguments...)
	var out, messages bytes.Buffer
	command.Stdout, command.Stderr = &out, &messages
	var exit *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	for _, secret := range []string{"AKIAIOSFODNN7EXAMPLE", "very-secret-indeed"} {
		if strings.Contains(out.String()+messages.String(), secret) {
			t.Errorf("%v tells %s", arguments, secret)
		}
	}
	for _, variable := range command.Env {
		if folder, ok := strings.CutPrefix(variable, "TMPDIR="); ok {
			if left := files(t, folder); len(left) > 0 {
				t.Errorf("%v left files behind: %v", arguments, slices.Collect(maps.Keys(left)))
			}
		}
	}
	return fmt.Sprintf("%s%sstatus %d\n", out.String(), messages.String(), command.ProcessState.ExitCode())
}

// TestObjectErrors: whatever goes wrong is told with the address, and never passes
// for a clean check.
func TestObjectErrors(t *testing.T) {
	good := readSnapshot(t, "clean", "in/")
	const policy = "in/111122223333/eu-central-1/kms/keys/3c1f0e5a-8d24-4b7e-9f63-1a5d7c20b948/policy.json"
	denied := s3Answer{403, "AccessDenied", "Access Denied"}
	const kms = "User: arn:aws:iam::111122223333:user/a is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-central-1:111122223333:key/k"
	const rights = "; reading takes s3:GetObject and s3:ListBucket, writing s3:PutObject, each of them the permission for the KMS key of an encrypted object, and buckets whose requester pays are not read\nstatus 3\n"
	first := slices.Min(slices.Collect(maps.Keys(good)))
	for name, test := range map[string]struct {
		store store
		args  []string
		want  string
	}{
		"no bucket":       {args: []string{"check", "s3://other/in/"}, want: "canvaslint: s3://other/: there is no such bucket\nstatus 2\n"},
		"no address":      {args: []string{"check", "s3://"}, want: "canvaslint: \"s3://\" is no address of S3: one looks like s3://bucket/folder/\nstatus 2\n"},
		"nothing there":   {args: []string{"check", "s3://acme/out"}, want: "canvaslint: s3://acme/out/: there is no such object, and none below it\nstatus 2\n"},
		"not to be shown": {store: store{answers: map[string]s3Answer{"LIST": denied}}, args: []string{"check", "s3://acme/in/"}, want: "canvaslint: s3://acme/in/: access denied: Access Denied (AccessDenied)" + rights},
		"one, denied":     {store: store{answers: map[string]s3Answer{"HEAD " + policy: denied, "GET " + policy: denied}}, args: []string{"check", "s3://acme/" + policy}, want: "canvaslint: s3://acme/" + policy + ": access denied: Access Denied (AccessDenied)" + rights},
		"its key is denied": {
			store: store{answers: map[string]s3Answer{"GET " + policy: {403, "AccessDenied", kms}}}, args: []string{"check", "--format", "csv", "--allow-unknown", "s3://acme/in"},
			want: "problem,,,read the file: access denied to the KMS key that encrypts it: " + kms + " (AccessDenied),s3://acme/" + policy + ",",
		},
		"expired":           {store: store{answers: map[string]s3Answer{"GET " + first: {400, "ExpiredToken", "The provided token has expired."}}}, args: []string{"check", "s3://acme/in/"}, want: "canvaslint: s3://acme/" + first + ": the AWS credentials are no longer valid, log in again: The provided token has expired (ExpiredToken)\nstatus 3\n"},
		"an archived one":   {store: store{answers: map[string]s3Answer{"GET " + policy: {403, "InvalidObjectState", "The operation is not valid for the object's storage class"}}}, args: []string{"convert", "s3://acme/" + policy}, want: "canvaslint: s3://acme/" + policy + ": the object is archived, restore it first: The operation is not valid for the object's storage class (InvalidObjectState)\nstatus 3\n"},
		"not answered":      {store: store{answers: map[string]s3Answer{"LIST": {500, "InternalError", "We encountered an internal error."}}}, args: []string{"merge", "s3://acme/in/"}, want: "canvaslint: s3://acme/in/: We encountered an internal error (InternalError)\nstatus 3\n"},
		"the same page":     {store: store{endless: "again"}, args: []string{"check", "s3://acme/in/"}, want: "canvaslint: s3://acme/in/: the list of objects is cut short, and does not say how it goes on\nstatus 3\n"},
		"cut short":         {store: store{endless: "nowhere"}, args: []string{"check", "s3://acme/in/"}, want: "canvaslint: s3://acme/in/: the list of objects is cut short, and does not say how it goes on\nstatus 3\n"},
		"without an end":    {store: store{endless: "for ever"}, args: []string{"check", "s3://acme/in/"}, want: "canvaslint: s3://acme/in/: the list of objects does not end: more than 10000 pages\nstatus 3\n"},
		"one of two":        {store: store{answers: map[string]s3Answer{"GET reports/b.json": denied}, objects: map[string]string{"reports/a.json": "{}", "reports/b.json": "{}"}}, args: []string{"merge", "s3://acme/reports/"}, want: "canvaslint: s3://acme/reports/b.json: access denied: Access Denied (AccessDenied)" + rights},
		"all of two":        {store: store{answers: map[string]s3Answer{"GET reports/a.json": denied, "GET reports/b.json": denied}, objects: map[string]string{"reports/a.json": "{}", "reports/b.json": "{}"}}, args: []string{"check", "s3://acme/reports/"}, want: "canvaslint: none of the 2 objects of s3://acme/reports/ could be read; the first: s3://acme/reports/"},
		"output denied":     {store: store{answers: map[string]s3Answer{"PUT report.json": denied}}, args: []string{"check", "--output", "s3://acme/report.json", "s3://acme/in/"}, want: "canvaslint: s3://acme/report.json: access denied: Access Denied (AccessDenied)" + rights},
		"output nowhere":    {args: []string{"check", "--output", "s3://other/report.json", "s3://acme/in/"}, want: "canvaslint: s3://other/: there is no such bucket\nstatus 2\n"},
		"output to none":    {args: []string{"check", "--output", "s3://acme/out/", "s3://acme/in/"}, want: "canvaslint: write the text report: s3://acme/out/ names no object: add one, as in s3://acme/out/report.json\nstatus 2\n"},
		"over an input":     {args: []string{"check", "--report", "json=s3://acme/" + policy, "s3://acme/in/"}, want: "canvaslint: the json report would be written over an input, s3://acme/" + policy + ": give it a file of its own\nstatus 2\n"},
		"over the input":    {args: []string{"convert", "--output", "s3://acme/" + policy, "s3://acme/" + policy}, want: "canvaslint: the text report would be written over the report that is converted, s3://acme/" + policy + ": give it a file of its own\nstatus 2\n"},
		"twice":             {args: []string{"check", "--output", "s3://acme/r", "--report", "json=s3://acme/r", "s3://acme/in/"}, want: "canvaslint: the text report and the json report would go to one file, s3://acme/r: give each a file of its own\nstatus 2\n"},
		"watched":           {args: []string{"check", "--watch", "s3://acme/in/"}, want: "canvaslint: --watch and --changed work on files of the disk, not on s3://\nstatus 2\n"},
		"a folder":          {args: []string{"convert", "s3://acme/in/"}, want: "canvaslint: read the report: read s3://acme/in: is a directory\nstatus 2\n"},
		"elsewhere, silent": {store: store{answers: map[string]s3Answer{"LIST": {301, "PermanentRedirect", "The bucket must be addressed using the specified endpoint."}}}, args: []string{"check", "s3://acme/in/"}, want: "canvaslint: s3://acme/in/: the bucket is in another Region, set AWS_REGION to it: The bucket must be addressed using the specified endpoint (PermanentRedirect)\nstatus 3\n"},
	} {
		t.Run(name, func(t *testing.T) {
			s := test.store
			if s.objects == nil {
				s.objects = maps.Clone(good)
			}
			got := says(t, startStore(t, &s), test.args...)
			if strings.HasSuffix(test.want, "\n") && got != test.want || !strings.Contains(got, test.want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
			if strings.HasSuffix(got, "status 0\n") {
				t.Error("it passes for clean")
			}
		})
	}
}

// copies checks a bucket and the folder that it is of: the same is said of both, to
// the byte, but for the names of files. Then reports go to the bucket and come back.
func copies(t *testing.T, environment []string) {
	t.Helper()
	folder := filepath.Join("..", "..", "testdata", "snapshots")
	local := says(t, nil, "check", "--no-cache", "--format", "json", filepath.Join(folder, "clean"))
	stored := says(t, environment, "check", "--format", "json", "s3://acme/in/clean")
	shown := filepath.ToSlash(folder)
	if diff := cmp.Diff(strings.ReplaceAll(local, shown, "s3://acme/in"), stored); diff != "" {
		t.Errorf("the clean account (-folder +bucket):\n%s", diff)
	}
	if !strings.HasSuffix(stored, "status 0\n") {
		t.Errorf("the clean account: %s", stored)
	}
	// Part by part, reports in the bucket, merged from there to there.
	whole := says(t, environment, "check", "--format", "json", "s3://acme/in/")
	for _, part := range []string{"1/2", "2/2"} {
		says(t, environment, "check", "--shard", part, "--format", "ndjson", "--output", "s3://acme/parts/"+part[:1]+".ndjson", "s3://acme/in/")
	}
	merged := says(t, environment, "merge", "--format", "json", "--output", "s3://acme/merged/report.json", "--report", "csv=s3://acme/merged/report.csv", "s3://acme/parts/")
	if merged != "status 1\n" {
		t.Errorf("merge: %s", merged)
	}
	if diff := cmp.Diff(whole, says(t, environment, "merge", "--format", "json", "s3://acme/merged/report.json")); diff != "" {
		t.Errorf("what was merged (-whole +merged):\n%s", diff)
	}
	converted := says(t, environment, "convert", "--format", "csv", "s3://acme/merged/report.json")
	if !strings.Contains(converted, "s3://acme/in/broken/111122223333/") || !strings.HasSuffix(converted, "status 0\n") {
		t.Errorf("convert: %s", converted)
	}
}

// TestObjects: a bucket is checked as a folder is, in whatever Region it is.
func TestObjects(t *testing.T) {
	objects := readSnapshot(t, "broken", "in/broken/")
	maps.Copy(objects, readSnapshot(t, "clean", "in/clean/"))
	for _, region := range []string{"", "eu-south-2"} {
		copies(t, startStore(t, &store{objects: maps.Clone(objects), region: region}))
	}
}

// TestArchives: accounts that are an archive each are checked as the archives are,
// read one by one, and in parts. What an archive hides is told of.
func TestArchives(t *testing.T) {
	shape := account.Shape{Accounts: 6, Domains: 1, Profiles: 1, Broken: true}
	folder, packed := t.TempDir(), map[string]string{}
	for name, text := range shape.Folder() {
		id, _, _ := strings.Cut(name, "/")
		packed[id] += tarFile(t, name, string(text))
	}
	s := &store{objects: map[string]string{"in/notes.json.gz": zipped(t, `{"notes": 1}`)}}
	for id, text := range packed {
		s.objects["in/"+id+".tar.gz"] = zipped(t, text+tarFile(t, id+"/picture.png", "PNG"))
	}
	s.objects["in/half.tar.gz"] = s.objects["in/"+slices.Min(slices.Collect(maps.Keys(packed)))+".tar.gz"][:200]
	for key, text := range s.objects {
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(key)), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	environment := startStore(t, s)
	check := func(path string) string { return says(t, environment, "check", "--no-cache", "--format", "json", path) }
	if diff := cmp.Diff(strings.ReplaceAll(check(folder), folder, "s3://acme/in"), check("s3://acme/in/")); diff != "" {
		t.Errorf("archives of a bucket (-folder +bucket):\n%s", diff)
	}
	delete(s.objects, "in/half.tar.gz")
	for _, part := range []string{"1/3", "2/3", "3/3"} {
		if said := says(t, environment, "check", "--shard", part, "--exit-zero", "--format", "json", "--output", "s3://acme/parts/"+part[:1]+".json", "s3://acme/in/"); said != "status 0\n" {
			t.Errorf("part %s: %s", part, said)
		}
	}
	if diff := cmp.Diff(check("s3://acme/in/"), says(t, environment, "merge", "--format", "json", "s3://acme/parts/")); diff != "" {
		t.Errorf("the parts (-whole +merged):\n%s", diff)
	}
	one := "s3://acme/in/" + slices.Min(slices.Collect(maps.Keys(packed))) + ".tar.gz"
	if said := check(one); !strings.Contains(said, `"file": "`+one+"/") {
		t.Errorf("one archive: %s", said)
	}
}

// tarFile is a file in a tar archive; its end is left out, which readers do without.
func tarFile(t *testing.T, name, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	if err := w.WriteHeader(&tar.Header{Name: name, Size: int64(len(text)), Mode: 0o600}); err != nil {
		t.Fatal(err)
	}
	_, err := io.WriteString(w, text)
	if err := errors.Join(err, w.Flush()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := io.WriteString(w, text)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestOddKeys: objects whose keys are no names of files are read all the same, and
// told by their keys; what is not read by its name is told of too.
func TestOddKeys(t *testing.T) {
	const policy = `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}`
	s := &store{objects: map[string]string{
		"in//double.json": policy, "in/../up.json": policy, "in/a": policy, "in/a/b.json": policy, `in/back\slash.json`: policy,
		"in/folder/": "", "in/full/": policy, "in/" + strings.Repeat("long", 200) + ".json": policy, "in/picture.png": "PNG",
	}}
	got := says(t, startStore(t, s), "check", "--format", "json", "s3://acme/in/")
	for key := range s.objects {
		told := strings.Contains(got, `"s3://acme/`+strings.ReplaceAll(key, `\`, `\\`)+`"`)
		if want := key != "in/folder/"; told != want {
			t.Errorf("%s: told of %v, want %v", key, told, want)
		}
	}
	if t.Failed() {
		t.Log(got)
	}
}

// TestTransfer moves objects of all sizes, in parts and in ranges.
func TestTransfer(t *testing.T) {
	t.Run("moto", func(t *testing.T) { transfers(t, startMoto(t), "test", "test") })
	t.Run("versitygw", func(t *testing.T) {
		gateway := filepath.Join(serverFolder(t), "bin", "versitygw")
		transfers(t, start(t, nil, gateway, "--port", "127.0.0.1:PORT", "--access", "owner", "--secret", "the-secret", "--region", "us-east-1", "posix", "--sidecar", t.TempDir(), t.TempDir()), "owner", "the-secret")
	})
}

func transfers(t *testing.T, endpoint, key, secret string) {
	t.Helper()
	ctx := context.Background()
	environment := []string{"AWS_ENDPOINT_URL=" + endpoint, "AWS_ACCESS_KEY_ID=" + key, "AWS_SECRET_ACCESS_KEY=" + secret, "AWS_REGION=us-east-1"}
	for _, variable := range environment {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	config := awsConfig(endpoint, key, secret)
	config.Region = "us-east-1"
	api := s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = true })
	must[*s3.CreateBucketOutput](t, "create the bucket")(api.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &[]string{"acme"}[0]}))
	folder := t.TempDir()
	random := rand.NewChaCha8([32]byte{})
	var ask fetch.Transfer
	sizes := []int{0, 1, 5<<20 + 1, 40 << 20}
	for _, size := range sizes {
		data := make([]byte, size)
		_, _ = random.Read(data)
		name := filepath.Join(folder, strconv.Itoa(size)+".json")
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		ask.To = append(ask.To, fetch.To{File: name, Address: fmt.Sprintf("s3://acme/sizes/%d.json", size)})
	}
	if _, err := live.Transfer(ctx, ask); err != nil {
		t.Fatal(err)
	}
	back := t.TempDir()
	done, err := live.Transfer(ctx, fetch.Transfer{From: []fetch.From{{Address: "s3://acme/sizes", Folder: back}}})
	if err != nil {
		t.Fatal(err)
	}
	if want := (fetch.Copied{Path: filepath.Join(back, "objects"), Prefix: "s3://acme/sizes/"}); !cmp.Equal(done.From[0], want) {
		t.Errorf("got %+v, want %+v", done.From[0], want)
	}
	for _, size := range sizes {
		name := strconv.Itoa(size) + ".json"
		want, _ := os.ReadFile(filepath.Join(folder, name))
		if got, err := os.ReadFile(filepath.Join(back, "objects", name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: %d bytes came back, %v", name, len(got), err)
		}
	}
	objects := readSnapshot(t, "broken", "in/broken/")
	maps.Copy(objects, readSnapshot(t, "clean", "in/clean/"))
	for name, text := range objects {
		must[*s3.PutObjectOutput](t, "put an object")(api.PutObject(ctx, &s3.PutObjectInput{Bucket: &[]string{"acme"}[0], Key: &name, Body: strings.NewReader(text), ServerSideEncryption: s3types.ServerSideEncryptionAes256}))
	}
	copies(t, environment)
}
