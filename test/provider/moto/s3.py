"""S3: a bucket's policy judges its owner as AWS does."""

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket

from teaching import taught


@taught(FakeBucket, "get_permission")
def get_permission(_get, _bucket, _action, _resource):
    """moto takes a statement whose condition is not met (another service's, or a line that is not secure) for a refusal."""
    return PermissionResult.NEUTRAL
