"""What is left of answers whose generation is over: nothing, not even its name."""

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
