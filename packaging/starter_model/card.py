"""The model card: what the starter is, what it knows, how it was made, how wrong it is."""

from grammar import Grammar
from plan import Plan

# Counted by a person who looked at what contact_sheet.py draws; a new training needs a new count.
MEASURED = """Counted by eye on 64 unpicked prompts, one picture each (`contact-sheet.png` beside this file):

| | kinds it trained on | held-out combinations |
|---|---|---|
| background or place right | 31 of 32 | 32 of 32 |
| every thing, tint, hat and count right | 18 to 20 of 32 (two are doubtful) | 5 of 32 |

The decoder ends at 22.5 to 24.5 dB on crops and pictures as it trains; the encoder finds 91 % of
their codes. Pictures are
128 x 128 pixels. Trained for 4,000 (DalleBart), 2,000 (decoder) and 300 (encoder) processor seconds
of one core, attempts that were thrown away not counted."""


def card_text(plan: Plan, grammar: Grammar) -> str:
    words = grammar.words()
    drawings = len(grammar.objects) * len(grammar.styles)
    return f"""# Armchair starter

A small model of DALL·E Mini's architecture, trained by this project so that the program can draw something on the
first day, before anyone downloads gigabytes. It makes clip art and is often wrong. For open prompts get DALL·E Mini
or Mega.

## What it knows
{len(words["objects"])} things: {", ".join(words["objects"])}.
{len(words["tints"])} tints ({", ".join(words["tints"])}), {len(words["colours"])} background colours
({", ".join(words["colours"])}), {len(words["scenes"])} places ({", ".join(words["scenes"])}), the hats
{" and ".join(words["hats"])} on animals, small and big, two to four of a thing, and two things beside, above or below
one another. Style: {", ".join(words["styles"])}. Every other word means nothing to it.

## How it was made
Trained from scratch on pictures composed from {drawings} drawings of Microsoft's Fluent Emoji (MIT); see
resources/licenses/starter-drawings.md. Captions come from a grammar; a tenth of all combinations of a thing with a
tint, place, colour, partner or hat was never shown. No photographs, no people, nothing scraped.
DalleBart: d_model {plan.d_model}, {plan.encoder_layers} + {plan.decoder_layers} layers, {plan.codes} image tokens.
The codebook is k-means on patches; VQGAN decoder and encoder are trained on it. `make starter` builds it again.

## How good it is
{MEASURED}

## What it is bad at
Two things in one picture, four of a thing, rare combinations, everything outside its words. It knows no real-world
people, places or brands and was shown no text.
"""
