"""What Alertmanager knows a series by."""

from collections.abc import Mapping

_FNV_OFFSET, _FNV_PRIME, _FNV_MASK = 0xCBF29CE484222325, 0x100000001B3, (1 << 64) - 1


def fingerprint(labels: Mapping[str, str]) -> str:
    """Return the fingerprint as Prometheus computes it: FNV-1a of 64 bits over names and values, in name order.

    Source: prometheus/common, model/signature.go.
    """
    value = _FNV_OFFSET
    for name in sorted(labels):
        for byte in name.encode() + b"\xff" + labels[name].encode() + b"\xff":
            value = ((value ^ byte) * _FNV_PRIME) & _FNV_MASK
    return f"{value:016x}"
