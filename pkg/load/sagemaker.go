package load

import (
	"slices"
	"strings"

	"github.com/canvaslint/canvaslint/pkg/iam"
	"github.com/canvaslint/canvaslint/pkg/layout"
	"github.com/canvaslint/canvaslint/pkg/snapshot"
	"github.com/canvaslint/canvaslint/pkg/source"
)

// addDomain reads DescribeDomain
// (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeDomain.html).
func (b *builder) addDomain(node source.Node, place layout.Place) {
	domain := &snapshot.Domain{
		Node: node, ID: node.Get("DomainId").Text(), ARN: node.Get("DomainArn").Text(), Name: node.Get("DomainName").Text(),
		Partition: place.PartitionName(), Account: place.Account, Region: place.Region,
		Settings: userSettings(node.Get("DefaultUserSettings")),
		Status:   setting(node, "Status"), FailureReason: setting(node, "FailureReason"),
		Network: setting(node, "AppNetworkAccessType"), VPC: setting(node, "VpcId"),
	}
	if arn, ok := iam.ParseARN(domain.ARN); ok {
		domain.Partition, domain.Account, domain.Region = arn.Partition, arn.Account, arn.Region
	}
	domain.AppKey = setting(node, "KmsKeyId")
	if twin := setting(node, "HomeEfsFileSystemKmsKeyId"); !domain.AppKey.IsGiven() && twin.IsGiven() {
		domain.AppKey = twin
	}
	b.conceal(&domain.AppKey, &domain.Status, &domain.Network, &domain.VPC)
	b.concealUser(&domain.Settings)
	if domain.Account == "" || domain.Region == "" {
		b.problem(node, "nothing says which account and Region the domain %s is in: add DomainArn, or put the file below <account>/<region>/; it was not checked", domain.ID)
		return
	}
	id := resourceID{kind: "domain", account: domain.Account, region: domain.Region, name: domain.ID}
	if other, ok := b.made[id].(*snapshot.Domain); ok {
		b.describeAgain("the domain "+domain.ID, other, domain, other.Node, node, true)
		return
	}
	b.made[id] = domain
	b.firstSeen(domain)
	b.snapshot.Domains = append(b.snapshot.Domains, domain)
}

// addProfile reads DescribeUserProfile
// (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeUserProfile.html).
func (b *builder) addProfile(node source.Node, place layout.Place) {
	profile := &snapshot.Profile{
		Node: node, Name: node.Get("UserProfileName").Text(), DomainID: node.Get("DomainId").Text(),
		Account: place.Account, Region: place.Region,
		Settings: userSettings(node.Get("UserSettings")),
		Status:   setting(node, "Status"), FailureReason: setting(node, "FailureReason"),
	}
	if arn, ok := iam.ParseARN(node.Get("UserProfileArn").Text()); ok {
		profile.Account, profile.Region = arn.Account, arn.Region
	}
	b.conceal(&profile.Status)
	b.concealUser(&profile.Settings)
	if !profile.Settings.Node.Exists() {
		profile.Settings.Node = node
	}
	id := resourceID{"profile", profile.Account, profile.Region, profile.DomainID, profile.Name}
	if other, ok := b.made[id].(*snapshot.Profile); ok {
		b.describeAgain("the profile "+profile.Name+" of the domain "+profile.DomainID, other, profile, other.Node, node, true)
		return
	}
	b.made[id] = profile
	b.firstSeen(profile)
	b.profiles = append(b.profiles, profile)
}

// joinProfiles gives each profile to its domain.
func (b *builder) joinProfiles() {
	domains := map[string][]*snapshot.Domain{}
	for _, domain := range b.snapshot.Domains {
		domains[domain.ID] = append(domains[domain.ID], domain)
	}
	for _, profile := range b.profiles {
		domain := (&snapshot.Snapshot{Domains: domains[profile.DomainID]}).Domain(profile.Account, profile.Region, profile.DomainID)
		if domain == nil {
			b.problem(profile.Node.Get("DomainId"), "the domain %s of the profile %s was not exported: the profile was not checked; save describe-domain beside it", profile.DomainID, profile.Name)
			continue
		}
		domain.Profiles = append(domain.Profiles, profile)
	}
}

func userSettings(node source.Node) snapshot.UserSettings {
	sharing, canvas := node.Get("SharingSettings"), node.Get("CanvasAppSettings")
	settings := snapshot.UserSettings{
		Node:          node,
		ExecutionRole: setting(node, "ExecutionRole"),
		Sharing: snapshot.Sharing{
			Node: sharing, Output: setting(sharing, "NotebookOutputOption"), Key: setting(sharing, "S3KmsKeyId"),
		},
		Canvas: canvasSettings(canvas),
	}
	hidden := node.Path("StudioWebPortalSettings", "HiddenAppTypes")
	if hidden.Is(source.Array) {
		settings.HiddenApps = []string{}
	}
	for app := range hidden.Items() {
		settings.HiddenApps = append(settings.HiddenApps, app.Text())
	}
	return settings
}

func canvasSettings(node source.Node) snapshot.Canvas {
	workspace := node.Get("WorkspaceSettings")
	canvas := snapshot.Canvas{
		Node: node, Workspace: workspace,
		ArtifactPath: setting(workspace, "S3ArtifactPath"), Key: setting(workspace, "S3KmsKeyId"),
		TimeSeries: helper(node.Get("TimeSeriesForecastingSettings"), "AmazonForecastRoleArn"),
		Bedrock:    helper(node.Get("GenerativeAiSettings"), "AmazonBedrockRoleArn"),
		EMR:        helper(node.Get("EmrServerlessSettings"), "ExecutionRoleArn"),
	}
	if node.Is(source.Object) {
		canvas.State = snapshot.Given
	}
	return canvas
}

// conceal marks what is missing and what the current format could not say, or
// its query left out: its absence says nothing.
func (b *builder) conceal(settings ...*snapshot.Setting) {
	for _, s := range settings {
		switch {
		case s.State != snapshot.Unset:
		case slices.Contains(b.notSelected, s.Name):
			s.State, s.Value = snapshot.Symbolic, iam.UnknownSetting(s.Name)
			if !s.Node.Exists() {
				s.Node = b.at
			}
		case slices.Contains(b.notVisible, s.Name):
			s.State = snapshot.NotVisible
		}
	}
}

func (b *builder) concealUser(u *snapshot.UserSettings) {
	b.conceal(&u.ExecutionRole, &u.Sharing.Output, &u.Sharing.Key)
	if c := &u.Canvas; c.State == snapshot.Unset && slices.Contains(b.notVisible, "CanvasAppSettings") {
		for _, s := range []*snapshot.Setting{&c.ArtifactPath, &c.Key, &c.TimeSeries.Status, &c.TimeSeries.Role, &c.Bedrock.Role, &c.EMR.Status, &c.EMR.Role} {
			s.State = snapshot.NotVisible
		}
		c.State = snapshot.NotVisible
	}
}

func helper(node source.Node, role string) snapshot.Helper {
	return snapshot.Helper{Node: node, Status: setting(node, "Status"), Role: setting(node, role)}
}

// addJob reads DescribeAutoMLJobV2
// (https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeAutoMLJobV2.html).
func (b *builder) addJob(node source.Node, place layout.Place) {
	job := &snapshot.Job{
		Node: node, Name: node.Get("AutoMLJobName").Text(), ARN: node.Get("AutoMLJobArn").Text(),
		Account: place.Account, Region: place.Region, Role: setting(node, "RoleArn"),
		OutputKey:  setting(node.Get("OutputDataConfig"), "KmsKeyId"),
		OutputPath: setting(node.Get("OutputDataConfig"), "S3OutputPath"),
		VolumeKey:  setting(node.Get("SecurityConfig"), "VolumeKmsKeyId"),
	}
	if arn, ok := iam.ParseARN(job.ARN); ok {
		job.Account, job.Region = arn.Account, arn.Region
	}
	job.Problem = node.Path("AutoMLProblemTypeConfig", "TimeSeriesForecastingJobConfig")
	job.TimeSeries = job.Problem.Exists()
	if name := node.Get("AutoMLProblemTypeConfigName"); !job.TimeSeries && strings.EqualFold(name.Text(), "TimeSeriesForecasting") {
		job.TimeSeries, job.Problem = true, name
	}
	id := resourceID{kind: "job", account: job.Account, region: job.Region, name: job.Name}
	if other, ok := b.made[id].(*snapshot.Job); ok {
		b.describeAgain("the job "+job.Name, other, job, other.Node, node, true)
		return
	}
	b.made[id] = job
	b.firstSeen(job)
	b.snapshot.Jobs = append(b.snapshot.Jobs, job)
}
