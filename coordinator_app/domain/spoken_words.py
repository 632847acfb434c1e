"""A fingerprint as words that two people can read to each other over the telephone.

Each word stands for one byte. The list is the program's own: 256 plain words, told apart by their first four letters
already, and no two of them a single letter apart.
"""

from __future__ import annotations

SPOKEN = 8
"""Words that are read aloud: 64 bits, as many as the sixteen digits of a fingerprint that commands compare."""

_LIST = """
acid acorn actor album alley amber anchor angle apple april apron arch arena arrow aspen atlas attic aunt autumn
award axle bacon badge bagel baker balcony bamboo banana banjo barley basil basket beach beaver bedroom beetle berry
birch bishop blanket blossom border bottle boulder bracket branch bread brick bridge bronze broom bucket buffalo
bugle butter cabin cactus camel candle canoe canyon captain caravan carbon carpet carrot castle cedar cellar cement
chalk cherry chicken chimney cider cinema circle citrus clarinet clay cliff clover coconut coffee comet compass
copper coral corner cotton cousin cradle crater cricket crystal cupboard curtain cushion daisy dancer delta desert
diamond dinner doctor dolphin domino dragon drawer drummer eagle easel echo elbow eleven emerald engine evening
fabric falcon farmer feather fiddle finger flag flannel flute forest fossil frost funnel galaxy garden garlic giant
giraffe glacier glove goblet granite grape guitar gypsum hammer harbour harvest hazel helmet heron hockey honey
horizon hotel hunter igloo indigo insect island ivory jacket jaguar jasmine jelly jigsaw journal jungle kennel
kettle kitchen kiwi ladder lagoon lantern laurel lemon leopard letter lily linen lizard lobster lumber magnet mango
maple marble market meadow melon mirror monkey mountain muffin museum mustard napkin needle nickel novel nutmeg
oasis ocean octopus olive onion opera orange orchid otter oven oyster palace panda paper pebble pelican pencil
pepper piano pigeon pillow pirate planet polar pumpkin puzzle quartz rabbit radio raven ribbon river robin rocket
saddle salmon sandal scarf shadow shovel silver sofa teapot temple thunder ticket tiger tomato trumpet tulip
umbrella vanilla velvet violin walnut window
"""
_WORDS = tuple(_LIST.split())
_BY_BEGINNING = {word[:4]: number for number, word in enumerate(_WORDS)}


def words_of(fingerprint: str, count: int = SPOKEN) -> tuple[str, ...]:
    """Return the first bytes of a fingerprint (hex digits) as words."""
    return tuple(_WORDS[byte] for byte in bytes.fromhex(fingerprint)[:count])


def digits_of(spoken: str) -> str | None:
    """Return the beginning of the fingerprint that these words, or sixteen or more hex digits, stand for.

    None where a word is none of the list or there are too few: then nothing was compared. Four letters of a word do.
    """
    plain = spoken.replace("-", "").replace(" ", "").lower()
    if len(plain) in range(2 * SPOKEN, 65) and all(letter in "0123456789abcdef" for letter in plain):
        return plain
    said = spoken.lower().replace(",", " ").replace("-", " ").split()
    numbers = [_BY_BEGINNING.get(word[:4]) for word in said]
    known = [number for number in numbers if number is not None]
    right = len(known) == len(said) and all(
        _WORDS[number].startswith(word) for number, word in zip(known, said, strict=True)
    )
    return bytes(known).hex() if right and len(known) >= SPOKEN else None
