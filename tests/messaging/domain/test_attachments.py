import pytest

from messaging.domain.attachments import media_type_of, tidy_name
from tests.support.messaging import PDF, PNG

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + b"\0" * 30
WEBP = b"RIFF\x24\0\0\0WEBPVP8 " + b"\0" * 30


@pytest.mark.parametrize(
    ("content", "expected"),
    [(PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg"), (WEBP, "image/webp")],
)
def test_a_file_is_what_its_bytes_say_whatever_it_is_called(content, expected):
    assert media_type_of("virus.exe", content) == expected


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0" + b"\0" * 60,
        b"PK\x03\x04" + b"\0" * 30,
        b"GIF89a" + b"\0" * 20,
        b"<svg xmlns=''></svg>",
        b"",
        b"\0\1",
    ],
)
def test_other_files_are_not_accepted_under_the_name_of_a_picture(content):
    assert media_type_of("rash.png", content) is None


def test_a_text_is_utf_8_without_control_characters_and_called_so():
    assert media_type_of("diary.txt", "Tuesday: slept well – no dose missed\r\n".encode()) == "text/plain"
    assert media_type_of("diary.csv", b"slept well") is None
    assert media_type_of("diary.txt", b"slept\x00well") is None
    assert media_type_of("diary.txt", b"\xff\xfe\x41") is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\rash.png", "rash.png"),
        ("a\r\nb.png", "ab.png"),
        ("", "file"),
        ("..", "file"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_holds_no_folders_and_no_control_characters(given, kept):
    assert tidy_name(given) == kept
