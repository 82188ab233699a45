"""The admin's list of all models is made where a page shows it, and for no other."""

import pytest
from django.test import Client
from django.utils.functional import empty


@pytest.mark.django_db
def test_a_page_that_does_not_show_the_list_does_not_make_it(admin_client: Client) -> None:
    page = admin_client.get("/admin/masters/market/")
    listed = page.context["available_apps"]

    assert listed._wrapped is empty
    assert {"companies", "masters", "auth"} <= {app["app_label"] for app in listed}


@pytest.mark.django_db
def test_the_page_of_one_part_shows_its_models_and_of_none_there_is_no_page(admin_client: Client) -> None:
    page = admin_client.get("/admin/masters/")

    [part] = page.context["app_list"]
    addresses = {model["admin_url"] for model in part["models"]}
    assert addresses == {f"/admin/masters/{name}/" for name in ("market", "sector17", "sector33")}
    assert all(f'href="{address}"' in page.content.decode() for address in addresses)
    assert admin_client.get("/admin/nothing/").status_code == 404
