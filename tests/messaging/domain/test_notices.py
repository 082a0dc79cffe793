import re

import pytest

from messaging.domain.mails import PAUSES, pause_after
from messaging.domain.notices import LOOKS, MESSAGE_MAIL, NOTICE_MAIL, NoticeKind, mail_words

#: Words that would say something of anybody's health, treatment or place in a study.
CLINICAL = re.compile(
    r"adverse|serious|event|symptom|dose|medic|drug|kit|box|lot|visit|screen|consent|trial|study|site|participant|"
    r"subject|investigator|eligib|safety|report|hospital|sign(?!\s+in)|\d",
    re.IGNORECASE,
)


@pytest.mark.parametrize("kind", NoticeKind.values)
def test_no_mail_says_anything_of_anybodys_health(kind):
    subject, body = mail_words(kind)
    assert CLINICAL.findall(f"{subject} {body}") == []


def test_a_mail_has_one_of_two_texts_whatever_it_is_about():
    assert {mail_words(kind) for kind in NoticeKind.values} == {MESSAGE_MAIL, NOTICE_MAIL}


def test_every_kind_has_a_look():
    assert set(LOOKS) == set(NoticeKind)


def test_a_mail_is_tried_again_after_longer_and_longer_pauses_and_then_given_up():
    pauses = [pause_after(attempts) for attempts in range(1, len(PAUSES) + 2)]
    assert pauses == [*sorted(PAUSES), None]
