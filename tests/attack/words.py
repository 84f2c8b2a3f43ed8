"""What the source of a page knows: words that it does not know need not be tried at length."""

import inspect
import re
import sys
from functools import cache

from django import forms
from django.urls import Resolver404, resolve


@cache
def words_of(module: str) -> frozenset[str]:
    """The words in the source of a module of views, and of those with the forms that it knows."""
    there = vars(sys.modules[module]).values()
    of_forms = {
        each.__module__ for each in there if isinstance(each, type) and issubclass(each, forms.BaseForm)
    } | {each.__name__ for each in there if inspect.ismodule(each) and "forms" in each.__name__}
    sources = [inspect.getsource(sys.modules[name]) for name in {module, *of_forms} if name in sys.modules]
    return frozenset(re.findall(r"\w+", " ".join(sources)))


def known_at(path: str) -> frozenset[str]:
    """The words of the view behind `path`; none where there is no such address."""
    try:
        return words_of(resolve(path).func.__module__)
    except Resolver404:
        return frozenset()
