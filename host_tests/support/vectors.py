"""Loads test vectors from host_tests/vectors, on every interpreter."""

import json

_FOLDER = __file__.rsplit("/", 2)[0] + "/vectors/"


def path(name):
    return _FOLDER + name


def load(name):
    with open(path(name)) as file:
        return json.load(file)
