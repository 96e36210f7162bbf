"""How a method of moto is taken over: the new one is given the old."""

import functools


def taught(owner, name):
    """A decorator: replaces a method of a class by a function that gets the replaced method as its first argument."""

    def decorate(function):
        replaced = getattr(owner, name)

        @functools.wraps(replaced)
        def method(self, *args, **kwargs):
            return function(functools.partial(replaced, self), self, *args, **kwargs)

        setattr(owner, name, method)
        return function

    return decorate


def added(owner):
    """A decorator: gives a class of moto's responses an action that it lacks."""

    def decorate(function):
        assert not hasattr(owner, function.__name__), f"moto has {function.__name__} by now"
        setattr(owner, function.__name__, function)
        return function

    return decorate
