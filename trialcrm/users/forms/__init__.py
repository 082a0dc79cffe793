"""What people type about their own account, and under a record that they sign."""

from .accounts import AskResetForm, ChangePasswordForm, ResetForm, SignInForm, TimeZoneForm
from .signatures import SigningForm

__all__ = ["AskResetForm", "ChangePasswordForm", "ResetForm", "SignInForm", "SigningForm", "TimeZoneForm"]
