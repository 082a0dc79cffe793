#!/usr/bin/env python
"""The portal's commands. Without a configuration they work on a private database that is started as needed."""

import os
import sys

from trialcrm.core.bootstrap.environment import prepared
from trialcrm.core.localdb import NoPlace, NoServer


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trialcrm.settings")
    try:
        with prepared(sys.argv[1:]):
            from django.core.management import execute_from_command_line

            execute_from_command_line(sys.argv)
    except (NoServer, NoPlace) as refusal:
        sys.exit(f"{refusal}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
