"""One page of the browser: scripts run in it, and what its console says."""

from typing import Any

from tools.picture.browser import Browser, BrowserError


class Page:
    """A page of a browser, of a width and a height in CSS pixels, with two dots to a pixel; it reaches no network."""

    def __init__(self, browser: Browser, width: int, height: int) -> None:
        """Open an empty page."""
        self._browser = browser
        self._target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        attached = browser.call("Target.attachToTarget", targetId=self._target, flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call("Network.emulateNetworkConditions", offline=True, latency=0, downloadThroughput=0, uploadThroughput=0)
        size = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Return the result of a method of the protocol for this page."""
        return self._browser.call(method, self._session, **parameters)

    def evaluate(self, script: str) -> Any:  # noqa: ANN401 - whatever JSON the script gives
        """Return the value of a script in the page; raises BrowserError where it fails."""
        answer = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def complaints(self) -> list[str]:
        """Return the errors that the page's console shows."""
        return [words for event in self._browser.take_events(self._session) if (words := _complaint(event))]

    def close(self) -> None:
        """Close the page."""
        self._browser.call("Target.closeTarget", targetId=self._target)


def _complaint(event: dict[str, Any]) -> str:
    parameters = event.get("params", {})
    match event.get("method"):
        case "Runtime.exceptionThrown":
            return str(parameters["exceptionDetails"]["text"])
        case "Runtime.consoleAPICalled" if parameters["type"] in {"error", "assert"}:
            return " ".join(str(one.get("value", one.get("description"))) for one in parameters["args"])
        case "Log.entryAdded" if parameters["entry"]["level"] == "error":
            return str(parameters["entry"]["text"])
        case _:
            return ""
