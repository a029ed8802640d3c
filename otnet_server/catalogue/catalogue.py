"""The catalogue as viewers see it, for the API, the pages of the site and exporters."""

from __future__ import annotations

from dataclasses import dataclass

from otnet_server.catalogue.card_reader import CardReader
from otnet_server.catalogue.home import HomePage
from otnet_server.catalogue.person_page import PersonPages
from otnet_server.catalogue.personal_rows import PersonalRows
from otnet_server.catalogue.search import CatalogueSearch
from otnet_server.catalogue.series_page import SeriesPages
from otnet_server.catalogue.taxonomies import Taxonomies
from otnet_server.catalogue.title_page import TitlePages
from otnet_server.db.engine import Database
from otnet_server.db.search import Search
from otnet_server.images.store import Pictures


@dataclass
class Catalogue:
    home: HomePage
    titles: TitlePages
    series: SeriesPages
    people: PersonPages
    taxonomies: Taxonomies
    personal: PersonalRows
    search: CatalogueSearch


def build_catalogue(db: Database, search: Search, pictures: Pictures) -> Catalogue:
    reader = CardReader(pictures)
    taxonomies, personal = Taxonomies(db, reader), PersonalRows(db, reader)
    return Catalogue(
        HomePage(db, reader, taxonomies, personal),
        TitlePages(db, reader),
        SeriesPages(db, reader),
        PersonPages(db, reader),
        taxonomies,
        personal,
        CatalogueSearch(db, search, reader),
    )
