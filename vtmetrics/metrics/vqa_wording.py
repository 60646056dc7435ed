"""VQA wording: an answer as the official evaluation of VQA reads it, with its faults, which change answers.

The pattern of full stops wants to look behind and looks ahead, so that "v1." loses its stop; what stands for
a flag is taken for how many stops go; and one word of the table of contractions is the wrong way round.
"""

import re

PUNCTUATION = ';/[]"{}()=+\\_-><@`,?!'
THOUSANDS = re.compile(r"\d,\d")
STOP = re.compile(r"\.(?!\d)")
MOST_STOPS = int(re.UNICODE)
ARTICLES = frozenset({"a", "an", "the"})
NUMERALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS = {"none": "0", **{word: str(number) for number, word in enumerate(NUMERALS)}}
#: words to which a lost apostrophe is given back, as far as the official table goes
APOSTROPHISED = """
ain't aren't can't could've couldn't couldn't've didn't doesn't don't hadn't hadn't've hasn't
haven't he'd he'd've he's how'd how'll how's isn't it'd it'd've it'll ma'am mightn't mightn't've
might've mustn't must've needn't not've o'clock oughtn't 'ow's'at shan't she'd've should've
shouldn't shouldn't've somebody'd've somebody'll somebody's someone'd someone'd've someone'll
someone's something'd something'd've something'll that's there'd there'd've there're there's they'd
they'd've they'll they're they've 'twas wasn't we'd've we've weren't what'll what're what's what've
when's where'd where's where've who'd who'd've who'll who's who've why'll why're why's won't
would've wouldn't wouldn't've y'all y'all'll y'all'd've you'd you'd've you'll you're you've
"""
CONTRACTIONS = {
    word[:place] + word[place + 1 :]: word
    for word in APOSTROPHISED.split()
    for place, letter in enumerate(word)
    if letter == "'"
} | {"somebody'd": "somebodyd"}


def flat(text: str) -> str:
    """Without breaks of lines, and without blanks around it."""
    return text.replace("\n", " ").replace("\t", " ").strip()


def without_punctuation(text: str) -> str:
    """Marks beside a blank go, others become one; all go where a number has a thousands separator."""
    joined, told = THOUSANDS.search(text) is not None, text
    for mark in PUNCTUATION:
        beside = f"{mark} " in text or f" {mark}" in text
        told = told.replace(mark, "" if beside or joined else " ")
    return STOP.sub("", told, count=MOST_STOPS)


def plain_words(text: str) -> str:
    """Small letters, numbers to ten in digits, no articles, and apostrophes where they were left out."""
    words = [NUMBERS.get(word, word) for word in text.lower().split()]
    return " ".join(CONTRACTIONS.get(word, word) for word in words if word not in ARTICLES)


def evaluated(text: str) -> str:
    """An answer as the official evaluation compares it."""
    return plain_words(without_punctuation(flat(text)))


def tokenized(text: str) -> str:
    """The same after what lmms-eval takes away first: commas and question marks, and an s apart."""
    apart = text.lower().replace(",", "").replace("?", "").replace("'s", " 's")
    return evaluated(apart.strip())
