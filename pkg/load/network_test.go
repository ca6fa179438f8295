package load_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/canvaslint/canvaslint/pkg/load"
)

// TestNetwork: what routes and apps tell is said, and none of their files is unknown.
func TestNetwork(t *testing.T) {
	const place = "111122223333/eu-central-1/"
	domain := `{"DomainId":"d-1","DomainArn":"arn:aws:sagemaker:eu-central-1:111122223333:domain/d-1","VpcId":"vpc-1","AppNetworkAccessType":"NETWORK","DefaultUserSettings":{}}`
	routes := func(more string) string {
		return `{"RouteTables":[{"RouteTableId":"rtb-1","VpcId":"vpc-1","Routes":[{"DestinationCidrBlock":"10.0.0.0/16","GatewayId":"local","State":"active"}` + more + `]}]}`
	}
	app := `{"AppName":"default","AppType":"TYPE","DomainId":"d-1","UserProfileName":"ana","Status":"STATUS","FailureReason":"The key is disabled."}`
	const noWay = "The VpcOnly domain d-1 has no way out of vpc-1: its route tables have local routes alone, and no endpoint of it was exported. Without a NAT gateway or endpoints Canvas reaches neither Amazon S3 nor AWS KMS."
	const failed = "The Canvas app default of the profile ana of domain d-1 failed: The key is disabled."
	for _, test := range []struct {
		name, network, routes, endpoints, app string
		want                                  []string
	}{
		{"local routes alone", "VpcOnly", routes(""), `{"VpcEndpoints":[]}`, "", []string{noWay}},
		{"a target that is gone", "VpcOnly", routes(`,{"DestinationCidrBlock":"0.0.0.0/0","NatGatewayId":"nat-1","State":"blackhole"}`), "", "", []string{noWay}},
		{"a NAT gateway", "VpcOnly", routes(`,{"DestinationCidrBlock":"0.0.0.0/0","NatGatewayId":"nat-1","State":"active"}`), "", "", nil},
		{"an endpoint", "VpcOnly", routes(""), `{"VpcEndpoints":[{"VpcEndpointId":"vpce-1","VpcId":"vpc-1","ServiceName":"com.amazonaws.eu-central-1.s3","State":"available"}]}`, "", nil},
		{"no VpcOnly", "PublicInternetOnly", routes(""), "", "", nil},
		{"routes of another VPC", "VpcOnly", strings.ReplaceAll(routes(""), "vpc-1", "vpc-2"), "", "", nil},
		{"an app that failed", "PublicInternetOnly", routes(""), "", strings.NewReplacer("TYPE", "Canvas", "STATUS", "Failed").Replace(app), []string{failed}},
		{"an app of a space", "PublicInternetOnly", routes(""), "", strings.NewReplacer("TYPE", "Canvas", "STATUS", "Failed", "UserProfileName", "SpaceName").Replace(app), []string{strings.Replace(failed, "profile", "space", 1)}},
		{"an app without a reason", "PublicInternetOnly", routes(""), "", strings.NewReplacer("TYPE", "Canvas", "STATUS", "Failed", "The key is disabled.", "").Replace(app), []string{strings.Replace(failed, "The key is disabled", "AWS gives no reason", 1)}},
		{"an app that runs", "PublicInternetOnly", routes(""), "", strings.NewReplacer("TYPE", "Canvas", "STATUS", "InService").Replace(app), nil},
		{"another app", "PublicInternetOnly", routes(""), "", strings.NewReplacer("TYPE", "JupyterLab", "STATUS", "Failed").Replace(app), nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			for name, text := range map[string]string{
				"sagemaker/domains/d-1.json": strings.Replace(domain, "NETWORK", test.network, 1), "ec2/route-tables.json": test.routes, "ec2/vpc-endpoints.json": test.endpoints,
				"sagemaker/apps/d-1/ana/default.json": test.app, "sagemaker/spaces/d-1/shared.json": `{"DomainId":"d-1","SpaceName":"shared"}`,
			} {
				file := filepath.Join(folder, place+name)
				if text == "" {
					continue
				}
				if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			loaded, err := load.Load([]string{folder}, load.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, loaded.Notes); diff != "" {
				t.Errorf("notes (-want +got):\n%s", diff)
			}
			if len(loaded.Problems) > 0 || len(loaded.Ignored) != 1 || loaded.Ignored[0].Reason != "the answer of describe-space, which is not needed" {
				t.Errorf("problems %v, ignored %v", loaded.Problems, loaded.Ignored)
			}
		})
	}
}
