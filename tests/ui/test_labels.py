"""Sentences as the screen shows them."""

from __future__ import annotations

import pytest

from app.canvas.typeset import typeset


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+21.5 % against -5.2 %;", "+21.5\u00a0% against −5.2\u00a0%;"),
        ("Result: -513.25 (-5.24 %)", "Result: −513.25 (−5.24\u00a0%)"),
        ("from 2025-01-18 to 2025-10-13, on 1-hour bars", "from 2025-01-18 to 2025-10-13, on 1-hour bars"),
        ("The file: 'symbol' is missing.", "The file: “symbol” is missing."),
        ("Today's 'dip' at '5'", "Today's “dip” at “5”"),
    ],
)
def test_minus_signs_and_quotes_are_real_and_dates_stay_as_they_are(text: str, shown: str) -> None:
    assert typeset(text) == shown
