"""Application Auto Scaling: the tags of scalable targets."""

import json

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

from teaching import added, taught


@taught(ApplicationAutoScalingResponse, "register_scalable_target")
def register_scalable_target(register, response):
    answer = register()
    tags = response._get_param("Tags")
    if tags:
        target_of(response, json.loads(answer)["ScalableTargetARN"]).tags = dict(tags)
    return answer


def target_of(response, arn):
    targets = response.applicationautoscaling_backend.targets
    return next(target for of_one in targets.values() for target in of_one.values() if target.arn == arn)


def tags_of(response):
    target = target_of(response, response._get_param("ResourceARN"))
    if not hasattr(target, "tags"):
        target.tags = {}
    return target.tags


@added(ApplicationAutoScalingResponse)
def list_tags_for_resource(self):
    return json.dumps({"Tags": tags_of(self)})


@added(ApplicationAutoScalingResponse)
def tag_resource(self):
    tags_of(self).update(self._get_param("Tags"))
    return "{}"


@added(ApplicationAutoScalingResponse)
def untag_resource(self):
    for name in self._get_param("TagKeys"):
        tags_of(self).pop(name, None)
    return "{}"
