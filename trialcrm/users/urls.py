"""The addresses at which people sign in and look after their account.

Names follow those that allauth looks up. What it would offer and the portal does not (signing up, further addresses,
codes by mail) leads to a page that says how accounts are made.
"""

from allauth.account import views as allauth
from django.urls import path, re_path

from trialcrm.access.gates import personal, public

from . import views

sign_in = public("people sign in here")(views.SignIn.as_view())
sign_out = public("signing out must also work when the session has already ended")(allauth.LogoutView.as_view())
inactive = public("tells somebody whose account is closed that it is")(allauth.AccountInactiveView.as_view())
change_password = personal("changes the person's own password")(views.ChangePassword.as_view())
ask_reset = public("whoever forgot their password cannot sign in")(views.AskReset.as_view())
asked_reset = public("says the same to everybody who asked for a new password")(allauth.PasswordResetDoneView.as_view())
reset = public("the link in the mail is the proof")(views.Reset.as_view())
was_reset = public("leads from the new password to the sign-in")(allauth.PasswordResetFromKeyDoneView.as_view())

RESET_LINK = r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$"

urlpatterns = [
    path("", views.account, name="account_overview"),
    path("login/", sign_in, name="account_login"),
    path("logout/", sign_out, name="account_logout"),
    path("inactive/", inactive, name="account_inactive"),
    path("password/change/", change_password, name="account_change_password"),
    path("password/reset/", ask_reset, name="account_reset_password"),
    path("password/reset/done/", asked_reset, name="account_reset_password_done"),
    path("password/reset/key/done/", was_reset, name="account_reset_password_from_key_done"),
    re_path(RESET_LINK, reset, name="account_reset_password_from_key"),
    path("devices/", views.devices, name="usersessions_list"),
    path("devices/end-others/", views.end_other_sessions, name="usersessions_end_others"),
    path("devices/<int:session>/end/", views.end_session, name="usersessions_end"),
    path("signup/", views.closed, name="account_signup"),
    path("email/", views.closed, name="account_email"),
    path("confirm-email/", views.closed, name="account_email_verification_sent"),
    path("confirm-email/<str:key>/", views.closed, name="account_confirm_email"),
    path("password/set/", views.closed, name="account_set_password"),
    path("reauthenticate/", views.closed, name="account_reauthenticate"),
    path("login/code/confirm/", views.closed, name="account_confirm_login_code"),
]
