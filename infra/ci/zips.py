"""What `make build` built, zipped as it is uploaded: each megabyte is fetched at a cold start, so none may have more
than MOST.

    infra/ci/zips.py [folder]
"""

import pathlib
import sys
import zlib

MOST = 6.0


def megabytes(bootstrap: pathlib.Path) -> float:
    return len(zlib.compress(bootstrap.read_bytes())) / 1e6


def main(folder: str = ".aws-sam/build") -> int:
    bootstraps = sorted(pathlib.Path(folder).glob("*/bootstrap"))
    if not bootstraps:
        print(f"{folder}: no function is built there; `make build` builds them", file=sys.stderr)
        return 1
    sizes = {bootstrap.parent.name: megabytes(bootstrap) for bootstrap in bootstraps}
    for name, size in sizes.items():
        print(f"{name}: {size:.2f} MB")
    large = [name for name, size in sizes.items() if size > MOST]
    for name in large:
        print(f"{name} has more than {MOST} MB zipped: what came into it? (docs/performance.md)", file=sys.stderr)
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
