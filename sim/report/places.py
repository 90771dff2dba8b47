"""Where states stand on the map: their capitals. Own table, degrees east and north."""

from __future__ import annotations

from typing import NamedTuple


class Place(NamedTuple):
    """A capital, and on which side its name stands."""

    lon: float
    lat: float
    side: str = "top center"


#: By ISO 3166 alpha-3 code; EUR stands for the European supporters together, at Brussels.
CAPITALS = {
    "AUS": Place(149.1, -35.3),
    "BLR": Place(27.6, 53.9),
    "CAN": Place(284.3, 45.4),
    "CHN": Place(116.4, 39.9, "middle left"),
    "DEU": Place(13.4, 52.5),
    "EUR": Place(4.4, 50.8, "bottom center"),
    "FRA": Place(2.35, 48.9),
    "GBR": Place(359.9, 51.5),
    "IND": Place(77.2, 28.6),
    "IRN": Place(51.4, 35.7),
    "ISR": Place(35.2, 31.8),
    "JPN": Place(139.7, 35.7, "middle right"),
    "KOR": Place(127.0, 37.6, "bottom right"),
    "MNG": Place(106.9, 47.9),
    "PAK": Place(73.1, 33.7),
    "PHL": Place(121.0, 14.6),
    "POL": Place(21.0, 52.2),
    "PRK": Place(125.8, 39.0, "top right"),
    "RUS": Place(37.6, 55.8, "top right"),
    "TUR": Place(32.9, 39.9),
    "TWN": Place(121.6, 25.0, "middle right"),
    "UKR": Place(30.5, 50.5, "middle right"),
    "USA": Place(283.0, 38.9, "bottom center"),
    "VNM": Place(105.8, 21.0, "middle right"),
}
