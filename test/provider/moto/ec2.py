"""EC2: the tags of DHCP options, and those of a launch template, which aren't its instances'."""

from moto.ec2.models import EC2Backend
from moto.ec2.responses.dhcp_options import DHCPOptions

from teaching import taught


@taught(DHCPOptions, "create_dhcp_options")
def create_dhcp_options(create, response):
    answer = create()
    options = answer.result["DhcpOptions"]
    options.add_tags(response._parse_tag_specification().get("dhcp-options", {}))
    return answer


@taught(EC2Backend, "create_launch_template")
def create_launch_template(create, backend, name, description, template_data, tag_spec):
    specifications = template_data.get("TagSpecifications", [])
    own = [entry for entry in specifications if entry.get("ResourceType") != "launch-template"]
    return create(name, description, {**template_data, "TagSpecifications": own}, tag_spec)
