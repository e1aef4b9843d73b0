"""The words that are known, in the order in which they are tried: a longer phrase before its parts."""

from collections.abc import Sequence

from domain.copilot.tokens import Kind

LIST = r"watch ?-?list"
THE = r"(?:(?:the|my|our|its|a|this|that|current|strategy's|strategy) )*"

Phrase = tuple[Kind, str, str]
"""Kind, canonical value, pattern; a space in a pattern stands for any blanks."""

CONDITIONS: Sequence[Phrase] = (
    (
        Kind.WHALES,
        "buying",
        r"(?:the )?whales? (?:are |is |have |has )?(?:been )?(?:net )?(?:buy(?:ing|s|ers)?|bought|accumulat(?:e|es|ed|ing))",
    ),
    (
        Kind.WHALES,
        "selling",
        r"(?:the )?whales? (?:are |is |have |has )?(?:been )?(?:net )?(?:sell(?:ing|s|ers)?|sold|unload(?:ed|ing)?)",
    ),
    (
        Kind.WHALES,
        "holders",
        r"(?:the )?whales? (?:positions?|holdings?) (?:have |has )?(?:changed?|changes)",
    ),
    (Kind.WHALES, "any", r"(?:there is )?whale activity"),
    (
        Kind.METRIC,
        "minutes_on_watchlist",
        rf"(?:minutes|time) (?:spent )?(?:on|in) {THE}{LIST}|minutes_on_watchlist",
    ),
    (Kind.NOT_ON_WATCHLIST, "", rf"not (?:yet |already )?(?:on|in) {THE}{LIST}(?: yet| already)?"),
    (Kind.ON_WATCHLIST, "already", rf"already (?:on|in) {THE}{LIST}"),
    (Kind.ON_WATCHLIST, "", rf"(?:on|in) {THE}{LIST}"),
    (Kind.ON_WATCHLIST, "watched", r"(?:been )?watched for"),
    (
        Kind.METRIC,
        "hours_to_end",
        r"(?:hours|time) (?:left )?(?:to|until|till) (?:the |its )?(?:end|resolution|expiry|close)|hours_to_end",
    ),
    (
        Kind.LEFT,
        "",
        r"(?:left|remaining|to go)(?: (?:to|until|till|before) (?:the |its )?(?:end|resolution|expiry|close))?",
    ),
    (
        Kind.LEFT,
        "",
        r"(?:to|until|till|before|away from) (?:(?:the|its|their) )?(?:end|resolution|expiry|close)",
    ),
    (Kind.METRIC, "volume_24h_share", r"volume_24h_share|(?:volume )?surge"),
    (
        Kind.METRIC,
        "volume_24h",
        r"(?:24 ?-?h(?:ou)?rs?|24 ?h|daily|one-day|1d)[ -](?:trading |traded )?volume|volume_?24h|24h volume",
    ),
    (Kind.METRIC, "volume", r"(?:total |trading |traded |market )?volume"),
    (Kind.METRIC, "liquidity", r"liquidity"),
    (Kind.METRIC, "spread", r"(?:bid[ -/]ask )?spread"),
    (Kind.METRIC, "momentum_1h", r"hourly (?:price )?momentum|momentum_1h"),
    (Kind.METRIC, "momentum_24h", r"daily (?:price )?momentum|momentum_24h"),
    (Kind.METRIC, "momentum_4h", r"momentum_4h"),
    (Kind.METRIC, "momentum", r"(?:price )?momentum|price velocity"),
    (Kind.METRIC, "price", r"(?:market |current |share |yes )?price|probability"),
    (
        Kind.ENDS,
        "",
        r"(?:that )?(?:will )?(?:ends?|ending|resolv(?:e|es|ing)|expir(?:e|es|ing)|clos(?:es|ing))(?= (?:with)?in\b| after\b| before\b| sooner\b| later\b| less\b| more\b| at\b| (?:the )?next\b| under\b| over\b)",
    ),
    (Kind.CHANGE, "up", r"increase(?= (?:the|my|its) )"),
    (Kind.CHANGE, "down", r"(?:decrease|drop)(?= (?:the|my|its) )"),
    (
        Kind.MOVE,
        "up",
        r"(?:has |have )?(?:ris(?:es|en|ing|e)|rose|increas(?:ed|es|ing|e)|climb(?:ed|s|ing)?|jump(?:ed|s|ing)?|gain(?:ed|s|ing)?|w(?:ent|as) up|go(?:es|ne)? up|moves? up|moved up|(?:is |are )?up)(?: by| of)?",
    ),
    (
        Kind.MOVE,
        "down",
        r"(?:has |have )?(?:fall(?:s|en|ing)?|fell|decreas(?:ed|es|ing|e)|drop(?:ped|s|ping)?|dip(?:ped|s|ping)?|los(?:t|es|ing)|w(?:ent|as) down|go(?:es|ne)? down|moves? down|moved down|(?:is |are )?down)(?: by| of)?",
    ),
    (Kind.OP, ">=", r">=|≥|at least|no(?:t)? (?:less|fewer|lower) than|(?:a )?min(?:imum)?(?: of)?"),
    (
        Kind.OP,
        "<=",
        r"<=|≤|at most|no(?:t)? (?:more|higher|greater) than|up to|(?:a )?max(?:imum)?(?: of)?|within(?: the next)?|in the next",
    ),
    (
        Kind.OP,
        ">",
        r">|(?:more|greater|higher|bigger|larger|later) than|over|above|exceed(?:s|ing)?|beyond|in excess of",
    ),
    (Kind.OP, "<", r"<|(?:less|lower|smaller|fewer|sooner) than|below|under|beneath"),
    (Kind.OP, "=", r"==?|equals?(?: to)?|exactly"),
    (Kind.POST_OP, ">=", r"(?:or|and) (?:more|above|higher|over|up|better)(?! (?:than|[$\d.]))"),
    (Kind.POST_OP, "<=", r"(?:or|and) (?:less|below|lower|under|fewer)(?! (?:than|[$\d.]))"),
    (Kind.BETWEEN, "", r"between"),
    (Kind.RANK, "highest", r"(?:highest|most|biggest|largest|greatest)"),
    (Kind.RANK, "lowest", r"(?:lowest|least|smallest|tightest)"),
    (Kind.LEVEL, "strong", r"strong(?:er|ly)?|high|large enough|big enough|enough"),
    (Kind.LEVEL, "positive", r"positive"),
    (Kind.LEVEL, "negative", r"negative"),
)
"""Numbers of markets, and how they are compared."""

STEPS: Sequence[Phrase] = (
    (Kind.INTERVAL, "60", r"(?:every|each|once (?:a|per|every)) minute|minutely"),
    (Kind.INTERVAL, "3600", r"(?:every|each|once (?:an|per|every)) hour|hourly"),
    (Kind.INTERVAL, "86400", r"(?:every|each|once (?:a|per|every)) day|daily"),
    (Kind.AGAIN, "", r"again and again|again|repeatedly|(?:every|each) time"),
    (
        Kind.ONCE,
        "",
        r"(?:only |at most |just )once(?: (?:per|in each|in every|for each) market)?|once (?:per|in each|in every) market",
    ),
    (
        Kind.ONCE,
        "",
        r"(?:if|when|unless) (?:it is |it's |they are )?(?:not )?(?:already |yet )?(?:held|bought|holding)(?: already| yet)?",
    ),
    (Kind.ALLOCATE, "", r"allocat(?:e|ed|es|ing)|fund (?:it|the strategy) with"),
    (
        Kind.ALLOCATION,
        "",
        rf"of {THE}(?:allocation|allocated (?:capital|money|funds)|capital|bankroll|funds|balance|budget|wallet)",
    ),
    (
        Kind.MENTION,
        "",
        r"each(?=[ ]*(?:[.,;!\n]|$))|(?:(?:in|for|on|of) )?(?:each|every|any|all)(?: of (?:them|these|those|the markets)| one| ones| such market)"
        r"|(?:(?:in|for|on|of) )?(?:each|every|any) market(?! (?:in|from|about|tagged|mentioning|on)\b)|per market",
    ),
    (Kind.EVERY, "", r"every|each"),
    (Kind.MENTION, "", r"(?:these|those|such|the|said) markets?"),
    (
        Kind.MARKET_ORDER,
        "",
        r"(?:as |by |with |using |at )?(?:a |the )?(?:market (?:orders?|price))|(?:order )?type ?:? market|at market",
    ),
    (
        Kind.LIMIT_ORDER,
        "",
        r"(?:as |by |with |using )?(?:a |the )?limit (?:orders?|price)|limit(?= (?:at|of)\b)",
    ),
    (Kind.SLIPPAGE, "", r"slippage"),
    (Kind.EXIT_RULE, "stop_loss", r"stop[ -]?loss|stop(?= (?:at|of)\b)"),
    (Kind.EXIT_RULE, "take_profit", r"take[ -]?profit|profit target"),
    (Kind.EXIT_RULE, "trailing_stop", r"trailing stop(?:[ -]loss)?"),
    (Kind.ADD, "", r"add(?:s|ed|ing)?|put(?:s|ting)?|save(?:s|d)?(?= (?:them|it|these|those|all))"),
    (
        Kind.REMOVE,
        "",
        r"remov(?:e|es|ed|ing)|delet(?:e|es|ed)|tak(?:e|es|ing)(?= (?:it|them|these|those|the market)\b)",
    ),
    (Kind.WATCHLIST, "", LIST),
    (
        Kind.TOP,
        "",
        r"(?:take|keep|use|pick|select|only)? ?(?:only )?(?:the )?top|(?:only|just|keep|limit(?: (?:it|them))? to) the (?:first|best)|the (?:first|best)(?= \d)",
    ),
    (
        Kind.FILTER,
        "",
        r"filter(?:s|ed)?(?: (?:by|for|to|on|out those))?|keep(?:s)?(?: only)?|only(?= (?:those|the ones|ones|markets)\b)",
    ),
    (Kind.SKIP, "", r"(?:ignor|exclud)(?:e|es|ing)|skip(?:s|ping)?|leav(?:e|es|ing) out"),
    (Kind.CONDITION, "", r"condition"),
    (
        Kind.NAME,
        "",
        r"(?:call|name) (?:it|the (?:bot|strategy)|this)|named|called|sav(?:e|ed) (?:it |the strategy )?as",
    ),
    (Kind.CHANGE, "up", r"rais(?:e|es|ing)|increas(?:e|es|ing)|lift"),
    (Kind.CHANGE, "down", r"lower(?:s|ing)?|reduc(?:e|es|ing)|decreas(?:e|es|ing)|cut(?: down)?"),
    (
        Kind.CHANGE,
        "set",
        r"chang(?:e|es|ing)|set(?:s|ting)?|updat(?:e|es|ing)|adjust|make(?= the (?:volume|liquidity|amount|momentum|spread|price|interval|wait|24h|daily)\b)",
    ),
    (Kind.INTERVAL_NAME, "", r"interval|frequency|schedule"),
    (Kind.AMOUNT, "", r"amount|stake|bet size|order size|trade size"),
    (
        Kind.BUY,
        "",
        r"(?:execute|place|make|do) (?:a |an |one )?(?:buy |market |limit )?(?:trades?|orders?|bets?)|buy(?:s|ing)?|purchas(?:e|es|ing)|bet(?:s|ting)?(?: on)?|bought",
    ),
    (
        Kind.SELL,
        "",
        r"sell(?:s|ing)?|(?:exit|clos)(?:e|es|s|ing)?(?= (?:the |my |its |all |half|position|everything|it\b|them\b|\d))(?: (?:the |my )?positions?)?",
    ),
    (Kind.PART, "half", r"half(?: of)?(?: (?:it|them|(?:the |my )?positions?))?"),
    (Kind.PART, "full", r"everything|all of (?:it|them)|(?:the )?(?:whole|entire|full) position|all shares"),
    (Kind.WAIT, "", r"wait(?:s|ing)?(?: for)?|hold off(?: for)?|pause(?: for)?"),
    (Kind.LATER, "", r"later"),
    (
        Kind.NOTIFY,
        "",
        r"(?:notif(?:y|ies)|alert(?:s)?|tell(?:s)?|inform(?:s)?|ping(?:s)?|messag(?:e|es))(?: me| us)?|let me know|send(?:s)?(?: me| us)? (?:a |an )?(?:notification|alert|message|notice)s?",
    ),
    (Kind.SAYING, "", r"saying|that says|with the (?:message|text|words)|with message"),
    (
        Kind.IF,
        "",
        r"(?:only |but only )?(?:if|when(?:ever)?|as soon as|provided(?: that)?|in case|once|while)",
    ),
    (Kind.UNLESS, "", r"unless"),
    (Kind.ELSE, "", r"otherwise|or else|else|if not"),
    (Kind.THEN, "", r"(?:and |, ?)?(?:then|afterwards|after that|thereafter|finally|next)|before(?= \w+ing)"),
    (Kind.BRANCH, "true", r"true"),
    (Kind.BRANCH, "false", r"false"),
    (
        Kind.AFTER,
        "trade",
        r"after (?:the )?(?:buying|trade|order|purchase)(?: (?:is|was) (?:filled|done|made))?|after (?:it |the order |the trade )?(?:fills|is filled|is bought)|once (?:it is |it's )?(?:bought|filled)|when (?:it is |it's )?(?:bought|filled)",
    ),
    (Kind.AFTER, "", r"after"),
    (Kind.ABOUT, "", r"about|mentioning|containing|regarding|related to|with the words?|that mention"),
    (Kind.CATEGORY, "", r"categor(?:y|ies)|tag"),
    (Kind.MARKETS, "", r"markets?"),
    (
        Kind.FIND,
        "",
        r"show(?:s)?(?: me)?|monitor(?:s|ing|ed)?|watch(?:es|ing)?|scan(?:s|ning)?|find(?:s|ing)?|stream(?:s|ing)?|look(?:s|ing)?(?: (?:for|at|through))?|track(?:s|ing)?|search(?:es|ing)?(?: for)?|follow(?:s|ing)?|check(?:s|ing)?|get(?:s)?|screen(?:s|ing)?(?: for)?|collect(?:s|ing)?|discover(?:s)?|go(?:es)? through",
    ),
    (Kind.START_NODE, "", r"start"),
    (Kind.END_NODE, "", r"end"),
)
"""What a strategy does."""

SMALL: Sequence[Phrase] = (
    (
        Kind.NEGATION,
        "",
        r"not|don't|do not|never|doesn't|does not|isn't|aren't|cannot|can't|won't|except|without|neither|nor|instead|opposite|reverse|short",
    ),
    (
        Kind.VAGUE,
        "",
        r"busy|liquid|popular|hot|new|newest|big|small|interesting|cheap|expensive|trending|volatile|best|good|promising|safe|risky|important|undervalued|overvalued|profitable|low|weak|many|few|some",
    ),
    (Kind.OUTCOME, "", r"yes|no|(?:the )?(?:first|second)(?= outcome\b)"),
    (Kind.TO, "", r"to"),
    (Kind.IN, "", r"in|from|tagged(?: with| as)?|of(?= the \w+ (?:category|tag)\b)"),
    (Kind.BY, "", r"(?:sort(?:ed)? |rank(?:ed)? |order(?:ed)? )?(?:them )?by"),
    (Kind.AT, "", r"at|@"),
    (Kind.AND, "", r"and|&&?|as well as|plus"),
    (Kind.OR, "", r"or|\|\|"),
    (
        Kind.FILLER,
        "",
        r"but|take|takes|pick|select|choose|build|create|make|design|draw|write|give|want|would|like|need|please|can|could|you|should|shall|will|i|i'd|me|my|we|us|a|an|the|that|which|who|whose|where|what|it|it's|its|them|they|they're|their|those|these|this|bot|strategy|robot|agent|workflow|program|on|off|for|of|with|is|are|was|were|be|been|being|has|have|having|had|also|so|just|now|there|any|all|only|do|does|let|let's|go|run|runs|running|open|active|live|prediction|polymarket|binary|shares?|tokens?|outcome|order|type|value|worth|usdc|position|positions|threshold|limit|one|ones|per|by|reaches|reach|becomes|gets|at the moment|currently|then|node|step|trade|trades|out|into|onto|from then on|each of them|again later|using|use|based|whether|as|such|list|current|over time|going|come|comes|automatically|around the clock|24/7",
    ),
)
"""Joining words."""

PHRASES: Sequence[Phrase] = (*CONDITIONS, *STEPS, *SMALL)
