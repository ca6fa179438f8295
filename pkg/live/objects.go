package live

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/s3/transfermanager"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/load/filesystem"
)

const (
	// transfers is how many objects are read at a time: most are small.
	transfers = 16
	// mostListPages ends a list without an end: ten million objects.
	mostListPages = 10_000
)

// The two folders of a copy: objects by their keys, and by numbers those whose keys
// are no names of files.
const (
	byKey    = "objects"
	byNumber = "others"
)

// from copies what an address names into a folder.
func (t *transfer) from(ctx context.Context, from fetch.From) (fetch.Copied, error) {
	a, err := fetch.ParseAddress(from.Address)
	if err != nil {
		return fetch.Copied{}, err
	}
	b, err := t.open(ctx, a.Bucket)
	if err != nil {
		return fetch.Copied{}, err
	}
	c := &copying{transfer: t, bucket: b, to: from.Folder, address: a}
	for _, folder := range []string{byKey, byNumber} {
		if err := os.Mkdir(filepath.Join(c.to, folder), 0o700); err != nil {
			return fetch.Copied{}, fmt.Errorf("copy %s: %w", a, err)
		}
	}
	if c.root, err = os.OpenRoot(c.to); err != nil {
		return fetch.Copied{}, fmt.Errorf("copy %s: %w", a, err)
	}
	defer func() { _ = c.root.Close() }()
	return c.run(ctx)
}

// copying copies the objects of one address.
type copying struct {
	*transfer
	bucket  *bucket
	address fetch.Address
	to      string
	root    *os.Root

	mutex    sync.Mutex
	odd      []fetch.Odd
	count    int // of files by number
	archives int
	fatal    error
	first    error // of those that could not be read
	fails    int
	total    int
}

func (c *copying) run(ctx context.Context) (fetch.Copied, error) {
	one, err := c.isObject(ctx)
	if err != nil {
		return fetch.Copied{}, err
	}
	if !one && c.address.Key != "" && !strings.HasSuffix(c.address.Key, "/") {
		c.address.Key += "/"
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	keys := make(chan string)
	var workers sync.WaitGroup
	for range transfers {
		workers.Go(func() {
			for key := range keys {
				if err := c.object(ctx, key, one); err != nil {
					c.end(err)
					stop()
				}
			}
		})
	}
	if one {
		c.tell(func() { c.steps.Known++; c.total++ })
		keys <- c.address.Key
	} else {
		err = c.list(ctx, keys)
	}
	close(keys)
	workers.Wait()
	return c.copied(one, err)
}

// end keeps the first error that no other object can get round.
func (c *copying) end(err error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.fatal == nil {
		c.fatal = err
	}
}

func (c *copying) copied(one bool, listed error) (fetch.Copied, error) {
	switch {
	case c.fatal != nil:
		return fetch.Copied{}, c.fatal
	case listed != nil:
		return fetch.Copied{}, listed
	case c.total == 0:
		return fetch.Copied{}, fetch.UsageError{Err: fmt.Errorf("%s: there is no such object, and none below it", c.address)}
	case c.fails == c.total && c.total > 1:
		return fetch.Copied{}, fmt.Errorf("none of the %d objects of %s could be read; the first: %w", c.total, c.address, c.first)
	case c.fails == c.total:
		return fetch.Copied{}, c.first
	}
	slices.SortFunc(c.odd, func(a, b fetch.Odd) int { return strings.Compare(a.Address, b.Address) })
	copied := fetch.Copied{Path: filepath.Join(c.to, byKey), Prefix: c.address.String(), Odd: c.odd}
	if one {
		copied.Path = filepath.Join(c.to, byKey, c.name(c.address.Key, one))
		if len(c.odd) > 0 {
			copied.Path = c.odd[0].Path
		}
	}
	return copied, nil
}

// isObject reports whether the address names one object. Who may not list the
// bucket can name one too; who may list it learns that there is none.
func (c *copying) isObject(ctx context.Context) (bool, error) {
	if c.address.Key == "" || strings.HasSuffix(c.address.Key, "/") {
		return false, nil
	}
	_, err := c.bucket.api.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &c.bucket.name, Key: &c.address.Key})
	var answer *smithyhttp.ResponseError
	switch {
	case err == nil:
		return true, nil
	case errors.As(err, &answer) && answer.HTTPStatusCode() == http.StatusNotFound:
		return false, nil
	case errors.As(err, &answer) && answer.HTTPStatusCode() >= http.StatusBadRequest && answer.HTTPStatusCode() < http.StatusInternalServerError:
		return true, nil // the answer has no body; reading it says what is wrong
	}
	return false, c.because(c.address, err)
}

// list hands on the keys below the address, each once.
func (c *copying) list(ctx context.Context, keys chan<- string) error {
	var token *string
	seen := map[string]bool{}
	for range c.mostPages {
		page, err := c.bucket.api.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &c.bucket.name, Prefix: &c.address.Key, ContinuationToken: token})
		if err != nil {
			return c.because(c.address, fmt.Errorf("list the objects: %w", err))
		}
		for _, object := range page.Contents {
			key := aws.ToString(object.Key)
			if isMarker(key, aws.ToInt64(object.Size)) || seen[key] {
				continue
			}
			seen[key] = true
			c.tell(func() { c.steps.Known++; c.total++ })
			select {
			case keys <- key:
			case <-ctx.Done():
				return fmt.Errorf("%s: the copy was broken off", c.address)
			}
		}
		next := aws.ToString(page.NextContinuationToken)
		switch {
		case !aws.ToBool(page.IsTruncated):
			return nil
		case next == "" || next == aws.ToString(token):
			return fmt.Errorf("%s: the list of objects is cut short, and does not say how it goes on", c.address)
		}
		token = &next
	}
	return fmt.Errorf("%s: the list of objects does not end: more than %d pages", c.address, c.mostPages)
}

// isMarker reports whether an object stands for a folder, as consoles make them.
func isMarker(key string, size int64) bool { return size == 0 && strings.HasSuffix(key, "/") }

// tell changes what is counted, and says how far the transfer is.
func (c *copying) tell(change func()) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	change()
	if c.progress != nil {
		c.progress(c.steps)
	}
}

// object copies one object. Its error is one that ends the copy.
func (c *copying) object(ctx context.Context, key string, named bool) error {
	odd := fetch.Odd{Address: fetch.Address{Bucket: c.bucket.name, Key: key}.String()}
	file, isOdd, err := c.create(key, named)
	if err != nil {
		return fmt.Errorf("copy %s: %w", odd.Address, err)
	}
	odd.Path = file.Name()
	// What is not read by its name need not be there: it is listed as ignored.
	if named || filesystem.Readable(key) || filesystem.IsHCL(key) {
		_, err = c.bucket.objects.DownloadObject(ctx, &transfermanager.DownloadObjectInput{Bucket: &c.bucket.name, Key: &key, WriterAt: file})
		if err != nil && isHopeless(ctx, err) {
			_ = file.Close()
			return c.because(fetch.Address{Bucket: c.bucket.name, Key: key}, err)
		}
		if err != nil {
			odd.Error = c.reason(err)
			err = file.Truncate(0)
		}
	}
	err = errors.Join(err, file.Close())
	if err == nil && odd.Error == "" {
		err = c.unpack(odd.Path)
	}
	if err != nil {
		return fmt.Errorf("copy %s: %w", odd.Address, err)
	}
	c.tell(func() {
		c.steps.Done++
		if odd.Error != "" {
			c.steps.Failed++
			c.fails++
			if c.first == nil {
				c.first = fmt.Errorf("%s: %s", odd.Address, odd.Error)
			}
		}
		if odd.Error != "" || isOdd {
			c.odd = append(c.odd, odd)
		}
	})
	return nil
}

// name is the rest of a key.
func (c *copying) name(key string, named bool) string {
	if named {
		return path.Base(key)
	}
	return strings.TrimPrefix(key, c.address.Key)
}

// create makes the file of an object: by its key where that is the name of a file
// that is not there yet; else it is odd and has a number.
func (c *copying) create(key string, named bool) (file *os.File, odd bool, err error) {
	const flags = os.O_RDWR | os.O_CREATE | os.O_EXCL
	if name := c.name(key, named); path.Clean(name) == name && filepath.IsLocal(filepath.FromSlash(name)) && !strings.ContainsAny(name, "\\\x00") {
		name = path.Join(byKey, name)
		_ = c.root.MkdirAll(path.Dir(name), 0o700) // the next call says what is wrong
		if file, err := c.root.OpenFile(name, flags, 0o600); err == nil {
			return file, false, nil
		}
	}
	c.mutex.Lock()
	c.count++
	name := path.Join(byNumber, strconv.Itoa(c.count)+extension(key))
	c.mutex.Unlock()
	file, err = c.root.OpenFile(name, flags, 0o600)
	return file, true, err
}

// extension is that of a key, where it can be one of a file: it says how a document
// is read.
func extension(key string) string {
	if ext := path.Ext(key); len(ext) < 20 && filepath.IsLocal("x"+ext) && !strings.ContainsAny(ext, "\\\x00:") {
		return ext
	}
	return ""
}

// to copies a file to an object.
func (t *transfer) to(ctx context.Context, to fetch.To) error {
	a, err := fetch.ParseObject(to.Address)
	if err != nil {
		return err
	}
	b, err := t.open(ctx, a.Bucket)
	if err != nil {
		return err
	}
	file, err := os.Open(to.File)
	if err != nil {
		return fmt.Errorf("%s: %w", a, err)
	}
	defer func() { _ = file.Close() }()
	return t.put(ctx, b, a.Key, file)
}

// put writes an object, which is there whole or not at all.
func (t *transfer) put(ctx context.Context, b *bucket, key string, from io.Reader) error {
	in := &transfermanager.UploadObjectInput{Bucket: &b.name, Key: &key, Body: from}
	if kind := mime.TypeByExtension(path.Ext(key)); kind != "" {
		in.ContentType = &kind
	}
	if _, err := b.objects.UploadObject(ctx, in); err != nil {
		return t.because(fetch.Address{Bucket: b.name, Key: key}, fmt.Errorf("write the object: %w", err))
	}
	return nil
}

// intoBucket gives what writes archives to objects below an address, each whole or not
// at all. The address was looked at before.
func (o *options) intoBucket(ctx context.Context, address string) (func(name string, fill func(io.Writer) error) error, error) {
	a, err := fetch.ParseAddress(address)
	if err != nil {
		return nil, err
	}
	profile := ""
	if len(o.Profiles) > 0 {
		profile = o.Profiles[0]
	}
	t, err := o.transfer(ctx, profile, nil)
	if err != nil {
		return nil, err
	}
	b, err := t.open(ctx, a.Bucket)
	if err != nil {
		return nil, err
	}
	return func(name string, fill func(io.Writer) error) error {
		from, to := io.Pipe()
		filled := make(chan struct{})
		go func() {
			defer close(filled)
			_ = to.CloseWithError(fill(to))
		}()
		err := t.put(ctx, b, a.Key+name, from)
		_ = from.CloseWithError(err) // nobody reads any more
		<-filled
		return err
	}, nil
}
