"""How long answers stay: no longer than they were to be when they were made, and nothing once their generation is over."""

from django.conf import settings
from django_redis import get_redis_connection

from api.front.answer_store import PREFIX, StoredAnswer, drop_old_answers, store_answer

INDEX = f"{settings.CACHES['default']['KEY_PREFIX']}:answers:companies"


def test_answers_of_old_generations_go_with_their_names() -> None:
    client = get_redis_connection("default")
    for generation in ("1", "2", "3"):
        store_answer("companies", f"{PREFIX}{generation}:list", StoredAnswer("etag", "", b"{}", b""), 60)
    assert client.smembers(INDEX) >= {b"1", b"2", b"3"}

    drop_old_answers("companies", "3")

    assert client.smembers(INDEX) == {b"3"}
    assert [client.exists(f"{PREFIX}{generation}:list") for generation in ("1", "2", "3")] == [0, 0, 1]
    assert list(client.scan_iter(f"{INDEX}:[12]*")) == []


def test_an_answer_that_is_kept_once_more_with_its_compressed_form_lives_no_longer_for_that() -> None:
    client, entry = get_redis_connection("default"), f"{PREFIX}4:list"
    store_answer("companies", entry, StoredAnswer("etag", "", b"{}", b""), 60)
    client.expire(entry, 10)

    store_answer("companies", entry, StoredAnswer("etag", "", b"{}", b"packed"), 60)

    assert client.hget(entry, "gzip") == b"packed"
    assert 0 < client.ttl(entry) <= 10
