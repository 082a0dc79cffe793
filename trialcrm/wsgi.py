"""The pages, for a WSGI server such as gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trialcrm.settings")
application = get_wsgi_application()

from trialcrm.audit.triggers import assert_installed  # noqa: E402 (models are there only once Django is set up)
from trialcrm.users.guards import assert_no_demo_accounts  # noqa: E402

assert_installed()
assert_no_demo_accounts()
