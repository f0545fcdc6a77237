"""The ZIP container that office formats share. Knows archives; knows nothing of what is in them."""

import io
import zipfile

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a ZIP can say


def settled(archive: bytes) -> bytes:
    """The same archive without the hour it was made in, so that the same document is the same file."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            after.writestr(zipfile.ZipInfo(entry.filename, EPOCH), before.read(entry), zipfile.ZIP_DEFLATED)
    return out.getvalue()
