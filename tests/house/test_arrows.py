"""Who may import whom: the arrows of the house, read off every import statement."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "ringback"

MAY_IMPORT = {
    "oauth": set(),
    "vault": {"oauth"},
    "client": {"oauth", "vault"},
    "web": {"weblogin", "exports", "archive", "client", "vault", "oauth"},
    "platform": set(),
    "cli": {"production", "web", "archive", "exports", "client", "vault", "oauth", "platform"},
    "production": {"web", "client", "vault", "oauth"},
    "testing": {"platform"},
    "compat": {"client", "vault", "oauth"},
    "exports": {"client"},
    "archive": {"client", "vault", "oauth"},
    "auth": {"client", "oauth"},
    "hooks": {"client"},
    "weblogin": {"client", "vault", "oauth"},
    "flask": {"weblogin", "client", "vault", "oauth"},
    "starlette": {"weblogin", "client", "vault", "oauth"},
    "django": {"weblogin", "client", "vault", "oauth"},
}
FRAMEWORKS = {"flask", "django", "starlette", "uvicorn", "click", "waitress", "jinja2", "werkzeug"}
NO_IO = {"socket", "ssl", "http", "time", "httpx2", "sqlite3", "asyncio", "threading", "os", "pathlib"}


def imports_of(path: Path) -> set[str]:
    """Absolute dotted names of everything a file imports."""
    package = path.relative_to(SOURCE.parent).with_suffix("").parts[:-1]
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                base = list(package[: len(package) - node.level + 1])
                module = ".".join(base + ([node.module] if node.module else []))
            else:
                module = node.module or ""
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return found


def rooms_in(names: set[str]) -> set[str]:
    parts = [name.split(".") for name in names if name.startswith("ringback.")]
    return {part[1] for part in parts if part[1] in MAY_IMPORT}


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_a_room_imports_only_where_its_arrows_lead(room):
    for path in (SOURCE / room).rglob("*.py"):
        wrong = rooms_in(imports_of(path)) - MAY_IMPORT[room] - {room}
        assert not wrong, f"{path.relative_to(SOURCE)} imports {sorted(wrong)}"


@pytest.mark.parametrize("room", ["oauth", "vault", "client", "compat", "weblogin"])
def test_the_base_rooms_know_no_framework(room):
    for path in (SOURCE / room).rglob("*.py"):
        wrong = {name.split(".")[0] for name in imports_of(path)} & FRAMEWORKS
        assert not wrong, f"{path.relative_to(SOURCE)} imports {sorted(wrong)}"


def test_oauth_does_no_input_or_output():
    for path in (SOURCE / "oauth").rglob("*.py"):
        wrong = {name.split(".")[0] for name in imports_of(path)} & NO_IO
        assert not wrong, f"{path.relative_to(SOURCE)} imports {sorted(wrong)}"


def test_the_web_app_speaks_neither_sql_nor_raw_http():
    for path in (SOURCE / "web").rglob("*.py"):
        wrong = {name.split(".")[0] for name in imports_of(path)} & {
            "sqlite3",
            "httpx2",
            "socket",
            "requests",
        }
        assert not wrong, f"{path.relative_to(SOURCE)} imports {sorted(wrong)}"


def test_the_platform_never_imports_flask():
    for path in (SOURCE / "platform").rglob("*.py"):
        assert not {name.split(".")[0] for name in imports_of(path)} & {
            "flask",
            "flask_bootstrap",
            "werkzeug",
        }
