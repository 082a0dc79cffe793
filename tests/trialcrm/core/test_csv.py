"""Tables as files."""

from trialcrm.core.csv import csv_response


def _text(header, lines):
    return b"".join(csv_response("list", header, lines).streaming_content).decode("utf-8-sig")


def test_quotes_and_commas_survive():
    assert _text(["a"], [['x, "y"']]) == 'a\r\n"x, ""y"""\r\n'


def test_text_that_a_spreadsheet_would_run_is_quoted_and_numbers_are_not():
    assert _text(["a", "b"], [["=1+1", -3], ["@x", None]]) == "a,b\r\n'=1+1,-3\r\n'@x,\r\n"


def test_the_file_has_a_name():
    assert csv_response("visits", [], [])["Content-Disposition"] == 'attachment; filename="visits.csv"'
