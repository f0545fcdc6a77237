"""Where a font with Chinese comes from: a file in a package, proven by its hash, else one of the system's. Knows no picture."""

import hashlib
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PACKAGE, FILE = "pylopdf_fonts_zh_cn", "NotoSansSC-Regular.otf"
SHA256 = "faa6c9df652116dde789d351359f3d7e5d2285a2b2a1f04a2d7244df706d5ea9"
"""Noto Sans SC 2.004 as notofonts/noto-cjk publishes it under Sans/SubsetOTF/SC; SIL Open Font License 1.1."""
OF_SYSTEMS = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2), ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc", 2), ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0), ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", 0),
    ("/System/Library/Fonts/PingFang.ttc", 0), ("/System/Library/Fonts/STHeiti Light.ttc", 0),
    ("/System/Library/Fonts/Hiragino Sans GB.ttc", 0),
)  # fmt: skip
"""Files, and which font of a collection is the simplified Chinese one."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font that has Chinese. face: its number in the file."""

    path: Path
    face: int = 0


def chinese_font() -> FontFile | None:
    """The one to draw with, or None where there is none. The package's code is never imported: it is looked up, and its file read."""
    packaged = _packaged()
    if packaged is not None:
        return FontFile(packaged)
    return next((FontFile(Path(path), face) for path, face in OF_SYSTEMS if Path(path).is_file()), None)


def _packaged() -> Path | None:
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / FILE
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256:
            return path
    return None
