"""What the client says by itself in the server's place, in the language that was asked for."""

_TEXTS = {
    "no_list": {
        "ja": "{day} 以前の一覧がありません。",
        "en": "There is no list on or before {day}.",
    },
    "epoch_changed": {
        "ja": "サーバーのデータベースが復元されています。手元の内容を捨て、位置の forget() を呼んでから、最初から読み直してください。",
        "en": "The server's database was restored. Discard your copy, call forget() of the position, and follow from the beginning.",
    },
}


def say(name: str, language: str) -> str:
    """English where it was asked for, else Japanese."""
    return _TEXTS[name]["en" if language.lower().startswith("en") else "ja"]
