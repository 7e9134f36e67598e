"""Made-up names: people from many places, companies, streets, and the words passwords are made of."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Given names and family names that go together; a person takes both from one group.
PEOPLE: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("Olivia", "Marcus", "Hannah", "Theodore", "Grace"), ("Bennett", "Whitaker", "Sinclair", "Holloway")),
    (("Lucía", "Mateo", "Ximena", "Joaquín"), ("Núñez", "Ibarra", "Castañeda", "Villanueva")),
    (("Thị Hương", "Minh", "Quang", "Lan"), ("Nguyễn", "Trần", "Phạm", "Đặng")),
    (("Aarav", "Priya", "Kavya", "Rohan"), ("Raghunathan", "Deshpande", "Iyer", "Chatterjee")),
    (("Yuki", "Haruto", "Aoi", "Kenji"), ("Takahashi", "Matsumoto", "Ishikawa", "Mori")),
    (("Chinonso", "Adaeze", "Emeka", "Folasade"), ("Okonkwo", "Adeyemi", "Eze", "Balogun")),
    (("Layla", "Omar", "Yasmin", "Karim"), ("Haddad", "Al-Masri", "Khoury", "Nasser")),
    (("Søren", "Freja", "Björn", "Åsa"), ("Kjærgaard", "Lindqvist", "Østergaard", "Ångström")),
    (("Wei", "Mei Ling", "Jun", "Xiaoyan"), ("Zhang", "Ouyang", "Chen", "Liang")),
    (("Zofia", "Stanisław", "Agnieszka", "Paweł"), ("Wiśniewska", "Dąbrowski", "Kowalczyk", "Zieliński")),
    (("Keanu", "Leilani", "Tāne", "Moana"), ("Kahananui", "Ngata", "Tuilagi", "Kealoha")),
    (("Élodie", "Mathieu", "Zoé", "François"), ("Lefèvre", "Beaulieu", "Desrosiers", "Gauthier")),
    (("Tigist", "Dawit", "Selam", "Yonas"), ("Bekele", "Tesfaye", "Woldemariam", "Haile")),
    (("Ji-woo", "Seo-yeon", "Min-jun", "Ha-eun"), ("Kim", "Park", "Choi", "Jung")),
)
# One employee whose name tries every layout.
LONG_NAME = ("Maximiliana Theodora", "Featherstonehaugh-Wolkensteiner")

COMPANIES = (
    "Harbor & Finch Supply",
    "Juniper Street Press",
    "Copperline Bicycles",
    "Tidewater Veterinary Group",
    "Lantern Hill Roofing",
    "Brightwater Dental Care",
    "Sable & Rowe Interiors",
    "Northgate Seed Company",
)
# What outside callers' companies are put together from: "Redwood Freight", "Marlowe Legal".
FIRM_NAMES = """
Redwood Alder Coastal Pinecrest Marlowe Orchard Vista Union Delta Canyon Bayside Summit Keystone Larkspur
Monarch Palisade Quillon Ridgeline Sundial Westbrook
"""
FIRM_TRADES = """
Accounting Cargo Catering Electric Florists Freight Insurance Legal Medical Optics Packaging Payroll Plumbing
Printing Recycling Security Staffing Textiles Tools Travel
"""
STREETS = (
    "Alameda Street",
    "Birch Avenue",
    "Foundry Lane",
    "Mission Boulevard",
    "Orchard Road",
    "Quarry Way",
)
_WORD_LIST = """
amber anchor autumn birch canyon cedar cobalt copper coral crane delta ember falcon fern flint
garnet harbor hazel heron indigo ivory jasper juniper kestrel lagoon lantern linen lotus maple
marble meadow mesa mint mistral nectar nimbus north oasis olive onyx opal orbit orchid otter pebble
pepper pine plum quartz quill raven reef ripple saffron sage sierra silver slate spruce summit tango
thistle tidal topaz tulip umber velvet violet walnut willow winter
"""
WORDS = tuple(_WORD_LIST.split())

# Letters that do not come apart into a base letter and a mark.
_PLAIN = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L"})


@lru_cache(maxsize=1024)
def plain(name: str) -> str:
    """The name in lower-case ASCII, for an e-mail address: "Søren Kjærgaard" -> "soren.kjaergaard"."""
    bare = unicodedata.normalize("NFKD", name.translate(_PLAIN))
    letters = (c if c.isascii() and c.isalnum() else "." if c in " ." else "" for c in bare)
    return "".join(letters).lower()
