"""A page as a browser would read it, as far as the standard library can: ids, links, texts."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

#: attributes with which a document loads something, or sends the reader somewhere
LOADING = {"src", "href", "xlink:href", "action", "data", "poster", "srcset", "formaction", "background"}


@dataclass
class PageReader(HTMLParser):
    """All elements of a page in order, with the text that stands in each kind."""

    elements: list = field(default_factory=list)
    texts: dict = field(default_factory=dict)
    open: list = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data):
        where = self.open[-1] if self.open else ""
        self.texts[where] = self.texts.get(where, "") + data

    def of(self, tag):
        """The attributes of all elements of a kind."""
        return [attrs for name, attrs in self.elements if name == tag]

    @property
    def ids(self):
        return [attrs["id"] for _, attrs in self.elements if "id" in attrs]

    @property
    def links(self):
        """Whatever leads or loads somewhere, with its element."""
        return [
            (tag, name, value)
            for tag, attrs in self.elements
            for name, value in attrs.items()
            if name in LOADING
        ]

    @property
    def policy(self):
        named = (attrs for attrs in self.of("meta") if attrs.get("http-equiv") == "Content-Security-Policy")
        return next(named)["content"]


def read(page):
    """The page's parts."""
    reader = PageReader()
    reader.feed(page)
    reader.close()
    return reader
