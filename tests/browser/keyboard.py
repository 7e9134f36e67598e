"""Somebody without a mouse, for the browser tests."""

FOCUSED = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels.length ? one.labels[0].innerText : "";
  const name = label || one.getAttribute("aria-label") || one.innerText || "";
  return [one.tagName, one.type || "", name.replace(/\\s+/g, " ").trim()];
}"""


class Keyboard:
    """Somebody without a mouse."""

    def __init__(self, page):
        self.page = page

    def tab_to(self, text, kind=None):
        """Press Tab until what has this name is focused; the focus must be visible."""
        for _ in range(200):
            self.page.keyboard.press("Tab")
            tag, form_type, name = self.page.evaluate(FOCUSED)
            if name.startswith(text) and kind in (None, tag.lower(), form_type):
                outlined = self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                shadow = self.page.evaluate("getComputedStyle(document.activeElement).boxShadow")
                assert outlined != "none" or shadow != "none", f"{text} does not show that it is focused"
                return
        raise AssertionError(f"Tab never comes to {text}")

    def press(self, text, key="Enter", kind=None):
        self.tab_to(text, kind)
        self.page.keyboard.press(key)

    def fill(self, text, value):
        self.tab_to(text)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(value)

    def type_into_the_first(self, value):
        """Type where a page puts the focus by itself, once it has."""
        self.page.wait_for_function("document.activeElement.matches('input')")
        self.page.keyboard.type(value)

    def submit(self, text):
        """Press a button that leads to another page."""
        self.tab_to(text, "submit")
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
