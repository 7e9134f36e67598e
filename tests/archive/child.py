"""A process of its own that syncs an archive, to be killed at any time: FILE USER_ID."""

import sys

from ringback import RingCentral
from ringback.archive import ArchiveError, Source, open_archive

path, user_id = sys.argv[1:]
client = RingCentral.from_env()
print("here", flush=True)
sys.stdin.readline()
try:
    with open_archive(path) as archive:
        archive.sync(Source(client, client.user(user_id)))
except ArchiveError as error:
    print(error)
    sys.exit(1)
print("whole")
