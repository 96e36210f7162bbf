"""The AWS emulator of the provider's runs: moto, with what the provider asks for and moto has not.

Written against moto 5.2.5, whose internals it patches; requirements.txt pins that version.
Arguments: the port on 127.0.0.1. Settings: HOSTED_ZONES, a JSON object of the account's public zones by id.
Ends when its standard input is closed, so that it never outlives the run that started it, however that ended.
"""

import importlib
import json
import os
import sys
import threading

# moto reads its settings as it is imported.
os.environ.update(
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    # Services of ECS come to run their tasks, and their deployments to complete.
    MOTO_ECS_SERVICE_RUNNING="1",
    MOTO_IAM_LOAD_MANAGED_POLICIES="true",
)
# No folder of bytecode comes to lie among the sources.
sys.dont_write_bytecode = True

from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server  # noqa: E402

for lesson in ("cloudfront", "ec2", "ecs", "efs", "elasticache", "rds", "s3", "scaling", "stepfunctions"):
    importlib.import_module(lesson)


def end_with_parent():
    """The pipe's other end is the run's: it closes with that process, also when it is killed."""
    sys.stdin.buffer.read()
    os._exit(0)


class OneAtATime:
    """moto's own state isn't safe in threads: two calls that change one group of rules lose one of the changes."""

    def __init__(self, application):
        self.application = application
        self.lock = threading.Lock()

    def __call__(self, environ, start_response):
        with self.lock:
            return list(self.application(environ, start_response))


def make_zones(zones):
    """Zones that the account has before Berth comes, under the ids that Berth was told."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.route53.models import route53_backends

    backend = route53_backends[DEFAULT_ACCOUNT_ID]["global"]
    for zone_id, name in zones.items():
        zone = backend.create_hosted_zone(name, private_zone=False, vpcid=None, vpcregion=None)
        backend.zones[zone_id] = backend.zones.pop(zone.resource_id)
        zone.resource_id = zone_id


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    make_zones(json.loads(os.environ.get("HOSTED_ZONES", "{}")))
    make_server(
        "127.0.0.1",
        int(sys.argv[1]),
        OneAtATime(DomainDispatcherApplication(create_backend_app)),
        threaded=True,
        request_handler=MotoRequestHandler,
    ).serve_forever()
