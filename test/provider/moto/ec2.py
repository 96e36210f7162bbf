"""EC2: the tags of DHCP options, those of a launch template, which aren't its instances', and rules and endpoints that are gone."""

from moto.ec2.exceptions import InvalidPermissionNotFoundError, InvalidSecurityGroupRuleIdNotFoundError
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


@taught(EC2Backend, "delete_vpc_endpoints")
def delete_vpc_endpoints(delete, backend, vpce_ids=None):
    # A call is sent again where its answer was lost: moto would look for the routes of an endpoint that is gone already.
    there = [name for name in vpce_ids or [] if getattr(backend.vpc_end_points.get(name), "state", "") != "deleted"]
    return delete(there)


def revoke(revoke_by_any, _backend, security_rule_ids=None, **parameters):
    """
    AWS has an error of its own for the id of a rule that is gone ("Error codes for the Amazon EC2 API"), which the
    provider takes for done: a call is sent again where its answer was lost.
    """
    try:
        return revoke_by_any(security_rule_ids=security_rule_ids, **parameters)
    except InvalidPermissionNotFoundError:
        if not security_rule_ids:
            raise
        raise InvalidSecurityGroupRuleIdNotFoundError(security_rule_ids[0]) from None


taught(EC2Backend, "revoke_security_group_egress")(revoke)
taught(EC2Backend, "revoke_security_group_ingress")(revoke)
