"""What people type about their own account, and under a record that they sign.

Forms of second factors are named by the settings and loaded by allauth.
"""

from .accounts import AskResetForm, ChangePasswordForm, ResetForm, SignInForm, TimeZoneForm, zones
from .invitations import JoinForm, SignUpForm
from .signatures import SigningForm

__all__ = [
    "AskResetForm",
    "ChangePasswordForm",
    "JoinForm",
    "ResetForm",
    "SignInForm",
    "SignUpForm",
    "SigningForm",
    "TimeZoneForm",
    "zones",
]
