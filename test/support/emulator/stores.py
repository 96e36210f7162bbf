"""RDS in the emulator: instances are found by their tags, and a tag says their state."""

from ministack.services import rds, tagging

STATE_TAG = "emulator:status"
"""The tag of an instance that says its state: the emulator's own would wait for a database"""

instance_xml = rds._instance_xml
own_set_status = rds._set_db_instance_status


def tags_of_instance(instance):
    return {tag["Key"]: tag["Value"] for tag in instance.get("TagList", [])}


def collect_instances():
    for instance in rds._instances.values():
        yield instance["DBInstanceArn"], instance.get("TagList", [])


def instance_xml_with_state(instance):
    state = tags_of_instance(instance).get(STATE_TAG)
    return instance_xml({**instance, "DBInstanceStatus": state} if state else instance)


def set_status(parameters, status, *names):
    """StartDBInstance and StopDBInstance: the emulator's own state changes once more when its database gives up"""
    answer = own_set_status(parameters, status, *names)
    instance = rds._resolve_instance(rds._p(parameters, "DBInstanceIdentifier"))
    for tag in (instance or {}).get("TagList", []):
        if tag["Key"] == STATE_TAG:
            tag["Value"] = status
    return answer


def extend():
    rds._instance_xml = instance_xml_with_state
    rds._set_db_instance_status = set_status
    tagging._COLLECTORS["rds"] = collect_instances
