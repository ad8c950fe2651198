"""The XMP packet: what photo programs and web sites look for to learn that a picture is synthetic.

Vocabulary: IPTC Photo Metadata Standard, Digital Source Type.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from model_runtime.recipe.infotext import one_line
from model_runtime.recipe.record import Recipe

XMP_KEYWORD = "XML:com.adobe.xmp"
_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"

_PACKET = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/"
    xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
   <Iptc4xmpExt:DigitalSourceType>{source}</Iptc4xmpExt:DigitalSourceType>
   <xmp:CreatorTool>{tool}</xmp:CreatorTool>
   <xmp:CreateDate>{created}</xmp:CreateDate>
   <dc:description><rdf:Alt><rdf:li xml:lang="x-default">{prompt}</rdf:li></rdf:Alt></dc:description>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""

_BARE_PACKET = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
   <Iptc4xmpExt:DigitalSourceType>{source}</Iptc4xmpExt:DigitalSourceType>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"""


def mark_packet(*, photo: bool = False) -> str:
    """A packet that says only that a picture is synthetic; `photo` = a photo was its start."""
    return _BARE_PACKET.format(source=_source(photo=photo))


def xmp_packet(recipe: Recipe) -> str:
    """Well-formed XML for any recipe; the prompt stands in it on one line."""
    photo = recipe.parent is not None and recipe.parent.kind == "photo"
    return _PACKET.format(
        source=_source(photo=photo),
        tool=escape(one_line(f"Armchair {recipe.run.program}")),
        created=f"{recipe.created:%Y-%m-%dT%H:%M:%SZ}",
        prompt=escape(one_line(recipe.run.prompt)),
    )


def _source(*, photo: bool) -> str:
    return _SOURCE_TYPES + ("compositeWithTrainedAlgorithmicMedia" if photo else "trainedAlgorithmicMedia")
