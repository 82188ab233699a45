"""How the admin looks: its names, icon, sidebar and colours, as django-unfold takes them (its page "Settings")."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from config.sidebar import SIDEBAR

APPEARANCE: dict[str, Any] = {
    "SITE_TITLE": "銘柄 Meigara",
    "SITE_HEADER": "銘柄 Meigara",
    "SITE_SUBHEADER": _("上場銘柄一覧管理"),
    "SITE_SYMBOL": "candlestick_chart",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda _: static("meigara/icon.svg")}],
    "SCRIPTS": [lambda _: static("meigara/admin.js"), lambda _: static("meigara/keyboard.js")],
    "STYLES": [
        lambda _: static("meigara/admin.css"),
        lambda _: static("meigara/lists.css"),
        lambda _: static("meigara/keyboard.css"),
    ],
    "SIDEBAR": SIDEBAR,
    "SHOW_LANGUAGES": True,
    "ACCOUNT": {
        "navigation": [
            {"title": _("パスワードの変更"), "link": reverse_lazy("admin:password_change")},
            {"title": _("二段階認証"), "link": reverse_lazy("second_factor")},
        ]
    },
    # Blue, dark enough on white (600) and light enough on black (500) for a contrast of 4.5.
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.604)",
            "100": "oklch(93.2% .032 255.585)",
            "200": "oklch(88.2% .059 254.128)",
            "300": "oklch(80.9% .105 251.813)",
            "400": "oklch(74% .145 254)",
            "500": "oklch(68% .18 257)",
            "600": "oklch(52% .23 262.881)",
            "700": "oklch(46% .22 264.376)",
            "800": "oklch(42.4% .199 265.638)",
            "900": "oklch(37.9% .146 267.935)",
            "950": "oklch(28.2% .091 267.935)",
        }
    },
    "DASHBOARD_CALLBACK": "config.dashboard.dashboard",
    "GLOBAL_CALLBACK": "config.commands.palette_commands",
}
