"""What can go wrong on both sides, each with the exit code that a Job and an init container act on."""


class AlertgestError(Exception):
    """Base of the errors that are told in one sentence; ``exit_code`` is what the process ends with."""

    exit_code = 1


class SettingsError(AlertgestError):
    """Settings that cannot work; ``problems`` has one line for each, all of them at once."""

    exit_code = 3

    def __init__(self, problems: list[str]) -> None:
        """Keep every problem; the message has one line each."""
        super().__init__("\n".join(problems))
        self.problems = problems


class DependencyDownError(AlertgestError):
    """Something that this program needs does not answer; worth a retry."""

    exit_code = 4


class StoppedError(DependencyDownError):
    """The process was told to end before it was done; another run takes over."""


class SchemaVersionError(DependencyDownError):
    """The database is reachable, but its schema is older than this program."""
