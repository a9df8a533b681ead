"""A digest by hand: as the notes say, and with options as the documentation says."""

import time

from tests.cluster.card import words
from tests.cluster.cluster import eventually
from tests.cluster.release import Release
from tests.documented import block, commands

ON_REQUEST = "On request"
LONGEST_SECONDS = 30


def test_the_last_command_of_the_notes_brings_a_card(release: Release) -> None:
    command = block(release.notes.partition("3. A digest of the night so far, at once:")[2])
    before, start = len(release.posts()), time.monotonic()
    done = release.shell(command)
    assert done.returncode == 0, done.stderr
    eventually(lambda: len(release.posts()) > before, "the card", LONGEST_SECONDS)
    print(f"seconds from Job to card: {time.monotonic() - start:.1f}")  # noqa: T201
    assert release.finished("digest-now") == "Complete"
    (post,) = release.posts()[before:]
    assert ON_REQUEST in words(post)


def test_a_period_of_ones_own_by_the_command_of_the_documentation(release: Release) -> None:
    before = len(release.posts())
    done = release.shell(commands("docs/operations.md", "of a period of one's own:"))
    assert done.returncode == 0, done.stderr
    assert release.finished("digest-evening") == "Complete", release.log("digest-evening")
    (post,) = release.posts()[before:]
    assert "18:00" in words(post)
    assert "22:00" in words(post)


def test_the_check_of_the_documentation_finds_nothing_wrong(release: Release) -> None:
    done = release.shell(commands("docs/operations.md", "Whether everything can be reached:"))
    assert done.returncode == 0, done.stderr
    assert release.finished("check") == "Complete", release.log("check")
    assert "every right is granted" in release.log("check")


def test_a_card_is_sent_again_by_its_number(release: Release) -> None:
    ((number,),) = release.sql("SELECT id FROM digests WHERE kind = 'adhoc' ORDER BY generated_at LIMIT 1")
    before = release.posts()
    release.create_job("again", DIGEST_COMMAND=f"resend {number}")
    assert release.finished("again") == "Complete", release.log("again")
    (post,) = release.posts()[len(before) :]
    assert f"Digest {number}" in words(post)
