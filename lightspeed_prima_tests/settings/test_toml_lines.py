"""Line numbers survive everything that TOML allows."""

from __future__ import annotations

from lightspeed_prima.settings.toml_lines import key_lines

AWKWARD = """\
# a comment with [brackets] and key = value
top = 1

[ "quoted section" ] # trailing comment
plain = "a # b"
"quoted key" = 'x'
dotted.inner = 2
text = \"\"\"
[not.a.table]
fake = 1
\"\"\"
list = [
  "]",  # not the end
  1,
]
inline = { one = 1, two = 2 }

[[block]]
name = "first"
[block.sub]
deep = 1

[[block]]
name = "second"
[[block.inner]]
x = 1
[[block.inner]]
x = 2
[block.sub]
deep = 2
"""


def test_every_table_and_key_is_found_on_its_own_line() -> None:
    lines = key_lines(AWKWARD)

    assert lines == {
        ("top",): 2,
        ("quoted section",): 4,
        ("quoted section", "plain"): 5,
        ("quoted section", "quoted key"): 6,
        ("quoted section", "dotted"): 7,
        ("quoted section", "dotted", "inner"): 7,
        ("quoted section", "text"): 8,
        ("quoted section", "list"): 12,
        ("quoted section", "inline"): 16,
        ("quoted section", "inline", "one"): 16,
        ("quoted section", "inline", "two"): 16,
        ("block", 0): 18,
        ("block", 0, "name"): 19,
        ("block", 0, "sub"): 20,
        ("block", 0, "sub", "deep"): 21,
        ("block", 1): 23,
        ("block", 1, "name"): 24,
        ("block", 1, "inner", 0): 25,
        ("block", 1, "inner", 0, "x"): 26,
        ("block", 1, "inner", 1): 27,
        ("block", 1, "inner", 1, "x"): 28,
        ("block", 1, "sub"): 29,
        ("block", 1, "sub", "deep"): 30,
    }


def test_windows_line_ends_count_as_one() -> None:
    assert key_lines("a = 1\r\n\r\n[t]\r\nb = 2\r\n") == {("a",): 1, ("t",): 3, ("t", "b"): 4}
