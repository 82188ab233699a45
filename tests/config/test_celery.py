"""The product's Celery application."""

from threading import Thread

from celery import current_app

from config.celery import app


def test_in_every_thread_the_current_application_is_the_product_s() -> None:
    """Requests are answered in threads that never imported it."""
    found: list[str] = []
    thread = Thread(target=lambda: found.append(current_app.main))

    thread.start()
    thread.join()

    assert found == [app.main]
