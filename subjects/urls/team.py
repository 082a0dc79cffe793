from django.urls import path

from subjects.views.team import acts, pages

#: Address, act and name: each is the view `act` with one line of its table.
_ACTS = (
    ("sites/<uuid:pk>/team/invite/", "invite", "site-invite"),
    ("sites/<uuid:pk>/team/invite-participant/", "invite-participant", "participant-invite"),
    ("sites/<uuid:pk>/team/give/", "give", "site-role-give"),
    ("sites/<uuid:pk>/change/", "site-change", "site-change"),
    ("studies/<uuid:pk>/team/invite/", "study-invite", "study-invite"),
    ("studies/<uuid:pk>/team/give/", "study-give", "study-role-give"),
    ("memberships/<uuid:pk>/change/", "role-change", "role-change"),
    ("memberships/<uuid:pk>/end/", "role-end", "role-end"),
    ("memberships/<uuid:pk>/delegate/", "delegate", "role-delegate"),
    ("delegations/<uuid:pk>/change/", "entry-change", "delegation-change"),
    ("delegations/<uuid:pk>/sign/", "entry-sign", "delegation-sign"),
    ("delegations/<uuid:pk>/end/", "entry-end", "delegation-end"),
    ("delegations/<uuid:pk>/withdraw/", "entry-withdraw", "delegation-withdraw"),
    ("invitations/<uuid:pk>/resend/", "offer-resend", "offer-resend"),
    ("invitations/<uuid:pk>/withdraw/", "offer-withdraw", "offer-withdraw"),
    ("invitations/<uuid:pk>/identify/", "offer-identify", "offer-identify"),
    ("access-requests/<uuid:pk>/grant/", "request-grant", "access-grant"),
    ("access-requests/<uuid:pk>/decline/", "request-decline", "access-decline"),
)

urlpatterns = [
    path("studies/<uuid:pk>/team/", pages.study_team, name="study-team"),
    path("sites/<uuid:pk>/team/", pages.site_team, name="site-team"),
    path("delegations/<uuid:pk>/", pages.entry, name="delegation-entry"),
    path("delegations/<uuid:pk>/accept/", acts.accept, name="delegation-accept"),
    path("my-team/", pages.my_team, name="my-team"),
    *(path(address, acts.act, {"what": what}, name=name) for address, what, name in _ACTS),
]
