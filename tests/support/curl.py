"""Stands in for curl on a machine that has none: the options that the examples use, and no others."""

import argparse
import sys
import urllib.error
import urllib.request
from pathlib import Path


def path_with_curl(folder: Path) -> str:
    """A folder to put on the PATH, in which this file is called `curl`."""
    program = folder / "curl"
    program.write_text(f"#!{sys.executable}\n{Path(__file__).read_text()}")
    program.chmod(0o755)
    return str(folder)


def main() -> int:
    options = argparse.ArgumentParser(allow_abbrev=False)
    options.add_argument("-s", "--silent", action="store_true")
    options.add_argument("-S", "--show-error", action="store_true")
    options.add_argument("--fail-with-body", action="store_true")
    options.add_argument("-X", "--request")
    options.add_argument("-H", "--header", action="append", default=[])
    options.add_argument("-d", "--data")
    options.add_argument("url")
    asked = options.parse_args()
    call = urllib.request.Request(asked.url, asked.data and asked.data.encode(), method=asked.request)  # noqa: S310
    for header in asked.header:
        name, _colon, value = header.partition(":")
        call.add_header(name, value.strip())
    try:
        answer = urllib.request.urlopen(call)  # noqa: S310
    except urllib.error.HTTPError as refused:
        sys.stdout.write(refused.read().decode())
        return 22 if asked.fail_with_body else 0
    sys.stdout.write(answer.read().decode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
