"""Crypto, sports, economy, finance, tech, weather: own sentences; teams, companies and products are invented."""

from sandbox.generator.template import Scale, Shape, Template

COINS = ("Bitcoin", "Ethereum", "Solana", "XRP")
COIN_SCALES = (Scale(92_000, 1_000, "${:,.0f}"), Scale(3_100, 50, "${:,.0f}"), Scale(138, 3, "${:,.0f}"),
               Scale(2.1, 0.05, "${:.2f}"))  # fmt: skip
MONTH_SCALES = (Scale(95_000, 5_000, "${:,.0f}"), Scale(3_200, 200, "${:,.0f}"), Scale(140, 15, "${:,.0f}"),
                Scale(2.2, 0.2, "${:.2f}"))  # fmt: skip
FIXTURES = (
    ("Harbour City", "Northgate United"), ("Riverbend Rovers", "Ironworks FC"), ("Lakeside Athletic", "Old Quay"),
    ("Summit Wolves", "Capital Rangers"), ("Bay Comets", "Desert Foxes"), ("Granite Bears", "Coastal Kings"),
    ("Mill Town", "Castle Park"), ("Union Bridge", "Eastport"), ("Valley Hawks", "Metro Pilots"),
    ("Silver Lynx", "Gulf Mariners"), ("Forest Green Saints", "Kingsferry"), ("Twin Rivers", "Highland Stags"),
)  # fmt: skip
TEAMS = (
    "Harbour City", "Northgate United", "Riverbend Rovers", "Ironworks FC", "Lakeside Athletic", "Old Quay",
    "Summit Wolves", "Capital Rangers", "Bay Comets", "Desert Foxes", "Granite Bears", "Coastal Kings",
)  # fmt: skip
LEAGUES = (
    "the Northern Premier title",
    "the Continental Cup",
    "the Pacific Basketball League",
    "the Winter Trophy",
)
BANKS = ("the Federal Reserve", "the European Central Bank")
MOVES = ("a cut of 50 bps or more", "a cut of 25 bps", "no change", "a hike")
STOCKS = (
    "Halcyon Motors",
    "Orbis Semiconductors",
    "Northwind Energy",
    "Lumen Health",
    "Tessera Retail",
    "Quillon Cloud",
)
STOCK_SCALES = (Scale(212, 6, "${:.0f}"), Scale(148, 5, "${:.0f}"), Scale(64, 2, "${:.0f}"), Scale(301, 8, "${:.0f}"),
                Scale(47, 2, "${:.0f}"), Scale(188, 5, "${:.0f}"))  # fmt: skip
REPORTERS = (
    "Halcyon Motors", "Orbis Semiconductors", "Northwind Energy", "Lumen Health", "Tessera Retail", "Quillon Cloud",
    "Brightwater Foods", "Atlas Freight", "Cobalt Bank", "Juniper Air", "Marlow Studios", "Pinecrest Homes",
)  # fmt: skip
LABS = (
    "Aldebaran Labs",
    "Cedar AI",
    "Mosaic Research",
    "Helix Systems",
    "Parallax",
    "Tidewater AI",
    "Juno Labs",
)
PRODUCTS = (
    "the Aldebaran 5 model", "Orbis' 2 nm laptop chip", "the Halcyon city car", "a foldable Quillon tablet",
    "Cedar's open-weights model", "the Mosaic code agent", "a Parallax headset", "Juno's robot vacuum with arms",
    "the Tidewater translator earbuds", "an official app store on Quillon OS", "Helix's quantum cloud", "a Lumen glucose watch",
    "the Northwind home battery", "a passkey-only login at Cobalt Bank",
)  # fmt: skip
APPS = ("the free apps chart", "the paid games chart", "the open-model leaderboard")
CITIES = ("New York", "London", "Tokyo", "São Paulo", "Delhi", "Sydney", "Cairo", "Toronto")
CITY_SCALES = tuple(Scale(base, 1, "{:.0f}°C") for base in (9, 10, 14, 25, 26, 23, 24, 4))
DATA = "The official release or the named data feed decides."

TEMPLATES: tuple[Template, ...] = (
    Template("crypto", Shape.SINGLE, 4, 1, "{subject} up or down: {hour}", "{subject} up or down in the hour to {hour}?", COINS,
             "Up if the price at the end is at least the price at the start. " + DATA, outcomes=("Up", "Down"),
             tags=("up-or-down", "hourly"), volume=120_000, restless=2.2, lean=(0, 0.1), native=True),
    Template("crypto", Shape.SINGLE, 3, 4, "{subject} up or down, four hours to {hour}",
             "{subject} up or down in the four hours to {hour}?", COINS, "Up if the price at the end is at least the start. " + DATA,
             outcomes=("Up", "Down"), tags=("up-or-down",), volume=90_000, restless=1.4, lean=(0, 0.15), native=True),
    Template("crypto", Shape.LADDER, 4, 24, "{subject} above ___ on {day}?", "Will {subject} be above {option} on {day}?", COINS,
             DATA, scales=COIN_SCALES, size=7, tags=("daily",), volume=220_000, restless=0.9, native=True),
    Template("crypto", Shape.LADDER, 4, 720, "How high will {subject} trade by {date}?", "Will {subject} reach {option} by {date}?",
             COINS, DATA, scales=MONTH_SCALES, size=5, tags=("bitcoin",), volume=760_000, restless=0.3, lean=(-0.9, 0.3),
             headline=True),
    Template("sports", Shape.SINGLE, 24, 72, "{home} vs. {away}, {day}", "{home} vs. {away} on {day}: who wins?",
             tuple(f"{home}|{away}" for home, away in FIXTURES), "Resolves to the winner after regular time and extra time.",
             outcomes=("home", "away"), tags=("games", "soccer"), volume=170_000, restless=0.25, lean=(0.1, 0.8), native=True),
    Template("sports", Shape.FIELD, 4, 2800, "Winner of {subject}", "Will {option} win {subject}?", LEAGUES,
             "Resolves to the champion.", options=TEAMS, size=9, tags=("leagues",), volume=220_000_000, restless=0.12,
             tick="0.001", headline=True),
    Template("economy", Shape.FIELD, 2, 1000, "What does {subject} decide by {date}?", "Will {subject} decide on {option} by {date}?",
             BANKS, "The official statement of the next meeting decides.", options=MOVES, size=4, tags=("rates",),
             volume=4_000_000, restless=0.15, tick="0.001", headline=True),
    Template("economy", Shape.LADDER, 3, 720, "Yearly inflation in {subject}, release of {date}",
             "Will yearly inflation in {subject} be at least {option} in the release of {date}?",
             ("the United States", "the euro area", "Japan"), DATA,
             scales=(Scale(2.9, 0.1, "{:.1f}%"), Scale(2.2, 0.1, "{:.1f}%"), Scale(2.6, 0.1, "{:.1f}%")), size=5,
             tags=("inflation",), volume=260_000, restless=0.16),
    Template("economy", Shape.LADDER, 2, 720, "Unemployment in {subject}, release of {date}",
             "Will unemployment in {subject} be at least {option} in the release of {date}?", ("the United States", "Canada"),
             DATA, scales=(Scale(4.4, 0.1, "{:.1f}%"), Scale(6.8, 0.1, "{:.1f}%")), size=5, tags=("jobs",), volume=160_000),
    Template("finance", Shape.LADDER, 6, 120, "{subject} closes above ___ on {day}?", "Will {subject} close above {option} on {day}?",
             STOCKS, DATA, scales=STOCK_SCALES, size=5, tags=("stocks", "weekly"), volume=110_000, restless=0.45),
    Template("finance", Shape.SINGLE, 12, 500, "{subject} beats earnings estimates by {date}?",
             "Will {subject} beat the earnings estimate in its report by {date}?", REPORTERS, DATA, tags=("earnings",),
             volume=100_000, lean=(0.8, 0.6)),
    Template("tech", Shape.FIELD, 2, 720, "Which lab leads {subject} on {date}?", "Will {option} lead {subject} on {date}?",
             ("the open text arena", "the coding benchmark"), "The public ranking at noon UTC on the end date decides.",
             options=LABS, size=6, tags=("ai",), volume=600_000, restless=0.2, tick="0.001", headline=True),
    Template("tech", Shape.SINGLE, 14, 1100, "{subject} released by {date}?", "Will {subject} be released by {date}?", PRODUCTS,
             "Yes if it can be bought or used by the public before the end date.", tags=("releases",), volume=150_000),
    Template("tech", Shape.FIELD, 3, 168, "Top of {subject} on {day}", "Will {option} be on top of {subject} on {day}?", APPS,
             "The public chart at noon UTC on the end date decides.", options=LABS, size=5, volume=70_000, restless=0.35),
    Template("weather", Shape.FIELD, 8, 24, "Highest temperature in {subject} on {day}",
             "Will the highest temperature in {subject} be {option} on {day}?", CITIES,
             "The reading of the main airport station, rounded to whole degrees, decides.", scales=CITY_SCALES, size=6,
             tags=("temperature", "daily"), volume=90_000, restless=0.8, native=True),
    Template("weather", Shape.SINGLE, 8, 72, "Rain in {subject} on {day}?", "Will it rain at least 1 mm in {subject} on {day}?", CITIES,
             "The main airport station decides.", tags=("rain",), volume=50_000, restless=0.5, native=True),
)  # fmt: skip
