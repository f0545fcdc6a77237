"""LibreOffice, as far as tests ask it: what a Word file says when all its changes are accepted, and when all are rejected.

Run by the system's own Python, which has the bridge: `/usr/bin/python3 -m tests.office FILE…`; prints a line of JSON for each file. With
--compare it has LibreOffice find the differences of two documents by itself.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import which
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


def is_here() -> bool:
    """Whether LibreOffice and its bridge are on this machine."""
    bridge = [PYTHON, "-c", "import uno"]
    return bool(which("soffice") and Path(PYTHON).exists()) and subprocess.run(bridge, capture_output=True, check=False).returncode == 0


def compared(files: Sequence[Sequence[Path]]) -> None:
    """Have LibreOffice compare documents by itself: old, new, and where the new one goes, with every difference tracked."""
    names = [str(one) for three in files for one in three]
    subprocess.run([PYTHON, __file__, "--compare", *names], capture_output=True, check=True)


def main(files: Sequence[str]) -> None:
    """Open each file once: accept everything, take that back, reject everything. After --compare: see `compared`."""
    with _office() as (desktop, sender, value):
        if files and files[0] == "--compare":
            for old, new, told in zip(*(files[start::3] for start in (1, 2, 3)), strict=True):
                document = desktop.loadComponentFromURL(Path(new).absolute().as_uri(), "_blank", 0, (value("Hidden", said=True),))
                where = value("URL", said=Path(old).absolute().as_uri()), value("NoAcceptDialog", said=True)
                sender.executeDispatch(document.CurrentController.Frame, ".uno:CompareDocuments", "", 0, where)
                document.storeToURL(Path(told).absolute().as_uri(), (value("FilterName", said="MS Word 2007 XML"),))
                document.close(True)  # noqa: FBT003 - their signature
            return
        for file in files:
            texts = []
            document = desktop.loadComponentFromURL(Path(file).absolute().as_uri(), "_blank", 0, (value("Hidden", said=True),))
            for ways in WAYS:
                for way in ways:
                    sender.executeDispatch(document.CurrentController.Frame, f".uno:{way}", "", 0, ())
                texts.append([said for text in _told(document) if (said := " ".join(text.split()))])
            document.close(True)  # noqa: FBT003 - their signature
            print(json.dumps(texts), flush=True)  # noqa: T201 - what the test reads


@contextmanager
def _office() -> Iterator[tuple[Any, Any, Callable[..., Any]]]:
    """A desktop, what sends commands, and what makes a named value for them."""
    import uno  # noqa: PLC0415 - the bridge is the system's

    def value(name: str, *, said: object) -> Any:  # noqa: ANN401 - the bridge has no types
        made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        made.Name, made.Value = name, said
        return made

    pipe = f"tandem{os.getpid()}"
    with tempfile.TemporaryDirectory() as profile:
        office = subprocess.Popen([  # noqa: S607 - found by `needed`
            "soffice", "--headless", "--norestore", "--nologo",
            f"-env:UserInstallation={Path(profile).as_uri()}", f"--accept=pipe,name={pipe};urp",
        ], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
        services = _services(uno, pipe)
        yield services.createInstance("com.sun.star.frame.Desktop"), services.createInstance("com.sun.star.frame.DispatchHelper"), value
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
