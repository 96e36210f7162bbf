"""EFS: the backup policy is set, and a file system's policy is deleted."""

import json

from moto.efs.models import FileSystem
from moto.efs.responses import EFSResponse

from teaching import added

JSON = {"Content-Type": "application/json"}


def backup_policy(file_system):
    """AWS goes on answering a policy that was switched off (API_DescribeBackupPolicy)."""
    status = getattr(file_system, "backup_status", "ENABLED" if file_system._backup else None)
    return None if status is None else {"Status": status}


FileSystem.backup_policy = property(backup_policy)


@added(EFSResponse)
def put_backup_policy(self):
    policy = self._get_param("BackupPolicy")
    self.efs_backend.file_systems_by_id[self._get_param("FileSystemId")].backup_status = policy["Status"]
    return json.dumps({"BackupPolicy": policy}), JSON


@added(EFSResponse)
def delete_file_system_policy(self):
    self.efs_backend.file_systems_by_id[self._get_param("FileSystemId")].file_system_policy = None
    return "{}", JSON
