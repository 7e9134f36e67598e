"""The watch over secrets finds what it must: it can fail."""

from secret_watch import SecretWatch, Tally

TOKEN = "T" * 10 + "0123456789_-abcdefghijklmnopqrstuvwxyz"


def watch(*texts):
    one = SecretWatch()
    one.secret("access token", TOKEN)
    for text in texts:
        one.text("somewhere", text)
    return one


def test_it_finds_a_secret_wherever_it_stands():
    for text in (
        f"Bearer {TOKEN}",
        f"https://a/cb?code={TOKEN}&state=x",
        f"{{'access_token': '{TOKEN}'}}",
        f"prefix{TOKEN}suffix",
    ):
        assert watch(text).hits() == [("access token", "somewhere")]


def test_it_finds_nothing_where_nothing_is():
    assert watch("nothing here", TOKEN[:-1], "x" * 200).hits() == []


def test_it_reads_errors_whole():
    one = watch()
    try:
        raise ValueError("broken") from KeyError(TOKEN)
    except ValueError as error:
        one.error(error)
    assert one.hits() == []
    one.read_errors()
    assert one.hits() == [("access token", "error ValueError")]


def test_a_hit_in_any_process_counts():
    tally = Tally()
    for told in (watch("nothing").told(), None, watch(TOKEN).told()):
        tally.add(told)
    assert tally.hits == [("access token", "somewhere")]
    assert str(tally).endswith("1 hits")
    assert tally.secrets == 2
