package live

import (
	xmlcoding "encoding/xml"
	"net/url"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"
)

// The endpoints that AWS documents
// (https://docs.aws.amazon.com/ec2/latest/devguide/ec2-endpoints.html,
// https://docs.aws.amazon.com/general/latest/gr/rande.html).
func TestEC2Endpoints(t *testing.T) {
	for _, test := range []struct {
		region          string
		fips, dualStack bool
		want            string
	}{
		{"eu-central-1", false, false, "https://ec2.eu-central-1.amazonaws.com"},
		{"us-east-1", true, false, "https://ec2-fips.us-east-1.amazonaws.com"},
		{"us-east-1", false, true, "https://ec2.us-east-1.api.aws"},
		{"us-gov-west-1", false, false, "https://ec2.us-gov-west-1.amazonaws.com"},
		{"us-gov-west-1", true, false, "https://ec2.us-gov-west-1.amazonaws.com"},
		{"cn-north-1", false, false, "https://ec2.cn-north-1.amazonaws.com.cn"},
	} {
		options := sts.Options{Region: test.region}
		if test.fips {
			options.EndpointOptions.UseFIPSEndpoint = aws.FIPSEndpointStateEnabled
		}
		if test.dualStack {
			options.EndpointOptions.UseDualStackEndpoint = aws.DualStackEndpointStateEnabled
		}
		got, err := (&ec2Client{options: options}).address(t.Context())
		if err != nil || got.String() != test.want {
			t.Errorf("%+v: %v, %v", test, got, err)
		}
	}
}

// The guard refuses what is not in the table, before anything is sent.
func TestEC2Guarded(t *testing.T) {
	api := newEC2(guarded(aws.Config{Region: "eu-central-1", BaseEndpoint: aws.String("http://127.0.0.1:1")}))
	err := api.call(t.Context(), "RunInstances", url.Values{}, nil)
	const want = "operation error EC2: RunInstances, the call ec2:RunInstances is not among those that this program makes"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// An answer keeps its members by the names of the AWS CLI; a list that was sent
// empty is one, and one that was not sent is missing.
func TestEC2Answer(t *testing.T) {
	const answer = `<DescribeVpcEndpointsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId><vpcEndpointSet>` +
		`<item><vpcEndpointId>vpce-1</vpcEndpointId><routeTableIdSet><item>rtb-1</item><item>rtb-2</item></routeTableIdSet><subnetIdSet/>` +
		`<privateDnsEnabled>false</privateDnsEnabled><creationTimestamp>2026-01-02T03:04:05.678Z</creationTimestamp>` +
		`<tagSet><item><key>a</key><value></value></item></tagSet><notYetKnown><item>x</item></notYetKnown></item>` +
		`</vpcEndpointSet><nextToken>two</nextToken></DescribeVpcEndpointsResponse>`
	list := ec2List[ec2Endpoint]{element: "vpcEndpointSet"}
	if err := xmlcoding.Unmarshal([]byte(answer), &list); err != nil {
		t.Fatal(err)
	}
	want := []any{object{
		"VpcEndpointId": "vpce-1", "RouteTableIds": []any{"rtb-1", "rtb-2"}, "SubnetIds": []any{}, "PrivateDnsEnabled": false,
		"CreationTimestamp": "2026-01-02T03:04:05.678000+00:00", "Tags": []any{object{"Key": "a", "Value": ""}},
	}}
	if diff := cmp.Diff(want, listed(list.items)); diff != "" || aws.ToString(list.next) != "two" {
		t.Errorf("next %v, %s", list.next, diff)
	}
}
