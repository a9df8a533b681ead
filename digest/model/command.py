"""What ``alertgest-digest pull-models`` does between the settings and the models in Ollama."""

import time
from functools import partial
from typing import TextIO

from digest.model.client import ModelError, Ollama, new_session
from digest.model.pull import Screen, tell_progress
from digest.model.settings import ModelSettings
from store.errors import DependencyDownError
from store.patience import patiently

_PROBE_SECONDS, _SECONDS_BETWEEN_LOOKS = 3.0, 5.0


def pull(settings: ModelSettings, wait: int, stream: TextIO) -> None:
    """Fetch the models into Ollama and tell the progress on a stream; wait so many seconds for an Ollama to answer.

    Raises DependencyDownError where Ollama does not answer or a model is not fetched.
    """
    ollama = Ollama(new_session(settings.ca_file), settings.base_url, lambda: _PROBE_SECONDS)
    screen = Screen(stream, stream.isatty(), time.monotonic)
    tell = partial(print, file=stream, flush=True)
    try:
        patiently(ollama.require_answer, ModelError, wait, _SECONDS_BETWEEN_LOOKS, tell)
    except ModelError as error:
        raise DependencyDownError(f"{error}.") from None
    for name in dict.fromkeys(filter(None, (settings.model, settings.fallback))):
        try:
            tell_progress(name, ollama.pull(name), screen)
        except ModelError as error:
            raise DependencyDownError(f"The model {name} was not fetched: {error}.") from None
