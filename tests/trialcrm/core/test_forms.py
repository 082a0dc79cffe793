"""A form hands one submission to one service and shows its refusal at the field that caused it."""

from typing import Any

import pytest
from django import forms

from subjects.models import Study
from trialcrm.core.decisions import Refused, refused
from trialcrm.core.forms import DateInput, DateTimeInput, Form, PartialDateField, ReasonField


class Order(Form):
    amount = forms.IntegerField()
    note = forms.CharField(required=False)


def service(*, amount: int, note: str, by: str) -> str:
    if amount > 10:
        raise Refused(refused("At most ten.", "amount"))
    if note == "bad":
        raise Refused(refused("Not like this.", "colour"))
    return f"{amount} for {by}"


def test_what_was_typed_and_what_is_known_reach_the_service() -> None:
    assert Order({"amount": "3"}).tell(service, by="Nora") == "3 for Nora"


def test_a_refusal_appears_at_its_field() -> None:
    form = Order({"amount": "11"})

    assert form.tell(service, by="Nora") is None
    assert form.errors == {"amount": ["At most ten."]}


def test_a_refusal_about_no_field_of_the_form_appears_above_it() -> None:
    form = Order({"amount": "3", "note": "bad"})

    assert form.tell(service, by="Nora") is None
    assert form.non_field_errors() == ["Not like this."]


def test_a_submission_that_makes_no_sense_reaches_no_service() -> None:
    def never(**given: Any) -> None:
        raise AssertionError

    form = Order({"amount": "many"})

    assert form.tell(never) is None
    assert "amount" in form.errors


@pytest.mark.parametrize("text", ["2014", "2014-03", "2014-03-05"])
def test_a_date_may_be_known_in_part(text: str) -> None:
    value = PartialDateField().clean(text)

    assert value is not None
    assert value.text == text


@pytest.mark.parametrize("text", ["14", "2014-13", "2014-02-30", "March 2014"])
def test_what_is_no_date_is_refused_with_how_to_write_one(text: str) -> None:
    with pytest.raises(forms.ValidationError, match="2014-03-05"):
        PartialDateField().clean(text)


def test_an_optional_partial_date_may_be_empty() -> None:
    assert PartialDateField(required=False).clean("") is None


def test_a_reason_has_at_least_ten_characters() -> None:
    """ICH E6(R3) 4.2.2: changes are documented with their reason."""
    field = ReasonField()

    assert field.clean("a typing error") == "a typing error"
    with pytest.raises(forms.ValidationError):
        field.clean("typo")
    with pytest.raises(forms.ValidationError):
        field.clean("          ")


def test_dates_are_picked_and_typed_in_one_form() -> None:
    assert 'type="date"' in DateInput().render("on", None)
    assert 'type="datetime-local"' in DateTimeInput().render("at", None)


@pytest.mark.django_db
def test_nothing_chosen_is_a_dash_unless_the_form_has_other_words() -> None:
    class Choosing(Form):
        study = forms.ModelChoiceField(Study.objects.all())
        other = forms.ModelChoiceField(Study.objects.all(), empty_label=None)

    fields = Choosing().fields
    assert [fields[name].empty_label for name in ("study", "other")] == ["—", None]  # type: ignore[attr-defined]
