"""What an operator says when something is done to an account."""

from trialcrm.core.forms import Form, ReasonField


class ReasonForm(Form):
    reason = ReasonField()
