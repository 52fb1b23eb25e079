"""`plumbline`, and `python -m plumbline`: runs the command line and turns what goes wrong into one line."""

from __future__ import annotations

import gc
import os
import sys

COULD_NOT_RUN = 2
"""Exit status where the work could not be done at all."""
INTERRUPTED = 130


def main() -> None:
    """Run the command that the process was given; exits with its status."""
    gc.set_threshold(100_000, 20, 100)  # definitions are many and stay: looking through them often is lost time
    from fhir_kernel.errors import PlumblineError
    from plumbline.cli.app import app

    try:
        app(prog_name="plumbline")
    except PlumblineError as error:
        _fail(str(error))
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has gone: nothing more to say
        sys.exit(COULD_NOT_RUN)
    except OSError as error:
        _fail(": ".join(part for part in (str(error.filename or ""), error.strerror or str(error)) if part))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _fail(message: str) -> None:
    sys.stderr.write(f"plumbline: {' '.join(message.split())}\n")
    sys.exit(COULD_NOT_RUN)


if __name__ == "__main__":
    main()
