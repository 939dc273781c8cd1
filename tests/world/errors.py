"""What goes wrong when a world is made, in words for whoever wanted to start it."""


class WorldError(Exception):
    pass
