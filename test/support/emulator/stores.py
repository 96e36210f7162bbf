"""RDS in the emulator: instances are found by their tags, and a tag says their state."""

from ministack.services import rds, tagging

STATE_TAG = "emulator:status"
"""The tag of an instance that says its state: the emulator's own would wait for a database"""

instance_xml = rds._instance_xml


def tags_of_instance(instance):
    return {tag["Key"]: tag["Value"] for tag in instance.get("TagList", [])}


def collect_instances():
    for instance in rds._instances.values():
        yield instance["DBInstanceArn"], instance.get("TagList", [])


def instance_xml_with_state(instance):
    stopped = instance.get("DBInstanceStatus") == "stopped"
    state = None if stopped else tags_of_instance(instance).get(STATE_TAG)
    return instance_xml({**instance, "DBInstanceStatus": state} if state else instance)


def extend():
    rds._instance_xml = instance_xml_with_state
    tagging._COLLECTORS["rds"] = collect_instances
