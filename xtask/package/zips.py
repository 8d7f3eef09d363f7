"""Zips and checksums of a release.

    zips.py FOLDER NAME=BINARY...

Writes FOLDER/NAME.zip for each, with the binary as `bootstrap`, and then FOLDER/SHA256SUMS of every file of the folder,
as `sha256sum --check` reads it. The same binary gives the same zip: times, owners and modes are fixed.
"""

import hashlib
import pathlib
import sys
import zipfile

# The earliest that a zip can say.
EPOCH = (1980, 1, 1, 0, 0, 0)
UNIX = 3
EXECUTABLE_FILE = 0o100755


def write_zip(path: pathlib.Path, binary: pathlib.Path) -> None:
    """A zip with one file, which Lambda may run."""
    entry = zipfile.ZipInfo("bootstrap", EPOCH)
    entry.create_system = UNIX
    entry.external_attr = EXECUTABLE_FILE << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, binary.read_bytes(), compresslevel=9)


def checksums(folder: pathlib.Path) -> str:
    """A line for each file, by name."""
    files = sorted(file for file in folder.iterdir() if file.name != "SHA256SUMS")
    return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    for argument in sys.argv[2:]:
        name, _, binary = argument.partition("=")
        write_zip(folder / f"{name}.zip", pathlib.Path(binary))
    (folder / "SHA256SUMS").write_text(checksums(folder))


if __name__ == "__main__":
    main()
