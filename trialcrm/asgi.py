"""The live stream, for an ASGI server such as uvicorn; pages are served by `trialcrm.wsgi`."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trialcrm.settings")
application = get_asgi_application()

from trialcrm.audit.triggers import assert_installed  # noqa: E402 (models are there only once Django is set up)
from trialcrm.users.guards import assert_no_demo_accounts  # noqa: E402

assert_installed()
assert_no_demo_accounts()
