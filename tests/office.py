"""LibreOffice, as far as tests ask it: what a Word file says when all its changes are accepted, and when all are rejected.

Run by the system's own Python, which has the bridge: `/usr/bin/python3 -m tests.office FILE…`; prints a line of JSON for each file.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

PYTHON = "/usr/bin/python3"
ATTEMPTS = 240
WAYS = (("AcceptAllTrackedChanges",), ("Undo", "RejectAllTrackedChanges"))


def settled(files: Sequence[Path]) -> list[tuple[list[str], list[str]]]:
    """For each file its paragraphs with all changes accepted, and with all rejected; skips where LibreOffice is not installed."""
    from tests.tools import needed  # noqa: PLC0415 - the system's Python has no pytest

    needed("soffice", "a redline is opened by an office program")
    told = subprocess.run([PYTHON, __file__, *map(str, files)], capture_output=True, text=True, check=True)
    return [tuple(json.loads(line)) for line in told.stdout.splitlines()]


def main(files: Sequence[str]) -> None:
    """Open each file once: accept everything, take that back, reject everything."""
    import uno  # noqa: PLC0415 - the bridge is the system's

    pipe = f"tandem{os.getpid()}"
    with tempfile.TemporaryDirectory() as profile:
        office = subprocess.Popen([  # noqa: S607 - found by `needed`
            "soffice", "--headless", "--norestore", "--nologo",
            f"-env:UserInstallation={Path(profile).as_uri()}", f"--accept=pipe,name={pipe};urp",
        ], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        services = _services(uno, pipe)
        desktop = services.createInstance("com.sun.star.frame.Desktop")
        sender = services.createInstance("com.sun.star.frame.DispatchHelper")
        hidden = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        hidden.Name, hidden.Value = "Hidden", True
        for file in files:
            texts = []
            document = desktop.loadComponentFromURL(Path(file).absolute().as_uri(), "_blank", 0, (hidden,))
            for ways in WAYS:
                for way in ways:
                    sender.executeDispatch(document.CurrentController.Frame, f".uno:{way}", "", 0, ())
                texts.append([said for text in _told(document) if (said := " ".join(text.split()))])
            document.close(True)  # noqa: FBT003 - their signature
            print(json.dumps(texts), flush=True)  # noqa: T201 - what the test reads
        office.terminate()
        office.wait()


def _services(uno: Any, pipe: str) -> Any:  # noqa: ANN401 - the bridge has no types
    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    for _ in range(ATTEMPTS):
        try:
            return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ServiceManager")
        except uno.getClass("com.sun.star.connection.NoConnectException"):
            time.sleep(0.25)
    raise TimeoutError


def _told(document: Any) -> Sequence[str]:  # noqa: ANN401 - as above
    """Its paragraphs: at once where that is the same, for asking one by one takes half a minute in a long contract."""
    lines: Sequence[str] = document.Text.String.split("\n")
    return lines if not document.TextTables.Count and len(lines) == document.ParagraphCount else list(_paragraphs(document.Text))


def _paragraphs(text: Any) -> Iterator[str]:  # noqa: ANN401 - as above
    walk = text.createEnumeration()
    while walk.hasMoreElements():
        one = walk.nextElement()
        if one.supportsService("com.sun.star.text.TextTable"):
            for name in one.CellNames:
                yield from _paragraphs(one.getCellByName(name))
        else:
            yield one.String


if __name__ == "__main__":
    main(sys.argv[1:])
