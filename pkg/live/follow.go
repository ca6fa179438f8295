package live

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/canvas"
	"github.com/canvaslint/canvaslint/pkg/fetch"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/load"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// follow reads what the documents read so far name, then what the new ones name,
// until they name nothing new: domains name roles and buckets, roles name
// further buckets, buckets name keys. What is named is worked out from the
// files, by those who check them later.
func (f *fetcher) follow(ctx context.Context) error {
	for {
		if err := f.reload(); err != nil {
			return err
		}
		wants := canvas.Wants(f.snapshot, f.settings())
		wants.Keys = append(wants.Keys, f.siblings()...)
		if f.AllKeys {
			wants.Keys = append(wants.Keys, f.listedKeys()...)
		}
		if !f.pursue(ctx, wants) {
			return nil
		}
		err := f.wait(ctx)
		f.flush()
		if err != nil {
			return err
		}
	}
}

// reload reads the folder.
func (f *fetcher) reload() error {
	loaded, err := load.Load([]string{f.Folder}, load.Options{Display: f.below})
	if err != nil {
		return err
	}
	f.snapshot = loaded.Snapshot
	return nil
}

// below gives a file's name below the folder: how the folder itself is called
// must not tell whose a document is.
func (f *fetcher) below(name string) string {
	if inside, err := filepath.Rel(f.Folder, name); err == nil {
		return filepath.ToSlash(inside)
	}
	return filepath.ToSlash(name)
}

// siblings wants the other keys of each multi-Region key: each has a policy and a
// state of its own
// (https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html).
func (f *fetcher) siblings() []canvas.WantedKey {
	var keys []canvas.WantedKey
	for _, key := range f.snapshot.Keys {
		of := key.Node.Get("MultiRegionConfiguration")
		want := func(sibling source.Node) {
			name := snapshot.ParseKeyName(sibling.Get("Arn").Text())
			if name.Form == snapshot.KeyARN && name.Account == key.Account && layout.IsRegion(name.Region) {
				keys = append(keys, canvas.WantedKey{Text: sibling.Get("Arn").Text(), Account: key.Account, Region: name.Region})
			}
		}
		want(of.Get("PrimaryKey"))
		for replica := range of.Get("ReplicaKeys").Items() {
			want(replica)
		}
	}
	return keys
}

// listedKeys wants every key of the accounts; which of them are the customer's
// only their descriptions tell.
func (f *fetcher) listedKeys() []canvas.WantedKey {
	var keys []canvas.WantedKey
	for _, key := range f.snapshot.Keys {
		if f.account(key.Account) != nil {
			keys = append(keys, canvas.WantedKey{Text: key.ARN, Account: key.Account, Region: key.Region})
		}
	}
	return keys
}

// pursue asks for what is wanted and was not asked for yet; false where there
// is nothing.
func (f *fetcher) pursue(ctx context.Context, wants canvas.Wanted) bool {
	news := false
	once := func(id string, work func()) {
		if !f.asked[id] {
			f.asked[id], news = true, true
			f.spawn(work)
		}
	}
	for _, arn := range wants.Roles {
		f.pursueRole(ctx, arn, once)
	}
	for _, bucket := range wants.Buckets {
		once("bucket "+bucket.Name, func() { f.bucket(ctx, bucket, f.snapshot.Bucket(bucket.Name)) })
		if known := f.snapshot.Bucket(bucket.Name); known != nil && known.Location.Node.Exists() && f.account(known.Account) != nil {
			once("block "+known.Account, func() { f.accountBlock(ctx, f.account(known.Account), bucket.Region) })
		}
	}
	for _, point := range wants.Points {
		once("access point "+point.String(), func() { f.accessPoint(ctx, point, f.snapshot.AccessPoint(point.PointName)) })
	}
	for _, want := range wants.Keys {
		key := canvas.ResolveKey(f.snapshot, want)
		if key == nil || !key.Node.Exists() {
			id := want.Account + " " + want.Region + " " + want.Text
			if key != nil {
				id = key.ARN
			}
			once("key "+id, func() { f.key(ctx, want) })
			continue
		}
		once("facts "+key.ARN, func() { f.keyFacts(ctx, key) })
	}
	for _, network := range wants.Networks {
		if a := f.account(network.Account); a != nil {
			once("network "+network.Account+" "+network.Region, func() { f.network(ctx, a, network.Region, network.VPCs) })
		}
	}
	return news
}

// pursueRole asks for a role that a whole list has not told of yet.
func (f *fetcher) pursueRole(ctx context.Context, arn string, once func(string, func())) {
	parts := strings.SplitN(arn, ":", 6)
	id := parts[4]
	if f.snapshot.IsComplete(id, "", "iam/roles") || f.detailed(id) {
		return
	}
	a := f.account(id)
	if a == nil {
		once("role "+arn, func() {
			f.refuse(fetch.Find("iam", "GetRole"), subject{id + "/iam/roles-read.json", arn}, fetch.AccessDenied, "NoCredentials")
		})
		return
	}
	once("role "+arn, func() { f.role(ctx, a, arn) })
}

// detailed reports whether the whole list of an account's roles was saved.
func (f *fetcher) detailed(id string) bool {
	return f.AllRoles && f.out.has(id+"/iam/account-authorization-details.json")
}
