"""Who sits at an archive: an administrator logged in to a local platform whose clock the test moves."""

import json
import subprocess
import sys
from pathlib import Path

from ringback import RingCentral


class Desk:
    """A platform, an administrator's login in a vault file, and the settings that lead both to a process."""

    def __init__(self, ringcentral, folder):
        self.ringcentral = ringcentral
        self.folder = folder
        self.client = RingCentral.from_env()
        self.log_in()

    def log_in(self, who=None):
        begun = self.client.begin_login(redirect_uri=self.ringcentral.redirect_uri)
        callback = self.ringcentral.authorize(begun.url, who or self.ringcentral.admin)
        self.user = self.client.finish_login(callback, begun.transaction)

    @property
    def world(self):
        return self.ringcentral._world

    def now(self):
        return self.world.clock.now()

    @property
    def source(self):
        from ringback.archive import Source

        return Source(self.client, self.user)

    def child(self, path, **options):
        """A process that syncs into a file: it prints a line, waits for one, syncs, and prints another."""
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("child.py")), str(path), self.user.id],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def listed(self, since, scope="account"):
        """What the server's log has: each record's own JSON by its id."""
        calls = self.user.calls(scope, date_from=since, view="Detailed", original=True)
        return {one.id: plain(one.original) for one in calls}

    def play_a_deletion(self):
        """A call that is in the company's log now, and deleted within minutes; its id."""
        from ringback.platform.company.scenario import play

        with self.world.lock:
            _, gone = play(self.world, "deleted-between-syncs")
        return gone.entries[0].id

    def delete(self, *ids):
        """Delete records of the administrator's own log, which the company's keeps."""
        with self.world.lock:
            now = self.world.clock.now()
            self.world.calls.delete(int(self.ringcentral.admin.extension_id), now, now, ids=list(ids))


def plain(text):
    """A record's JSON without its address, which depends on how it was asked for."""
    told = json.loads(text)
    told.pop("uri", None)
    return told


def kept(archive, since):
    """What an archive holds of a log that is not gone, as `listed` has the server's."""
    from ringback.archive.values import Query

    return {one.id: plain(one.json) for one in archive.records(Query(date_from=since))}
