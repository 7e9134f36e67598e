"""The official SDK's story, told by `ringback.compat` in its place; run by `test_compat_story.py`."""

import sys
from importlib import import_module

for name in ("", ".http.api_exception", ".platform.events"):
    import_module(f"ringback.compat{name}")
for name in [name for name in sys.modules if name.startswith("ringback.compat")]:
    sys.modules[name.replace("ringback.compat", "ringcentral")] = sys.modules[name]

import official_sdk_story  # noqa: E402


def package():
    """What is in the SDK's place."""
    return {"name": official_sdk_story.SDK.__module__}


if __name__ == "__main__":
    official_sdk_story.package = package
    official_sdk_story.main()
