"""The model card: what the starter is, what it knows, how it was made, how wrong it is."""

from pathlib import Path

from grammar import Grammar
from plan import Plan

# What was measured on the exported model, by plan; a new training needs new figures.
MEASURED = Path(__file__).resolve().parent / "measured"


def card_text(plan: Plan, grammar: Grammar) -> str:
    words = grammar.words()
    measured = (MEASURED / f"{plan.name}.md").read_text(encoding="utf-8").strip()
    materials = f", things made of {' or '.join(words['materials'])}" if words["materials"] else ""
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
one another{materials}. Style: {", ".join(words["styles"])}. Every other word means nothing to it.

## How it was made
Trained from scratch on pictures composed from {drawings} drawings, nearly all of Microsoft's Fluent Emoji (MIT); see
resources/licenses/starter-drawings.md. Captions come from a grammar; a tenth of all combinations of a thing with a
tint, place, colour, partner or hat was never shown. No photographs, no people, nothing scraped.
DalleBart: d_model {plan.d_model}, {plan.encoder_layers} + {plan.decoder_layers} layers, {plan.codes} image tokens.
The codebook is k-means on patches; VQGAN decoder and encoder are trained on it. `make starter` builds it again.

## How good it is
{measured}

## What it is bad at
Two things in one picture, four of a thing, rare combinations, everything outside its words. It knows no real-world
people, places or brands and was shown no text.
"""
