"""Politics, geopolitics, culture, mentions, science: own sentences, invented names of people and works."""

from sandbox.generator.template import Scale, Shape, Template

BILLS = (
    "the Rural Broadband Renewal Act", "the Port Modernisation Bill", "the Student Debt Transparency Act",
    "the Grid Resilience Bill", "the Stablecoin Reserve Act", "the Small Farms Insurance Bill",
    "the Border Technology Act", "the Prescription Price Review Bill", "the Digital Privacy Charter",
    "the Permanent Daylight Time Bill", "the Federal Housing Supply Act", "the Coastal Protection Bill",
    "the Veterans Care Access Act", "the Autonomous Trucking Bill", "the Election Audit Standards Act",
    "the Critical Minerals Reserve Bill",
)  # fmt: skip
OFFICES = (
    "the transport secretary", "the energy secretary", "the trade representative", "the Senate majority leader",
    "the House budget chair", "the central bank governor of Norland", "the finance minister of Vestria",
    "the prime minister of Ostrava Union", "the interior minister of Calavera", "the attorney general of Midland",
)  # fmt: skip
STATES = ("Midland", "North Ridge", "Lakeshore", "Bay State South", "High Plains", "Riverbend", "Cape Harbor")
CANDIDATES = (
    "Marian Holt", "Theo Castellan", "Priya Anand", "Gordon Wexley", "Lucia Ferrante", "Samuel Okoro",
    "Ingrid Dahl", "Desmond Pryce", "Rosa Villareal", "Calvin Thorpe", "Naomi Feld", "Arturo Benes",
)  # fmt: skip
PEACE = (
    "Norland and Vestria", "the two Calavera governments", "the Ostrava Union and its eastern region",
    "the parties of the Strait dispute", "the Highland factions", "the Delta provinces",
)  # fmt: skip
TREATIES = (
    "a fisheries agreement between Norland and Vestria", "a prisoner exchange in the Delta provinces",
    "a new grain corridor agreement", "a reopening of the Strait to cargo ships", "an extradition treaty with Calavera",
    "a joint statement on undersea cables", "a lifting of sanctions on the Ostrava Union",
    "a summit of the Highland states", "a visa-free regime for Vestria", "an arms inspection in Calavera",
    "a customs union vote in Norland", "a ratified border treaty in the Delta", "a UN resolution on the Strait",
    "a new embassy in Ostrava",
)  # fmt: skip
FILMS = ("Glass Meridian", "The Ninth Lantern", "Orchard of Kings", "Static Bloom", "Paper Tigers Return")
PRIZES = (
    "the Golden Lens for Best Picture",
    "Album of the Year",
    "Best New Artist",
    "the Silver Quill for Fiction",
)
WORKS = (
    "Salt and Ember", "Low Tide Radio", "A Map of Quiet Rooms", "Velvet Arithmetic", "Northbound", "The Clockmaker",
    "Half a Horizon", "Ghosts of the Terminal", "Sundial", "Copper Sky",
)  # fmt: skip
SPEAKERS = ("the central bank chair", "the president of Norland", "the chief executive of Halcyon Motors")
WORDS = ("recession", "quantum", "tariff", "resilience", "drone", "landslide", "stablecoin", "heatwave")
MISSIONS = (
    "a crewed lunar flyby launches", "the Kestrel heavy rocket reaches orbit", "a private station module docks",
    "the Pathfinder-9 lander touches down", "a new malaria vaccine is approved", "a gene therapy for deafness is approved",
    "a fusion plant reports net gain again", "the northern observatory confirms a new moon of Uranus",
    "a room-temperature superconductor claim is retracted", "a solar storm of class G5 is recorded",
)  # fmt: skip
PAPERS = "Credible reports by major news organisations and official statements decide."

TEMPLATES: tuple[Template, ...] = (
    Template("politics", Shape.SINGLE, 16, 960, "{subject} passed by {date}?", "Will {subject} pass both chambers by {date}?",
             BILLS, "Yes if the text is passed by both chambers before the end date. " + PAPERS, tags=("legislation",),
             volume=840_000, restless=0.20, lean=(-0.7, 0.45), headline=True),
    Template("politics", Shape.SINGLE, 10, 1440, "Will {subject} leave office by {date}?",
             "Will {subject} leave office by {date}?", OFFICES,
             "Yes if the office is vacated for any reason before the end date. " + PAPERS, volume=480_000,
             restless=0.16, lean=(-1.1, 0.6), headline=True),
    Template("politics", Shape.FIELD, 5, 2400, "{subject} governor race: who wins?", "Will {option} win the {subject} governor race?",
             STATES, "Resolves to the certified winner. " + PAPERS, options=CANDIDATES, size=6, tags=("elections",),
             volume=520_000, restless=0.14, tick="0.001", headline=True),
    Template("politics", Shape.LADDER, 2, 336, "Government approval in {subject} on {date}",
             "Will government approval in {subject} be at least {option} on {date}?", ("Norland", "Vestria"),
             "The average of published polls on the end date decides.", scales=(Scale(41, 2, "{:.0f}%"), Scale(47, 2, "{:.0f}%")),
             size=5, tags=("world",), volume=140_000),
    Template("geopolitics", Shape.SINGLE, 6, 1680, "Ceasefire between {subject} by {date}?",
             "Will a ceasefire between {subject} be announced by {date}?", PEACE,
             "Yes if both sides confirm a general halt of hostilities before the end date. " + PAPERS,
             tags=("world", "diplomacy"), volume=700_000, restless=0.18, lean=(-1.2, 0.6), headline=True),
    Template("geopolitics", Shape.SINGLE, 14, 1080, "{subject} by {date}?", "Will there be {subject} by {date}?", TREATIES,
             "Yes if it is officially confirmed before the end date. " + PAPERS, tags=("world", "diplomacy"), volume=240_000,
             restless=0.18, lean=(-0.9, 0.9)),
    Template("culture", Shape.LADDER, 3, 240, "Opening weekend of {subject}", "Will {subject} gross at least {option} in its opening weekend?",
             FILMS, "Published final studio figures decide.",
             scales=(Scale(64, 8, "${:.0f}m"), Scale(110, 10, "${:.0f}m"), Scale(38, 5, "${:.0f}m")), size=5, tags=("movies",)),
    Template("culture", Shape.FIELD, 4, 1900, "Winner of {subject}", "Will {option} win {subject}?", PRIZES,
             "Resolves to the winner announced at the ceremony.", options=WORKS, size=6, tags=("awards",), volume=180_000,
             restless=0.13),
    Template("mentions", Shape.LADDER, 3, 96, "How often will {subject} say the word of the week by {date}?",
             "Will {subject} say the word of the week at least {option} times by {date}?", SPEAKERS,
             "The official recording decides; compounds count.", scales=(Scale(6, 2, "{:.0f}"),), size=5, volume=80_000,
             restless=0.35),
    Template("science", Shape.SINGLE, 10, 1300, "Before {date}: {subject}?", "Will it happen that {subject} by {date}?", MISSIONS,
             "Yes if confirmed by the responsible agency before the end date. " + PAPERS, tags=("space",), volume=120_000,
             lean=(-0.8, 1.2)),
    Template("science", Shape.LADDER, 1, 720, "Measles cases in {subject} by {date}",
             "Will {subject} report at least {option} measles cases by {date}?", ("Midland",),
             "The weekly bulletin of the health office decides.", scales=(Scale(320, 60, "{:.0f}"),), size=5, tags=("health",)),
)  # fmt: skip
