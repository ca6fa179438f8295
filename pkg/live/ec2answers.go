package live

import (
	"encoding/xml"
	"time"
)

// Answers of Amazon EC2. Fields have the names that the AWS CLI prints, tags those
// of the XML (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html).

// items is a list of EC2: an element that holds an item for each member. One that
// was sent empty is an empty list, one that was not sent is nil.
type items[Item any] []Item

// UnmarshalXML reads the items of the element.
func (l *items[Item]) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var list struct {
		Items []Item `xml:"item"`
	}
	err := d.DecodeElement(&list, &start)
	*l = append(items[Item]{}, list.Items...)
	return err
}

// ec2List is one page of a list, in an element of that name.
type ec2List[Item any] struct {
	element string
	items   items[Item]
	next    *string
}

// UnmarshalXML reads the page and the token of the next.
func (l *ec2List[Item]) UnmarshalXML(d *xml.Decoder, _ xml.StartElement) error {
	for {
		token, err := d.Token()
		if err != nil {
			return err
		}
		start, isStart := token.(xml.StartElement)
		_, isEnd := token.(xml.EndElement)
		switch {
		case isEnd:
			return nil
		case isStart && start.Name.Local == l.element:
			err = d.DecodeElement(&l.items, &start)
		case isStart && start.Name.Local == "nextToken":
			err = d.DecodeElement(&l.next, &start)
		case isStart:
			err = d.Skip()
		}
		if err != nil {
			return err
		}
	}
}

type ec2Tag struct {
	Key   *string `xml:"key"`
	Value *string `xml:"value"`
}

type ec2VPC struct {
	OwnerId *string `xml:"ownerId"`
	VpcId   *string `xml:"vpcId"`
}

type ec2Endpoint struct {
	CreationTimestamp        *time.Time         `xml:"creationTimestamp"`
	DnsEntries               items[ec2DNSEntry] `xml:"dnsEntrySet"`
	DnsOptions               *ec2DNSOptions     `xml:"dnsOptions"`
	FailureReason            *string            `xml:"failureReason"`
	Groups                   items[ec2Group]    `xml:"groupSet"`
	IpAddressType            *string            `xml:"ipAddressType"`
	Ipv4Prefixes             items[ec2Prefixes] `xml:"ipv4PrefixSet"`
	Ipv6Prefixes             items[ec2Prefixes] `xml:"ipv6PrefixSet"`
	LastError                *ec2LastError      `xml:"lastError"`
	NetworkInterfaceIds      items[string]      `xml:"networkInterfaceIdSet"`
	OwnerId                  *string            `xml:"ownerId"`
	PolicyDocument           *string            `xml:"policyDocument"`
	PrivateDnsEnabled        *bool              `xml:"privateDnsEnabled"`
	RequesterManaged         *bool              `xml:"requesterManaged"`
	ResourceConfigurationArn *string            `xml:"resourceConfigurationArn"`
	RouteTableIds            items[string]      `xml:"routeTableIdSet"`
	ServiceName              *string            `xml:"serviceName"`
	ServiceNetworkArn        *string            `xml:"serviceNetworkArn"`
	ServiceRegion            *string            `xml:"serviceRegion"`
	State                    *string            `xml:"state"`
	SubnetIds                items[string]      `xml:"subnetIdSet"`
	Tags                     items[ec2Tag]      `xml:"tagSet"`
	VpcEndpointId            *string            `xml:"vpcEndpointId"`
	VpcEndpointType          *string            `xml:"vpcEndpointType"`
	VpcId                    *string            `xml:"vpcId"`
}

type ec2DNSEntry struct {
	DnsName      *string `xml:"dnsName"`
	HostedZoneId *string `xml:"hostedZoneId"`
}

type ec2DNSOptions struct {
	DnsRecordIpType                          *string       `xml:"dnsRecordIpType"`
	PrivateDnsOnlyForInboundResolverEndpoint *bool         `xml:"privateDnsOnlyForInboundResolverEndpoint"`
	PrivateDnsPreference                     *string       `xml:"privateDnsPreference"`
	PrivateDnsSpecifiedDomains               items[string] `xml:"privateDnsSpecifiedDomainSet"`
}

type ec2Group struct {
	GroupId   *string `xml:"groupId"`
	GroupName *string `xml:"groupName"`
}

type ec2Prefixes struct {
	IpPrefixes items[string] `xml:"ipPrefixSet"`
	SubnetId   *string       `xml:"subnetId"`
}

type ec2LastError struct {
	Code    *string `xml:"code"`
	Message *string `xml:"message"`
}

type ec2RouteTable struct {
	Associations    items[ec2Association] `xml:"associationSet"`
	OwnerId         *string               `xml:"ownerId"`
	PropagatingVgws items[ec2Gateway]     `xml:"propagatingVgwSet"`
	RouteTableId    *string               `xml:"routeTableId"`
	Routes          items[ec2Route]       `xml:"routeSet"`
	Tags            items[ec2Tag]         `xml:"tagSet"`
	VpcId           *string               `xml:"vpcId"`
}

type ec2Association struct {
	AssociationState *struct {
		State         *string `xml:"state"`
		StatusMessage *string `xml:"statusMessage"`
	} `xml:"associationState"`
	GatewayId               *string `xml:"gatewayId"`
	Main                    *bool   `xml:"main"`
	PublicIpv4Pool          *string `xml:"publicIpv4Pool"`
	RouteTableAssociationId *string `xml:"routeTableAssociationId"`
	RouteTableId            *string `xml:"routeTableId"`
	SubnetId                *string `xml:"subnetId"`
}

type ec2Gateway struct {
	GatewayId *string `xml:"gatewayId"`
}

type ec2Route struct {
	CarrierGatewayId            *string `xml:"carrierGatewayId"`
	CoreNetworkArn              *string `xml:"coreNetworkArn"`
	DestinationCidrBlock        *string `xml:"destinationCidrBlock"`
	DestinationIpv6CidrBlock    *string `xml:"destinationIpv6CidrBlock"`
	DestinationPrefixListId     *string `xml:"destinationPrefixListId"`
	EgressOnlyInternetGatewayId *string `xml:"egressOnlyInternetGatewayId"`
	GatewayId                   *string `xml:"gatewayId"`
	InstanceId                  *string `xml:"instanceId"`
	InstanceOwnerId             *string `xml:"instanceOwnerId"`
	IpAddress                   *string `xml:"ipAddress"`
	LocalGatewayId              *string `xml:"localGatewayId"`
	NatGatewayId                *string `xml:"natGatewayId"`
	NetworkInterfaceId          *string `xml:"networkInterfaceId"`
	OdbNetworkArn               *string `xml:"odbNetworkArn"`
	Origin                      *string `xml:"origin"`
	State                       *string `xml:"state"`
	TransitGatewayId            *string `xml:"transitGatewayId"`
	VpcPeeringConnectionId      *string `xml:"vpcPeeringConnectionId"`
}
